"""From corrections to a candidate to a verdict: what fails leaves the model that writes as it was."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_whisper import silent_checkpoint

from adaptation.adapter_store import AdapterStore
from adaptation.adapters import Adapter, AdapterError, weights_digest
from adaptation.corpus import Clip, CorpusError
from adaptation.evaluate import ClipResult
from adaptation.finetune import FinetuneOptions
from adaptation.gate import Trial
from adaptation.learning import divide, learn
from speech.errors import OtoscribeError
from speech.store import InstalledModel, ModelStore
from speech.weights import read_settings, write_checkpoint


@pytest.fixture(scope="module")
def model(base_model: InstalledModel, tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    folder = tmp_path_factory.mktemp("tiny")
    write_checkpoint(silent_checkpoint(read_settings(base_model.checkpoint_folder).tokenizer), folder / "tiny")
    return replace(ModelStore(folder / "models").import_folder(folder / "tiny"), min_padding_s=0.5)


@pytest.fixture
def clips(short_sample: Path) -> list[Clip]:
    return [Clip(str(n), short_sample, f"Word {n} was said.", span_s=(0.3 * n, 0.3 * n + 0.3)) for n in range(24)]


@contextmanager
def full_disk(most_bytes: int) -> Iterator[None]:
    """No file grows beyond that, as on a disk without space."""
    import resource

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_too_little_is_told(model: InstalledModel, clips: list[Clip], tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"12 of your utterances.*too few"):
        learn(AdapterStore(tmp_path), model, divide(clips[:12]), "next", tmp_path, replay=[], canary=[])


@pytest.mark.parametrize(
    ("harmless_from", "share", "used"), [(1.0, 1.0, "next"), (0.8, 0.75, "next"), (0.4, 0.5, None)]
)
def test_what_helps_and_harms_is_tried_with_less_of_it(
    harmless_from: float,
    share: float,
    used: str | None,
    model: InstalledModel,
    clips: list[Clip],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the models write stands in for trials: a tiny one writes nothing."""
    store, parts = AdapterStore(tmp_path / "a"), divide(clips)
    changed = {"model.decoder.layers.0.fc1.weight": (np.ones((256, 1), np.float32), np.ones((1, 64), np.float32))}
    store.add("next", Adapter("tiny", weights_digest(model.checkpoint_folder), changed))

    def write(installed: InstalledModel) -> Trial:
        is_changed = installed.name != "tiny"
        is_harmed = is_changed and store.get("next").share > harmless_from
        own = [ClipResult(clip, clip.text or "" if is_changed else "", 1.0, 0.1) for clip in parts.held_out]
        general = ClipResult(clips[0], "" if is_harmed else clips[0].text or "", 1.0, 0.1)
        return Trial(tuple(own), (general,), 0)

    monkeypatch.setattr("adaptation.learning._Judge._run", lambda judge, installed: write(installed))
    promotion = learn(store, model, parts, "next", tmp_path / "t", replay=[], canary=[])
    assert promotion.verdict.passed == (used is not None)
    assert store.get("next").share == share and store.in_use("tiny") == used


@pytest.mark.slow
def test_a_full_disk_stops_the_training_and_nothing_else(
    model: InstalledModel, clips: list[Clip], tmp_path: Path
) -> None:
    store = AdapterStore(tmp_path / "adapters")
    options = FinetuneOptions(rank=2, epochs=1, batch_seconds=100.0)
    with full_disk(3), pytest.raises(OtoscribeError, match=r"cannot be (kept|written).*Free some space"):
        learn(store, model, divide(clips), "next", tmp_path / "t", replay=[], canary=[], options=options)
    assert store.all() == [] and store.in_use("tiny") is None


def test_an_installation_that_cannot_train_says_what_it_lacks(
    model: InstalledModel, clips: list[Clip], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(OtoscribeError, match=r"Training needs peft.*pip install"):
        learn(AdapterStore(tmp_path / "a"), model, divide(clips), "next", tmp_path / "t", replay=[], canary=[])


def test_an_adapter_that_does_not_fit_on_the_disk_leaves_nothing(model: InstalledModel, tmp_path: Path) -> None:
    store = AdapterStore(tmp_path / "adapters")
    up, down = np.ones((256, 64), np.float32), np.ones((64, 64), np.float32)
    with full_disk(1000), pytest.raises(AdapterError, match="Free some space"):
        store.add("big", Adapter("tiny", "0", {"model.decoder.layers.0.fc1.weight": (up, down)}))
    assert not list((tmp_path / "adapters").glob("*.safetensors*"))
