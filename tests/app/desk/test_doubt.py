"""Which words the window marks as doubtful."""

from __future__ import annotations

from app.desk.desk import Desk
from app.settings import Settings
from speech.confidence import load_calibration


def threshold(settings: Settings) -> float:
    desk = Desk(settings, lambda thunk: thunk())
    try:
        return desk.doubt_threshold
    finally:
        desk.close()


def test_the_threshold_is_the_one_learned_for_the_model_unless_the_settings_have_their_own() -> None:
    assert threshold(Settings()) == load_calibration("whisper-base").threshold
    assert threshold(Settings(model="own/student")) == load_calibration("own/student").threshold
    assert threshold(Settings(confidence_threshold=0.0)) == 0.0
    assert threshold(Settings(confidence_threshold=0.8)) == 0.8
