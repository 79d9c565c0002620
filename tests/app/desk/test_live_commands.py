"""A command that is really said, between two pauses, through the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.desk.live import LiveSound, write_live
from app.desk.live_text import Addition, Piece
from app.desk.live_utterances import LiveListener, Order
from app.desk.rewriting import write_recording
from app.dictation import FormattingOptions
from app.dictation.commands import CommandName
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.recognizer import Recognizer
from speech.store import InstalledModel

pytestmark = pytest.mark.slow

COMMAND = Path(__file__).with_name("scratch-that.ogg")  # Kokoro-82M's voice af_bella (Apache-2.0)


def test_a_command_is_heard_and_not_written(base_model: InstalledModel, short_sample: Path) -> None:
    pause = np.zeros(round(1.2 * SAMPLE_RATE_HZ), np.float32)
    samples = np.concatenate([load_audio(short_sample).samples, pause, load_audio(COMMAND).samples, pause])
    sound = LiveSound()
    for first in range(0, len(samples), SAMPLE_RATE_HZ // 10):
        sound.take_in(samples[first : first + SAMPLE_RATE_HZ // 10])
    sound.end()
    partials: list[Piece] = []
    additions: list[Addition] = []
    orders: list[Order] = []
    listener = LiveListener(partials.append, additions.append, orders.append, lambda behind_s: None)
    heard = write_live(Recognizer.open(base_model), sound, "en", FormattingOptions(), listener)
    assert [order.command.name for order in orders] == [CommandName.SCRATCH]
    assert orders[0].start_s > len(load_audio(short_sample).samples) / SAMPLE_RATE_HZ
    assert all("cratch" not in addition.piece.text for addition in additions)
    assert "scratch that" in heard.text.lower()
    again = write_recording(heard, FormattingOptions())
    assert again.heard == heard and again.changing == 1
    assert "cratch" not in again.written.text and "300 mg" not in again.written.text
