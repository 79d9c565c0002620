"""Utterances of a dictation told apart by pauses and confidence, and a recording read again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.dictation.commands import Command, CommandName, CommandReader, load_grammar, without_commands
from speech.transcript import Segment, Transcript, Word


def say(*pieces: str, at_s: float = 0.0, pause_s: float = 0.8, confidence: float = 0.9) -> Segment:
    """One segment in which the pieces are said with pauses between them."""
    words: list[Word] = []
    now = at_s
    for piece in pieces:
        for text in piece.split():
            words.append(Word(text, now, now + 0.3, confidence))
            now += 0.35
        now += pause_s
    return Segment(at_s, words[-1].end_s, " ".join(pieces), confidence, tuple(words))


def reader() -> CommandReader:
    grammar = load_grammar("en")
    assert grammar is not None
    return CommandReader(grammar)


def replayed(*utterances: str) -> tuple[list[str], int]:
    segments = tuple(say(text, at_s=100.0 * number) for number, text in enumerate(utterances))
    replay = without_commands(Transcript("", "", "", "en", 1000.0, 0.0, segments), load_grammar("en"))
    return [segment.text for segment in replay.transcript.segments], replay.changing


def test_a_command_between_pauses_of_one_segment_is_found() -> None:
    first, command, last = reader().read(say("No fever.", "Scratch that.", "No cough."))
    assert (first.segment.text, first.command) == ("No fever.", None)
    assert command.command == Command(CommandName.SCRATCH)
    assert [word.text for word in last.segment.words] == ["No", "cough."]
    assert last.segment.start_s == last.segment.words[0].start_s


def test_without_pauses_it_is_text() -> None:
    (reading,) = reader().read(say("No fever.", "Scratch that.", pause_s=0.1))
    assert (reading.command, reading.segment.text) == (None, "No fever. Scratch that.")


def test_text_with_pauses_stays_in_one_piece() -> None:
    segment = say("No fever.", "No cough.", "No rash.")
    (reading,) = reader().read(segment)
    assert reading.segment == segment


def test_what_follows_at_once_is_no_utterance_of_its_own() -> None:
    dictation = reader()
    dictation.read(say("She was told not to"))
    end_s = say("She was told not to").end_s
    (reading,) = dictation.read(say("scratch that", at_s=end_s + 0.05))
    assert reading.command is None


def test_a_command_that_is_not_surely_heard_does_not_fire() -> None:
    (reading,) = reader().read(say("Scratch that.", confidence=0.25))
    assert reading.command is None
    (reading,) = reader().read(say("Select metformin.", confidence=0.45))
    assert reading.command is None


def test_what_is_said_in_the_place_of_words_may_be_doubtful() -> None:
    segment = say("Select metformin.")
    doubtful = replace(segment, words=(segment.words[0], replace(segment.words[1], confidence=0.1)))
    (reading,) = reader().read(doubtful)
    assert reading.command == Command(CommandName.SELECT, "metformin", is_certain=False)


def test_letters_are_spelled_until_something_else_is_said() -> None:
    dictation = reader()
    spelled = [dictation.read(say(text, at_s=10.0 * number))[0] for number, text in enumerate(
        ("Spell that.", "M-E-T", "F O R", "She is well.", "M-E-T")
    )]  # fmt: skip
    assert [each.command for each in spelled] == [
        Command(CommandName.SPELL),
        Command(CommandName.SPELL_OUT, "met"),
        Command(CommandName.SPELL_OUT, "for"),
        None,
        None,
    ]
    assert [each.goes_on for each in spelled] == [False, False, True, False, False]


def test_words_said_literally_are_text_without_the_word_that_says_so() -> None:
    (reading,) = reader().read(say("Literal scratch that."))
    assert (reading.command, reading.is_literal, reading.segment.text) == (None, True, "scratch that.")
    assert [word.text for word in reading.segment.words] == ["scratch", "that."]


def test_only_what_can_be_nothing_else_is_shown_as_a_command() -> None:
    assert reader().peek("scratch that") == Command(CommandName.SCRATCH)
    assert reader().peek("select patients") is None
    assert reader().peek("scratch that it") is None


def test_a_recording_read_again_writes_no_command_and_takes_back_what_was() -> None:
    assert replayed("Give fifty.", "Scratch that.", "Give five.") == (["Give five."], 1)
    assert replayed("One.", "Two.", "Scratch that.", "Scratch that.", "Three.") == (["Three."], 2)
    assert replayed("One.", "Undo.", "Two.") == (["Two."], 1)
    assert replayed("One.", "Scratch that.", "Undo.") == ([], 2)
    assert replayed("Scratch that.", "One.") == (["One."], 1)
    assert replayed("Spell that.", "M-E-T", "She is well.") == (["met", "She is well."], 0)
    assert replayed("Literal undo.") == (["undo."], 0)


def test_commands_that_changed_the_note_are_counted() -> None:
    assert replayed("Chest pain.", "Select chest pain.", "No pain.") == (["Chest pain.", "No pain."], 1)
    assert replayed("Select patients.") == (["Select patients."], 0)
    assert replayed("Go to plan.", "Rest.", "Insert template normal chest.") == (["Rest."], 2)
    assert replayed("Stop dictation.") == ([], 0)


@given(st.lists(st.sampled_from(["No fever.", "Give 5 mg.", "The chest is clear."]), max_size=6))
def test_a_recording_without_commands_stays_as_it_is(utterances: list[str]) -> None:
    assert replayed(*utterances) == (utterances, 0)
