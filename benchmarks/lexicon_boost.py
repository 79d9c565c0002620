"""What a small lexicon's boost wins and what it costs: errors by the number of terms and the boost, as a table.

    python benchmarks/lexicon_boost.py MANIFEST --lexicon FILE [--sizes 100,1000] [--boosts 0,2,4,6] [--clips FROM:TO]

A lexicon of a smaller size keeps the terms that the clips name, and others drawn at random. Each clip is decoded once
without a lexicon and goes on from there for every row. `extra` is the processor time of that over the time of decoding.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adaptation.corpus import Clip, read_manifest
from adaptation.evaluate import ClipResult
from adaptation.lexicon import Term, identity, read_lexicon
from adaptation.lexicon.bias import LexiconBias
from adaptation.metrics import measure
from app.paths import models_folder
from speech.audio import SAMPLE_RATE_HZ, stream_audio
from speech.bias import hear_terms
from speech.decoding import Hypothesis, decode
from speech.errors import OtoscribeError
from speech.recognizer import Recognizer
from speech.segmenting import find_utterances
from speech.store import DEFAULT_MODEL, ModelStore


class Row(NamedTuple):
    """A size of the lexicon and a boost; no bias stands for none."""

    terms: int
    boost_nats: float
    bias: LexiconBias | None


class Costs:
    """Seconds of the processor in decoding without a lexicon, and what each row adds."""

    def __init__(self) -> None:
        self.plain_s = 0.0
        self.extra_s: dict[Row, float] = defaultdict(float)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[100, 1000])
    parser.add_argument("--boosts", type=lambda text: [float(part) for part in text.split(",")], default=[0, 2, 4, 6])
    parser.add_argument("--clips", default=":", help="such as 0:75")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    arguments = parser.parse_args()
    first, _, last = arguments.clips.partition(":")
    clips = read_manifest(arguments.manifest)[int(first or 0) : int(last) if last else None]
    recognizer = Recognizer.open(ModelStore(models_folder()).open(arguments.model))
    terms = read_lexicon(arguments.lexicon).lexicon.terms
    rows = [
        Row(size, boost, LexiconBias(chosen, recognizer.vocabulary, boost_nats=boost) if boost else None)
        for size in arguments.sizes
        if (chosen := choose_terms(terms, clips, size))
        for boost in arguments.boosts
    ]
    costs = Costs()
    results: dict[Row, list[ClipResult]] = {row: [] for row in rows}
    for clip in clips:
        for row, text, duration_s in hear(recognizer, clip, rows, costs):
            results[row].append(ClipResult(clip, text, duration_s, duration_s))
    print("terms  boost     wer  medical  recall  precision  others  extra")
    for row in rows:
        print(line(row, measure(results[row]), costs))


def choose_terms(terms: Sequence[Term], clips: Sequence[Clip], size: int) -> list[Term]:
    """Those that the clips name first, then others; the same ones in every run."""
    named = {identity(term) for clip in clips for term in clip.terms}
    others = [term for term in terms if identity(term.written) not in named]
    random.Random(0).shuffle(others)
    return [*(term for term in terms if identity(term.written) in named), *others][:size]


def hear(recognizer: Recognizer, clip: Clip, rows: Sequence[Row], costs: Costs) -> list[tuple[Row, str, float]]:
    """The clip's text in each row, and its length in seconds."""
    texts: dict[Row, list[str]] = defaultdict(list)
    duration_s = 0.0
    prompt = recognizer.vocabulary.prompt("en")
    for utterance in find_utterances(stream_audio(clip.audio)):
        duration_s += len(utterance.samples) / SAMPLE_RATE_HZ
        memory = recognizer.encode(utterance.samples)
        began = time.process_time()
        plain = decode(recognizer.backend, recognizer.vocabulary, memory, prompt, recognizer.options)
        costs.plain_s += time.process_time() - began
        for row in rows:
            began = time.process_time()
            texts[row].append(heard(recognizer, memory, prompt, plain, row.bias).text.strip())
            costs.extra_s[row] += time.process_time() - began
    return [(row, " ".join(texts[row]), max(duration_s, 0.1)) for row in rows]


def heard(
    recognizer: Recognizer, memory: Any, prompt: list[int], plain: Hypothesis, bias: LexiconBias | None
) -> Hypothesis:
    if bias is None:
        return plain
    return hear_terms(recognizer.backend, recognizer.vocabulary, memory, prompt, plain, bias)[0]


def line(row: Row, report: Any, costs: Costs) -> str:
    shares = (report.wer, report.medical_wer, report.term_recall, report.term_precision, report.other_wer)
    shown = ["     –" if share is None else f"{100 * share:5.1f}%" for share in shares]
    extra = costs.extra_s[row] / costs.plain_s if costs.plain_s else 0.0
    widths = f"{shown[0]:>7} {shown[1]:>8} {shown[2]:>7} {shown[3]:>10} {shown[4]:>7}"
    return f"{row.terms:5}  {row.boost_nats:5.1f} {widths}  {extra:5.2f}"


if __name__ == "__main__":
    try:
        main()
    except OtoscribeError as error:
        sys.exit(str(error))
