"""Where speech is: utterances cut out of a stream at its silences.

A detector gives P(speech) for every 32 ms (`speech.voice_activity`). Stretches of speech that are close together form
one utterance, so that the recogniser has context; an utterance that would outgrow the model's 30 s is cut at its
longest pause, or, where nobody pauses, at its quietest moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ
from speech.features import LONGEST_S
from speech.voice_activity import CHUNK, VoiceActivity

_CHUNK_S = CHUNK / SAMPLE_RATE_HZ
_SHORTEST_PAUSE_S = 0.25  # less may lie within a word
_LONG_EMPTINESS_S = 3.0  # longer than any pause, so that the utterance before it has ended
LONGEST_GAP_S = 0.512  # between two utterances that are heard together; of more silence the middle is left out


@dataclass(frozen=True)
class Utterance:
    """A stretch of speech with a little silence around it; all times count from the beginning of the stream.

    `speech_probabilities` holds P(speech) of every whole chunk of `samples`.
    """

    start_s: float
    samples: NDArray[np.float32]
    speech_start_s: float
    speech_end_s: float
    speech_probabilities: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    pauses: tuple[tuple[float, float], ...] = ()
    """Beginning and end of the silences within, from a quarter of a second on."""

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / SAMPLE_RATE_HZ

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ

    def until(self, end_s: float) -> Utterance:
        """The utterance without what lies behind the end."""
        kept = self.samples[: round((end_s - self.start_s) * SAMPLE_RATE_HZ)]
        return replace(self, samples=kept, speech_end_s=min(self.speech_end_s, end_s))

    def after(self, earlier: Utterance) -> Utterance:
        """The utterance with an earlier one before it, and no more than half a second of silence where something is
        missing between them. Its own speech keeps its times; where it now begins counts back from there."""
        missing = round(min(LONGEST_GAP_S, max(0.0, self.start_s - earlier.end_s)) * SAMPLE_RATE_HZ)
        overlap = max(0, round((earlier.end_s - self.start_s) * SAMPLE_RATE_HZ))
        samples = np.concatenate([earlier.samples, np.zeros(missing, np.float32), self.samples[overlap:]])
        chunks = (len(samples) - len(self.samples)) // CHUNK
        probabilities = np.zeros(chunks, np.float32)
        probabilities[: len(earlier.speech_probabilities)] = earlier.speech_probabilities[:chunks]
        return replace(
            self,
            start_s=self.end_s - len(samples) / SAMPLE_RATE_HZ,
            samples=samples,
            speech_probabilities=np.concatenate([probabilities, self.speech_probabilities]),
        )

    def between(self, start_s: float, end_s: float) -> Utterance:
        """The part between two times, to the nearest chunk; neither may lie in speech."""
        first, last = (round((time_s - self.start_s) / _CHUNK_S) for time_s in (start_s, end_s))
        if end_s >= self.end_s:
            last = -(-len(self.samples) // CHUNK)
        spans = [(begin, stop) for begin, stop in self._spans if begin < end_s and stop > start_s]
        return Utterance(
            self.start_s + first * _CHUNK_S,
            self.samples[first * CHUNK : last * CHUNK],
            spans[0][0],
            spans[-1][1],
            self.speech_probabilities[first:last],
            tuple(pause for pause in self.pauses if start_s <= pause[0] and pause[1] <= end_s),
        )

    def followed_by(self, other: Utterance) -> Utterance:
        """This utterance and the one that begins where it ends."""
        between = _pauses([(self.speech_start_s, self.speech_end_s), (other.speech_start_s, other.speech_end_s)])
        return Utterance(
            self.start_s,
            np.concatenate([self.samples, other.samples]),
            self.speech_start_s,
            other.speech_end_s,
            np.concatenate([self.speech_probabilities, other.speech_probabilities]),
            (*self.pauses, *between, *other.pauses),
        )

    @property
    def _spans(self) -> list[tuple[float, float]]:
        """Beginning and end of the speech between the pauses."""
        begins = [self.speech_start_s, *(pause[1] for pause in self.pauses)]
        return list(zip(begins, [*(pause[0] for pause in self.pauses), self.speech_end_s], strict=True))


def _pauses(spans: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((a[1], b[0]) for a, b in pairwise(spans) if b[0] - a[1] >= _SHORTEST_PAUSE_S)


@dataclass(frozen=True)
class SegmentingOptions:
    """Speech begins above `onset` and ends below `offset`; a silence of `pause_s` ends the utterance.

    `padding_s` of what surrounds the speech is kept before it and, unless `trailing_s` says otherwise, behind it.
    """

    onset: float = 0.5
    offset: float = 0.35
    pause_s: float = 2.0
    padding_s: float = 1.0
    trailing_s: float | None = None
    longest_s: float = LONGEST_S - 1.0
    shortest_s: float = 0.1  # of speech; less is a click


class Segmenter:
    """Takes blocks of any size and gives utterances as they end. One instance serves one stream."""

    def __init__(self, options: SegmentingOptions | None = None) -> None:
        self.options = options or SegmentingOptions()
        self._detector = VoiceActivity()
        self._samples = np.zeros(0, np.float32)  # kept from `_first` on
        self._first = 0  # in chunks, since the start of the stream
        self._probabilities: list[float] = []  # one for each whole chunk in `_samples`
        self._spans: list[tuple[int, int]] = []  # speech of the utterance under way, in chunks
        self._speaking_since: int | None = None
        self._empty = 0  # chunks of digital silence up to now

    @property
    def speaking(self) -> bool:
        """Whether speech was going on in the last whole chunk."""
        return self._speaking_since is not None

    @property
    def pending(self) -> Utterance | None:
        """The utterance under way as far as it has been heard, or None in silence."""
        if not self._spans and self._speaking_since is None:
            return None
        return self._cut(self._begin(), self._heard, keep=True)

    @property
    def silence_s(self) -> float:
        """How long ago the speech of the utterance under way stopped; 0 while somebody speaks or nobody has spoken."""
        if not self._spans or self._speaking_since is not None:
            return 0.0
        return (self._heard - self._spans[-1][1]) * _CHUNK_S

    def end(self) -> Utterance:
        """Ends the utterance under way in the silence behind it, without waiting for the pause of the options."""
        return self._emit(min(self._spans[-1][1] + self._trailing, self._heard))

    def push(self, block: NDArray[np.float32]) -> list[Utterance]:
        """Takes float32 samples at 16 kHz; returns the utterances that ended in them."""
        self._samples = np.concatenate([self._samples, block])
        ended: list[Utterance] = []
        for probability in self._listen():
            self._take(probability)
            ended += self._close()
        return ended

    def finish(self) -> list[Utterance]:
        """The utterance that the end of the stream interrupts, if any."""
        total = self._first * CHUNK + len(self._samples)
        ended = self.push(np.zeros(-total % CHUNK, np.float32))
        self._end_span(self._heard)
        if self._spans:
            ended.append(self._emit(self._heard))
        return [utterance.until(total / SAMPLE_RATE_HZ) for utterance in ended]

    @property
    def _heard(self) -> int:
        return self._first + len(self._probabilities)

    def _take(self, probability: float) -> None:
        at = self._heard
        self._probabilities.append(probability)
        if self._speaking_since is None:
            if probability >= self.options.onset:
                self._speaking_since = at
        elif probability < self.options.offset:
            self._end_span(at)

    def _listen(self) -> list[float]:
        """P(speech) of each whole chunk that has come. After a long digital silence, which switched-off microphones and
        editors leave by the hour, the detector begins afresh as with a new stream and is not asked until there is
        sound."""
        chunks = self._samples[len(self._probabilities) * CHUNK :]
        chunks = np.clip(chunks[: len(chunks) // CHUNK * CHUNK], -1.0, 1.0).reshape(-1, CHUNK)
        found = np.zeros(len(chunks), np.float32)
        asked = np.zeros(len(chunks), bool)
        for place, chunk in enumerate(chunks):
            self._empty = 0 if chunk.any() else self._empty + 1
            asked[place] = self._empty * _CHUNK_S <= _LONG_EMPTINESS_S
        bounds = [0, *(np.flatnonzero(np.diff(asked)) + 1), len(chunks)] if len(chunks) else []
        for first, end in pairwise(bounds):
            if asked[first]:
                found[first:end] = self._detector.judge(chunks[first:end].ravel())
            else:
                self._detector.reset()
        return found.tolist()

    def _end_span(self, at: int) -> None:
        if self._speaking_since is None:
            return
        if (at - self._speaking_since) * _CHUNK_S >= self.options.shortest_s:
            self._spans.append((self._speaking_since, at))
        self._speaking_since = None

    def _close(self) -> list[Utterance]:
        if not self._spans and self._speaking_since is None:
            self._forget(self._heard - self._padding)
            return []
        if (self._heard - self._begin()) * _CHUNK_S >= self.options.longest_s:
            return [self._emit(self._best_cut())]
        pause = self._heard - self._spans[-1][1] if self._spans and self._speaking_since is None else 0
        if pause * _CHUNK_S >= self.options.pause_s:
            return [self.end()]
        return []

    @property
    def _padding(self) -> int:
        return round(self.options.padding_s / _CHUNK_S)

    @property
    def _trailing(self) -> int:
        trailing_s = self.options.padding_s if self.options.trailing_s is None else self.options.trailing_s
        return round(trailing_s / _CHUNK_S)

    def _begin(self) -> int:
        """Where the utterance under way begins, padding included."""
        speech = self._spans[0][0] if self._spans else self._speaking_since
        assert speech is not None
        return max(self._first, speech - self._padding)

    def _best_cut(self) -> int:
        """The middle of the longest pause in the later two thirds, else the least likely speech there."""
        earliest = self._begin() + (self._heard - self._begin()) // 3
        spans = [*self._spans, (self._speaking_since, self._heard)] if self._speaking_since is not None else self._spans
        pauses = [(b[0] - a[1], (a[1] + b[0]) // 2) for a, b in pairwise(spans)]
        pauses += [(self._heard - spans[-1][1], (spans[-1][1] + self._heard) // 2)]
        length, middle = max((pause for pause in pauses if pause[1] >= earliest), default=(0, 0))
        if length > 1:
            return middle
        tail = np.array(self._probabilities[earliest - self._first :])
        smooth = np.convolve(tail, np.ones(3) / 3, "same")[1:-1] if len(tail) > 4 else tail
        return earliest + 1 + int(smooth.argmin())

    def _emit(self, end: int) -> Utterance:
        """Hands out everything up to `end`; speech behind it stays as the beginning of the next utterance."""
        utterance = self._cut(self._begin(), end, keep=False)
        self._spans = [(max(a, end), b) for a, b in self._spans if b > end]
        if self._speaking_since is not None:
            self._speaking_since = max(self._speaking_since, end)
        self._forget(end)
        return utterance

    def _cut(self, start: int, end: int, *, keep: bool) -> Utterance:
        part = self._samples[(start - self._first) * CHUNK : (end - self._first) * CHUNK]
        spans = [*self._spans, (self._speaking_since, end)] if self._speaking_since is not None else self._spans
        first, last = spans[0][0], min(end, max(stop for begin, stop in spans if begin < end))
        probabilities = np.array(self._probabilities[start - self._first : end - self._first], np.float32)
        pauses = _pauses([(begin * _CHUNK_S, stop * _CHUNK_S) for begin, stop in spans if begin < end])
        return Utterance(
            start * _CHUNK_S, part if keep else part.copy(), first * _CHUNK_S, last * _CHUNK_S, probabilities, pauses
        )

    def _forget(self, before: int) -> None:
        count = min(max(0, before - self._first), len(self._probabilities))
        self._samples = self._samples[count * CHUNK :]
        del self._probabilities[:count]
        self._first += count


def find_utterances(
    blocks: Iterable[NDArray[np.float32]], options: SegmentingOptions | None = None
) -> Iterator[Utterance]:
    """All utterances of a stream, in order, each handed out as soon as it has ended."""
    segmenter = Segmenter(options)
    for block in blocks:
        yield from segmenter.push(block)
    yield from segmenter.finish()
