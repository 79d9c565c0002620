"""A small bar above all other windows: what is recorded, and the buttons for it, while another program is used."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.translation import translate, without_accelerator
from app.ui.actions import Actions
from app.ui.buttons import ThemedButton
from app.ui.features.transfer import TransferFeature
from app.ui.flow import FlowLayout
from app.ui.in_sight import InSight
from app.ui.level_meter import LevelMeter
from app.ui.models.recording import RecordingState, elapsed_text
from app.ui.models.session import Session
from app.ui.recording_bar import record_labels, state_text
from app.ui.theme import Theme

_LINE_CHARACTERS = 70
_WIDEST = 1200  # pixels: large text goes on in a second line, so that a narrow screen holds it


class DictationBox(QWidget):
    """It never takes the focus: a click on it leaves the other program's cursor where it is. `left`: the user wants the
    whole window back."""

    left = Signal()

    def __init__(self, session: Session, theme: Theme, actions: Actions, transfer: TransferFeature) -> None:
        # Without a parent: a window manager would hide it with the main window.
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self._session = session
        self._theme = theme
        self._transfer = transfer
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("bar")
        self.setWindowTitle(translate("DictationBox", "Otoscribe"))
        self.setAccessibleName(translate("DictationBox", "Dictation box"))
        rows = QVBoxLayout(self)
        self.record = ThemedButton(theme, translate("DictationBox", "Record"), "record", "record", parent=self)
        self.record.follow(actions.toggle_recording)
        self.stop = ThemedButton(theme, translate("DictationBox", "Stop"), "stop", parent=self)
        self.stop.follow(actions.stop_recording)
        self.transfer = ThemedButton(theme, translate("DictationBox", "Transfer"), "transfer", parent=self)
        self.transfer.follow(transfer.action)
        self.time = QLabel("00:00", self)
        self.time.setProperty("kind", "time")
        self.time.setAccessibleName(translate("DictationBox", "Recorded time"))
        self.state = QLabel(self)
        self.state.setProperty("kind", "muted")
        self.state.setAccessibleName(translate("DictationBox", "Recording state"))
        self.meter = LevelMeter(theme, translate("DictationBox", "Microphone level"), self)
        self.whole = ThemedButton(theme, translate("DictationBox", "Whole window"), "window", "quiet", parent=self)
        self.whole.clicked.connect(self.close)
        shown = (self.record, self.stop, self.time, self.state, self.meter, self.transfer, self.whole)
        rows.addLayout(FlowLayout(*shown))
        self.line = QLabel(self)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setAccessibleName(translate("DictationBox", "What is going on"))
        self.line.setWordWrap(True)
        rows.addWidget(self.line)
        session.recording.level_changed.connect(self.meter.show_level)
        for signal in (
            *(session.recording.changed, session.changed, session.messages.changed, transfer.model.changed),
            session.notebook.current_changed,
        ):
            signal.connect(self.show_state)
        self._in_sight = InSight(self)
        theme.changed.connect(self._dress)
        self._dress()

    def show_state(self) -> None:
        """Shows what is going on; the line tells the newest problem, or else where the text goes."""
        recording = self._session.recording
        text, picture, name = record_labels(recording.state)
        self.record.setText(without_accelerator(text))
        self.record.show_picture(picture)
        self.record.setAccessibleName(name)
        self.time.setText(elapsed_text(recording.elapsed_s))
        self.state.setText(state_text(recording.state))
        line = self._newest_line()
        if line != self.line.text():
            self.line.setText(line)
            self._fit()

    def _reserve(self) -> None:
        """Room for each state's texts, so that nothing moves while one follows the other."""
        self.line.setMinimumWidth(self.fontMetrics().averageCharWidth() * _LINE_CHARACTERS)
        records = [without_accelerator(record_labels(state)[0]) for state in RecordingState]
        for widget, texts in ((self.record, records), (self.state, [state_text(state) for state in RecordingState])):
            widget.setMinimumWidth(0)
            widths = []
            for text in texts:
                widget.setText(text)
                widths.append(widget.sizeHint().width())
            widget.setMinimumWidth(max(widths))

    def _newest_line(self) -> str:
        standing = self._session.messages.standing
        if standing and (standing[-1].is_warning or standing[-1].key == "transfer"):
            return standing[-1].text
        note = self._session.dictated or self._session.notebook.current
        if note is None:
            return translate("DictationBox", "A new note opens when you record.")
        into = translate("DictationBox", "Note: {title}", title=note.shown_title)
        return f"{into}   {self._transfer.line.text()}".rstrip()

    def _dress(self) -> None:
        self.setStyleSheet(self._theme.sheet)
        self.ensurePolished()
        self._reserve()
        self.show_state()
        self._widen()

    def _widen(self) -> None:
        self.resize(min(self.sizeHint().width(), _WIDEST), self.height())
        self._fit()

    def _fit(self) -> None:
        """As high as the line asks for: a problem's next step is not to be cut off."""
        self.resize(self.width(), self.heightForWidth(self.width()))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._widen()
        room = (self.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        margin = self.fontMetrics().height() * 3  # room for a title bar, whose height is not known before it is there
        self.move(room.right() - self.width() - margin, room.top() + margin)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        super().closeEvent(event)
        self.left.emit()
