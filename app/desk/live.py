"""Text while somebody speaks: the sound on its way to the recogniser, and what becomes of it."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.desk.live_utterances import LiveListener, LiveUtterances
from app.dictation import FormattingOptions
from app.dictation.commands import OwnPhrase
from speech.audio import SAMPLE_RATE_HZ
from speech.transcript import Segment, Transcript

if TYPE_CHECKING:
    from speech.recognizer import Recognizer

# Partials stand in the text already: it may take longer to be sure that a sentence is whole (decision 053).
_SHORT_S, _LONG_S, _SURE = 0.8, 1.5, 0.5
_BEHIND_S = 1.0  # of sound that waits at the start: what loads, not the speech, is slow then


class _Mark(Enum):
    PAUSE = "pause"
    END = "end"


class LiveSound:
    """What is recorded, from the recorder's thread to the recogniser's; nothing of it is left out."""

    def __init__(self) -> None:
        self._queued: queue.SimpleQueue[NDArray[np.float32] | _Mark] = queue.SimpleQueue()
        self._arrived = 0
        self._heard = 0
        self._is_over = False
        self._is_cancelled = False
        self.waited_s = 0.0

    @property
    def waiting_s(self) -> float:
        """Sound that has not been handed on yet, in seconds."""
        return (self._arrived - self._heard) / SAMPLE_RATE_HZ

    @property
    def arrived_s(self) -> float:
        """Sound that has come in, in seconds."""
        return self._arrived / SAMPLE_RATE_HZ

    @property
    def heard_s(self) -> float:
        """Sound that has been handed on, in seconds."""
        return self._heard / SAMPLE_RATE_HZ

    def take_in(self, block: NDArray[np.float32]) -> None:
        """A recorder's listener: 16 kHz mono float32 of shape (n,)."""
        self._arrived += len(block)
        self._queued.put(block)

    def pause(self) -> None:
        """What was said so far is whole; the recording may go on later."""
        self._queued.put(_Mark.PAUSE)

    def end(self) -> None:
        """The recording is over."""
        self._queued.put(_Mark.END)

    def cancel(self) -> None:
        """Nobody wants the rest."""
        self._is_cancelled = True
        self.end()

    def stretches(self) -> Iterator[Iterator[NDArray[np.float32]]]:
        """The sound between pauses; each stretch in blocks of all that has come since the one before. Use up one
        before asking for the next."""
        while not self._is_over:
            yield self._stretch()

    def _stretch(self) -> Iterator[NDArray[np.float32]]:
        mark: _Mark | None = None
        while mark is None:
            blocks, mark = self._take_all()
            if self._is_cancelled:
                mark = _Mark.END
            elif blocks:
                block = np.concatenate(blocks)
                self._heard += len(block)
                yield block
        self._is_over = mark is _Mark.END

    def _take_all(self) -> tuple[list[NDArray[np.float32]], _Mark | None]:
        """Waits for sound and takes all that is there, up to a mark."""
        blocks: list[NDArray[np.float32]] = []
        asked = time.perf_counter()
        item = self._queued.get()
        self.waited_s += time.perf_counter() - asked
        while not isinstance(item, _Mark):
            blocks.append(item)
            if self._queued.empty():
                return blocks, None
            item = self._queued.get()
        return blocks, item


def write_live(
    recognizer: Recognizer,
    sound: LiveSound,
    language: str,
    options: FormattingOptions | None,
    listener: LiveListener,
    own: Sequence[OwnPhrase] = (),
) -> Transcript:
    """Writes down what is said until the sound ends, and returns all of it as it was heard, commands too.

    ModelError when the model does not know the language.
    """
    from speech.endpointing import Endpointing
    from speech.streaming import Final

    endpointing = Endpointing(short_s=_SHORT_S, long_s=_LONG_S, sure=_SURE)
    started = time.perf_counter()
    heard: list[Segment] = []
    utterances = LiveUtterances(options, listener, own)
    spoken = "en" if language == "auto" else language
    told = sound.waiting_s >= _BEHIND_S
    is_late = False

    def tell_delay(behind_s: float) -> None:
        nonlocal told, is_late
        if behind_s and not told:
            told = is_late = True
            listener.delay(behind_s)
        elif is_late and not behind_s:
            is_late = False
            listener.delay(0.0)

    for stretch in sound.stretches():
        offset_s = sound.heard_s
        events = recognizer.listen(stretch, language=language, endpointing=endpointing, on_delay=tell_delay)
        for event in events:
            if isinstance(event, Final):
                spoken = event.language
                segment = _later(event.segment, offset_s)
                utterances.take(segment, spoken)
                heard.append(segment)
            else:
                utterances.show(event.text, spoken)
    return Transcript(
        audio="",
        model=recognizer.model,
        backend=recognizer.backend.name,
        language=spoken,
        duration_s=sound.heard_s,
        processing_s=max(0.0, time.perf_counter() - started - sound.waited_s),
        segments=tuple(heard),
        warnings=tuple(recognizer.notices.take() if heard else ["No speech was heard.", *recognizer.notices.take()]),
    )


def _later(segment: Segment, by_s: float) -> Segment:
    """A segment of a stretch with its times in the whole recording."""
    words = tuple(replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s) for word in segment.words)
    return replace(segment, start_s=segment.start_s + by_s, end_s=segment.end_s + by_s, words=words)
