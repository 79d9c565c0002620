"""Text that comes late, with the real model: it is told, and no longer once it is there and the dictation goes on."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener, wait_for_message

from app.ui.models.dictation import Dictation
from app.ui.models.recognition import ModelState
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.resources import shipped

pytestmark = pytest.mark.slow


def test_late_text_is_told_until_it_has_caught_up(model_home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    session = window.session
    session.new_note()
    qtbot.waitUntil(lambda: session.notebook.current is not None and session.recognition.state == ModelState.READY)
    note = session.notebook.current
    assert note is not None
    dictation = Dictation(
        session.desk,
        session.messages,
        session.recognition,
        note,
        note.place_at(0),
        lambda *_: None,
        session.commands,
    )
    dictation.begin()
    with contextlib.ExitStack() as under_way:
        under_way.callback(dictation.sound.end)  # else the window, after a failure, would wait for more of it
        speech = load_audio(shipped("samples/short.flac")).samples
        silence = np.zeros(SAMPLE_RATE_HZ // 10, np.float32)
        dictation.sound.take_in(silence)
        qtbot.waitUntil(lambda: dictation.sound.heard_s > 0.0)
        dictation.sound.take_in(speech)
        qtbot.waitUntil(lambda: dictation.sound.waiting_s == 0.0)
        dictation.sound.take_in(speech)  # while the model is busy with the words before
        assert "behind" in wait_for_message(window, qtbot, "behind").text

        def has_caught_up() -> bool:
            dictation.sound.take_in(silence)
            return all(message.key != "behind" for message in session.messages.standing)

        def is_written() -> bool:
            dictation.sound.take_in(silence)  # the last sentence may wait for its pause
            return note.document.toPlainText().lower().count("cough") == 2

        qtbot.waitUntil(has_caught_up)
        qtbot.waitUntil(is_written)
    dictation.end()
    qtbot.waitUntil(lambda: not session.recognition.is_in_use)
