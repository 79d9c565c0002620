"""The main window: puts the views together and connects the actions to the session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.paths import data_folder, documents_folder
from app.settings import Settings
from app.translation import translate
from app.ui.actions import Actions
from app.ui.dates import day_and_time_text
from app.ui.dialogs import AddendumDialog, Question, SignDialog, ask_to_close
from app.ui.features import FEATURES, Feature, Situation, TourFeature
from app.ui.formatting_dialog import FormattingDialog
from app.ui.in_sight import InSight
from app.ui.message_bar import MessageBar
from app.ui.models.documents import file_name_for
from app.ui.models.session import Session
from app.ui.note_page import NotePage
from app.ui.page import Page
from app.ui.page_stack import PageStack
from app.ui.plain_pages import EmptyPage, TroublePage
from app.ui.recording_bar import RecordingBar
from app.ui.recovery_bar import RecoveryBar
from app.ui.setup_page import SetupPage
from app.ui.sidebar import Sidebar
from app.ui.theme import Theme
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.desk.recovery import LeftBehind
    from app.ui.models.note import OpenNote

F = TypeVar("F", bound=Feature)

_ROOM_ABOVE = 8  # pixels


class MainWindow(QMainWindow):
    """`ready`: the list of notes is on show for the first time. `left`: everything is saved and the window closed."""

    ready = Signal()
    left = Signal()

    def __init__(self, session: Session, theme: Theme, *, is_first_run: bool) -> None:
        super().__init__()
        self.session = session
        self.theme = theme
        self.setStyleSheet(theme.sheet)
        theme.changed.connect(self._dress)
        self._is_first_run = is_first_run
        self._wants_title = False
        self._may_close = False
        self._is_leaving = False
        self.setWindowTitle("Otoscribe")
        self.actions_ = Actions(self)
        self._build()
        self._connect_actions()
        self.features = [make(self) for make in FEATURES]
        session.records_ready.connect(self._show_desk)
        session.records_failed.connect(self._show_trouble)
        session.notebook.current_changed.connect(self._show_note)
        session.setup_wanted.connect(self.show_setup)
        session.changed.connect(self._allow)
        session.notes.changed.connect(self._announce_ready)
        session.playback.changed.connect(self._allow)
        session.recovery.changed.connect(self._allow)
        session.recovery.changed.connect(self._make_room_above)
        session.messages.changed.connect(self._make_room_above)
        self._make_room_above()
        self._in_sight = InSight(self)
        self._show_note()
        self._allow()
        self._fit()

    # --- building

    def _build(self) -> None:
        session, theme, actions = self.session, self.theme, self.actions_
        actions.fill(self.menuBar())
        self.menuBar().setAccessibleName(translate("MainWindow", "Menu"))
        self.sidebar = Sidebar(session.notes, theme, actions.new_note, self)
        self.note_page = NotePage(session, theme, actions, self)
        self.empty_page = EmptyPage(theme, actions, self)
        self.inner = PageStack(self)
        self.inner.addWidget(self.empty_page)
        self.inner.addWidget(self.note_page)
        self.recovery_bar = RecoveryBar(session, self._confirm_delete, self)
        self.message_bar = MessageBar(session.messages, theme, self)
        column = QWidget(self)
        column.setObjectName("page")
        rows = QVBoxLayout(column)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(10)
        rows.addWidget(self.inner, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.sidebar)
        self.splitter.addWidget(column)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setAccessibleName(translate("MainWindow", "Notes and note"))
        desk = QWidget(self)
        whole = QVBoxLayout(desk)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._above = QWidget(self)
        above = QVBoxLayout(self._above)
        above.setContentsMargins(_ROOM_ABOVE, _ROOM_ABOVE, _ROOM_ABOVE, 0)
        above.addWidget(self.recovery_bar)
        above.addWidget(self.message_bar)
        whole.addWidget(self._above)
        whole.addWidget(self.splitter, 1)
        self.recording_bar = RecordingBar(session, theme, actions, self)
        whole.addWidget(self.recording_bar)
        self.setup_page = SetupPage(session, theme, self)
        self.trouble_page = TroublePage(self)
        self.pages = PageStack(self)
        for page in (desk, self.setup_page, self.trouble_page):
            self.pages.addWidget(page)
        self._desk_page = desk
        self.setCentralWidget(self.pages)
        self.sidebar.chosen.connect(self.open_note)
        self.setup_page.finished.connect(self.leave_setup)
        self.trouble_page.try_again.connect(session.start)
        self.trouble_page.show_folder.connect(lambda: _open_folder(data_folder()))
        self.trouble_page.leave.connect(self.close)

    def _make_room_above(self) -> None:
        """For what stands above notes and note, where something does."""
        self._above.setHidden(self.recovery_bar.isHidden() and self.message_bar.isHidden())

    def _dress(self) -> None:
        """The notes' list keeps its share of the text's size."""
        before = self.sidebar.fontMetrics().averageCharWidth()
        self.setStyleSheet(self.theme.sheet)
        now = self.sidebar.fontMetrics().averageCharWidth()
        if now != before:
            self._give_sidebar(self.splitter.sizes()[0] * now // before)

    def _give_sidebar(self, width: int) -> None:
        width = min(width, self.width() // 3)
        self.splitter.setSizes([width, max(1, self.width() - width)])

    def _fit(self) -> None:
        room = QApplication.primaryScreen().availableGeometry()
        self.resize(min(1280, room.width()), min(800, room.height()))
        self._give_sidebar(self.fontMetrics().averageCharWidth() * 46)

    def _connect_actions(self) -> None:
        actions, session = self.actions_, self.session
        editor = self.note_page.editor
        for action, run in (
            (actions.new_note, self._make_note),
            (actions.sign, self._ask_to_sign),
            (actions.addendum, self._ask_for_addendum),
            (actions.close, self.close),
            (actions.undo, editor.undo),
            (actions.redo, editor.redo),
            (actions.find, self._find),
            (actions.text, editor.setFocus),
            (actions.next_doubt, editor.look_for_next_mark),
            (actions.wordings, editor.offer_wordings),
            (actions.as_heard, editor.write_as_heard),
            (actions.formatting, self._choose_formatting),
            (actions.toggle_recording, self._toggle_recording),
            (actions.stop_recording, session.recording.stop),
            (actions.play, self.note_page.hear),
            (actions.recognise, self._recognise_again),
            (actions.cancel, session.recognition.cancel),
            (actions.microphones, session.recording.list_microphones),
            (actions.recovered, session.recovery.offer_again),
            (actions.larger, lambda: self._scale(self.theme.text_points_after(1))),
            (actions.smaller, lambda: self._scale(self.theme.text_points_after(-1))),
            (actions.usual, lambda: self._scale(Settings().text_size)),
            (actions.setup, self.show_setup),
            (actions.about, self._tell_about),
        ):
            action.triggered.connect(lambda _checked=False, run=run: run())
        for format, action in actions.export.items():
            action.triggered.connect(lambda _checked=False, format=format: self._ask_to_export(format))
        for choice, action in actions.themes.items():
            action.setChecked(choice == self.theme.choice)
            action.triggered.connect(lambda _checked=False, choice=choice: self._choose_theme(choice))

    # --- showing

    def come_forward(self) -> None:
        """In front of other windows, where the system allows it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_setup(self) -> None:
        """The page that checks microphone, model and disk."""
        self.session.setup.begin()
        self.pages.setCurrentWidget(self.setup_page)
        self.setup_page.go_on.setFocus()
        self._allow()

    def feature(self, kind: type[F]) -> F:
        """The window's one feature of a kind."""
        return next(feature for feature in self.features if isinstance(feature, kind))

    def add_page(self, page: Page) -> None:
        """A page that can stand in place of the note."""
        page.left.connect(self._leave_page)
        self.inner.addWidget(page)

    def show_page(self, page: Page) -> None:
        """The page in place of the note."""
        self.inner.setCurrentWidget(page)
        page.open()
        self._allow()

    def _leave_page(self) -> None:
        if any(feature.is_on_show for feature in self.features):
            is_open = self.session.notebook.current is not None
            self.inner.setCurrentWidget(self.note_page if is_open else self.empty_page)
            (self.note_page.editor if is_open else self.empty_page.record).setFocus()
        self._allow()

    def open_note(self, note_id: int) -> None:
        """A note of the list, in place of whatever is on show."""
        self.session.notebook.open(note_id, lambda _note: self._leave_page())

    @property
    def _note_on_show(self) -> OpenNote | None:
        return self.session.notebook.current if self.inner.currentWidget() is self.note_page else None

    def leave_setup(self) -> None:
        """From the page of the checks, or the tour that follows it, to the desk."""
        self.session.setup.end()
        self._keep_setting()  # with a settings file the next start is no first run
        self.pages.setCurrentWidget(self._desk_page)
        self._allow()
        self.empty_page.record.setFocus()

    def _show_desk(self) -> None:
        self.pages.setCurrentWidget(self._desk_page)
        self.empty_page.record.setFocus()
        if self._is_first_run:
            self._is_first_run = False
            self.feature(TourFeature).tour.start()
        self._allow()

    def _show_trouble(self, problem: OtoscribeError) -> None:
        self.trouble_page.show_problem(problem)
        self.pages.setCurrentWidget(self.trouble_page)
        self._allow()

    def _announce_ready(self) -> None:
        self.session.notes.changed.disconnect(self._announce_ready)
        self.ready.emit()

    def _show_note(self) -> None:
        note = self.session.notebook.current
        if note is not None:
            self.note_page.show_note(note)
            self.inner.setCurrentWidget(self.note_page)
            note.changed.connect(self._allow)
            self._focus_note()
        else:
            self.inner.setCurrentWidget(self.empty_page)
        self.sidebar.mark_current(note.id if note is not None else None)
        self.setWindowTitle("Otoscribe")
        self._allow()

    def _focus_note(self) -> None:
        """A new note begins with its title; whoever leafs through the list stays there."""
        if self._wants_title:
            self.note_page.title.setFocus()
        elif not self.sidebar.isAncestorOf(self.focusWidget() or self):
            self.note_page.editor.setFocus()
        self._wants_title = False

    def _allow(self) -> None:
        session, actions = self.session, self.actions_
        note = self._note_on_show
        is_desk = self.pages.currentWidget() is self._desk_page
        is_draft = note is not None and note.is_draft
        has_sound = note is not None and bool(note.recordings) and not session.recording.is_active
        for action, is_allowed in (
            (actions.new_note, is_desk),
            (actions.sign, is_desk and session.can_sign),
            (actions.addendum, is_desk and note is not None and not is_draft),
            (actions.undo, is_desk and is_draft),
            (actions.redo, is_desk and is_draft),
            (actions.find, is_desk),
            (actions.text, is_desk and note is not None),
            (actions.next_doubt, is_desk and is_draft),
            (actions.wordings, is_desk and is_draft),
            (actions.as_heard, is_desk and is_draft),
            (actions.formatting, is_desk),
            (actions.toggle_recording, is_desk and session.can_be_told_to_dictate),
            (actions.stop_recording, is_desk and session.recording.can_stop),
            (actions.play, is_desk and (has_sound or session.playback.is_playing)),
            (actions.recognise, is_desk and is_draft and has_sound and not session.recognition.is_busy),
            (actions.cancel, session.recognition.is_busy),
            (actions.microphones, not session.recording.is_active),
            (actions.recovered, is_desk),
            (actions.setup, is_desk and not session.recording.is_active),
            *((export, is_desk and note is not None) for export in actions.export.values()),
        ):
            action.setEnabled(is_allowed)
        for feature in self.features:
            feature.allow(Situation(is_desk, note))
        self.note_page.export.setEnabled(note is not None)

    # --- doing

    def _make_note(self) -> None:
        self._wants_title = True
        self.session.new_note()

    def _toggle_recording(self) -> None:
        self._leave_page()
        if self.session.notebook.current is not None:
            self.note_page.editor.setFocus()
        cursor = self.note_page.editor.textCursor()
        self.session.toggle_recording(cursor.selectionStart(), cursor.selectionEnd())

    def _recognise_again(self) -> None:
        self.session.recognise_missing(self.note_page.editor.textCursor().position())

    def _find(self) -> None:
        self.sidebar.search.setFocus()
        self.sidebar.search.selectAll()

    def _choose_theme(self, choice: str) -> None:
        self.theme.choose(choice)
        self._keep_setting(theme=choice)

    def _choose_formatting(self) -> None:
        dialog = FormattingDialog(self.session.desk.settings, self)
        if dialog.exec() == FormattingDialog.DialogCode.Accepted:
            chosen = dialog.settings
            self._keep_setting(
                formatting=chosen.formatting, formatting_off=chosen.formatting_off, punctuation=chosen.punctuation
            )

    def _scale(self, points: int) -> None:
        self.theme.scale_text(points)
        self._keep_setting(text_size=points)

    def _keep_setting(self, **changes: object) -> None:
        self.session.desk.change_settings(lambda problem: self.session.messages.warn("settings", problem), **changes)

    def _ask_to_sign(self) -> None:
        note = self.session.notebook.current
        if note is None or not self.session.may_sign():
            return
        settings = self.session.desk.settings
        words = note.words_to_check(self.session.desk.doubt_threshold)
        dialog = SignDialog(settings.author, words, note.open_fields, self)
        if dialog.exec() == SignDialog.DialogCode.Accepted:
            self.session.sign(dialog.author, with_open_fields=dialog.with_open_fields.isChecked())

    def _ask_for_addendum(self) -> None:
        dialog = AddendumDialog(self.session.desk.settings.author, self)
        if dialog.exec() == AddendumDialog.DialogCode.Accepted:
            self.session.add_addendum(dialog.addendum, dialog.author)

    def _ask_to_export(self, format: str) -> None:
        note = self.session.notebook.current
        if note is None:
            return
        try:
            suggestion = documents_folder() / file_name_for(note.note, format)
        except OtoscribeError:
            suggestion = Path.home() / file_name_for(note.note, format)
        ending = suggestion.suffix
        chosen, _ = QFileDialog.getSaveFileName(
            self, translate("MainWindow", "Export the note"), str(suggestion), f"*{ending}"
        )
        if chosen:
            path = Path(chosen)
            self.session.export(format, path if path.suffix else path.with_suffix(ending), _open_folder)

    def _confirm_delete(self, recovered: LeftBehind) -> bool:
        return Question(
            translate("MainWindow", "Delete the recording"),
            translate("MainWindow", "Delete the recording of {when}?", when=day_and_time_text(recovered.started_at)),
            translate("MainWindow", "Its sound can't be brought back."),
            translate("MainWindow", "&Delete"),
            translate("MainWindow", "&Keep"),
            self,
        ).ask()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.look_for_microphones()

    def _tell_about(self) -> None:
        about = translate(
            "MainWindow",
            "Otoscribe writes what clinicians dictate, on their own computer.\n\n"
            "Nothing that is said or written leaves this computer.",
        )
        QMessageBox.about(self, translate("MainWindow", "About Otoscribe"), about)

    # --- leaving

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self._may_close:
            event.accept()
            self.left.emit()
            return
        event.ignore()
        reason = self.session.reason_to_stay
        if self._is_leaving or (reason and not ask_to_close(reason, self).ask()):
            return
        self._is_leaving = True
        self.session.leave(self._leave_when_saved)

    def _leave_when_saved(self, is_saved: bool) -> None:
        self._is_leaving = False
        if (
            not is_saved
            and not Question(
                translate("MainWindow", "The note is not saved"),
                translate("MainWindow", "The note could not be saved."),
                translate(
                    "MainWindow", "What stands on the screen would be lost. The message above the note says what to do."
                ),
                translate("MainWindow", "&Close without saving"),
                translate("MainWindow", "&Stay"),
                self,
            ).ask()
        ):
            self.session.batch.open()
            return
        self._may_close = True
        # Qt ignores a close() from within the handling of another, and with nothing to save we are still in it.
        QTimer.singleShot(0, self.close)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
