"""The gate: an adapter is put into use only where it helps its author and harms nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from adaptation.corpus import Clip, read_manifest
from adaptation.evaluate import ClipResult, recognize_clips
from adaptation.metrics import ClipCounts, count_clips
from adaptation.metrics.bootstrap import difference_interval, resampling_units
from adaptation.metrics.dangers import Danger, count
from adaptation.metrics.report import Interval, rate
from adaptation.metrics.words import plain_words
from adaptation.noise import BROWN, PINK, WHITE, Samples, coloured_noise
from speech.audio import SAMPLE_RATE_HZ, Waveform
from speech.recognizer import Recognizer
from speech.resources import shipped

FEWEST_OWN_CLIPS = 6
MOST_LOST = 0.002  # of the words of general speech, in the rate of errors
_SILENCE_S = 6.0
_LOUDNESS = (0.001, 0.03)  # root mean square of the noises
_HUM_HZ = 50.0


@dataclass(frozen=True)
class Check:
    """One thing that the gate looks at: `present` and `candidate` are its figures for the model that writes now and
    with the new adapter, None where nothing could be counted; `ci95` that of their difference where it decides."""

    name: str
    passed: bool
    present: float | None
    candidate: float | None
    reason: str
    ci95: Interval | None = None


@dataclass(frozen=True)
class Verdict:
    """All checks, that of the author's own words first; no text, so that it can be kept and shown."""

    checks: tuple[Check, ...]
    own_clips: int
    general_clips: int

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def is_help_with_harm(self) -> bool:
        """Whether its author would be better off, but for what it harms."""
        own, *others = self.checks
        return own.passed and not all(check.passed for check in others)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was refused; empty when it was not."""
        return tuple(check.reason for check in self.checks if not check.passed)

    def to_json(self) -> dict[str, Any]:
        """With `passed`, for people who read the file."""
        return {"passed": self.passed, **asdict(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Verdict:
        """Reads back what `to_json` wrote; KeyError or TypeError when it is something else."""
        checks = tuple(
            Check(**{**check, "ci95": None if check["ci95"] is None else (check["ci95"][0], check["ci95"][1])})
            for check in value["checks"]
        )
        return cls(checks, value["own_clips"], value["general_clips"])


@dataclass(frozen=True)
class Trial:
    """What one model made of the author's held-out clips, of general speech, and of noise without speech."""

    own: tuple[ClipResult, ...]
    general: tuple[ClipResult, ...]
    words_in_silence: int


def canary_clips() -> list[Clip]:
    """The general speech that ships for the gate: read, spelled, dictated, by voices from which no adapter learns.

    The student that ships was taught with these clips among others: it does better on them than on strangers, and an
    adapter of it is held to that.
    """
    return read_manifest(shipped("general-speech/canary.jsonl"))


def replay_clips() -> list[Clip]:
    """The general speech that ships to be mixed into training."""
    return read_manifest(shipped("general-speech/replay.jsonl"))


def run_trial(
    recognizer: Recognizer,
    own: Sequence[Clip],
    general: Sequence[Clip],
    language: str = "en",
    on_progress: Callable[[float], None] = lambda share: None,
) -> Trial:
    """Lets a model write all that the gate looks at; `on_progress` is told the share that is done."""
    total = len(own) + len(general) + 1
    heard: list[ClipResult] = []
    for result in recognize_clips(recognizer, [*own, *general], language):
        heard.append(result)
        on_progress(len(heard) / total)
    invented = sum(
        len(plain_words(recognizer.transcribe(Waveform(noise), language=language).text)) for noise in silences()
    )
    on_progress(1.0)
    return Trial(tuple(heard[: len(own)]), tuple(heard[len(own) :]), invented)


def silences() -> Iterator[Samples]:
    """Sound in which nobody speaks: none at all, noises of three colours soft and loud, and mains hum."""
    count = int(_SILENCE_S * SAMPLE_RATE_HZ)
    yield np.zeros(count, np.float32)
    random = np.random.default_rng(0)
    for exponent in (WHITE, PINK, BROWN):
        noise = coloured_noise(count, exponent, random)
        for loudness in _LOUDNESS:
            yield noise * np.float32(loudness / np.sqrt(np.mean(np.square(noise))))
    phase = 2 * np.pi * _HUM_HZ * np.arange(count) / SAMPLE_RATE_HZ
    yield (0.02 * np.sin(phase) + 0.01 * np.sin(3 * phase)).astype(np.float32)


def compare_trials(present: Trial, candidate: Trial) -> Verdict:
    """The verdict. Both must have heard the same clips."""
    general = count_clips(present.general), count_clips(candidate.general)
    checks = (
        _check_own(present.own, candidate.own),
        _check_general(*general),
        _check_kept("terms", "medical terms", general[0].term_recall, general[1].term_recall),
        _check_kept("numbers", "numbers", general[0].number_exact_match, general[1].number_exact_match),
        _check_harm(*general),
        _check_silence(present.words_in_silence, candidate.words_in_silence),
    )
    return Verdict(checks, len(present.own), len(present.general))


def _check_own(present: Sequence[ClipResult], candidate: Sequence[ClipResult]) -> Check:
    if len(present) < FEWEST_OWN_CLIPS:
        reason = f"only {len(present)} of your utterances were held out to measure on; {FEWEST_OWN_CLIPS} are needed"
        return Check("own", False, None, None, reason)
    before, after = count_clips(present).wer, count_clips(candidate).wer
    _, units = resampling_units([result.clip for result in present])
    ci95 = difference_interval(after, before, units)
    rates = rate(before), rate(after)
    passed = ci95 is not None and ci95[1] < 0
    figures = f"{_percent(rates[0])} of your words were wrong, {_percent(rates[1])} would be"
    sure = "certain" if passed else "not certain to be an improvement"
    return Check("own", passed, *rates, f"{figures}: {sure}", ci95)


def _check_general(present: ClipCounts, candidate: ClipCounts) -> Check:
    before, after = rate(present.wer), rate(candidate.wer)
    passed = before is None or (after is not None and after - before <= MOST_LOST)
    return Check("general", passed, before, after, f"errors in other people's speech: {_change(before, after)}")


def _check_kept(name: str, what: str, present: Any, candidate: Any) -> Check:
    before, after = rate(present), rate(candidate)
    passed = before is None or (after is not None and after >= before)
    return Check(name, passed, before, after, f"{what} written right: {_change(before, after)}")


def _check_harm(present: ClipCounts, candidate: ClipCounts) -> Check:
    """Negations lost or invented, sides exchanged, look-alike drugs."""
    before, after = (
        sum(
            count([kind for clip in counts.dangers for kind in clip], danger)
            for danger in (Danger.NEGATION, Danger.SIDE, Danger.DRUG)
        )
        for counts in (present, candidate)
    )
    reason = f"negations, sides or look-alike drugs exchanged: {before} times before, {after} times after"
    return Check("harm", after <= before, float(before), float(after), reason)


def _check_silence(before: int, after: int) -> Check:
    reason = f"words invented where nobody speaks: {before} before, {after} after"
    return Check("silence", after <= before, float(before), float(after), reason)


def _change(before: float | None, after: float | None) -> str:
    return f"{_percent(before)} before, {_percent(after)} after"


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{100 * value:.1f} %"
