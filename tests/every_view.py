"""Every page and dialog of the window, one after the other, and what must hold of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from stored_notes import AUTHOR, store_dictation

from adaptation.lexicon import Term, read_lexicon
from app.desk.template_store import Incoming
from app.dictation.templates import read_template
from app.records import RecordStore
from app.translation import translate
from app.ui.choice import Choice
from app.ui.dialogs import AddendumDialog, SignDialog, ask_to_close
from app.ui.dictation_box import DictationBox
from app.ui.features import ControlsFeature, LexiconsFeature, PageFeature, TourFeature, TransferFeature
from app.ui.formatting_dialog import FormattingDialog
from app.ui.lexicon_dialogs import ImportDialog, TermDialog
from app.ui.own_phrase_dialog import OwnPhraseDialog
from app.ui.recording_bar import MicrophoneChooser
from app.ui.teach_dialog import TeachDialog
from app.ui.template_chooser import TemplateChooser
from app.ui.template_import_dialog import TemplateImportDialog
from app.ui.term_trial_dialog import TermTrialDialog
from app.ui.window import MainWindow
from speech.errors import OtoscribeError

LONG = [
    (word, 0.5 if at % 9 == 4 else 0.95) for at, word in enumerate(("The patient reports no chest pain. " * 40).split())
]
ROWS = "written,spoken,category\nNuss procedure,noose procedure,procedure\nnuss procedure,,\n---,,\n"


def fill_record() -> int:
    """Some notes; gives the id of a long one with a recording and words to check."""
    store = RecordStore.open()
    for title, patient, text in (
        ("Discharge letter", "Maria Alvarez, 1958", "Admitted with community-acquired pneumonia, treated with"),
        ("Ward round", "John Doe, 1971", "Afebrile since yesterday. Eating and drinking well."),
        ("Cardiology clinic, second visit after ablation", "R. Osei", "No palpitations since the procedure."),
    ):
        note = store.create_note(title, patient, author=AUTHOR, text=text)
    store.sign(note.id, AUTHOR)
    store.add_addendum(note.id, "Seen again on the same day: no change.", AUTHOR)
    store.close()
    return store_dictation(LONG, title="Chest pain clinic")


def pages(window: MainWindow, qtbot: QtBot, note_id: int) -> Iterator[str]:
    """Shows one page after the other and gives its name."""
    yield "empty"
    for name, shown_id in (("note", note_id), ("signed", note_id - 1)):
        window.session.notebook.open(shown_id)
        qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "", timeout=20_000)
        qtbot.wait(100)
        yield name
    for feature in window.features:
        if isinstance(feature, PageFeature) and not isinstance(feature, TourFeature):
            feature.show_page()
            qtbot.wait(300)
            if isinstance(feature, LexiconsFeature):
                qtbot.waitUntil(lambda: bool(window.session.lexicons.found), timeout=20_000)
            yield type(feature).__name__.removesuffix("Feature").lower()
    window.show_setup()
    qtbot.wait(300)
    yield "first-run"
    tour = window.feature(TourFeature).tour
    tour.start()
    while tour.is_under_way:
        qtbot.wait(50)
        yield f"tour-{tour.screen}"
        tour.go_on()
    problem = OtoscribeError("The notes' database notes.db is damaged", "Ask your IT to mend it.")
    window.trouble_page.show_problem(problem)
    window.pages.setCurrentWidget(window.trouble_page)
    yield "trouble"


def dialogs(window: MainWindow, folder: Path) -> dict[str, Callable[[], QWidget]]:
    """How to make each dialog, and the small window above all others, by its name."""
    settings, session = window.session.desk.settings, window.session
    (folder / "thoracic.csv").write_text(ROWS)
    note = session.notebook.current
    assert note is not None
    session.templates.refresh()
    incoming = Incoming(folder / "ward.txt", "ward", read_template("title: Ward round\n\n[date]"))
    return {
        "sign": lambda: SignDialog(AUTHOR, 3, ["side", "date"], window),
        "addendum": lambda: AddendumDialog(AUTHOR, window),
        "written-form": lambda: FormattingDialog(settings, window),
        "term": lambda: TermDialog(
            "Otoscribe", Term("Nuss procedure", ()), {"my-terms": "My terms"}, "my-terms", window
        ),
        "import": lambda: ImportDialog(read_lexicon(folder / "thoracic.csv"), [], [], window),
        "teach-a-pedal": lambda: TeachDialog(window.feature(ControlsFeature).controls, window),
        "try-by-voice": lambda: TermTrialDialog(session.term_trial, window.theme, window),
        "template": lambda: TemplateChooser(
            session.templates, lambda stored: session.templates.text_for(stored, note), window.theme, window
        ),
        "import-templates": lambda: TemplateImportDialog([incoming], ["ward"], window),
        "phrase": lambda: OwnPhraseDialog(None, lambda phrase: None, window),
        "box": lambda: DictationBox(session, window.theme, window.actions_, window.feature(TransferFeature)),
        "question": lambda: ask_to_close("recording", window),
    }


def parts(window: QWidget) -> list[QWidget]:
    """The widgets that a user sees and uses; Qt's own inner parts (viewports, scroll bars) are left out."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QLabel, QGroupBox, QProgressBar, QAbstractScrollArea)
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisibleTo(window)
        and widget.window() is window
        and not widget.objectName().startswith("qt_")
    ]


def unnamed(window: QWidget) -> list[str]:
    """Controls that a screen reader has no name for."""
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in parts(window)
        if not widget.accessibleName()
        and not isinstance(widget, QHeaderView)  # Qt names each of its sections by its text
        and not (isinstance(widget, QLabel | QAbstractButton) and widget.text())
        and not (isinstance(widget, QGroupBox) and widget.title())
    ]


def cut_off(window: QWidget) -> list[str]:
    """Labels and buttons whose text needs more room than they have."""
    cut: list[str] = []
    for widget in parts(window):
        if isinstance(widget, QLabel) and widget.text() and widget.wordWrap():
            fits = widget.heightForWidth(widget.width()) <= widget.height() + 1
            fits = fits and _longest_word(widget) <= widget.contentsRect().width() + 1
        elif isinstance(widget, QLabel | QAbstractButton) and widget.text():
            fits = widget.sizeHint().width() <= widget.width() + 1 and widget.sizeHint().height() <= widget.height() + 1
        elif isinstance(widget, Choice) and not _names_microphone(widget):  # its list tells whole names
            fits = widget.fontMetrics().horizontalAdvance(widget.currentText()) < widget.text_width
        elif isinstance(widget, QLineEdit) and not widget.text():
            wanted = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
            fits = wanted <= widget.width() - widget.fontMetrics().height()
        else:
            continue
        if not fits:
            cut.append(f"{widget.accessibleName() or widget.text()}: {widget.size()} of {widget.sizeHint()}")
    return cut


def _names_microphone(choice: Choice) -> bool:
    none = translate("MicrophoneChooser", "No microphone")
    return isinstance(choice, MicrophoneChooser) and choice.currentText() != none


def _longest_word(label: QLabel) -> int:
    """In pixels; a path may break within."""
    words = [word for word in re.split(r"[\s/\\]+", label.text()) if word.isascii()]
    return max((label.fontMetrics().horizontalAdvance(word) for word in words), default=0)


def overlapping(window: QWidget) -> list[str]:
    """Controls and texts that lie on each other."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QLabel)
    shown = [part for part in parts(window) if isinstance(part, kinds) and not _can_be_scrolled_to(part, window)]
    fields = [QRect(part.mapTo(window, QPoint()), part.size()).adjusted(2, 2, -2, -2) for part in shown]
    return [
        f"{shown[one].accessibleName()} and {shown[other].accessibleName()}"
        for one in range(len(shown))
        for other in range(one)
        if fields[one].intersects(fields[other])
        and not shown[one].isAncestorOf(shown[other])
        and not shown[other].isAncestorOf(shown[one])
    ]


def sideways(window: QWidget) -> list[str]:
    """Pages that are wider than their place."""
    areas = [part for part in window.findChildren(QScrollArea) if part.isVisible()]
    return [area.accessibleName() for area in areas if area.horizontalScrollBar().maximum() > 0]


def outside(window: QWidget) -> list[str]:
    """Widgets of which a part lies outside the window, unless it can be scrolled to."""
    field = window.rect()
    return [
        widget.accessibleName() or type(widget).__name__
        for widget in parts(window)
        if widget.width() > 0
        and not field.contains(widget.mapTo(window, widget.rect().bottomRight()))
        and not _can_be_scrolled_to(widget, window)
    ]


def _can_be_scrolled_to(widget: QWidget, window: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def accelerators(texts: list[str]) -> list[str]:
    """Letters that more than one of the texts is reached by."""
    letters = Counter(found[1].lower() for text in texts if (found := re.search("&([^&])", text)))
    return [
        f"{letter}: {[text for text in texts if f'&{letter}' in text.lower()]}"
        for letter, count in letters.items()
        if count > 1
    ]


def reached_by_letters(window: QWidget) -> list[str]:
    """The texts with accelerators that are on show in a window, with the menus of its bar."""
    texts = [
        widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.title()
        for widget in parts(window)
        if isinstance(widget, QLabel | QAbstractButton | QGroupBox)
    ]
    if isinstance(window, QMainWindow):
        texts += [action.text() for action in window.menuBar().actions()]
    return [text for text in texts if "&" in text.replace("&&", "")]


def menus(window: QWidget) -> list[QMenu]:
    return [menu for menu in window.findChildren(QMenu) if menu.actions()]


def subclasses(kind: type) -> set[type]:
    """All classes below one that are ours."""
    found = {each for each in kind.__subclasses__() if each.__module__.startswith("app.")}
    return found | {inner for each in found for inner in subclasses(each)}


def texts(window: QWidget) -> set[str]:
    """All that a window says by itself: labels, names, tool tips, titles, headings; not what the user has written."""
    found = {window.windowTitle()}
    for widget in parts(window):
        is_own_text = isinstance(widget, QLineEdit) and widget.toolTip() == widget.text()
        found |= {widget.accessibleName(), "" if is_own_text else widget.toolTip()}
        if isinstance(widget, QLabel | QAbstractButton):
            found.add(widget.text())
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            found.add(widget.placeholderText())
        if isinstance(widget, QGroupBox):
            found.add(widget.title())
        if isinstance(widget, QHeaderView) and widget.isVisible() and widget.model() is not None:
            columns = range(widget.model().columnCount())
            found |= {str(widget.model().headerData(column, Qt.Orientation.Horizontal)) for column in columns}
    return found
