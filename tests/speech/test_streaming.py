"""Live sessions on real weights and real sound: what is handed out when, and what becomes of it later."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.context import Silence
from speech.endpointing import Endpointing
from speech.recognizer import Recognizer
from speech.resources import shipped
from speech.streaming import Final, Partial

Samples = NDArray[np.float32]
Events = list[Partial | Final]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def quick(recognizer: Recognizer) -> Recognizer:
    """Whisper base in a short context: less careful, and ten times as fast on short utterances."""
    return Recognizer("quick", recognizer.backend, recognizer.vocabulary, mels=80, silence=Silence(2.0))


def silence(seconds: float) -> Samples:
    """What a microphone gives in a quiet room."""
    count = round(seconds * SAMPLE_RATE_HZ)
    return np.random.default_rng(1).normal(0, 0.0003, count).astype(np.float32)


@pytest.fixture(scope="module")
def dictation(short_sample: Path) -> Samples:
    """Two sentences with half a second between them; the first begins at once."""
    samples = load_audio(short_sample).samples
    return np.concatenate([samples[round(0.4 * SAMPLE_RATE_HZ) :], silence(1.0)])


def in_blocks(samples: Samples, sizes: list[int]) -> Iterator[Samples]:
    """Blocks of these sizes, over and over."""
    first = 0
    while first < len(samples):
        for size in sizes:
            yield samples[first : first + size]
            first += size


def finals(events: Events) -> list[tuple[str, float]]:
    return [(event.text, round(event.end_s, 3)) for event in events if isinstance(event, Final)]


@pytest.fixture(scope="module")
def events(quick: Recognizer, dictation: Samples) -> Events:
    """Of blocks such as the detector likes them."""
    return list(quick.listen(in_blocks(dictation, [512])))


def test_the_first_word_is_whole(events: Events) -> None:
    text, _ = finals(events)[0]
    assert text.startswith("The patient has")


def test_the_first_word_is_shown_while_it_is_spoken(events: Events) -> None:
    first = events[0]
    assert isinstance(first, Partial) and first.end_s - first.start_s < 0.4


@pytest.mark.parametrize("sizes", [[24_000], [3, 20_000, 700, 9_000, 0, 160]])
def test_sound_that_comes_late_and_in_bursts_gives_the_same_finals(
    quick: Recognizer, dictation: Samples, events: Events, sizes: list[int]
) -> None:
    assert finals(list(quick.listen(in_blocks(dictation, sizes)))) == finals(events)


def test_a_long_utterance_is_the_same_however_its_blocks_come(quick: Recognizer, dictation: Samples) -> None:
    """It is encoded more than once while it is spoken."""
    patient = Endpointing(short_s=1.5, long_s=1.5)
    long = np.concatenate([dictation[: -SAMPLE_RATE_HZ // 2], dictation, silence(1.0)])
    whole, in_bursts = (
        finals(list(quick.listen(in_blocks(long, sizes), endpointing=patient))) for sizes in ([512], [24_000, 3, 7_000])
    )
    assert whole == in_bursts and len(whole) == 1
    assert whole[0][1] > 13.0


def test_what_is_stable_is_kept_by_every_later_partial(events: Events) -> None:
    stable, settled = "", 0
    for event in events:
        if isinstance(event, Final):
            stable = ""
            continue
        assert event.text.startswith(stable)
        assert len(stable) <= event.stable <= len(event.text)
        stable = event.text[: event.stable]
        settled += event.stable > 0
    assert settled > 3


def test_a_machine_that_is_too_slow_says_so_and_leaves_nothing_out(
    quick: Recognizer, dictation: Samples, events: Events
) -> None:
    """Everything has been said before the first block is asked for, as after a long pause of the machine."""
    delays: list[float] = []
    late = list(quick.listen([dictation], on_delay=delays.append))
    assert finals(late) == finals(events)
    assert delays == [pytest.approx(len(dictation) / SAMPLE_RATE_HZ), 0.0]
    partials = [event for event in late if isinstance(event, Partial)]
    assert len(partials) <= len(finals(late))  # at pauses, where they cost nothing


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_flat(quick: Recognizer, dictation: Samples) -> None:
    """Half an hour of silence in which somebody speaks now and then."""
    clip = dictation[: 3 * SAMPLE_RATE_HZ]
    nothing = np.zeros(SAMPLE_RATE_HZ, np.float32)
    resident: list[int] = []

    def session() -> Iterator[Samples]:
        for _ in range(4):
            yield from in_blocks(clip, [7000])
            yield from [nothing] * 450
            resident.append(resident_bytes())

    said = " ".join(text for text, _ in finals(list(quick.listen(session()))))
    assert said.count("The patient has a dry cough") == 4
    assert resident[-1] - resident[0] < 20_000_000  # the sound of that time would be 87 MB


def test_words_that_stand_are_not_taken_back_before_the_pause(recognizer: Recognizer) -> None:
    """A word in doubt kept all behind it from being shown, also what had been shown before."""
    whole = load_audio(shipped("samples/dictation.flac")).samples
    samples = np.concatenate([whole[26 * SAMPLE_RATE_HZ :], silence(2.0)])
    patient = Endpointing(short_s=0.8, long_s=1.5)
    shown: list[int] = []
    for event in recognizer.listen(in_blocks(samples, [1_600]), endpointing=patient):
        if isinstance(event, Partial):
            shown.append(len(event.text.split()))
    assert max(shown) > 10
    assert all(earlier <= later for earlier, later in pairwise(shown))
