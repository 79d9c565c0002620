"""What a note lacks of a dictation that broke off, and where that belongs."""

from __future__ import annotations

import pytest

from app.desk.unfinished import HeldPart, find_again, write_rest
from app.dictation import FormattingOptions
from speech.transcript import Segment, Transcript, Word


def heard(*utterances: str) -> Transcript:
    """A word each half second, a pause of a second behind each utterance."""
    segments = []
    at = 0.0
    for text in utterances:
        words = tuple(Word(word, at + n * 0.5, at + n * 0.5 + 0.4, 0.9) for n, word in enumerate(text.split()))
        segments.append(Segment(at, words[-1].end_s, text, 0.9, words))
        at = words[-1].end_s + 1.0
    return Transcript("a.wav", "m", "b", "en", at, 0.1, tuple(segments))


def test_only_what_was_said_behind_the_held_part_is_written() -> None:
    transcript = heard("The lungs are clear.", "No fever today.", "Discharged home.")
    until_s = transcript.segments[0].end_s
    held = HeldPart(until_s, text="Seen today. The lungs are clear.")
    written, rest = write_rest(transcript, held, 7, FormattingOptions())
    assert [piece.text for piece in rest.pieces] == ["No fever today. Discharged home."]
    assert written.heard is transcript
    (piece,) = rest.pieces
    assert [piece.words[anchor.word].text for anchor in piece.anchors] == piece.text.split()
    assert [held.text[anchor.start : anchor.end] for anchor in rest.held] == ["The", "lungs", "are", "clear."]
    assert [piece.words[anchor.word].text for anchor in rest.held] == ["The", "lungs", "are", "clear."]
    assert [word.text for word in rest.words] == piece.text.split()


def test_an_utterance_that_was_heard_together_with_the_held_part_is_cut_at_the_word() -> None:
    transcript = heard("The lungs are clear no fever today.")
    held = HeldPart(transcript.segments[0].words[3].end_s - 0.1)  # times are only roughly right
    _, rest = write_rest(transcript, held, 7, None)
    assert [piece.text for piece in rest.pieces] == ["no fever today."]


def test_what_was_said_for_another_place_goes_there() -> None:
    transcript = heard("One.", "Two.", "Three.")
    held = HeldPart(transcript.segments[0].end_s, turns_s=(transcript.segments[2].start_s - 0.2,))
    _, rest = write_rest(transcript, held, 7, None)
    assert [piece.text for piece in rest.pieces] == ["Two.", "Three."]


def test_a_place_that_was_left_before_the_held_part_ended_gets_nothing() -> None:
    transcript = heard("One.", "Two.")
    _, rest = write_rest(transcript, HeldPart(transcript.segments[0].end_s, turns_s=(0.1,)), 7, None)
    assert [piece.text for piece in rest.pieces] == ["", "Two."]


def test_where_nothing_is_missing_nothing_is_written() -> None:
    transcript = heard("One.", "Two.")
    _, rest = write_rest(transcript, HeldPart(transcript.duration_s), 7, FormattingOptions())
    assert [piece.text for piece in rest.pieces] == [""] and rest.words == []


def test_commands_in_the_rest_are_not_typed() -> None:
    transcript = heard("The lungs are clear.", "Go to assessment.", "No fever.")
    written, rest = write_rest(transcript, HeldPart(transcript.segments[0].end_s), 7, FormattingOptions())
    assert rest.pieces[0].text == "No fever." and written.changing == 1


def test_a_number_said_across_the_end_of_the_held_part_is_one() -> None:
    transcript = heard("Metformin twenty", "five milligrams daily.", "No fever.")
    held = HeldPart(transcript.segments[0].end_s, turns_s=(transcript.segments[2].start_s - 0.2,), text="Metformin 20")
    _, rest = write_rest(transcript, held, 7, FormattingOptions())
    assert [piece.text for piece in rest.pieces] == ["5 mg daily.", "No fever."]
    assert rest.across is not None and rest.across.replaced == "20"
    assert [piece.text for piece in rest.across.pieces] == ["25 mg daily.", "No fever."]
    for piece in rest.across.pieces:
        for at in piece.anchors:
            assert piece.words[at.word].text == piece.text[at.start : at.end]
    assert [rest.across.pieces[0].words[at.word].text for at in rest.held] == ["Metformin", "20"]


@pytest.mark.parametrize("utterances", [("The lungs are clear.", "No fever."), ("Metformin twenty", "scratch that")])
def test_where_nothing_was_said_across_its_end_the_held_part_stays(utterances: tuple[str, str]) -> None:
    transcript = heard(*utterances)
    _, rest = write_rest(transcript, HeldPart(transcript.segments[0].end_s), 7, FormattingOptions())
    assert rest.across is None


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("Seen today. Plan.", (11, 11)),
        ("Mrs Roe: Seen today. Plan.", (20, 20)),
        ("Seen today. Plan changed.", (11, 11)),
        ("Sick. Seen today. Plan. Bye.", (28, 28)),  # edited on both sides: nobody can tell
    ],
)
def test_a_place_is_found_again_after_an_edit(now: str, found: tuple[int, int]) -> None:
    assert find_again("Seen today. Plan.", now, 11, 11) == found


def test_a_selection_that_was_edited_is_not_replaced() -> None:
    assert find_again("Left knee.", "Right knee.", 0, 4) == (11, 11)
    assert find_again("Left knee.", "Left knee. Better.", 0, 4) == (0, 4)
