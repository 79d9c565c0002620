"""Hearing a recording again: back a little, slower, faster, again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.translation import translate
from app.ui.features.feature import Feature, Situation
from app.ui.playback_controls import PlaybackControls

if TYPE_CHECKING:
    from app.ui.window import MainWindow


class HearingFeature(Feature):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        playback = self.session.playback
        window.actions_.menus["dictation"].addSeparator()
        self.back = self.add(
            "dictation",
            translate("HearingFeature", "&Back three seconds"),
            "Shift+F5",
            translate("HearingFeature", "Hear the last three seconds once more"),
            playback.skip_back,
            self._is_open,
        )
        self.slower = self.add(
            "dictation",
            translate("HearingFeature", "Play slo&wer"),
            "F11",
            translate("HearingFeature", "Play more slowly, at the same pitch"),
            lambda: playback.change_speed(-1),
            self._has_sound,
        )
        self.faster = self.add(
            "dictation",
            translate("HearingFeature", "Play f&aster"),
            "F12",
            translate("HearingFeature", "Play faster, at the same pitch"),
            lambda: playback.change_speed(1),
            self._has_sound,
        )
        self.repeats = self.add(
            "dictation",
            translate("HearingFeature", "Pla&y again and again"),
            "Ctrl+F5",
            translate("HearingFeature", "Play the selected words, or the recording, again and again"),
            lambda: playback.repeat(self.repeats.isChecked()),
            self._has_sound,
        )
        self.repeats.setCheckable(True)
        self.controls = PlaybackControls(playback, self.theme, self.back, self.repeats, window.recording_bar)
        window.recording_bar.add_beside_play(self.controls)

    def allow(self, situation: Situation) -> None:
        super().allow(situation)
        self.controls.setVisible(self._has_sound(situation))

    def _has_sound(self, situation: Situation) -> bool:
        note = situation.note
        is_recording = self.session.recording.is_active
        return situation.is_desk and note is not None and bool(note.recordings) and not is_recording

    def _is_open(self, situation: Situation) -> bool:
        return situation.is_desk and self.session.playback.recording is not None
