"""The small controls beside Play: back three seconds, the speed, again and again."""

from __future__ import annotations

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.translation import number, translate
from app.ui.buttons import ThemedButton
from app.ui.models.playback import SPEEDS, PlaybackModel
from app.ui.theme import Theme


class PlaybackControls(QWidget):
    """Shows the speed and whether it repeats; `back` and `repeats` are the window's actions."""

    def __init__(
        self, playback: PlaybackModel, theme: Theme, back: QAction, repeats: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._playback = playback
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        name = translate("PlaybackControls", "Back three seconds")
        self.back = ThemedButton(theme, "", "back", "small", name, self)
        self.back.follow(back)
        layout.addWidget(self.back)
        self.speed = ThemedButton(theme, "", "", "small", translate("PlaybackControls", "Speed"), self)
        self.speed.setMenu(self._make_speeds())
        self.speed.setToolTip(translate("PlaybackControls", "Speed of playing; the pitch stays (F11, F12)"))
        layout.addWidget(self.speed)
        name = translate("PlaybackControls", "Again and again")
        self.repeat = ThemedButton(theme, "", "repeat", "small", name, self)
        self.repeat.setCheckable(True)
        self.repeat.follow(repeats)
        layout.addWidget(self.repeat)
        playback.changed.connect(self._show)
        self._repeats = repeats
        self._show()

    def _make_speeds(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(translate("PlaybackControls", "Speed"))
        group = QActionGroup(menu)
        self._speeds = {}
        for speed in SPEEDS:
            action = menu.addAction(_times(speed))
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, speed=speed: self._playback.set_speed(speed))
            group.addAction(action)
            self._speeds[speed] = action
        return menu

    def _show(self) -> None:
        self.speed.setText(f"{_times(self._playback.speed)} ▾")
        self.speed.setAccessibleDescription(_times(self._playback.speed))
        self._speeds[self._playback.speed].setChecked(True)
        for shown in (self.repeat, self._repeats):
            shown.setChecked(self._playback.is_repeating)


def _times(speed: float) -> str:
    decimals = 2 if round(speed * 100) % 10 else 1
    return f"{number(speed, decimals)}×"
