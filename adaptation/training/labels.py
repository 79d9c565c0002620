"""What a teacher makes of speech: its text, when each word was said and what it believed at each token."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import medwer
import numpy as np

from adaptation.corpus import Clip
from speech.alignment import align_segments
from speech.audio import load_audio
from speech.batching import align_batch
from speech.decoding import decode, is_doubtful
from speech.packing import Window
from speech.recognizer import Recognizer
from speech.segmenting import Utterance

CANDIDATES = 16  # tokens of the teacher's distribution that are kept at each position
LONGEST_S = 29.5


@dataclass(frozen=True)
class Label:
    """A clip as its teacher wrote it; `text` None where it is not fit to learn from.

    `words` are (end in `text`, start_s, end_s). `tokens` are the text's and the end of text; for each of them
    `candidates` and `log_probabilities` hold what the teacher held likeliest there.
    """

    audio: str
    speaker: str | None
    text: str | None
    tokens: tuple[int, ...] = ()
    words: tuple[tuple[int, float, float], ...] = ()
    candidates: tuple[tuple[int, ...], ...] = ()
    log_probabilities: tuple[tuple[float, ...], ...] = ()


def label_clips(
    teacher: Recognizer,
    clips: Sequence[Clip],
    path: Path,
    *,
    language: str = "en",
    highest_wer: float = 0.1,
    on_progress: Callable[[float], None] | None = None,
) -> list[Label]:
    """The label of each clip, written to `path` one by one; what is written there is kept and gone on from.

    A clip gets no text when it is longer than 29.5 s, when its known text differs from the teacher's by more than
    `highest_wer`, or when the teacher doubts what it wrote. AudioError when a clip cannot be read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = {label.audio: label for label in read_labels(path)} if path.is_file() else {}
    write_labels(list(labels.values()), path)  # without what a killed run left half written
    with path.open("a", encoding="utf-8") as file:
        for number, clip in enumerate(clips, start=1):
            name = str(clip.audio)
            if name not in labels:
                labels[name] = _label(teacher, clip, language, highest_wer)
                file.write(_line(labels[name]))
                file.flush()
            if on_progress is not None:
                on_progress(number / len(clips))
    return [labels[str(clip.audio)] for clip in clips]


def read_labels(path: Path) -> list[Label]:
    """All whole lines of a file that `label_clips` wrote."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [_parse(json.loads(line)) for line in lines]


def write_labels(labels: Sequence[Label], path: Path) -> None:
    """The same file anew."""
    path.write_text("".join(_line(label) for label in labels), encoding="utf-8")


def _line(label: Label) -> str:
    return json.dumps(asdict(label), ensure_ascii=False) + "\n"


def _parse(value: dict[str, Any]) -> Label:
    rows = ("words", "candidates", "log_probabilities")
    tables = {name: tuple(tuple(row) for row in value[name]) for name in rows}
    return Label(value["audio"], value["speaker"], value["text"], tuple(value["tokens"]), **tables)


def _label(teacher: Recognizer, clip: Clip, language: str, highest_wer: float) -> Label:
    nothing = Label(str(clip.audio), clip.speaker, None)
    waveform = load_audio(clip.audio)
    if not 0.1 <= waveform.duration_s <= LONGEST_S:
        return nothing
    vocabulary, prompt = teacher.vocabulary, teacher.vocabulary.prompt(language)
    memory = teacher.encode(waveform.samples)
    hypothesis = decode(teacher.backend, vocabulary, memory, prompt, teacher.options)
    if not hypothesis.tokens or is_doubtful(hypothesis, teacher.options) or hypothesis.temperature > 0.0:
        return nothing
    if clip.text is not None and medwer.Scorer().corpus([clip.text], [hypothesis.text])["wer"] > highest_wer:
        return nothing
    tokens = [*hypothesis.tokens, vocabulary.end_of_text]
    logits, _ = teacher.backend.step(np.array([[*prompt, *tokens[:-1]]], np.int64), None, memory)
    logits = logits[0, len(prompt) - 1 :].astype(np.float64)
    sure = (
        logits
        - np.log(np.exp(logits - logits.max(-1, keepdims=True)).sum(-1, keepdims=True))
        - logits.max(-1, keepdims=True)
    )
    best = np.argsort(-sure, axis=-1)[:, :CANDIDATES]
    segments = align_segments(
        vocabulary,
        align_batch(teacher.backend, vocabulary, memory, prompt, [hypothesis])[0],
        hypothesis,
        prompt_length=len(prompt),
        language=language,
        window=Window((Utterance(0.0, waveform.samples, 0.0, waveform.duration_s),)),
        judge=teacher.judge,
    )
    words = [word for segment in segments for word in segment.words]
    return Label(
        str(clip.audio),
        clip.speaker,
        hypothesis.text.strip(),
        tuple(tokens),
        tuple(_word_ends(hypothesis.text.strip(), [(w.text, w.start_s, w.end_s) for w in words])),
        tuple(tuple(int(token) for token in row) for row in best),
        tuple(tuple(round(float(x), 3) for x in row) for row in np.take_along_axis(sure, best, axis=-1)),
    )


def _word_ends(text: str, words: Sequence[tuple[str, float, float]]) -> list[tuple[int, float, float]]:
    ends, at = [], 0
    for word, start_s, end_s in words:
        at = text.index(word, at) + len(word)
        ends.append((at, round(start_s, 2), round(end_s, 2)))
    return ends
