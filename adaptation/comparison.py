"""Two systems on the same clips: which is better, and whether that is more than chance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adaptation.corpus import Clip, CorpusError
from adaptation.evaluate import ClipResult
from adaptation.metrics import ClipCounts, Report, count_clips, measure
from adaptation.metrics.bootstrap import difference_interval, resampling_units
from adaptation.metrics.report import Interval, rate
from speech.transcript import Word

RATES = ("wer", "medical_wer", "other_wer", "insertion_rate", "term_recall", "term_precision", "number_exact_match")


@dataclass(frozen=True)
class System:
    """What one system made of the clips, in their order."""

    name: str
    results: tuple[ClipResult, ...]
    report: Report
    counts: ClipCounts

    @classmethod
    def of(cls, name: str, results: Sequence[ClipResult]) -> System:
        return cls(name, tuple(results), measure(results), count_clips(results))


@dataclass(frozen=True)
class Difference:
    """A rate of the first system less that of the second, and its 95 % interval by paired bootstrap; None where there
    is nothing to count."""

    key: str
    first: float | None
    second: float | None
    difference: float | None
    ci95: Interval | None

    @property
    def is_certain(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.ci95 is not None and (self.ci95[0] > 0 or self.ci95[1] < 0)


def compare(first: System, second: System) -> tuple[Difference, ...]:
    """The differences in all rates; both systems must have heard the same clips."""
    assert [each.clip for each in first.results] == [each.clip for each in second.results]
    _, units = resampling_units([result.clip for result in first.results])
    found = []
    for key in RATES:
        one, other = getattr(first.counts, key), getattr(second.counts, key)
        rates = rate(one), rate(other)
        difference, ci95 = None, None
        if rates[0] is not None and rates[1] is not None:
            difference, ci95 = rates[0] - rates[1], difference_interval(one, other, units)
        found.append(Difference(key, *rates, difference, ci95))
    return tuple(found)


def read_hypotheses(path: Path, clips: Sequence[Clip]) -> list[ClipResult]:
    """Another system's text of the clips from JSON Lines with "audio" (as in the manifest) and "hypothesis".

    "duration_s", "processing_s" and "words" (with "text" and "confidence") are read where they are there. CorpusError
    when a line is wrong or a clip is missing.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"The hypotheses {path} cannot be read", "It must be a UTF-8 text file.") from error
    values = [_read_line(line, number, path) for number, line in enumerate(lines, start=1) if line.strip()]
    by_name = {value["audio"]: value for value in values}
    missing = next((clip.name for clip in clips if clip.name not in by_name), None)
    if missing is not None:
        raise CorpusError(f"{path} holds nothing for {missing}", "Both systems must have heard the same clips.")
    return [_result(by_name[clip.name], clip) for clip in clips]


def _read_line(line: str, number: int, path: Path) -> dict[str, Any]:
    remedy = "Write it with: otoscribe eval MANIFEST --hypotheses FILE."
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise CorpusError(f"Line {number} of {path} is not JSON", remedy) from None
    if not isinstance(value, dict) or not all(isinstance(value.get(key), str) for key in ("audio", "hypothesis")):
        raise CorpusError(f'Line {number} of {path} lacks "audio" or "hypothesis"', remedy)
    words, times = value.get("words", []), [value.get(key, 0.0) for key in ("duration_s", "processing_s")]
    are_times = all(isinstance(time, int | float) and 0 <= time < float("inf") for time in times)
    if not are_times or not isinstance(words, list) or not all(_is_word(each) for each in words):
        raise CorpusError(f"Line {number} of {path} has times or words that cannot be used", remedy)
    return value


def _is_word(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return False
    confidence = value.get("confidence")
    return isinstance(confidence, int | float) and 0 <= confidence <= 1


def _result(value: dict[str, Any], clip: Clip) -> ClipResult:
    words = tuple(Word(word["text"], 0.0, 0.0, float(word["confidence"])) for word in value.get("words", []))
    duration_s, processing_s = (float(value.get(key, 0.0)) for key in ("duration_s", "processing_s"))
    return ClipResult(clip, value["hypothesis"], duration_s, processing_s, words)
