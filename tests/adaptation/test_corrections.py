"""What an author changed: found, and told apart from what was written anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adaptation.corrections import Change, ChangedClip, DictatedClip, Kind, apply, find_changes, judge
from adaptation.support import measure_support
from speech.audio import load_audio
from speech.recognizer import Recognizer
from speech.store import InstalledModel
from speech.transcript import Word

WORDS = st.lists(
    st.sampled_from(["no", "the", "pain", "knee", "mg", "25", "metformin,", "started.", "Today", "left"]), max_size=12
)


def clip(text: str, start_s: float = 0.0) -> DictatedClip:
    words = tuple(Word(word, start_s + n, start_s + n + 0.9, 0.9) for n, word in enumerate(text.split()))
    return DictatedClip(start_s, start_s + max(1, len(words)), words, words)


def changes(before: str, after: str) -> list[tuple[str, str]]:
    found = find_changes([[clip(before)]], after)[0]
    return [(change.before, change.after) for each in found for change in each.changes]


def kind_of(before: str, after: str, support_nats: float | None = None) -> Kind:
    found = find_changes([[clip(f"she takes {before} every day")]], f"she takes {after} every day")[0]
    (change,) = found[0].changes
    return judge(change, support_nats)


def test_words_are_compared_one_by_one() -> None:
    assert changes("He takes metaprolol and met for men daily.", "He takes metoprolol and metformin daily.") == [
        ("metaprolol", "metoprolol"),
        ("met for men", "metformin"),
    ]
    assert changes("He takes Lisinopril", "HISTORY\nHypertension. He takes lisinopril. Reviewed by phone.") == []
    assert changes("She has two sisters", "She has 2 sisters.") == []
    assert changes("metaprolol was started", "Plan: metoprolol was started") == [("metaprolol", "metoprolol")]


def test_each_recording_finds_its_own_words() -> None:
    one, other = clip("the left knee is swollen"), clip("he takes metaprolol daily")
    found = find_changes([[one], [other]], "he takes metoprolol daily the left knee is warm and swollen")
    assert [[change.after for each in own for change in each.changes] for own in found] == [
        ["warm and"],
        ["metoprolol"],
    ]
    assert find_changes([[clip("nothing of this is left")]], "Another text altogether stands here") == [[]]


@pytest.mark.parametrize(
    ("before", "after", "support_nats", "kind"),
    [
        ("metaprolol", "metoprolol", None, Kind.MISHEARD),
        ("full vestrant", "fulvestrant", -12.0, Kind.MISHEARD),
        ("listen to this", "lisinopril", 12.0, Kind.MISHEARD),
        ("shows", "demonstrates", -11.0, Kind.REWRITTEN),
        ("knee", "shoulder", -13.0, Kind.REWRITTEN),
        ("knee", "shoulder", None, Kind.REWRITTEN),
        ("morning", "evening", -5.0, Kind.DOUBTFUL),
        ("15", "50", 3.0, Kind.DOUBTFUL),
        ("no", "now", 3.0, Kind.DOUBTFUL),
        ("hypotension", "hypertension", 3.0, Kind.DOUBTFUL),
    ],
)
def test_kinds(before: str, after: str, support_nats: float | None, kind: Kind) -> None:
    assert kind_of(before, after, support_nats) is kind


def test_only_what_was_misheard_is_put_right() -> None:
    (found,) = find_changes([[clip("Give metaprolol, then wait.")]], "Give metoprolol tablets, then wait.")[0]
    texts = [word.text for word in found.clip.heard]
    misheard = [change for change in found.changes if judge(change) is Kind.MISHEARD]
    assert apply(texts, misheard) == "Give metoprolol, then wait."
    assert apply(texts, ()) == "Give metaprolol, then wait."


def test_written_forms_lead_back_to_the_words_heard() -> None:
    """25 mg in the note was heard as three words, which the change must cover."""
    heard = tuple(Word(word, n, n + 0.9, 0.9) for n, word in enumerate(["take", "twenty", "five", "milligrams", "now"]))
    written = (Word("take", 0, 0.9, 0.9), Word("25", 1, 3.9, 0.9), Word("mg", 1, 3.9, 0.9), Word("now", 4, 4.9, 0.9))
    (found,) = find_changes([[DictatedClip(0, 5, heard, written)]], "take 50 mg now")[0]
    assert [(change.first, change.last, change.after) for change in found.changes] == [(1, 4, "50 mg")]


def test_what_goes_over_a_pause_is_not_learned() -> None:
    clips = [clip("she takes met for"), clip("men twice daily", 10.0)]
    first, second = find_changes([clips], "she takes metformin twice daily")[0]
    assert [judge(change) for each in (first, second) for change in each.changes] == [Kind.REWRITTEN] * 2
    assert [(change.before, change.after) for change in second.changes] == [("men", "")]


@given(WORDS, WORDS)
def test_any_two_texts_can_be_compared(before: list[str], after: list[str]) -> None:
    for each in find_changes([[clip(" ".join(before))]], " ".join(after))[0]:
        places = [(change.first, change.last) for change in each.changes]
        assert all(0 <= first <= last <= len(before) for first, last in places)
        assert places == sorted(places)
        assert all(0.0 <= change.alike <= 1.0 for change in each.changes)
        assert all(isinstance(judge(change, nats), Kind) for change in each.changes for nats in (None, -30.0, 30.0))


@given(WORDS)
def test_what_is_left_alone_is_no_change(words: list[str]) -> None:
    text = " ".join(words)
    assert find_changes([[clip(text)]], text.upper())[0] == ([ChangedClip(clip(text), ())] if words else [])
    assert apply(words, ()) == text


@given(st.sampled_from(["15", "two", "no", "not", "left", "without"]), st.floats(-50, 50))
def test_numbers_negations_and_sides_are_never_taken_unasked(word: str, support_nats: float) -> None:
    for change in (Change(0, 1, word, "metformin", 1.0), Change(0, 1, "metformin", word, 1.0)):
        assert judge(change, support_nats) is not Kind.MISHEARD


@pytest.mark.slow
def test_the_sound_speaks_for_what_was_said(base_model: InstalledModel, short_sample: Path) -> None:
    recognizer = Recognizer.open(base_model)
    samples = load_audio(short_sample).samples
    segment = recognizer.transcribe(short_sample).segments[0]
    *wrong, last = segment.text.split()
    wrong.append("tomatoes.")
    right = Change(len(wrong) - 1, len(wrong), "tomatoes", last, 0.1)
    other = Change(len(wrong) - 1, len(wrong), "tomatoes", "umbrellas", 0.1)
    inside = samples[int(segment.start_s * 16000) : int(segment.end_s * 16000)]
    said, invented = measure_support(recognizer, inside, wrong, [right, other])
    assert said > 5.0 and said > invented + 5.0
