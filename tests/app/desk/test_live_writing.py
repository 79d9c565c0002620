"""A dictation written down while it goes on: pauses, a machine that is behind; real weights and speech."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from app.desk.live import LiveSound, write_live
from app.desk.live_text import Addition, Piece
from app.desk.live_utterances import LiveListener, Order
from app.dictation import FormattingOptions
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.recognizer import Recognizer
from speech.store import InstalledModel
from speech.transcript import Transcript

pytestmark = pytest.mark.slow
_PAUSE_AT_S = 3.9  # between the two sentences of the sample


class Desk:
    """Dictates a sample, in two stretches, and keeps what it is told."""

    def __init__(self) -> None:
        self.partials: list[str] = []
        self.additions: list[Addition] = []
        self.orders: list[Order] = []
        self.delays: list[float] = []

    def dictate(self, recognizer: Recognizer, audio: Path, faster: float) -> Transcript:
        samples = load_audio(audio).samples
        sound = LiveSound()
        recorder = threading.Thread(target=self._record, args=(sound, samples, faster))
        listener = LiveListener(self._hear, self.additions.append, self.orders.append, self.delays.append)
        recorder.start()
        heard = write_live(recognizer, sound, "en", FormattingOptions(), listener)
        recorder.join()
        assert sound.waiting_s == 0.0
        return heard

    def _hear(self, piece: Piece) -> None:
        self.partials.append(piece.text)

    def _record(self, sound: LiveSound, samples: np.ndarray, faster: float) -> None:
        block = round(0.1 * SAMPLE_RATE_HZ)
        pause = round(_PAUSE_AT_S * SAMPLE_RATE_HZ)
        for start, end in ((0, pause), (pause, len(samples))):
            for first in range(start, end, block):
                sound.take_in(samples[first : min(end, first + block)])
                time.sleep(0.1 / faster)
            sound.pause()
        sound.end()


@pytest.fixture(scope="module")
def recognizer(base_model: InstalledModel) -> Recognizer:
    return Recognizer.open(base_model)


def test_what_changes_and_what_stays_is_written_across_a_pause(recognizer: Recognizer, short_sample: Path) -> None:
    desk = Desk()
    heard = desk.dictate(recognizer, short_sample, faster=2.0)
    assert heard.model == recognizer.model and heard.duration_s == pytest.approx(7.9, abs=0.5)
    assert "Aspirin 300 milligrams" in heard.text
    assert any(text.startswith("The patient") for text in desk.partials)
    assert "".join(addition.piece.text for addition in desk.additions).startswith("The patient has a dry cough")
    words = [word for segment in heard.segments for word in segment.words]
    assert all(one.start_s <= other.start_s for one, other in pairwise(words))
    aspirin = next(word for word in words if word.text == "Aspirin")
    assert aspirin.start_s > _PAUSE_AT_S  # counted from the beginning of the recording, not of the stretch


def test_a_machine_that_is_behind_says_so_once_until_it_has_caught_up_and_leaves_nothing_out(
    recognizer: Recognizer, short_sample: Path
) -> None:
    desk = Desk()
    heard = desk.dictate(recognizer, short_sample, faster=50.0)
    assert "dry cough" in heard.text and "times a day" in heard.text
    late_s, caught_up_s = desk.delays
    assert late_s >= 3.0 and caught_up_s == 0.0


def test_silence_is_no_text_and_says_so(recognizer: Recognizer) -> None:
    sound = LiveSound()
    sound.take_in(np.random.default_rng(1).normal(0, 0.0003, SAMPLE_RATE_HZ).astype(np.float32))
    sound.end()
    desk = Desk()
    listener = LiveListener(desk._hear, desk.additions.append, desk.orders.append, desk.delays.append)
    heard = write_live(recognizer, sound, "en", None, listener)
    assert (heard.text, desk.partials, desk.additions) == ("", [], [])
    assert "No speech was heard." in heard.warnings
