"""A live session: partials that may change while somebody speaks, finals that don't after each pause."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from speech.agreement import Agreement
from speech.audio import SAMPLE_RATE_HZ
from speech.budget import ProcessorBudget
from speech.decoding import Hypothesis
from speech.endpointing import Endpointing
from speech.features import LONGEST_S
from speech.recollection import Recollection, Said
from speech.segmenting import Segmenter, SegmentingOptions, Utterance
from speech.transcript import Segment
from speech.vocabulary import TokenWord
from speech.voice_activity import CHUNK

_LEADING_S = 0.3  # of sound before the first word, which the detector hears late
_FIRST_PARTIAL_S = 0.3  # of speech; of less the first word is wrong as often as right
_PARTIAL_EVERY_S = 0.4
_PREPARED_EVERY_S = 4.0  # of speech; more often it would cost partials what it gains for finals
_LIKELY = 0.5  # a new word that is less likely waits for the next hypothesis
_CATCHING_UP_S = 0.5  # of sound that waits: no partials until it is heard
_TOO_SLOW_S = 3.0
_AT_ONCE_S = 0.005  # a block that comes sooner has been waiting


@dataclass(frozen=True)
class Partial:
    """What the utterance under way sounds like so far, as heard up to `end_s`.

    The first `stable` characters of `text` begin every later partial of the utterance too; the rest may change.
    """

    text: str
    start_s: float
    end_s: float
    stable: int


@dataclass(frozen=True)
class Final:
    """A whole utterance; nothing changes it any more. Its speech ends at `end_s`; `language` is the one it is in."""

    segment: Segment
    end_s: float
    language: str

    @property
    def text(self) -> str:
        return self.segment.text

    @property
    def start_s(self) -> float:
        return self.segment.start_s


@dataclass(frozen=True)
class Look:
    """An utterance, whole or under way, with what one pass of the decoder wrote for it.

    `heard` is the utterance, or that with what was said before, whose text stood in the prompt then. What is
    `doubtful` repeats itself or is unlikely as a whole.
    """

    utterance: Utterance
    heard: Utterance
    memory: Any
    hypothesis: Hypothesis
    words: Sequence[TokenWord]
    prompt: list[int]
    language: str
    doubtful: bool

    @property
    def text(self) -> str:
        return self.hypothesis.text.strip()

    @property
    def probabilities(self) -> list[float]:
        """Of each word, the geometric mean of its tokens'."""
        scores = self.hypothesis.log_probabilities
        return [float(np.exp(np.mean(scores[word.core]))) for word in self.words]


class LiveRecognizer(Protocol):
    """What a live session asks of a recogniser."""

    def glance(self, utterance: Utterance, draft: Sequence[int]) -> Look:
        """What an utterance under way seems to be, by itself; `draft` is what was written of it before."""
        ...

    def prepare(self, utterance: Utterance, earlier: Said | None) -> None:
        """Does ahead what can be of the look at an utterance under way."""
        ...

    def recall(self, said: Said) -> None:
        """Does ahead what can be of looks at utterances that are heard behind this."""
        ...

    def look(self, utterance: Utterance, earlier: Said | None, draft: Sequence[int]) -> Look:
        """A pass over a whole utterance, heard behind what was said before."""
        ...

    def settle(self, look: Look) -> Segment | None:
        """The utterance as it stays, with times and confidence; None where there is no speech after all."""
        ...

    def text_of(self, tokens: Sequence[int]) -> str:
        """The text of a hypothesis' first tokens."""
        ...


@dataclass
class _UnderWay:
    """What is known of the utterance under way."""

    agreement: Agreement = field(default_factory=Agreement)
    draft: tuple[int, ...] = ()
    shown: str = ""
    kept_words: int = 0
    looked_until_s: float = 0.0
    prepared_until_s: float | None = None
    earlier: Said | None = None
    """What it is heard behind, once that has been encoded."""
    at_pause: Look | None = None


class LiveSession:
    """Cuts a stream at its pauses and recognises each utterance, as it grows and when it has ended.

    Which finals come depends on the sound alone, whatever the blocks and however slow the machine. Partials come as
    often as the processor's budget allows, and not at all while sound waits to be heard.
    """

    def __init__(
        self,
        recognizer: LiveRecognizer,
        *,
        endpointing: Endpointing | None = None,
        on_delay: Callable[[float], None] | None = None,
    ) -> None:
        """`on_delay` is told, once, by how many seconds the session has fallen behind the sound, and 0.0 when it has
        caught up with it."""
        self._recognizer = recognizer
        self._endpointing = endpointing or Endpointing()
        self._on_delay = on_delay
        self._is_late = False
        self._segmenter = Segmenter(
            SegmentingOptions(pause_s=math.inf, padding_s=_LEADING_S, trailing_s=self._endpointing.look_s)
        )
        self._budget = ProcessorBudget()
        self._under_way = _UnderWay()
        self._recollection = Recollection()
        self._unrecalled: Said | None = None

    def listen(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[Partial | Final]:
        """Blocks of float32 samples at 16 kHz, each all that has come since the one before → events in order.

        Ends with the stream.
        """
        for block, behind_s in self._timed(blocks):
            yield from self._hear(block)
            if behind_s < _CATCHING_UP_S:
                yield from self._partial()
        for utterance in self._segmenter.finish():
            yield from self._final(self._look(utterance))
        self._tell_delay(0.0)

    def _timed(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[tuple[NDArray[np.float32], float]]:
        """Each block with the seconds of sound that waited in it. Nothing waited where we waited for it."""
        asked = time.perf_counter()
        for block in blocks:
            waited = time.perf_counter() - asked < _AT_ONCE_S
            behind_s = len(block) / SAMPLE_RATE_HZ if waited else 0.0
            self._tell_delay(behind_s)
            yield block, behind_s
            asked = time.perf_counter()

    def _tell_delay(self, behind_s: float) -> None:
        if self._on_delay is None:
            return
        if not self._is_late and behind_s >= _TOO_SLOW_S:
            self._is_late = True
            self._on_delay(behind_s)
        elif self._is_late and behind_s < _CATCHING_UP_S:
            self._on_delay(0.0)
            self._on_delay = None

    def _hear(self, block: NDArray[np.float32]) -> Iterator[Partial | Final]:
        """Everything in a block but the partial at its end."""
        self._budget.earn(len(block) / SAMPLE_RATE_HZ)
        for first in range(0, len(block), CHUNK):
            for utterance in self._segmenter.push(block[first : first + CHUNK]):
                yield from self._final(self._look(utterance))
            self._prepare()
            yield from self._at_pause(more_is_there=first + CHUNK < len(block))

    def _prepare(self) -> None:
        """Has what was said before encoded behind each final, and what is being said now and then, so that little is
        left to do at its end.

        When depends on the sound alone, as what is written may depend on it.
        """
        said, self._unrecalled = self._unrecalled, None
        if said is not None:
            with self._budget.spend():
                self._recognizer.recall(said)
        utterance = self._segmenter.pending if self._segmenter.speaking else None
        if utterance is None:
            return
        since_s = self._under_way.prepared_until_s or utterance.speech_start_s
        if utterance.end_s - since_s >= _PREPARED_EVERY_S:
            earlier = self._earlier(utterance)
            with self._budget.spend():
                self._recognizer.prepare(utterance, earlier)
            self._under_way.prepared_until_s, self._under_way.earlier = utterance.end_s, earlier

    def _earlier(self, utterance: Utterance) -> Said | None:
        """What an utterance is heard behind: what it was prepared with, while both are no more than the model hears."""
        is_prepared = self._under_way.prepared_until_s is not None
        earlier = self._under_way.earlier if is_prepared else self._recollection.before(utterance)
        fits = earlier is not None and utterance.after(earlier.utterance).duration_s <= LONGEST_S
        return earlier if fits else None

    def _at_pause(self, *, more_is_there: bool) -> Iterator[Partial | Final]:
        """Recognises what was said as soon as it pauses, and hands it out once the pause is long enough for its text.

        Where more sound waits, that is heard first: perhaps the speech goes on.
        """
        silence_s = self._segmenter.silence_s
        soonest_s = self._endpointing.short_s if more_is_there else self._endpointing.look_s
        under_way = self._segmenter.pending if silence_s >= soonest_s else None
        if under_way is None:
            return
        look = self._under_way.at_pause
        if look is None or look.utterance.speech_end_s != under_way.speech_end_s:
            look = self._look(under_way.until(under_way.speech_end_s + self._endpointing.look_s))
            self._under_way.at_pause = look
            yield from self._show(look, is_whole=True)
        duration_s = under_way.speech_end_s - under_way.speech_start_s
        if silence_s >= self._endpointing.pause_s(look.hypothesis, duration_s):
            self._segmenter.end()
            yield from self._final(look)

    def _partial(self) -> Iterator[Partial]:
        utterance = self._segmenter.pending if self._segmenter.speaking else None
        is_first = not self._under_way.shown
        if utterance is None or not (self._budget.is_left or (is_first and self._budget.can_lend)):
            return
        since_s = max(self._under_way.looked_until_s, utterance.speech_start_s)
        if utterance.end_s - since_s >= (_FIRST_PARTIAL_S if is_first else _PARTIAL_EVERY_S):
            with self._budget.spend():
                look = self._recognizer.glance(utterance, self._under_way.draft)
            self._note(look)
            yield from self._show(look, is_whole=False)

    def _look(self, utterance: Utterance) -> Look:
        with self._budget.spend():
            earlier = self._earlier(utterance)
            look = self._recognizer.look(utterance, earlier, self._under_way.draft)
        self._note(look)
        return look

    def _note(self, look: Look) -> None:
        self._under_way.looked_until_s = look.utterance.end_s
        self._under_way.draft = look.hypothesis.tokens

    def _show(self, look: Look, *, is_whole: bool) -> Iterator[Partial]:
        """The partial, where there is news in it and it keeps what is settled."""
        agreement = self._under_way.agreement
        if not agreement.take(look.hypothesis.tokens, look.words, look.probabilities):
            return
        count = len(look.words) if is_whole else self._likely(look)
        if count < self._under_way.kept_words and not is_whole:
            return  # what stands is not taken back for a doubt
        rest = look.words[count:]
        text = self._recognizer.text_of(look.hypothesis.tokens[: rest[0].tokens.start]) if rest else look.text
        if text and text != self._under_way.shown:
            self._under_way.shown = text
            self._under_way.kept_words = 0 if look.doubtful else count
            stable = len(self._recognizer.text_of(agreement.tokens))
            yield Partial(text, look.utterance.speech_start_s, look.utterance.end_s, stable)

    def _likely(self, look: Look) -> int:
        """The number of words before the first that is new and likely to be wrong, as the end of the sound may have cut
        it. Where nothing is shown yet, one word is shown whatever it is.
        """
        common = self._under_way.agreement.common
        surely = 0 if self._under_way.shown else 1
        for number, (word, probability) in enumerate(zip(look.words, look.probabilities, strict=True)):
            if number >= surely and word.core.stop > common and probability < _LIKELY:
                return number
        return len(look.words)

    def _final(self, look: Look) -> Iterator[Final]:
        self._under_way = _UnderWay(looked_until_s=look.utterance.end_s)
        with self._budget.spend():
            segment = self._recognizer.settle(look)
        if look.doubtful:
            self._recollection.forget()  # what was written for it may have nothing to do with its sound
        elif segment is not None:
            self._recollection.keep(Said(look.utterance, look.hypothesis.tokens))
        self._unrecalled = self._recollection.said
        if segment is not None:
            yield Final(segment, look.utterance.speech_end_s, look.language)
