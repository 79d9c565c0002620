"""The one door into speech for everybody above: a file or a stream in, a `Transcript` or live events out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from speech.alignment import align_words
from speech.audio import SAMPLE_RATE_HZ, Waveform, measure_duration, stream_audio
from speech.backends import Backend
from speech.confidence import WordJudge, load_calibration
from speech.decoding import DecodingOptions, Hypothesis, decode, detect_language, is_doubtful
from speech.errors import AudioError, ModelError
from speech.features import HOP, LONGEST_FRAMES, LONGEST_S, log_mel
from speech.rescoring import Correction, Corrector, name_terms
from speech.segmenting import Utterance, find_utterances
from speech.streaming import Final, LiveSession, Look, Partial
from speech.transcript import Segment, Transcript
from speech.vocabulary import Vocabulary
from speech.weights import read_settings

if TYPE_CHECKING:
    from speech.graph import Precision
    from speech.store import InstalledModel

AUTO = "auto"
_PROGRESS_STEP = 0.001
_TELLING_S = 2.0  # of speech tell its language well enough
_FEW_TOKENS, _TOKENS_PER_S = 10, 12.0  # more than anybody says; a pass that repeats itself stops there


class Cancelled(Exception):
    """The caller asked for the work to end."""


class Recognizer:
    """A loaded student. Safe to use from one thread at a time."""

    def __init__(
        self,
        model: str,
        backend: Backend,
        vocabulary: Vocabulary,
        *,
        mels: int,
        min_padding_s: float | None = None,
        options: DecodingOptions | None = None,
        judge: WordJudge | None = None,
        corrector: Corrector | None = None,
    ) -> None:
        """`min_padding_s` is the silence that the checkpoint needs behind speech; None means the full 30 s. `judge`
        gives words their confidence; None means the calibration that ships for the model."""
        self.model = model
        self.backend = backend
        self.vocabulary = vocabulary
        self.options = options or DecodingOptions()
        self.judge = judge or load_calibration(model)
        self.corrector = corrector
        self._mels = mels
        self._min_padding_s = min_padding_s

    @classmethod
    def open(
        cls,
        model: InstalledModel,
        *,
        backend: str = "onnx",
        device: str = "cpu",
        precision: Precision = "int8",
        threads: int | None = None,
        options: DecodingOptions | None = None,
        corrector: Corrector | None = None,
    ) -> Recognizer:
        """Loads an installed model. ModelError when it is damaged or the backend or device is not there."""
        settings = read_settings(model.checkpoint_folder)
        runner: Backend
        if backend == "onnx":
            from speech.backends.onnx import OnnxBackend

            runner = OnnxBackend(model.graph_folder(precision), precision=precision, device=device, threads=threads)
        elif backend == "torch":
            from speech.backends.torch import TorchBackend

            runner = TorchBackend(model.checkpoint_folder, device=device, threads=threads)
        else:
            raise ModelError(f"There is no backend {backend!r}", "Use onnx or torch.")
        return cls(
            model.name,
            runner,
            Vocabulary.of(settings),
            mels=settings.config["num_mel_bins"],
            min_padding_s=model.min_padding_s,
            options=options,
            corrector=corrector,
        )

    def transcribe(
        self,
        audio: Path | Waveform,
        *,
        language: str = "en",
        on_progress: Callable[[float], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Transcript:
        """Recognises a whole file, with memory bounded however long it is.

        `language` is a code such as "en", or "auto" to take the one heard first. `on_progress` is told the share of
        the audio that is done, rising from 0 to 1. Raises Cancelled, AudioError when the file is no audio, and
        ModelError when the model does not know the language.
        """
        if language != AUTO:
            self.vocabulary.prompt(language)  # refuses a language that the model lacks before any work is done
        started = time.perf_counter()
        counted = _CountedBlocks(audio, on_progress, is_cancelled)
        segments: list[Segment] = []
        warnings: list[str] = []
        for utterance in find_utterances(counted):
            counted.stop_if_cancelled()
            memory = self.encode(utterance.samples)
            if language == AUTO:
                language = detect_language(self.backend, self.vocabulary, memory)
            segment, doubtful = self._recognize(utterance, memory, language)
            if segment is not None:
                segments.append(segment)
                if doubtful:
                    warnings.append(f"The text from {segment.start_s:.1f} s to {segment.end_s:.1f} s is unsure.")
            counted.tell(utterance.end_s)
        if counted.heard_s == 0.0:
            raise AudioError(f"{counted.name} holds no sound at all", "Record it again or choose another file.")
        if counted.damaged:
            warnings.append("The file is damaged or cut off; what could not be read is missing from the text.")
        if not segments:
            warnings.append("No speech was heard.")
        counted.tell_all_is_done()
        return Transcript(
            audio=counted.name,
            model=self.model,
            backend=self.backend.name,
            language="en" if language == AUTO else language,
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
        on_delay: Callable[[float], None] | None = None,
    ) -> Iterator[Partial | Final]:
        """Live recognition of 16 kHz blocks, each all that has come since the one before: partials while somebody
        speaks, a final after each pause.

        With `language` "auto" that of the first seconds of speech is kept. `on_delay` is told, once, how many seconds
        of sound wait when this machine is too slow; nothing of them is lost. ModelError, before the first block is
        taken, when the model does not know the language.
        """
        if language != AUTO:
            self.vocabulary.prompt(language)
        return LiveSession(_LiveRecognizer(self, language), on_delay=on_delay).listen(blocks)

    def encode(self, samples: NDArray[np.float32]) -> Any:
        """The memory of up to 30 s of sound, in the context length that the checkpoint was made for."""
        frames = LONGEST_FRAMES
        if self._min_padding_s is not None:
            needed = len(samples) / SAMPLE_RATE_HZ + self._min_padding_s
            frames = min(LONGEST_FRAMES, 2 * int(np.ceil(needed * SAMPLE_RATE_HZ / HOP / 2)))
        return self.backend.encode(log_mel(samples, self._mels, frames))

    def _recognize(self, utterance: Utterance, memory: Any, language: str) -> tuple[Segment | None, bool]:
        """The utterance's segment, or None where the model hears no speech, and whether its text is doubtful."""
        hypothesis = decode(self.backend, self.vocabulary, memory, self.vocabulary.prompt(language), self.options)
        segment = self._segment(utterance, memory, hypothesis, language)
        return segment, segment is not None and is_doubtful(hypothesis, self.options)

    def _segment(
        self,
        utterance: Utterance,
        memory: Any,
        hypothesis: Hypothesis,
        language: str,
        *,
        prompt: list[int] | None = None,
    ) -> Segment | None:
        prompt = prompt or self.vocabulary.prompt(language)
        correction = Correction(hypothesis)
        if self.corrector is not None:
            correction = self.corrector.correct(self.backend, self.vocabulary, memory, prompt, hypothesis, language)
            hypothesis = correction.hypothesis
        words = align_words(
            self.backend,
            self.vocabulary,
            memory,
            prompt,
            hypothesis,
            language=language,
            utterance=utterance,
            judge=self.judge,
        )
        text = hypothesis.text.strip()
        if not words or not text:
            return None
        confidence = float(np.mean([word.confidence for word in words]))
        if correction.found:
            words = name_terms(words, self.vocabulary.words(list(hypothesis.tokens), language), correction.found)
        return Segment(words[0].start_s, words[-1].end_s, text, confidence, tuple(words))


class _LiveRecognizer:
    """Implements `speech.streaming.LiveRecognizer`."""

    def __init__(self, recognizer: Recognizer, language: str) -> None:
        self._recognizer = recognizer
        self._language = language

    def look(self, utterance: Utterance, earlier: Look | None, draft: Sequence[int]) -> Look:
        """One pass, greedy as a rule, of no more tokens than anybody says in that time."""
        recognizer, vocabulary = self._recognizer, self._recognizer.vocabulary
        heard = utterance if earlier is None else utterance.after(earlier.utterance)
        memory = recognizer.encode(heard.samples)
        language = self._spoken(utterance, memory)
        prompt = [*vocabulary.prompt(language), *(() if earlier is None else earlier.hypothesis.tokens)]
        sayable = _FEW_TOKENS + round(_TOKENS_PER_S * (utterance.speech_end_s - utterance.speech_start_s))
        options = replace(
            recognizer.options,
            temperatures=recognizer.options.temperatures[:1],
            longest=min(sayable, recognizer.options.longest),
        )
        hypothesis = decode(recognizer.backend, vocabulary, memory, prompt, options, draft=draft)
        words = vocabulary.words(list(hypothesis.tokens), language)
        return Look(utterance, heard, memory, hypothesis, words, prompt, language)

    def settle(self, look: Look) -> Segment | None:
        """As in a file: what is doubtful is tried again, the utterance by itself."""
        recognizer = self._recognizer
        if is_doubtful(look.hypothesis, recognizer.options):
            alone = look.utterance is look.heard
            memory = look.memory if alone else recognizer.encode(look.utterance.samples)
            return recognizer._recognize(look.utterance, memory, look.language)[0]
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


class _CountedBlocks:
    """The blocks of a file or waveform, counting what has been handed out and watched for the caller's sake."""

    def __init__(
        self,
        audio: Path | Waveform,
        on_progress: Callable[[float], None] | None,
        is_cancelled: Callable[[], bool] | None,
    ) -> None:
        self._audio = audio
        self._on_progress = on_progress
        self._is_cancelled = is_cancelled
        self._samples = 0
        self._told = 0.0
        self.damaged = False
        self.name = str(audio) if isinstance(audio, Path) else "waveform"
        self.total_s = measure_duration(audio) if isinstance(audio, Path) else audio.duration_s

    @property
    def heard_s(self) -> float:
        return self._samples / SAMPLE_RATE_HZ

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        for block in self._blocks():
            self.stop_if_cancelled()
            self._samples += len(block)
            yield block
            self.tell(self.heard_s - LONGEST_S)  # what is younger may be part of an utterance under way

    def stop_if_cancelled(self) -> None:
        if self._is_cancelled is not None and self._is_cancelled():
            raise Cancelled

    def tell(self, done_s: float) -> None:
        """Passes progress on in steps worth showing."""
        share = min(1.0, done_s / self.total_s) if self.total_s else 0.0
        if self._on_progress is not None and share >= self._told + _PROGRESS_STEP:
            self._told = share
            self._on_progress(share)

    def tell_all_is_done(self) -> None:
        if self._on_progress is not None and self._told < 1.0:
            self._on_progress(1.0)

    def _blocks(self) -> Iterator[NDArray[np.float32]]:
        if isinstance(self._audio, Path):
            return stream_audio(self._audio, self._note_damage)
        samples = self._audio.samples
        return (samples[first : first + SAMPLE_RATE_HZ] for first in range(0, len(samples), SAMPLE_RATE_HZ))

    def _note_damage(self) -> None:
        self.damaged = True
