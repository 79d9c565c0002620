"""The bar at the bottom: microphone, level, record, stop, time, play."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.translation import translate
from app.ui.actions import Actions
from app.ui.buttons import ThemedButton
from app.ui.choice import Choice
from app.ui.level_meter import LevelMeter
from app.ui.models.recording import RecordingModel, RecordingState, elapsed_text
from app.ui.models.session import Session
from app.ui.theme import Theme

_FORMS = 3


class MicrophoneChooser(Choice):
    """The microphones that there are, the system's default first."""

    def __init__(self, recording: RecordingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording = recording
        self.setAccessibleName(translate("MicrophoneChooser", "Microphone"))
        self.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.activated.connect(self._choose)
        recording.microphones_changed.connect(self._fill)
        recording.changed.connect(self._allow)
        self._fill()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the whole name, where the bar has it."""
        hint = super().sizeHint()
        metrics = self.fontMetrics()
        whole = metrics.horizontalAdvance(self.currentText()) + 3 * metrics.height() + metrics.averageCharWidth()
        return QSize(max(hint.width(), whole), hint.height())

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        self._recording.list_microphones()
        super().showPopup()

    def _choose(self, row: int) -> None:
        self._recording.choose_microphone(self.itemData(row))

    def _fill(self) -> None:
        entries: list[tuple[str, str | None]] = []
        known = self._recording.microphones
        if not known and self._recording.are_microphones_known:
            entries.append((translate("MicrophoneChooser", "No microphone"), None))
        else:
            chosen = self._recording.chosen_microphone
            default = next((each.name for each in known if each.is_default and each.is_named), "")
            label = translate("MicrophoneChooser", "System default")
            if default:
                label = translate("MicrophoneChooser", "System default ({name})", name=default)
            entries.append((label, None))
            entries += [(each.name, each.id) for each in known if each.is_named or each.id == chosen]
            if known and chosen is not None and chosen not in [each.id for each in known]:
                entries.append((translate("MicrophoneChooser", "Chosen microphone (not plugged in)"), chosen))
        if [(self.itemText(row), self.itemData(row)) for row in range(self.count())] != entries:
            self.clear()
            for name, microphone_id in entries:
                self.addItem(name, microphone_id)
        self.setCurrentIndex(max(0, self.findData(self._recording.chosen_microphone)))
        self.setAccessibleDescription(self.currentText())
        about = translate("MicrophoneChooser", "Microphone to record from; the list is read anew when it is opened")
        self.setToolTip(f"{self.currentText()}\n{about}")  # the name may be elided
        self.updateGeometry()

    def _allow(self) -> None:
        self.setEnabled(not self._recording.is_active)


class RecordingBar(QWidget):
    """Shows the recording and playback models and hands the buttons to the window's actions."""

    def __init__(self, session: Session, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._narrowest = 1
        self._beside_width = 0
        self._fitted: tuple[object, ...] = ()
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(translate("RecordingBar", "Recording"))
        layout = QHBoxLayout(self)
        self.record = ThemedButton(theme, translate("RecordingBar", "Record"), "record", "record", parent=self)
        self.record.follow(actions.toggle_recording)
        layout.addWidget(self.record)
        self.stop = ThemedButton(theme, translate("RecordingBar", "Stop"), "stop", parent=self)
        self.stop.setAccessibleName(translate("RecordingBar", "Stop recording and write it down"))
        self.stop.follow(actions.stop_recording)
        layout.addWidget(self.stop)
        self.time = QLabel("00:00", self)
        self.time.setProperty("kind", "time")
        self.time.setAccessibleName(translate("RecordingBar", "Recorded time"))
        layout.addWidget(self.time)
        self.state = QLabel(self)
        self.state.setProperty("kind", "muted")
        self.state.setAccessibleName(translate("RecordingBar", "Recording state"))
        layout.addWidget(self.state)
        layout.addStretch(1)
        self.meter = LevelMeter(theme, translate("RecordingBar", "Microphone level"), self)
        self.meter.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout.addWidget(self.meter)
        self.microphone = MicrophoneChooser(session.recording, self)
        self.microphone.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout.addWidget(self.microphone)
        layout.addStretch(1)
        self.position = QLabel(self)
        self.position.setProperty("kind", "muted")
        self.position.setAccessibleName(translate("RecordingBar", "Playback position"))
        self.position.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.position)
        self.play = ThemedButton(theme, translate("RecordingBar", "Play"), "play", parent=self)
        self.play.follow(actions.play)
        layout.addWidget(self.play)
        self._layout = layout
        session.recording.level_changed.connect(self.meter.show_level)
        session.recording.changed.connect(self._show_recording)
        session.recording.microphones_changed.connect(self._show_microphones)
        session.playback.changed.connect(self._show_playback)
        session.playback.position_changed.connect(self._show_position)
        theme.changed.connect(self._fit)
        self._show_recording()
        self._show_playback()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the shortest form, so that a longer one doesn't keep the window from getting narrower."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._narrowest), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The longest form that there is room for: with all texts; with Stop and Play as pictograms and without the
        position; with Record as a pictogram too."""
        texts = (
            self.record.label,
            self.play.label,
            self.state.text(),
            len(self.time.text()),
            len(self.position.text()),
        )
        fitted = (self.width(), self.fontMetrics().height(), self._beside_width, *texts)
        if fitted == self._fitted:
            return  # this is asked with every tick of the time, and trying the forms draws the bar anew
        self._fitted = fitted
        widths = [self._width_of(form) for form in range(_FORMS)]
        self._narrowest = widths[-1]
        self._width_of(next((form for form, width in enumerate(widths) if width <= self.width()), _FORMS - 1))

    def _width_of(self, form: int) -> int:
        """Takes on a form, 0 being the longest, and gives the width that it needs."""
        for button in (self.stop, self.play):
            button.show_picture_alone(form > 0)
        self.position.setVisible(form == 0 and bool(self.position.text()))
        self.record.show_picture_alone(form > 1)
        self._layout.invalidate()
        return self._layout.minimumSize().width()

    def add_beside_play(self, controls: QWidget) -> None:
        """Puts controls of playing between its position and the button."""
        self._layout.insertWidget(self._layout.indexOf(self.play), controls)
        controls.installEventFilter(self)
        self._beside_width = 0 if controls.isHidden() else controls.sizeHint().width()
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """What comes and goes beside Play takes room and gives it back."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent) and isinstance(watched, QWidget):
            self._beside_width = 0 if watched.isHidden() else watched.sizeHint().width()
            self._fit()
        return super().eventFilter(watched, event)

    def _show_recording(self) -> None:
        recording = self._session.recording
        text, picture, name = record_labels(recording.state)
        self.record.setText(text)
        self.record.show_picture(picture)
        self.record.setAccessibleName(name)
        self.time.setText(elapsed_text(recording.elapsed_s))
        self.time.setAccessibleDescription(self.time.text())
        self.state.setVisible(recording.is_active)
        into = self._session.dictated
        self.state.setToolTip(translate("RecordingBar", "Into: {title}", title=into.shown_title) if into else "")
        self.state.setText(state_text(recording.state))
        self._fit()

    def _show_microphones(self) -> None:
        """Without a microphone there is no level: its room goes to the line that says so."""
        recording = self._session.recording
        self.meter.setHidden(recording.are_microphones_known and not recording.microphones)
        self._fitted = ()
        self._fit()

    def _show_playback(self) -> None:
        is_playing = self._session.playback.is_playing
        self.play.setText(translate("RecordingBar", "Pause") if is_playing else translate("RecordingBar", "Play"))
        self.play.show_picture("pause" if is_playing else "play")
        self.play.setAccessibleName(
            translate("RecordingBar", "Pause playing")
            if is_playing
            else translate("RecordingBar", "Play from the cursor")
        )
        self._show_position()

    def _show_position(self) -> None:
        had_text = bool(self.position.text())
        self.position.setText(self._session.playback.line)
        if bool(self.position.text()) != had_text:
            self._fit()


def record_labels(state: RecordingState) -> tuple[str, str, str]:
    """Label, pictogram and what a screen reader says, by what the key would do."""
    return {
        RecordingState.IDLE: (translate("RecordingBar", "Record"), "record", translate("RecordingBar", "Record")),
        RecordingState.STARTING: (
            translate("RecordingBar", "Starting…"),
            "wait",
            translate("RecordingBar", "Microphone is opening"),
        ),
        RecordingState.RECORDING: (
            translate("RecordingBar", "Pause"),
            "pause",
            translate("RecordingBar", "Pause recording"),
        ),
        RecordingState.PAUSED: _resume(),
        RecordingState.INTERRUPTED: _resume(),
        RecordingState.STOPPING: (
            translate("RecordingBar", "Keeping…"),
            "wait",
            translate("RecordingBar", "Recording is being kept"),
        ),
    }[state]


def _resume() -> tuple[str, str, str]:
    return translate("RecordingBar", "Resume"), "record", translate("RecordingBar", "Resume recording")


def state_text(state: RecordingState) -> str:
    """One word for what is going on; nothing while nothing is recorded."""
    return {
        RecordingState.RECORDING: translate("RecordingBar", "Recording"),
        RecordingState.PAUSED: translate("RecordingBar", "Paused"),
        RecordingState.INTERRUPTED: translate("RecordingBar", "Interrupted"),
    }.get(state, "")
