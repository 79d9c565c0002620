"""Which words are marked as doubtful, in the window and below an exported draft."""

from __future__ import annotations

from stored_notes import store_dictation

from app.desk.desk import Desk
from app.desk.doubts import words_to_check
from app.records import RecordStore
from app.settings import Settings
from speech.confidence import load_calibration


def threshold(settings: Settings) -> float:
    desk = Desk(settings, lambda thunk: thunk())
    try:
        return desk.doubt_threshold
    finally:
        desk.close()


def test_the_threshold_is_the_one_learned_for_the_model_unless_the_settings_have_their_own() -> None:
    assert threshold(Settings(model="whisper-base")) == load_calibration("whisper-base").threshold
    assert threshold(Settings(model="own/student")) == load_calibration("own/student").threshold
    assert threshold(Settings(confidence_threshold=0.0)) == 0.0
    assert threshold(Settings(confidence_threshold=0.8)) == 0.8


def test_doubtful_words_that_nobody_changed_and_dangerous_abbreviations_are_to_be_checked() -> None:
    said = [("Takes", 0.9), ("metformin,", 0.3), ("heparin", 0.2), ("and", 0.9), ("metformin,", 0.3), ("daily", 0.1)]
    number = store_dictation(said, "Takes metformin, enoxaparin 40 U and metformin, daily.")
    with RecordStore.open() as store:
        note, recordings = store.get_note(number), store.recordings(number)
    assert words_to_check(note, recordings, Settings()) == ("metformin", "U", "daily")
    assert words_to_check(note, recordings, Settings(confidence_threshold=0.0)) == ("U",)
    assert words_to_check(note, (), Settings()) == ("U",)
