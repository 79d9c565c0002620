"""Dictating into a note's text: partials beside it, utterances in it, one undo step for each."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.desk.live_text import Addition, Piece, write_addition
from app.dictation import FormattingOptions
from app.ui.note_document import NoteDocument
from speech.transcript import Segment, Word

PROVISIONAL = -1


def say(said: list[Segment], *texts: str) -> list[Addition]:
    """What utterances add to those before them."""
    additions = []
    for text in texts:
        at_s = 10.0 * len(said)
        words = tuple(Word(word, at_s + at, at_s + at + 0.5, 0.9) for at, word in enumerate(text.split()))
        new = Segment(at_s, at_s + len(words), text, 0.9, words)
        additions.append(write_addition(said, new, "en", FormattingOptions()))
        said.append(new)
    return additions


@pytest.fixture
def document(qapp: QApplication) -> NoteDocument:
    return NoteDocument("en")


def load(document: NoteDocument, text: str) -> QTextCursor:
    """The text, with a place where | stands, or from the first | to the second."""
    document.load(text.replace("|", ""), {}, [])
    place = QTextCursor(document)
    place.setPosition(text.index("|"))
    place.setPosition(text.rindex("|") - text.count("|") + 1, QTextCursor.MoveMode.KeepAnchor)
    return place


def dictate(document: NoteDocument, place: QTextCursor, *texts: str) -> None:
    for addition in say([], *texts):
        document.add_dictated(place, addition, PROVISIONAL)
    document.end_dictated(place)


@pytest.mark.parametrize(
    ("note", "said", "written"),
    [
        ("|", ["No fever.", "No cough."], "No fever. No cough."),
        ("Before.| After.", ["No fever.", "No cough."], "Before. No fever. No cough. After."),
        ("Before. |After.", ["No fever."], "Before. No fever. After."),
        ("The patient reports| and no fever.", ["No chest pain."], "The patient reports no chest pain and no fever."),
        ("He reports| and no fever.", ["No pain.", "No cough."], "He reports no pain. No cough and no fever."),
        ("Severe |headache| today.", ["Back pain."], "Severe back pain today."),
        ("Severe |headache|.", ["back pain."], "Severe back pain."),
        ("|Old text.|", ["No fever."], "No fever."),
        ("Pain in the |[side: left ｜ right]| knee.", ["Left."], "Pain in the left knee."),
        ("Findings:\n|\nPlan:", ["No fever."], "Findings:\nNo fever.\nPlan:"),
        ("With food|.", ["metformin five hundred", "milligrams b i d."], "With food metformin 500 mg BID."),
        ("No fever.|", ["New paragraph.", "Plan colon rest."], "No fever.\n\nPlan: rest."),
    ],
)  # fmt: skip
def test_utterances_fit_what_stands_around_them(
    document: NoteDocument, note: str, said: list[str], written: str
) -> None:
    dictate(document, load(document, note), *said)
    assert document.toPlainText() == written


def test_each_utterance_is_one_step_of_undo(document: NoteDocument) -> None:
    dictate(document, load(document, "He has |nothing| and no fever."), "a dry cough", "back pain.")
    assert document.toPlainText() == "He has a dry cough back pain and no fever."
    document.undo()
    assert document.toPlainText() == "He has a dry cough and no fever."
    document.undo()
    assert document.toPlainText() == "He has nothing and no fever."
    document.redo()
    document.redo()
    assert document.toPlainText() == "He has a dry cough back pain and no fever."


def test_a_partial_is_shown_beside_the_text_and_is_no_part_of_it(document: NoteDocument, qtbot: QtBot) -> None:
    editor = QPlainTextEdit()
    qtbot.addWidget(editor)
    editor.setDocument(document)
    place = load(document, "The patient reports| today.")
    line = document.begin()
    document.show_partial(place, Piece("No chest", ()))
    assert line.layout().preeditAreaText() == " no chest"
    assert line.layout().preeditAreaPosition() == len("The patient reports")
    assert document.toPlainText() == "The patient reports today." and not document.isUndoAvailable()
    typed = QTextCursor(document)
    typed.insertText("Note:\n")
    line = document.begin().next()
    assert line.layout().preeditAreaText() == " no chest"
    assert document.begin().layout().preeditAreaText() == ""
    (addition,) = say([], "No chest pain.")
    document.add_dictated(place, addition, PROVISIONAL)
    assert document.toPlainText() == "Note:\nThe patient reports no chest pain. today."
    assert line.layout().preeditAreaText() == ""


def test_a_partial_takes_nothing_away(document: NoteDocument) -> None:
    place = load(document, "Severe |headache| today.")
    document.show_partial(place, Piece("back", ()))
    assert document.begin().layout().preeditAreaText() == " back"
    document.show_partial(place, Piece("", ()))
    assert document.begin().layout().preeditAreaText() == ""
    assert document.toPlainText() == "Severe headache today." and place.selectedText() == "headache"


def test_words_know_when_they_were_said_and_later_in_which_recording(document: NoteDocument) -> None:
    place = load(document, "Today:|")
    first, second = say([], "Metformin five hundred", "milligrams daily.")
    document.add_dictated(place, first, PROVISIONAL)
    document.add_dictated(place, second, PROVISIONAL)
    document.name_recording(PROVISIONAL, 7)
    words = document.spoken_words()
    assert [(word.heard.text, word.heard.start_s) for word in words] == [
        ("Metformin", 0.0),
        ("500", 1.0),
        ("mg", 1.0),
        ("daily.", 11.0),
    ]
    assert {word.recording_id for word in words} == {7}
    assert [word.number for word in words] == [0, 1, 2, 3] and len(document.words_of(7)) == 4
    assert document.heard_at(document.toPlainText().index("mg")) == (17, 23, "five hundred milligrams")


def test_text_that_was_edited_meanwhile_is_left_alone(document: NoteDocument) -> None:
    place = load(document, "|")
    first, second = say([], "Metformin five hundred", "milligrams daily.")
    document.add_dictated(place, first, PROVISIONAL)
    typed = QTextCursor(place)
    typed.insertText(" or so")
    document.add_dictated(place, second, PROVISIONAL)
    assert document.toPlainText() == "Metformin 500 or so milligrams daily."
    assert [word.heard.text for word in document.spoken_words()] == ["Metformin", "500", "Milligrams", "daily."]


def test_nothing_said_changes_nothing(document: NoteDocument) -> None:
    place = load(document, "Severe |headache|.")
    nothing = Piece("", ())
    document.add_dictated(place, Addition(nothing, nothing, nothing), PROVISIONAL)
    document.end_dictated(place)
    assert document.toPlainText() == "Severe headache."
