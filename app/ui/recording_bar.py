"""The bar at the bottom: microphone, level, record, stop, time, play."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.actions import Actions
from app.ui.buttons import ThemedButton
from app.ui.choice import Choice
from app.ui.level_meter import LevelMeter
from app.ui.models.recording import RecordingModel, RecordingState, elapsed_text
from app.ui.models.session import Session
from app.ui.theme import Theme

# Label, pictogram and what a screen reader says, by what the key would do.
_RECORD_LABELS = {
    RecordingState.IDLE: ("&Record", "record", "Record"),
    RecordingState.STARTING: ("&Starting…", "wait", "Microphone is opening"),
    RecordingState.RECORDING: ("&Pause", "pause", "Pause recording"),
    RecordingState.PAUSED: ("&Resume", "record", "Resume recording"),
    RecordingState.INTERRUPTED: ("&Resume", "record", "Resume recording"),
    RecordingState.STOPPING: ("&Keeping…", "wait", "Recording is being kept"),
}


class MicrophoneChooser(Choice):
    """The microphones that there are, the system's default first."""

    def __init__(self, recording: RecordingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording = recording
        self.setAccessibleName("Microphone")
        self.setToolTip("Microphone to record from; the list is read anew when it is opened")
        self.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.activated.connect(self._choose)
        recording.microphones_changed.connect(self._fill)
        recording.changed.connect(self._allow)
        self._fill()

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        self._recording.list_microphones()
        super().showPopup()

    def _choose(self, row: int) -> None:
        self._recording.choose_microphone(self.itemData(row))

    def _fill(self) -> None:
        entries: list[tuple[str, str | None]] = []
        known = self._recording.microphones
        if not known and self._recording.are_microphones_known:
            entries.append(("No microphone found", None))
        else:
            default = next((each.name for each in known if each.is_default), "")
            entries.append((f"System default ({default})" if default else "System default", None))
            entries += [(each.name, each.id) for each in known]
            chosen = self._recording.chosen_microphone
            if known and chosen is not None and chosen not in [each.id for each in known]:
                entries.append(("Chosen microphone (not plugged in)", chosen))
        if [(self.itemText(row), self.itemData(row)) for row in range(self.count())] != entries:
            self.clear()
            for name, microphone_id in entries:
                self.addItem(name, microphone_id)
        self.setCurrentIndex(max(0, self.findData(self._recording.chosen_microphone)))
        self.setAccessibleDescription(self.currentText())

    def _allow(self) -> None:
        self.setEnabled(not self._recording.is_active)


class RecordingBar(QWidget):
    """Shows the recording and playback models and hands the buttons to the window's actions."""

    def __init__(self, session: Session, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Recording")
        layout = QHBoxLayout(self)
        self.record = ThemedButton(theme, "&Record", "record", "record", parent=self)
        self.record.follow(actions.toggle_recording)
        layout.addWidget(self.record)
        self.stop = ThemedButton(theme, "S&top", "stop", parent=self)
        self.stop.setAccessibleName("Stop recording and write it down")
        self.stop.follow(actions.stop_recording)
        layout.addWidget(self.stop)
        self.time = QLabel("00:00", self)
        self.time.setProperty("kind", "time")
        self.time.setAccessibleName("Recorded time")
        layout.addWidget(self.time)
        self.state = QLabel(self)
        self.state.setProperty("kind", "muted")
        self.state.setAccessibleName("Recording state")
        self.state.setMinimumWidth(self.fontMetrics().horizontalAdvance("Interrupted"))
        layout.addWidget(self.state)
        layout.addStretch(1)
        self.meter = LevelMeter(theme, "Microphone level", self)
        self.meter.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout.addWidget(self.meter)
        self.microphone = MicrophoneChooser(session.recording, self)
        layout.addWidget(self.microphone)
        layout.addStretch(1)
        self.position = QLabel(self)
        self.position.setProperty("kind", "muted")
        self.position.setAccessibleName("Playback position")
        self.position.setMinimumWidth(self.fontMetrics().horizontalAdvance("00:00 / 00:00"))
        self.position.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.position)
        self.play = ThemedButton(theme, "P&lay", "play", parent=self)
        self.play.follow(actions.play)
        layout.addWidget(self.play)
        session.recording.level_changed.connect(self.meter.show_level)
        session.recording.changed.connect(self._show_recording)
        session.playback.changed.connect(self._show_playback)
        session.playback.position_changed.connect(self._show_position)
        self._show_recording()
        self._show_playback()

    def _show_recording(self) -> None:
        recording = self._session.recording
        text, picture, name = _RECORD_LABELS[recording.state]
        self.record.setText(text)
        self.record.show_picture(picture)
        self.record.setAccessibleName(name)
        self.time.setText(elapsed_text(recording.elapsed_s))
        self.time.setAccessibleDescription(self.time.text())
        self.state.setToolTip(f"Into: {self._session.dictated.shown_title}" if self._session.dictated else "")
        self.state.setText(
            {
                RecordingState.RECORDING: "Recording",
                RecordingState.PAUSED: "Paused",
                RecordingState.INTERRUPTED: "Interrupted",
            }.get(recording.state, "")
        )

    def _show_playback(self) -> None:
        is_playing = self._session.playback.is_playing
        self.play.setText("Si&lence" if is_playing else "P&lay")
        self.play.show_picture("stop" if is_playing else "play")
        self.play.setAccessibleName("Stop playing" if is_playing else "Play from the cursor")
        self._show_position()

    def _show_position(self) -> None:
        self.position.setText(self._session.playback.line)
