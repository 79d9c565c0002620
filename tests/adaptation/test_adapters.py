"""Adapters: trained, kept, merged, put into use and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from tiny_whisper import silent_checkpoint

from adaptation.adapter_store import AdapterStore
from adaptation.adapters import Adapter, AdapterError, read_adapter, weights_digest, write_adapter
from adaptation.corpus import Clip, CorpusError
from adaptation.finetune import EVERY_MATRIX, FinetuneOptions, finetune
from adaptation.training.lessons import Advance
from adaptation.training.low_rank import LowRankNetwork
from adaptation.training.network import Network
from speech.recognizer import Recognizer
from speech.store import InstalledModel, ModelStore
from speech.weights import Checkpoint, read_checkpoint, read_settings, write_checkpoint

MATRIX = "model.decoder.layers.0.fc1.weight"


@pytest.fixture(scope="module")
def model(base_model: InstalledModel, tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    """A tiny Whisper with the real tokenizer that needs half a second of silence, and writes nothing yet."""
    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    return installed(silent_checkpoint(tokenizer, 3.3), tmp_path_factory.mktemp("tiny"))


def installed(checkpoint: Checkpoint, folder: Path) -> InstalledModel:
    write_checkpoint(checkpoint, folder / "tiny")
    return replace(ModelStore(folder / "models").import_folder(folder / "tiny"), min_padding_s=0.5)


@pytest.fixture
def store(tmp_path: Path) -> AdapterStore:
    return AdapterStore(tmp_path / "adapters")


def adapter_for(model: InstalledModel, seed: int = 0) -> Adapter:
    random = np.random.default_rng(seed)
    up, down = random.normal(0, 0.1, (256, 2)), random.normal(0, 0.1, (2, 64))
    matrices = {MATRIX: (up.astype(np.float32), down.astype(np.float32))}
    return Adapter(model.name, weights_digest(model.checkpoint_folder), matrices, {"clips": 3})


def test_what_is_written_is_read_again(model: InstalledModel, tmp_path: Path) -> None:
    adapter = adapter_for(model)
    write_adapter(adapter, tmp_path / "a.safetensors")
    again = read_adapter(tmp_path / "a.safetensors")
    assert (again.base, again.base_sha256, again.report) == (adapter.base, adapter.base_sha256, adapter.report)
    np.testing.assert_allclose(again.matrices[MATRIX][0], adapter.matrices[MATRIX][0], atol=1e-3)
    assert (tmp_path / "a.safetensors").stat().st_mode & 0o077 == 0


def test_merging_adds_the_change(model: InstalledModel) -> None:
    checkpoint = read_checkpoint(model.checkpoint_folder)
    up, down = adapter_for(model).matrices[MATRIX]
    whole, half = adapter_for(model).merge(checkpoint), adapter_for(model).weakened(0.5).merge(checkpoint)
    np.testing.assert_allclose(whole.tensor(MATRIX), checkpoint.tensor(MATRIX) + up @ down, atol=1e-6)
    np.testing.assert_allclose(half.tensor(MATRIX), checkpoint.tensor(MATRIX) + 0.5 * up @ down, atol=1e-6)
    misfit = Adapter("tiny", "", {MATRIX: (up[:5], down)})
    with pytest.raises(AdapterError, match="does not fit"):
        misfit.merge(checkpoint)


def test_a_weakened_adapter_stays_in_use_and_writes_with_its_share(model: InstalledModel, store: AdapterStore) -> None:
    store.add("mine", adapter_for(model))
    store.promote("mine")
    assert store.get("mine").share == 1.0
    checkpoint, (up, down) = read_checkpoint(model.checkpoint_folder), adapter_for(model).matrices[MATRIX]
    for share in (1.0, 0.75, 0.5):
        if share < 1.0:
            store.weaken("mine", share)
        merged = read_checkpoint(store.merged("mine", model).checkpoint_folder)
        np.testing.assert_allclose(merged.tensor(MATRIX), checkpoint.tensor(MATRIX) + share * up @ down, atol=2e-3)
    assert store.in_use("tiny") == "mine" and store.get("mine").report["weakened_to"] == 0.5
    assert store.get("mine").share == 0.5
    with pytest.raises(AdapterError, match="no adapter 'none-such'"):
        store.weaken("none-such", 0.5)


def test_use_and_the_way_back(model: InstalledModel, store: AdapterStore) -> None:
    for number, name in enumerate(("first", "second")):
        store.add(name, adapter_for(model, number))
    assert store.in_use("tiny") is None
    store.promote("first")
    store.promote("second")
    assert [(a.name, a.is_in_use) for a in store.all()] == [("first", False), ("second", True)]
    assert store.roll_back("tiny") == "first"
    assert store.roll_back("tiny") is None
    with pytest.raises(AdapterError, match="in use"):
        store.roll_back("tiny")
    store.promote("first")
    store.remove("first")
    assert store.in_use("tiny") is None


@pytest.mark.slow
def test_a_merged_model_writes_and_another_model_is_refused(
    store: AdapterStore, short_sample: Path, base_model: InstalledModel, tmp_path: Path
) -> None:
    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    model = installed(silent_checkpoint(tokenizer), tmp_path)
    store.add("mine", adapter_for(model))
    merged = store.merged("mine", model)
    assert merged.min_padding_s == 0.5
    assert Recognizer.open(merged).transcribe(short_sample).duration_s > 7
    assert store.merged("mine", model).folder == merged.folder  # built once
    with pytest.raises(AdapterError, match="other weights"):
        store.merged("mine", base_model)


@pytest.mark.parametrize("name", ["", "../up", "a/b", "-x", "a b", "none"])
def test_names_that_are_none(model: InstalledModel, store: AdapterStore, name: str) -> None:
    with pytest.raises(AdapterError, match="cannot be"):
        store.add(name, adapter_for(model))
    with pytest.raises(AdapterError, match="There is no adapter"):
        store.get(name)


def test_damage_is_told(model: InstalledModel, store: AdapterStore, tmp_path: Path) -> None:
    store.add("mine", adapter_for(model))
    (store.root / "broken.safetensors").write_bytes(b"x" * 100)
    assert [a.name for a in store.all()] == ["mine"]
    with pytest.raises(AdapterError, match="damaged"):
        store.get("broken")
    with pytest.raises(AdapterError, match="no adapter"):
        read_adapter(tmp_path / "none.safetensors")
    with pytest.raises(AdapterError, match="there already"):
        store.add("mine", adapter_for(model))


@pytest.mark.parametrize("strength", [1.0, 0.6])
def test_what_is_merged_computes_what_was_trained(model: InstalledModel, strength: float) -> None:
    checkpoint = read_checkpoint(model.checkpoint_folder)
    trained = LowRankNetwork(checkpoint, EVERY_MATRIX, rank=3, decoder=0.4, seed=1)
    torch.manual_seed(2)
    for name, parameter in trained.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter)
    trained.set_strength(strength)
    merged = Adapter("tiny", "0", trained.changes(strength)).merge(checkpoint)
    mel, tokens = torch.randn(1, checkpoint.config["num_mel_bins"], 80), torch.tensor([[1, 2, 3]])
    heard = [each.eval().decode(tokens, each.encode(mel)) for each in (trained, Network(merged), Network(checkpoint))]
    torch.testing.assert_close(heard[0], heard[1], atol=1e-4, rtol=1e-4)
    assert (heard[0] - heard[2]).abs().max() > 0.01


LEARNING = FinetuneOptions(rank=4, decoder=1.0, epochs=8, learning_rate=1e-2)


@pytest.mark.slow
def test_fine_tuning_changes_what_it_learns_from(
    model: InstalledModel, short_sample: Path, tmp_path: Path, store: AdapterStore
) -> None:
    clips = [Clip(name, short_sample, "Metoprolol and hydroxyzine.") for name in "ab"]
    adapter = finetune(model, clips, [], tmp_path, LEARNING)
    assert adapter.base == "tiny" and adapter.report["clips"] == 2
    assert any(np.abs(up).max() > 0 for up, _ in adapter.matrices.values())
    losses = adapter.report["losses"]
    assert losses[str(adapter.report["strength"])] < losses["0.0"]
    steps = [step for step, _ in adapter.report["curve"]]
    assert steps == list(range(1, len(steps) + 1)) and len(steps) > 1
    store.add_trained("fresh", adapter)
    picture = store.root / "fresh.curve.svg"
    assert sum(each.tag.endswith("circle") for each in ElementTree.parse(picture).iter()) == len(steps)
    store.remove("fresh")
    assert not picture.exists()
    with pytest.raises(CorpusError, match="Fewer than two"):
        finetune(model, clips[:1], [], tmp_path / "few", LEARNING)


@pytest.mark.slow
def test_general_speech_that_cannot_be_used_takes_no_place(
    model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    clips = [Clip(name, short_sample, "Metoprolol and hydroxyzine.") for name in "ab"]
    useless = [Clip(str(number), short_sample, None) for number in range(40)]
    adapter = finetune(model, clips, [*useless, Clip("good", short_sample, "She walked home.")], tmp_path, LEARNING)
    assert adapter.report["replayed"] == 1


@pytest.mark.slow
def test_a_change_that_harms_what_it_was_not_learned_from_is_not_made(
    base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    wrong, right = (Clip(name, short_sample, "Metoprolol and hydroxyzine.", span_s=(0.0, 3.0)) for name in "ab")
    heard = Recognizer.open(base_model).transcribe(right.load()).text
    adapter = finetune(base_model, [wrong, replace(right, text=heard)], [], tmp_path, FinetuneOptions(epochs=2))
    assert adapter.report["strength"] == 0.0
    assert all(np.abs(up).max() == 0 for up, _ in adapter.matrices.values())


@pytest.mark.slow
def test_a_training_cut_off_goes_on_behind_the_parts_that_are_done(
    model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    clips = [Clip(name, short_sample, "Metoprolol and hydroxyzine.") for name in "ab"]

    def cut_off(advance: Advance) -> None:
        if advance.share > 0.6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(model, clips, [], tmp_path, LEARNING, on_advance=cut_off)
    shares: list[float] = []
    finetune(model, clips, [], tmp_path, LEARNING, on_advance=lambda advance: shares.append(advance.share))
    assert shares[0] > 0.5 and shares[-1] == pytest.approx(1.0)
