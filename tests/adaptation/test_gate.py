"""The gate: each thing that it looks at is enough to refuse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from adaptation.corpus import Clip
from adaptation.evaluate import ClipResult
from adaptation.gate import Check, Trial, Verdict, canary_clips, compare_trials, replay_clips, silences
from adaptation.learning import divide

OWN = ["start metoprolol today", "metoprolol was stopped", "she takes metoprolol", "more metoprolol please"] * 3
GENERAL = ["the left lung is clear", "no fever since Monday", "give aspirin 300 mg", "she walked home"]


def results(texts: Sequence[str], heard: Sequence[str], terms: Sequence[str] = ()) -> tuple[ClipResult, ...]:
    clips = [Clip(str(n), Path(str(n)), text, "a", tuple(terms)) for n, text in enumerate(texts)]
    return tuple(ClipResult(clip, written, 2.0, 0.1) for clip, written in zip(clips, heard, strict=True))


def trial(own: Sequence[str] = OWN, general: Sequence[str] = GENERAL, silence: int = 0) -> Trial:
    return Trial(results(OWN, own), results(GENERAL, general, ["aspirin"]), silence)


def misheard(texts: Sequence[str]) -> list[str]:
    return [text.replace("metoprolol", "metaprolol") for text in texts]


PRESENT = trial(own=misheard(OWN), general=[*GENERAL[:3], "she walked hom"])


def refused(candidate: Trial, present: Trial = PRESENT) -> list[str]:
    return [check.name for check in compare_trials(present, candidate).checks if not check.passed]


def test_what_helps_and_harms_nothing_passes() -> None:
    verdict = compare_trials(PRESENT, trial())
    assert verdict.passed and verdict.reasons == ()
    own = verdict.checks[0]
    assert own.ci95 is not None and own.ci95[1] < 0 and own.candidate == 0.0


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (trial(own=misheard(OWN)), ["own"]),
        (trial(own=[*misheard(OWN[:-1]), OWN[-1]]), ["own"]),  # better, but perhaps by chance
        (trial(general=[*GENERAL[:3], "she walks hom"]), ["general"]),
        (trial(general=[*GENERAL[:2], "give asprin 300 mg", GENERAL[3]]), ["terms"]),
        (trial(general=[*GENERAL[:2], "give aspirin 30 mg", GENERAL[3]]), ["numbers"]),
        (trial(general=["the right lung is clear", *GENERAL[1:]]), ["harm"]),
        (trial(general=[GENERAL[0], "fever since Monday", *GENERAL[2:]]), ["harm"]),
        (trial(silence=1), ["silence"]),
    ],
)
def test_one_thing_is_enough_to_refuse(candidate: Trial, why: list[str]) -> None:
    assert refused(candidate) == why


def test_help_with_harm_is_told_from_harm_and_from_help() -> None:
    kinds = trial(), trial(general=[*GENERAL[:3], "she walks hom"]), trial(own=misheard(OWN), silence=1)
    assert [compare_trials(PRESENT, kind).is_help_with_harm for kind in kinds] == [False, True, False]


def test_too_few_clips_of_the_author_prove_nothing() -> None:
    few = Trial(PRESENT.own[:3], PRESENT.general, 0), Trial(trial().own[:3], trial().general, 0)
    assert refused(few[1], few[0]) == ["own"]


def test_a_verdict_is_read_back_and_holds_no_text() -> None:
    verdict = compare_trials(PRESENT, trial(silence=3))
    written = json.dumps(verdict.to_json())
    assert Verdict.from_json(json.loads(written)) == verdict
    assert not any(word in written for text in (*OWN, *GENERAL) for word in text.split() if len(word) > 4)
    with pytest.raises((KeyError, TypeError)):
        Verdict.from_json({"checks": [{"name": "own"}]})
    assert Verdict((Check("own", True, None, None, ""),), 0, 0).passed


def test_the_general_speech_is_there_and_shares_nobody() -> None:
    canary, replay = canary_clips(), replay_clips()
    assert len(canary) > 100 and len(replay) > 50
    assert not {clip.speaker for clip in canary} & {clip.speaker for clip in replay}
    assert not {clip.text for clip in canary} & {clip.text for clip in replay}
    assert sum(len((clip.text or "").split()) for clip in canary) > 1500  # so that 0.2 points are some words
    assert sum(len(clip.terms) for clip in canary) > 90
    assert sum(any(sign.isdigit() for sign in clip.text or "") for clip in canary) > 60
    assert all(np.abs(noise).max() < 0.2 for noise in silences())


def test_held_out_stays_held_out_and_no_sentence_is_on_both_sides() -> None:
    clips = [Clip(str(n), Path("a"), f"sentence number {n % 40}") for n in range(80)]
    first, later = divide(clips[:50]), divide(clips)
    assert set(first.held_out) <= set(later.held_out) and set(first.learned) <= set(later.learned)
    assert not {clip.text for clip in later.learned} & {clip.text for clip in later.held_out}
    assert 0.1 < len(later.held_out) / len(clips) < 0.5
