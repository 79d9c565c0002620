"""From corrections to a better model: a training set, a candidate, the gate, and what follows from its verdict."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from adaptation.adapter_store import AdapterStore
from adaptation.adapters import MisfitError
from adaptation.corpus import Clip, CorpusError
from adaptation.finetune import FinetuneOptions, finetune
from adaptation.gate import FEWEST_OWN_CLIPS, Trial, Verdict, compare_trials, run_trial
from adaptation.metrics.words import plain_words
from speech.recognizer import Recognizer

if TYPE_CHECKING:
    from adaptation.training.lessons import Advance
    from speech.store import InstalledModel

FEWEST_CLIPS = 20
_HELD_OUT_OF_TEN = 3
_TRAINING_SHARE = 0.7  # of the time, in the progress told
_SHARES = (0.75, 0.5)  # of what was learned, that are tried in turn where all of it harms


@dataclass(frozen=True)
class Progress:
    """How far learning has come, from 0 to 1, at what, and an estimate of the time to come where there is one."""

    share: float
    doing: str
    remaining_s: float | None = None


@dataclass(frozen=True)
class Promotion:
    """What came of a candidate: its name in the adapter store, and the verdict; it is in use where that passed."""

    name: str
    verdict: Verdict


@dataclass(frozen=True)
class TrainingSet:
    """An author's clips: those to learn from, and those to be judged on, which no version ever learns from."""

    learned: tuple[Clip, ...]
    held_out: tuple[Clip, ...] = field(repr=False)


def divide(clips: Sequence[Clip]) -> TrainingSet:
    """Holds out about three tenths. What is held out depends on a clip's words alone, so that it stays held out in
    later trainings and the same sentence is never on both sides."""
    held_out = [_is_held_out(clip.text or "") for clip in clips]
    return TrainingSet(
        tuple(clip for clip, out in zip(clips, held_out, strict=True) if not out),
        tuple(clip for clip, out in zip(clips, held_out, strict=True) if out),
    )


def learn(
    store: AdapterStore,
    model: InstalledModel,
    clips: TrainingSet,
    name: str,
    folder: Path,
    *,
    replay: Sequence[Clip],
    canary: Sequence[Clip],
    options: FinetuneOptions | None = None,
    device: str = "cpu",
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Promotion:
    """Trains an adapter on the clips, asks the gate, and puts it into use where that agrees. One that helps its author
    and harms something else is asked about again with three quarters of its change, and with half.

    The model that writes is touched by nothing but the last step, which is one file that replaces another. `folder`
    keeps what a killed run needs to go on: the same call does. CorpusError when there is too little to learn from.
    """
    require_enough(clips)
    options = options or FinetuneOptions()
    done = 0.0

    def tell(advance: Advance) -> None:
        nonlocal done
        done = max(done, advance.share)  # epochs differ in steps: a later estimate may be longer
        on_progress(Progress(_TRAINING_SHARE * done, "learning", advance.remaining_s))

    if not store.has(name):
        adapter = finetune(
            model,
            clips.learned,
            replay,
            folder,
            options,
            device=device,
            on_advance=tell,
        )
        store.add_trained(name, adapter)
    judge = _Judge(store, model, clips.held_out, canary, options.language, on_progress)
    verdict = judge.try_adapter(name)
    for share in _SHARES:
        if verdict.is_help_with_harm and share < store.get(name).share:  # a run that was killed may have been farther
            store.weaken(name, share)
            verdict = judge.try_adapter(name)
    on_progress(Progress(1.0, "measuring"))
    store.keep_verdict(name, verdict.to_json())
    if verdict.passed:
        store.promote(name)
    shutil.rmtree(folder, ignore_errors=True)
    return Promotion(name, verdict)


def try_adapter(
    store: AdapterStore,
    model: InstalledModel,
    name: str,
    own: Sequence[Clip],
    canary: Sequence[Clip],
    *,
    language: str = "en",
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Verdict:
    """The gate's verdict on an adapter in the store, beside what the model writes with now."""
    verdict = _Judge(store, model, own, canary, language, on_progress).try_adapter(name)
    on_progress(Progress(1.0, "measuring"))
    return verdict


class _Judge:
    """Asks the gate; what the model writes with now is heard once."""

    def __init__(
        self,
        store: AdapterStore,
        model: InstalledModel,
        own: Sequence[Clip],
        canary: Sequence[Clip],
        language: str,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._store = store
        self._model = model
        self._clips = own, canary, language
        self._on_progress = on_progress
        self._begin = _TRAINING_SHARE
        self._present: Trial | None = None

    def try_adapter(self, name: str) -> Verdict:
        if self._present is None:
            self._present = self._run(self._present_model(name))
        return compare_trials(self._present, self._run(self._store.merged(name, self._model)))

    def _present_model(self, new: str) -> InstalledModel:
        """What writes now: the plain model where the adapter in use was made for weights of before."""
        used = self._store.in_use(self._model.name)
        if used is None or used == new:
            return self._model
        try:
            return self._store.merged(used, self._model)
        except MisfitError:
            return self._model

    def _run(self, installed: InstalledModel) -> Trial:
        """A trial is told as half of the time that is left, as another one may follow."""
        begin, part = self._begin, (1.0 - self._begin) / 2
        self._begin += part
        return run_trial(
            Recognizer.open(installed),
            *self._clips,
            lambda share: self._on_progress(Progress(begin + share * part, "measuring")),
        )


def is_enough(clips: TrainingSet) -> bool:
    """Whether there is enough to learn from and to judge by."""
    return len(clips.learned) + len(clips.held_out) >= FEWEST_CLIPS and len(clips.held_out) >= FEWEST_OWN_CLIPS


def require_enough(clips: TrainingSet) -> None:
    """CorpusError when there is too little."""
    if not is_enough(clips):
        count = len(clips.learned) + len(clips.held_out)
        raise CorpusError(
            f"{count} of your utterances are gathered so far, too few to learn from",
            f"Dictate, correct and sign some more notes: about {FEWEST_CLIPS} utterances with corrections are needed.",
        )


def _is_held_out(text: str) -> bool:
    digest = hashlib.sha256(" ".join(plain_words(text)).encode()).digest()
    return digest[0] % 10 < _HELD_OUT_OF_TEN
