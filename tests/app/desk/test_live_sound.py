"""Sound from one thread to another, with pauses, to the last sample."""

from __future__ import annotations

import threading

import numpy as np

from app.desk.live import LiveSound


def test_every_sample_arrives_in_its_stretch() -> None:
    sound = LiveSound()
    samples = np.arange(10_000, dtype=np.float32)

    def record() -> None:
        for first in range(0, 6_000, 300):
            sound.take_in(samples[first : first + 300])
        sound.pause()
        for first in range(6_000, 10_000, 400):
            sound.take_in(samples[first : first + 400])
        sound.end()

    recorder = threading.Thread(target=record)
    recorder.start()
    stretches = [np.concatenate(list(stretch)) for stretch in sound.stretches()]
    recorder.join()
    assert [len(stretch) for stretch in stretches] == [6_000, 4_000]
    assert np.array_equal(np.concatenate(stretches), samples)
    assert sound.waiting_s == 0.0
    assert sound.heard_s == 10_000 / 16_000


def test_what_waits_is_handed_on_at_once() -> None:
    sound = LiveSound()
    for _ in range(10):
        sound.take_in(np.zeros(1_600, np.float32))
    assert sound.waiting_s == 1.0
    sound.end()
    (stretch,) = [list(stretch) for stretch in sound.stretches()]
    assert [len(block) for block in stretch] == [16_000]


def test_nobody_waits_for_sound_that_was_given_up() -> None:
    sound = LiveSound()
    sound.take_in(np.zeros(1_600, np.float32))
    sound.cancel()
    assert [list(stretch) for stretch in sound.stretches()] == [[]]
