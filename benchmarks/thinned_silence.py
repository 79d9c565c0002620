"""What it saves and costs to encode the silence behind a clip up to 30 s thinned, by half a second, or not at all.

    python benchmarks/thinned_silence.py MANIFEST [--clips 40] [--model whisper-base] [--threads 2]

`divergence` is the Kullback-Leibler divergence in nats of the next-token predictions from those of the whole 30 s, over
the clips' own text, for the same int8 graphs; WER is medwer's, of greedy decoding without second tries. Times are the
processor's, of one clip after the other.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import medwer
import numpy as np
from predictions import divergence, predict
from tokenizers import Tokenizer

from adaptation.corpus import Clip, read_manifest
from app.paths import models_folder
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.context import LONGEST, Context, Silence, positions_of, whole
from speech.decoding import DecodingOptions, decode
from speech.features import LONGEST_S, log_mel
from speech.recognizer import Recognizer
from speech.store import DEFAULT_MODEL, ModelStore
from speech.weights import read_settings

_SPARSE_S = 0.5
_GREEDY = DecodingOptions(temperatures=(0.0,))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    clips = [clip for clip in read_manifest(arguments.manifest) if clip.text]
    model = ModelStore(models_folder()).open(arguments.model)
    recognizer = Recognizer.open(model, threads=arguments.threads)
    settings = read_settings(model.checkpoint_folder)
    hearing = _Hearing(recognizer, Tokenizer.from_str(settings.tokenizer), settings.config)
    for clip in clips[:: max(1, len(clips) // arguments.clips)]:
        hearing.hear(clip)
    print(f"{arguments.model}, {len(hearing.references)} clips, {arguments.threads} threads")
    hearing.tell()


class _Hearing:
    """Clips heard in each context, one after the other."""

    def __init__(self, recognizer: Recognizer, tokenizer: Tokenizer, config: Mapping[str, Any]) -> None:
        self._recognizer, self._tokenizer, self._mels = recognizer, tokenizer, config["num_mel_bins"]
        self._sparse = Silence.of(config, _SPARSE_S)
        self.references: list[str] = []
        self._figures: dict[str, list[tuple[float, ...]]] = {}
        self._texts: dict[str, list[str]] = {}

    def hear(self, clip: Clip) -> None:
        """Leaves out a clip that fills the 30 s."""
        samples = load_audio(clip.audio).samples
        if len(samples) / SAMPLE_RATE_HZ > LONGEST_S - _SPARSE_S:
            return
        self.references.append(clip.text or "")
        recognizer, expected = self._recognizer, None
        prompt = recognizer.vocabulary.prompt("en")
        for name, (positions, context) in self._contexts(len(samples) / SAMPLE_RATE_HZ).items():
            started = time.process_time()
            memory = recognizer.backend.encode(log_mel(samples, self._mels, 2 * positions), context)
            encoded = time.process_time()
            hypothesis = decode(recognizer.backend, recognizer.vocabulary, memory, prompt, _GREEDY)
            decoded = time.process_time()
            predicted = predict(recognizer, self._tokenizer, clip, memory)
            expected = predicted if expected is None else expected
            figures = len(context.rows), divergence(expected, predicted), encoded - started, decoded - encoded
            self._figures.setdefault(name, []).append(figures)
            self._texts.setdefault(name, []).append(hypothesis.text.strip())

    def _contexts(self, seconds: float) -> dict[str, tuple[int, Context]]:
        """Each with the length of its mel."""
        kinds = {"thinned": Silence(), f"{_SPARSE_S:g} s, {len(self._sparse.registers)} registers": self._sparse}
        contexts = {"whole": (LONGEST, whole(LONGEST))}
        for name, silence in kinds.items():
            heard = positions_of(seconds + silence.kept_s)
            contexts[name] = heard, silence.context(heard)
        cut = positions_of(seconds + _SPARSE_S)
        return {**contexts, f"cut after {_SPARSE_S:g} s": (cut, whole(cut))}

    def tell(self) -> None:
        print(
            f"{'silence':24}{'positions':>10}{'divergence':>12}{'WER':>9}{'encoder, cpu ms':>17}{'decoder, cpu ms':>17}"
        )
        for name, rows in self._figures.items():
            positions, apart, encoder, decoder = np.mean(rows, axis=0)
            wer = medwer.Scorer().corpus(self.references, self._texts[name])["wer"]
            print(f"{name:24}{positions:10.0f}{apart:12.4f}{wer:9.2%}{encoder * 1000:17.0f}{decoder * 1000:17.0f}")


if __name__ == "__main__":
    main()
