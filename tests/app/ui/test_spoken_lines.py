"""What was said of each line stays right while the text is edited, also while a long one is still being read."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.desk.anchors import anchor_words
from app.desk.rewriting import PlacedText
from app.ui.mark_highlighter import MarkHighlighter
from app.ui.note_document import NoteDocument
from app.ui.spoken_lines import SpokenLines
from speech.transcript import Word

EDITS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 60), st.sampled_from(["", "x", " new ", "\n", "a\n\nb "]))
)


def spoken(count: int) -> list[Word]:
    return [
        Word(f"w{number}", number * 0.5, number * 0.5 + 0.4, 0.3 if number % 7 == 0 else 0.9) for number in range(count)
    ]


def load(count: int) -> NoteDocument:
    words = spoken(count)
    text = "".join(word.text + ("\n" if number % 9 == 8 else " ") for number, word in enumerate(words))
    document = NoteDocument("en")
    document.load(text, {1: words}, anchor_words(text, [(1, words)]))
    return document


def edit(document: NoteDocument, start: int, length: int, text: str) -> None:
    last = document.characterCount() - 1
    cursor = QTextCursor(document)
    cursor.setPosition(min(start, last))
    cursor.setPosition(min(start + length, last), QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text)


@settings(max_examples=60, deadline=None)
@given(edits=EDITS)
def test_lines_follow_every_edit(qapp: QApplication, edits: list[tuple[int, int, str]]) -> None:
    document = load(100)
    document.words_to_check(0.5)
    for start, length, text in edits:
        edit(document, start, length, text)
        document.words_to_check(0.5)
    for _ in edits[::2]:
        document.undo()
    kept = document.spoken_words()
    anew = SpokenLines(document, document._reader)
    fresh = [word.moved(block.position()) for block, line in anew.all() for word in line.words]
    assert kept == fresh
    assert document.words_to_check(0.5) == sum(word.is_doubtful(0.5) for word in fresh)
    for word in fresh:
        found = document.spoken_word_near(word.start)
        assert found is not None and found.start <= word.start


def test_a_long_text_is_read_in_portions_and_may_be_edited_meanwhile(qtbot: QtBot) -> None:
    document = load(3000)
    assert document.is_settling
    document.setDefaultFont(QFont(document.defaultFont().family(), 20))
    edit(document, 0, 3, "")
    edit(document, 0, 0, "typed ")
    with qtbot.waitSignal(document.words_changed, timeout=20_000):
        pass
    text = document.toPlainText()
    assert text.startswith("typed w1 ") and not document.is_settling
    words = document.spoken_words()
    assert [word.number for word in words] == list(range(1, 3000))
    assert all(text[word.start : word.end] == word.heard.text for word in words)


def test_whoever_asks_for_a_word_of_a_long_text_gets_it(qapp: QApplication) -> None:
    document = load(3000)
    found = document.find_spoken(1, 2999)
    assert found is not None and document.toPlainText()[found.start : found.end] == "w2999"
    assert not document.is_settling and document.isUndoRedoEnabled()


def test_a_long_recording_that_is_put_in_is_one_step_of_undo(qtbot: QtBot) -> None:
    document = load(2500)
    document.words_to_check(0.5)
    before = document.toPlainText()
    words = tuple(Word(f"n{number}", number * 0.5, number * 0.5 + 0.4, 0.9) for number in range(2600))
    text = " ".join(word.text for word in words)
    place = QTextCursor(document)
    place.setPosition(3)
    document.insert_transcript(place, PlacedText(1, text, words, tuple(anchor_words(text, [(1, words)]))))
    assert document.is_settling and place.position() > 10_000
    edit(document, 0, 0, "typed ")
    edit(document, document.toPlainText().index("n2599"), 6, "")
    with qtbot.waitSignal(document.words_changed, timeout=20_000):
        pass
    written, spoken_now = document.toPlainText(), document.spoken_words()
    assert [word.number for word in spoken_now] == list(range(2599))
    assert all(written[word.start : word.end] == word.heard.text for word in spoken_now)
    for _ in range(3):
        document.undo()
    assert document.toPlainText() == before


def test_the_lines_of_a_long_note_are_marked_one_after_the_other(qtbot: QtBot) -> None:
    document = load(4000)
    highlighter = MarkHighlighter(document, 0.5, "#111111", "#222222", "#333333", "#444444")

    def is_marked(number: int) -> bool:
        return bool(document.findBlockByNumber(number).layout().formats())

    last = document.blockCount() - 2
    qtbot.waitUntil(lambda: is_marked(0) and is_marked(last), timeout=20_000)
    highlighter.show_marks(False)
    document.undo()
    edit(document, 0, 0, "\n\n")
    edit(document, document.characterCount() - 1, 0, "\nmore")
    qtbot.waitUntil(lambda: not any(is_marked(number) for number in range(document.blockCount())), timeout=20_000)


def test_a_single_long_paragraph_is_laid_out_once_for_all_its_words_and_rightly(qtbot: QtBot) -> None:
    words = spoken(6000)
    text = " ".join(word.text for word in words)
    document, plain = NoteDocument("en"), NoteDocument("en")
    for each in (document, plain):
        view = QPlainTextEdit()
        qtbot.addWidget(view)
        view.setDocument(each)
        view.resize(600, 400)
        view.show()
    laid_out: list[int] = []
    layout = document.documentLayout()
    layout.documentSizeChanged.connect(lambda _size: laid_out.append(1))
    layout.updateBlock.connect(lambda _block: laid_out.append(1))
    layout.update.connect(lambda _field: laid_out.append(1))
    document.load(text, {1: words}, anchor_words(text, [(1, words)]))
    assert document.is_settling  # in portions, of which each would lay all of it out anew
    laid_out.clear()
    qtbot.waitUntil(lambda: not document.is_settling)
    assert len(document.spoken_words()) == 6000
    assert 0 < len(laid_out) < 5
    plain.load(text, {}, [])
    lines = [line_ends(each) for each in (document, plain)]
    assert lines[0] == lines[1] and len(lines[0]) > 100
    edit(document, 20_000, 10, "x")
    assert line_ends(document) != lines[0] and len(document.spoken_words()) in range(5995, 6000)


def line_ends(document: NoteDocument) -> list[int]:
    layout = document.firstBlock().layout()
    document.documentLayout().blockBoundingRect(document.firstBlock())
    return [layout.lineAt(number).textStart() for number in range(layout.lineCount())]
