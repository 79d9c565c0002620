"""The one door into speech for everybody above: a file or a stream in, a `Transcript` or live events out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from speech.alignment import align_segments
from speech.audio import SAMPLE_RATE_HZ, Waveform
from speech.backends import Backend
from speech.backends.opening import open_backend, open_share
from speech.batching import align_batch, decode_batch
from speech.confidence import WordJudge, load_calibration
from speech.context import STRIDE, WIDE_STRIDE, Context, Silence
from speech.counting import Cancelled, CountedBlocks
from speech.decoding import DecodingOptions, Hypothesis, decode, detect_language, is_doubtful
from speech.endpointing import Endpointing
from speech.errors import AudioError
from speech.features import FRAMES_PER_S, LONGEST_FRAMES, log_mel
from speech.incremental import IncrementalEncoder
from speech.journal import Heard, Journal
from speech.notices import Notices
from speech.packing import Window, group, pack
from speech.recollection import Said
from speech.rescoring import Correction, Corrector, name_terms
from speech.segmenting import Utterance, find_utterances
from speech.streaming import Final, LiveSession, Look, Partial
from speech.transcript import Segment, Transcript
from speech.vocabulary import Vocabulary
from speech.weights import read_settings
from speech.workers import share_out

if TYPE_CHECKING:
    from speech.graph import Precision
    from speech.store import InstalledModel

AUTO = "auto"
_TELLING_S = 2.0  # of speech tell its language well enough
_FEW_TOKENS, _TOKENS_PER_S = 10, 12.0  # more than anybody says; a pass that repeats itself stops there
MOST_ROWS = 8  # a step for as many takes three times as long as for one
_LARGEST_MEMORY_BYTES = 400_000_000  # of encoded sound
_FULLEST_WINDOW_S = 29.5
_BATCH_FRAMES = 500  # windows of a file are rounded up to it: thinned silence is cheaper than smaller batches
_HANDS = 2  # half of the processor each: what one does alone, the voice activity and word times, leaves no core idle
_WORTH_SHARING_S = 60.0


class Recognizer:
    """A loaded student. Safe to use from one thread at a time."""

    def __init__(
        self,
        model: str,
        backend: Backend,
        vocabulary: Vocabulary,
        *,
        mels: int,
        silence: Silence | None = None,
        options: DecodingOptions | None = None,
        judge: WordJudge | None = None,
        corrector: Corrector | None = None,
        rows: int = MOST_ROWS,
        notices: Notices | None = None,
        open_share: Callable[[], Backend] | None = None,
    ) -> None:
        """`silence` is what the checkpoint needs of it behind speech, by default all of the 30 s. `judge`
        gives words their confidence; None means the calibration that ships for the model. Of a file up to `rows`
        windows are recognised at once. `open_share` loads the same student for half of the processor, and calls of it
        may come from two threads: long files are then recognised by two at a time. It loads once."""
        self.model = model
        self.backend = backend
        self.vocabulary = vocabulary
        self.options = options or DecodingOptions()
        self.judge = judge or load_calibration(model)
        self.corrector = corrector
        self.notices = notices or Notices()
        self._mels = mels
        self._silence = silence or Silence()
        self._rows = rows
        self._open_share = open_share

    @classmethod
    def open(
        cls,
        model: InstalledModel,
        *,
        backend: str = "onnx",
        device: str = "cpu",
        precision: Precision | None = None,
        threads: int | None = None,
        options: DecodingOptions | None = None,
        corrector: Corrector | None = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> Recognizer:
        """Loads an installed model. ModelError when it is damaged or the backend or device is not there.

        `device` "auto" takes the best that works; `precision` is by default the device's own. `on_notice` is told at
        once, in one line, when the work moves from a device to the processor; the next transcript says so too.
        """
        settings = read_settings(model.checkpoint_folder)
        notices = Notices(on_notice)
        runner = open_backend(
            model, backend=backend, device=device, precision=precision, threads=threads, tell=notices.add
        )
        return cls(
            model.name,
            runner,
            Vocabulary.of(settings),
            mels=settings.config["num_mel_bins"],
            silence=Silence.of(settings.config, model.min_padding_s),
            options=options,
            corrector=corrector,
            rows=_rows_in_memory(settings.config),
            notices=notices,
            open_share=open_share(model, runner, precision, threads, _HANDS),
        )

    def transcribe(
        self,
        audio: Path | Waveform,
        *,
        language: str = "en",
        on_progress: Callable[[float], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        journal: Journal | None = None,
    ) -> Transcript:
        """Recognises a whole file, with memory bounded however long it is.

        `language` is a code such as "en", or "auto" to take the one heard first. `on_progress` is told the share of
        the audio that is done, rising from 0 to 1. `is_cancelled` is asked several times a second; recognition stands
        still meanwhile. Both are called in the caller's thread. What the `journal` knows of the file is not recognised
        again; what is new is kept in it. Raises Cancelled, AudioError when the file is no audio, and ModelError when
        the model does not know the language.
        """
        if language != AUTO:
            self.vocabulary.prompt(language)  # refuses a language that the model lacks before any work is done
        started = time.perf_counter()
        counted = CountedBlocks(audio, on_progress, is_cancelled)
        heard: list[Heard] = []
        windows = _unknown(pack(find_utterances(counted), _FULLEST_WINDOW_S), journal, heard)
        for new in self._hear(windows, heard, language, counted):
            heard += new
            if journal is not None:
                journal.keep(new)
            counted.tell(max(each.end_s for each in new))
        heard.sort(key=lambda each: each.start_s)
        segments = [segment for each in heard for segment in each.segments]
        warnings = [
            f"The text from {each.segments[0].start_s:.1f} s to {each.segments[-1].end_s:.1f} s is unsure."
            for each in heard
            if each.doubtful
        ]
        if counted.heard_s == 0.0:
            name = Path(counted.name).name
            raise AudioError(f"{name} holds no sound at all", "Record it again or choose another file.")
        if counted.damaged:
            warnings.append("The file is damaged or cut off; what could not be read is missing from the text.")
        if not segments:
            warnings.append("No speech was heard.")
        warnings += self.notices.take()
        counted.tell_all_is_done()
        return Transcript(
            audio=counted.name,
            model=self.model,
            backend=self.backend.name,
            language=heard[0].language if heard else ("en" if language == AUTO else language),
            duration_s=counted.heard_s,
            processing_s=time.perf_counter() - started,
            segments=tuple(segments),
            warnings=tuple(warnings),
        )

    def listen(
        self,
        blocks: Iterable[NDArray[np.float32]],
        *,
        language: str = "en",
        endpointing: Endpointing | None = None,
        on_delay: Callable[[float], None] | None = None,
    ) -> Iterator[Partial | Final]:
        """Live recognition of 16 kHz blocks, each all that has come since the one before: partials while somebody
        speaks, a final after each pause. `endpointing` is by default the quickest.

        With `language` "auto" that of the first seconds of speech is kept. `on_delay` is told, once, how many seconds
        of sound wait when this machine is too slow, and 0.0 once none do; nothing of them is lost. ModelError, before
        the first block is taken, when the model does not know the language.
        """
        if language != AUTO:
            self.vocabulary.prompt(language)
        live = _LiveRecognizer(self, language)
        return LiveSession(live, endpointing=endpointing, on_delay=on_delay).listen(blocks)

    def encode(self, samples: NDArray[np.float32]) -> Any:
        """The memory of up to 30 s of sound, in the context length that the checkpoint was made for."""
        return self._encode([samples], self._frames(len(samples)))

    def _encode(self, sounds: list[NDArray[np.float32]], frames: int, stride: int = STRIDE) -> Any:
        mel = np.concatenate([log_mel(samples, self._mels, frames) for samples in sounds])
        return self.backend.encode(mel, self._context(frames, stride))

    def _context(self, frames: int, stride: int) -> Context:
        return self._silence.context(frames // 2, stride)

    def _frames(self, samples: int, multiple: int = 2) -> int:
        """How many hold the sound and the silence that is encoded behind it as it is."""
        needed = (samples / SAMPLE_RATE_HZ + self._silence.kept_s) * FRAMES_PER_S
        return min(LONGEST_FRAMES, multiple * int(np.ceil(needed / multiple)))

    def _frames_of(self, window: Window) -> int:
        """Rounded up, so that windows of about the same length make a batch; short files are one short window."""
        if window.duration_s < _FULLEST_WINDOW_S / 2:
            return self._frames(len(window.samples))
        return self._frames(len(window.samples), _BATCH_FRAMES)

    def _recognize(self, utterance: Utterance, language: str) -> Segment | None:
        """The utterance's segment, heard in the full context, or None where the model hears no speech."""
        memory = self._encode([utterance.samples], LONGEST_FRAMES)
        hypothesis = decode(self.backend, self.vocabulary, memory, self.vocabulary.prompt(language), self.options)
        return self._segment(utterance, memory, hypothesis, language)

    def _segment(
        self,
        utterance: Utterance,
        memory: Any,
        hypothesis: Hypothesis,
        language: str,
        *,
        prompt: list[int] | None = None,
    ) -> Segment | None:
        heard = self._align([Window((utterance,))], memory, [hypothesis], language, prompt=prompt)[0]
        return heard.segments[0] if heard.segments else None

    def _hear(
        self, windows: Iterable[Window], heard: list[Heard], language: str, counted: CountedBlocks
    ) -> Iterator[list[Heard]]:
        """What is new in the windows, a batch at a time as they are ready; `heard` is all that is known so far."""
        hands = self._hands(counted.total_s)
        batches = group(windows, self._rows_of_a_batch(counted.total_s, len(hands)), self._frames_of)
        alone = None if len(hands) == 1 else int(language == AUTO)  # the first one tells the language of all
        for first in islice(batches, alone):
            new = self._recognize_windows(first, heard[0].language if heard else language, counted.stop_if_cancelled)
            yield new
            language = new[0].language
        ended = Event()

        def go_on_or_end() -> None:
            counted.wait_for_caller()
            if ended.is_set():
                raise Cancelled

        work = [partial(hand._recognize_windows, language=language, before_step=go_on_or_end) for hand in hands]
        yield from share_out(batches, work, ended, watch=counted.stop_if_cancelled)

    def _hands(self, total_s: float | None) -> list[Recognizer]:
        """Who works at a file of that length, or of one that is not known."""
        if self._open_share is None or (total_s is not None and total_s < _WORTH_SHARING_S):
            return [self]
        hand = copy(self)
        hand.backend = self._open_share()
        return [hand] * _HANDS

    def _rows_of_a_batch(self, total_s: float | None, hands: int) -> int:
        """As many as fit into memory for all hands together, but so that each has as much to do as the others."""
        most = max(1, self._rows // hands)
        if hands == 1 or total_s is None:
            return most
        windows = total_s / _FULLEST_WINDOW_S
        return ceil(windows / (hands * ceil(windows / (hands * most))))

    def _recognize_windows(self, windows: list[Window], language: str, before_step: Callable[[], None]) -> list[Heard]:
        """All of them at once; they need the same number of frames. `before_step` may raise to end the work."""
        frames = self._frames_of(windows[0])
        shorter = frames < LONGEST_FRAMES
        memory = self._encode([window.samples for window in windows], frames)
        if language == AUTO:
            first = self.backend.select(memory, np.array([0]))
            language = detect_language(self.backend, self.vocabulary, first)
        prompt = self.vocabulary.prompt(language)
        before_step()
        hypotheses = decode_batch(
            self.backend,
            self.vocabulary,
            memory,
            len(windows),
            prompt,
            self.options,
            again=(lambda row: self._encode([windows[row].samples], LONGEST_FRAMES)) if shorter else None,
            before_step=before_step,
        )
        return self._align(windows, memory, hypotheses, language)

    def _align(
        self,
        windows: list[Window],
        memory: Any,
        hypotheses: list[Hypothesis],
        language: str,
        *,
        prompt: list[int] | None = None,
    ) -> list[Heard]:
        """What was heard in each window, listed terms put right: the rows of the memory and their hypotheses in the
        same order."""
        prompt = prompt or self.vocabulary.prompt(language)
        corrections = self._correct(memory, prompt, hypotheses, language)
        hypotheses = [correction.hypothesis for correction in corrections]
        weights = align_batch(self.backend, self.vocabulary, memory, prompt, hypotheses)
        heard = []
        for window, correction, own in zip(windows, corrections, weights, strict=True):
            hypothesis = correction.hypothesis
            segments = align_segments(
                self.vocabulary,
                own,
                hypothesis,
                prompt_length=len(prompt),
                language=language,
                window=window,
                judge=self.judge,
            )
            if correction.found:
                places = self.vocabulary.words(list(hypothesis.tokens), language)
                segments = name_terms(segments, places, correction.found)
            doubtful = bool(segments) and is_doubtful(hypothesis, self.options)
            heard.append(Heard(window.start_s, window.end_s, language, tuple(segments), doubtful))
        return heard

    def _correct(self, memory: Any, prompt: list[int], hypotheses: list[Hypothesis], language: str) -> list[Correction]:
        if self.corrector is None:
            return [Correction(hypothesis) for hypothesis in hypotheses]
        corrections = []
        for row, hypothesis in enumerate(hypotheses):
            own = self.backend.select(memory, np.array([row])) if len(hypotheses) > 1 else memory
            corrections.append(self.corrector.correct(self.backend, self.vocabulary, own, prompt, hypothesis, language))
        return corrections


class _LiveRecognizer:
    """Implements `speech.streaming.LiveRecognizer`."""

    def __init__(self, recognizer: Recognizer, language: str) -> None:
        self._recognizer = recognizer
        self._language = language
        self._encoder = IncrementalEncoder(recognizer.backend)

    def prepare(self, utterance: Utterance, earlier: Said | None) -> None:
        """Encodes what was said so far."""
        self._encoder.keep(*self._features(_joined(utterance, earlier)))

    def recall(self, said: Said) -> None:
        """Encodes what was said before."""
        self._encoder.keep(*self._features(said.utterance), is_whole=True)

    def glance(self, utterance: Utterance, draft: Sequence[int]) -> Look:
        """One greedy pass. Somebody speaks: that a scrap of it is unlikely to be speech says nothing yet."""
        samples = utterance.samples
        memory = self._recognizer._encode([samples], self._recognizer._frames(len(samples)), WIDE_STRIDE)
        return self._read(utterance, utterance, memory, (), draft, no_speech_threshold=1.0)

    def look(self, utterance: Utterance, earlier: Said | None, draft: Sequence[int]) -> Look:
        """One pass, greedy as a rule."""
        heard = _joined(utterance, earlier)
        memory = self._encoder.encode(*self._features(heard))
        before = () if earlier is None else earlier.tokens
        return self._read(utterance, heard, memory, before, draft, self._recognizer.options.no_speech_threshold)

    def _features(self, heard: Utterance) -> tuple[NDArray[np.float32], NDArray[np.float32], Context]:
        """The sound, its mel, and the context that is encoded of it."""
        recognizer, samples = self._recognizer, heard.samples
        frames = recognizer._frames(len(samples))
        return samples, log_mel(samples, recognizer._mels, frames), recognizer._context(frames, WIDE_STRIDE)

    def _read(
        self,
        utterance: Utterance,
        heard: Utterance,
        memory: Any,
        before: tuple[int, ...],
        draft: Sequence[int],
        no_speech_threshold: float,
    ) -> Look:
        """No more tokens than anybody says in that time."""
        recognizer, vocabulary = self._recognizer, self._recognizer.vocabulary
        language = self._spoken(utterance, memory)
        prompt = [*vocabulary.prompt(language), *before]
        sayable = _FEW_TOKENS + round(_TOKENS_PER_S * (utterance.speech_end_s - utterance.speech_start_s))
        options = replace(
            recognizer.options,
            temperatures=recognizer.options.temperatures[:1],
            longest=min(sayable, recognizer.options.longest),
            no_speech_threshold=no_speech_threshold,
        )
        hypothesis = decode(recognizer.backend, vocabulary, memory, prompt, options, draft=draft)
        words = vocabulary.words(list(hypothesis.tokens), language)
        doubtful = is_doubtful(hypothesis, recognizer.options)
        return Look(utterance, heard, memory, hypothesis, words, prompt, language, doubtful)

    def settle(self, look: Look) -> Segment | None:
        """As in a file: what is doubtful is tried again, the utterance by itself."""
        recognizer = self._recognizer
        self._encoder.forget()
        if look.doubtful:
            return recognizer._recognize(look.utterance, look.language)
        return recognizer._segment(look.heard, look.memory, look.hypothesis, look.language, prompt=look.prompt)

    def text_of(self, tokens: Sequence[int]) -> str:
        return self._recognizer.vocabulary.decode(list(tokens)).strip()

    def _spoken(self, utterance: Utterance, memory: Any) -> str:
        if self._language != AUTO:
            return self._language
        recognizer = self._recognizer
        found = detect_language(recognizer.backend, recognizer.vocabulary, memory)
        if utterance.end_s - utterance.speech_start_s >= _TELLING_S:
            self._language = found
        return found


def _joined(utterance: Utterance, earlier: Said | None) -> Utterance:
    return utterance if earlier is None else utterance.after(earlier.utterance)


def _unknown(windows: Iterable[Window], journal: Journal | None, heard: list[Heard]) -> Iterator[Window]:
    """The windows that the journal does not know; what it knows of the others is added to `heard`."""
    for window in windows:
        known = journal.find(window.start_s, window.end_s) if journal is not None else None
        if known is None:
            yield window
        else:
            heard.append(known)


def _rows_in_memory(config: Mapping[str, Any]) -> int:
    """How many encoded windows a batch may hold: keys and values of every decoder layer, in float32."""
    window = 2 * int(config["decoder_layers"]) * int(config["d_model"]) * (LONGEST_FRAMES // 2) * 4
    return min(MOST_ROWS, max(1, _LARGEST_MEMORY_BYTES // window))
