"""Keys for the whole screen, and the page where they are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.translation import translate
from app.ui.features.feature import PageFeature
from app.ui.features.hearing import HearingFeature
from app.ui.features.transfer import TransferFeature
from app.ui.models.controls import ControlsModel, PlayDoors
from app.ui.models.talk import Doors, TalkModel

if TYPE_CHECKING:
    from app.ui.controls_page import ControlsPage
    from app.ui.window import MainWindow


class ControlsFeature(PageFeature["ControlsPage"]):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        session = self.session
        doors = Doors(
            begin=self._begin_dictation,
            is_beginning=lambda: session.is_beginning,
            end=session.recording.stop,
            cancel=session.cancel_dictation,
            transfer=lambda: window.feature(TransferFeature).action.trigger(),
            show_settings=self.show_page,
        )
        self.talk = TalkModel(session.desk, session.messages, session.recording, doors, window)
        play_doors = PlayDoors(
            play=lambda: window.actions_.play.trigger(), back=lambda: window.feature(HearingFeature).back.trigger()
        )
        self.controls = ControlsModel(session.desk, session.messages, self.talk, play_doors, window)
        session.changed.connect(self.talk.catch_up)
        session.records_ready.connect(self.talk.begin)
        session.records_ready.connect(self.controls.begin)
        tip = translate("ControlsFeature", "Keys for the whole screen, and how text gets into other programs")
        self.opens = self.add(
            "dictation", translate("ControlsFeature", "C&ontrols"), "Ctrl+Shift+C", tip, self.show_page
        )

    def make_page(self) -> ControlsPage:
        from app.ui.controls_page import ControlsPage

        return ControlsPage(self.talk, self.controls, self.session, self.theme, self.window)

    def _begin_dictation(self) -> None:
        action = self.window.actions_.toggle_recording
        if action.isEnabled():
            action.trigger()
        elif self.opens.isEnabled():
            self.session.toggle_recording()  # tells why it can't
