"""The open note: title and patient above, the text, what is going on below."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.records import NoteStatus
from app.translation import translate
from app.ui.actions import Actions
from app.ui.buttons import ThemedButton, key_of
from app.ui.editor import NoteEditor
from app.ui.elided_line import ElidedLine
from app.ui.flow import FlowLayout
from app.ui.models.note import OpenNote
from app.ui.models.session import Session
from app.ui.theme import Theme

_COUNT_AFTER_MS = 250


class ProgressRow(QFrame):
    """How far recognition is, with a way to stop it. Takes no room when there is none."""

    def __init__(self, session: Session, theme: Theme, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("progressRow")
        layout = QHBoxLayout(self)
        self.line = QLabel(self)
        layout.addWidget(self.line)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(translate("ProgressRow", "Recognition progress"))
        layout.addWidget(self.bar, 1)
        self.cancel = ThemedButton(
            theme,
            translate("ProgressRow", "Cancel"),
            "close",
            name=translate("ProgressRow", "Cancel recognition"),
            parent=self,
        )
        self.cancel.follow(actions.cancel)
        layout.addWidget(self.cancel)
        session.recognition.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        recognition = self._session.recognition
        self.line.setText(recognition.line)
        self.bar.setValue(round(recognition.progress * 100))
        self.setVisible(bool(recognition.line))


_ADDENDA_LINES = 8


class NotePage(QWidget):
    """Shows one open note. It only passes on what the user types; saving is the note's own matter."""

    def __init__(self, session: Session, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._note: OpenNote | None = None
        self._fitted: tuple[object, ...] = ()
        self.setObjectName("page")
        layout = self._rows = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._make_header(actions))
        layout.addWidget(self._make_text(), 1)
        self.progress = ProgressRow(session, theme, actions, self)
        layout.addWidget(self.progress)
        layout.addWidget(self._make_addenda())
        layout.addLayout(self._make_footer(actions))
        # Tab leads from the title to what is written next, not to the button that signs.
        self.setTabOrder(self.title, self.patient)
        self.setTabOrder(self.patient, self.editor)
        session.playback.word_changed.connect(self._show_voice)
        session.changed.connect(self._show)

    def add_under_text(self, widget: QWidget) -> None:
        """Puts something between the text and what is going on."""
        self._rows.insertWidget(self._rows.indexOf(self.progress), widget)

    def show_note(self, note: OpenNote) -> None:
        """Shows a note in place of the one before."""
        if self._note is not None:
            self._note.changed.disconnect(self._show)
            self._note.document.words_changed.disconnect(self._count)
        self._note = note
        self.editor.show_note(note)
        note.changed.connect(self._show)
        note.document.words_changed.connect(self._count)
        self._show()
        self._count()

    def hear(self) -> None:
        """Plays what is selected, or from the cursor on; pauses; goes on."""
        cursor = self.editor.textCursor()
        self._session.listening.toggle(cursor.selectionStart(), cursor.selectionEnd())

    def add_transfer(self, button: QWidget, line: QWidget) -> None:
        """A button at the end of the header and a line in the middle of the footer."""
        self._header.addWidget(button)
        self._footer.insertWidget(self._footer.indexOf(self.unrecognised), line)

    def _make_header(self, actions: Actions) -> QVBoxLayout:
        upper = QHBoxLayout()
        lower = self._lower = QHBoxLayout()
        self.title = ElidedLine(self)
        self.title.setObjectName("noteTitle")
        self.title.setPlaceholderText(translate("NotePage", "Title of the note"))
        self.title.setAccessibleName(translate("NotePage", "Title"))
        self.title.textEdited.connect(lambda text: self._note.set_title(text) if self._note else None)
        upper.addWidget(self.title, 1)
        self.saving = QLabel(self)
        self.saving.setProperty("kind", "muted")
        self.saving.setAccessibleName(translate("NotePage", "Saving"))
        upper.addWidget(self.saving)
        self.signed = QLabel(self)
        self.signed.setProperty("kind", "signed")
        self.signed.setAccessibleName(translate("NotePage", "State of the note"))
        upper.addWidget(self.signed, alignment=Qt.AlignmentFlag.AlignVCenter)
        self.sign = ThemedButton(self._theme, translate("NotePage", "&Sign"), "sign", parent=self)
        self.sign.follow(actions.sign)
        self.addendum = ThemedButton(self._theme, translate("NotePage", "&Addendum"), "new", parent=self)
        self.addendum.follow(actions.addendum)
        self.export = ThemedButton(
            self._theme, translate("NotePage", "E&xport ▾"), "export", name=translate("NotePage", "Export"), parent=self
        )
        self.export.setMenu(actions.export_menu(self.window()))
        self.export.setToolTip(translate("NotePage", "Export as a document (Ctrl+Shift+E: Word)"))
        self._header = FlowLayout(self.sign, self.addendum, self.export)
        label = QLabel(translate("NotePage", "&Patient"), self)
        label.setObjectName("patientLabel")
        label.setProperty("kind", "muted")
        lower.addWidget(label)
        self.patient = QLineEdit(self)
        self.patient.setPlaceholderText(translate("NotePage", "Name or record number"))
        self.patient.setAccessibleName(translate("NotePage", "Patient"))
        self.patient.textEdited.connect(lambda text: self._note.set_patient(text) if self._note else None)
        label.setBuddy(self.patient)
        lower.addWidget(self.patient, 1)
        lower.addLayout(self._header)
        header = QVBoxLayout()
        header.addLayout(upper)
        header.addLayout(lower)
        return header

    def _make_text(self) -> QFrame:
        frame = QFrame(self)
        frame.setObjectName("editorFrame")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(2, 2, 2, 2)
        self.editor = NoteEditor(self._theme, self._session.desk.doubt_threshold, frame)
        self.editor.rejected.connect(lambda terms: self._session.lexicons.count(terms, is_rejected=True))
        self.editor.heard_from.connect(self._session.listening.play)
        self.editor.left.connect(lambda: self._note.save_now() if self._note else None)
        self.editor.focused.connect(self._show_focus)
        # Counting goes through the whole text: once the fingers rest is soon enough.
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(_COUNT_AFTER_MS)
        self._count_soon.timeout.connect(self._count)
        self.editor.textChanged.connect(self._count_soon.start)
        layout.addWidget(self.editor)
        self._frame = frame
        return frame

    def _make_addenda(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setAccessibleName(translate("NotePage", "Addenda"))
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(self.fontMetrics().height())
        self.addenda = QLabel(area)
        self.addenda.setWordWrap(True)
        self.addenda.setTextFormat(Qt.TextFormat.PlainText)
        self.addenda.setAccessibleName(translate("NotePage", "Addenda to this note"))
        self.addenda.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        area.setWidget(self.addenda)
        self._addenda_area = area
        return area

    def add_to_footer(self, widget: QWidget) -> None:
        """Puts something behind what stands at the left below the text."""
        self._footer.insertWidget(3, widget, 1)

    def _make_footer(self, actions: Actions) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.fontMetrics().height())
        self.signature = QLabel(self)
        self.signature.setProperty("kind", "muted")
        self.signature.setWordWrap(True)
        self.signature.setTextFormat(Qt.TextFormat.PlainText)
        self.signature.setAccessibleName(translate("NotePage", "Signature"))
        row.addWidget(self.signature, 99)  # nearly all that the stretch would take
        self.doubts = ThemedButton(self._theme, "", "search", "quiet", translate("NotePage", "Words to check"), self)
        self.doubts.clicked.connect(actions.next_doubt.trigger)
        self.doubts.setToolTip(f"{actions.next_doubt.toolTip()} ({key_of(actions.next_doubt)})")
        row.addWidget(self.doubts)
        self.open_fields = ThemedButton(self._theme, "", "sign", "quiet", translate("NotePage", "Open fields"), self)
        self.open_fields.setToolTip(translate("NotePage", "Select the next field that is to be filled (F3)"))
        row.addWidget(self.open_fields)
        row.addStretch(1)
        self._footer = row
        self.unrecognised = ThemedButton(
            self._theme, "", "refresh", "quiet", translate("NotePage", "Recordings not written down"), self
        )
        self.unrecognised.clicked.connect(actions.recognise.trigger)
        self.unrecognised.setToolTip(
            translate("NotePage", "Write them down now ({key})", key=key_of(actions.recognise))
        )
        row.addWidget(self.unrecognised)
        self.recordings = QLabel(self)
        self.recordings.setProperty("kind", "muted")
        self.recordings.setAccessibleName(translate("NotePage", "Recordings of this note"))
        row.addWidget(self.recordings)
        return row

    def _show(self) -> None:
        note = self._note
        if note is None:
            return
        for field, text in ((self.title, note.title), (self.patient, note.patient)):
            if field.text() != text:
                field.setText(text)
                field.setCursorPosition(0)
            if field.isReadOnly() == note.is_draft:
                field.setReadOnly(not note.is_draft)
                field.style().unpolish(field)
                field.style().polish(field)
        self.editor.show_hint(
            translate("NotePage", "Speak: the text appears here.")
            if note is self._session.dictated
            else translate("NotePage", "Press Record (F9) and dictate, or type here.")
        )
        self.editor.setReadOnly(not note.is_draft)
        self.editor.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextEditorInteraction
            if note.is_draft
            else Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.sign.setVisible(note.is_draft)
        self.addendum.setVisible(not note.is_draft)
        self.signed.setVisible(not note.is_draft)
        self.signed.setText(
            translate("NotePage", "Signed")
            if note.note.status == NoteStatus.SIGNED
            else translate("NotePage", "Signed, amended")
        )
        self.title.setToolTip(note.title)
        self.saving.setText(note.saving_state)
        self.saving.setVisible(note.is_draft)
        self.signature.setText(note.signature)
        self.signature.setVisible(not note.is_draft)
        self.addenda.setText(note.addenda_text)
        self._addenda_area.setVisible(bool(note.note.addenda))
        self._fit_addenda()
        self._fit()
        waiting = self._session.recognition.waiting_ids
        missing = sum(recording.id not in waiting for recording in note.unrecognised)
        self.unrecognised.setVisible(missing > 0 and note.is_draft)
        self.unrecognised.setText(translate("NotePage", "%n not written down yet", n=missing) if missing else "")
        self.editor.show_doubts(note.is_draft)
        count = len(note.recordings)
        self.recordings.setText(translate("NotePage", "%n recording(s)", n=count) if count else "")
        self.recordings.setVisible(count > 0)
        if note.is_draft:
            self._count_soon.start()
        else:  # there is nothing to count
            self._count()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()
        self._fit_addenda()

    def _fit_addenda(self) -> None:
        """As high as they are, up to some lines; more can be scrolled to."""
        most = self.fontMetrics().height() * _ADDENDA_LINES
        self._addenda_area.setMaximumHeight(max(0, min(most, self.addenda.heightForWidth(self.width()))))

    def _fit(self) -> None:
        """Buttons that would leave the patient no room are pictograms alone."""
        fitted = (self.width(), self.fontMetrics().height(), self.sign.isHidden())
        if fitted == self._fitted:
            return  # this is asked with every key
        self._fitted = fitted
        buttons = [button for button in self._header.widgets() if isinstance(button, ThemedButton)]
        for button in buttons:
            button.show_picture_alone(False)
        self._lower.invalidate()  # it remembers how wide the pictograms were
        is_short = self._lower.sizeHint().width() > self.width()
        for button in buttons:
            button.show_picture_alone(is_short)

    def _count(self) -> None:
        note = self._note
        if note is None or note.document.is_settling:
            return
        count = note.words_to_check(self._session.desk.doubt_threshold) if note.is_draft else 0
        self.doubts.setText(translate("NotePage", "%n word(s) to check", n=count))
        self.doubts.setVisible(count > 0)
        fields = len(note.open_fields) if note.is_draft else 0
        self.open_fields.setText(translate("NotePage", "%n field(s) to fill", n=fields))
        self.open_fields.setVisible(fields > 0)

    def _show_voice(self) -> None:
        playback = self._session.playback
        if self._note is None or playback.recording is None or playback.word is None:
            self.editor.show_voice(None)
            return
        self.editor.show_voice(self._note.document.find_spoken(playback.recording.id, playback.word))

    def _show_focus(self, is_focused: bool) -> None:
        self._frame.setProperty("focused", "true" if is_focused else "false")
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)
