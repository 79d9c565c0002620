"""Checkpoints in Hugging Face form: written, read back, and refused when something is wrong."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from tiny_whisper import tiny_checkpoint

from speech.errors import ModelError
from speech.graph import alignment_heads, build_graphs
from speech.weights import WEIGHTS_FILE, Checkpoint, copy_checkpoint, read_checkpoint, read_settings, write_checkpoint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_checkpoint(tiny_checkpoint(), tmp_path / "tiny")
    return tmp_path / "tiny"


def change_json(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def save(folder: Path, tensors: Mapping[str, np.ndarray]) -> None:
    safetensors.numpy.save_file(dict(tensors), folder / WEIGHTS_FILE)


def test_what_is_written_comes_back_as_float16(folder: Path) -> None:
    original, read = tiny_checkpoint(), read_checkpoint(folder)
    assert read.config == original.config
    assert read.generation == original.generation
    assert read.tokenizer == original.tokenizer
    assert set(read.tensors) == set(original.tensors)
    for name, tensor in original.tensors.items():
        assert np.array_equal(read.tensors[name], tensor.astype(np.float16)), name
        assert read.tensor(name).dtype == np.float32
    settings = read_settings(folder)
    assert (settings.config, settings.generation) == (read.config, read.generation)


def test_several_files_and_the_tied_projection(folder: Path) -> None:
    """Large checkpoints come in shards, and some repeat the token embedding as output projection."""
    tensors = {**read_checkpoint(folder).tensors}
    names = sorted(tensors)
    (folder / WEIGHTS_FILE).unlink()
    halves = (names[: len(names) // 2], names[len(names) // 2 :])
    for number, half in enumerate(halves, start=1):
        part = {name: np.asarray(tensors[name]) for name in half}
        if number == 2:
            part["proj_out.weight"] = np.asarray(tensors["model.decoder.embed_tokens.weight"])
        safetensors.numpy.save_file(part, folder / f"model-0000{number}-of-00002.safetensors")
    assert set(read_checkpoint(folder).tensors) == set(names)


def test_brain_floats_are_read(folder: Path) -> None:
    tensors = tiny_checkpoint().tensors
    save(folder, {name: tensor.astype(ml_dtypes.bfloat16) for name, tensor in tensors.items()})
    read = read_checkpoint(folder)
    name = "model.encoder.conv1.weight"
    assert np.allclose(read.tensor(name), tensors[name], rtol=0.01)


def test_without_generation_settings(folder: Path) -> None:
    (folder / "generation_config.json").unlink()
    checkpoint = read_checkpoint(folder)
    assert checkpoint.generation == {}
    assert alignment_heads(checkpoint) == [(1, 0)]


def test_copying_takes_the_checkpoint_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"pickled")
    copy_checkpoint(folder, tmp_path / "copy")
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {
        WEIGHTS_FILE,
        "config.json",
        "generation_config.json",
        "tokenizer.json",
    }
    assert read_checkpoint(tmp_path / "copy").config == tiny_checkpoint().config


def test_a_pickled_model_is_refused_and_never_run(folder: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    (folder / WEIGHTS_FILE).unlink()
    for name in ("pytorch_model.bin", "model.pt", "model.pkl"):
        (folder / name).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelError, match=r"no weights.*never pickled"):
        read_checkpoint(folder)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_missing_files_are_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"lacks its {name}"):
        read_checkpoint(folder)


@pytest.mark.parametrize("name", ["config.json", "generation_config.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "[" * 100_000])
def test_damaged_settings(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(ModelError, match=f"{name} is damaged"):
        read_checkpoint(folder)


def test_settings_that_are_not_text(folder: Path) -> None:
    (folder / "tokenizer.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match=r"tokenizer\.json cannot be read"):
        read_checkpoint(folder)


def test_weights_cut_off_or_garbled(folder: Path) -> None:
    whole = (folder / WEIGHTS_FILE).read_bytes()
    for damaged in (b"", whole[:4], whole[:100], whole[: len(whole) // 2], whole[:-1], b"\xff" * 8 + whole[8:]):
        (folder / WEIGHTS_FILE).write_bytes(damaged)
        with pytest.raises(ModelError, match="damaged"):
            read_checkpoint(folder)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda config: config.update(model_type="bert"), "is of type 'bert'"),
        (lambda config: config.pop("model_type"), "is of type None"),
        (lambda config: config.pop("d_model"), "incomplete"),
        (lambda config: config.pop("encoder_attention_heads"), "incomplete"),
        (lambda config: config.update(encoder_layers="two"), "incomplete"),
        (lambda config: config.update(d_model=128), "do not fit"),
        (lambda config: config.update(vocab_size=51866), "do not fit"),
        (lambda config: config.update(num_mel_bins=128), "do not fit"),
        (lambda config: config.update(decoder_layers=3), "do not fit"),
        (lambda config: config.update(decoder_layers=0), "do not fit"),
        (lambda config: config.update(decoder_attention_heads=3), "do not fit"),
        (lambda config: config.update(decoder_attention_heads=0), "incomplete"),
    ],
)
def test_config_that_does_not_fit_the_weights(folder: Path, change: Callable[..., object], what: str) -> None:
    change_json(folder / "config.json", change)
    with pytest.raises(ModelError, match=what):
        read_checkpoint(folder)


@pytest.mark.parametrize(
    "name",
    [
        "model.encoder.layers.0.self_attn.k_proj.weight",
        "model.decoder.layers.1.encoder_attn_layer_norm.bias",
        "model.encoder.conv2.bias",
        "model.decoder.layer_norm.weight",
        "model.decoder.layers.0.fc1.weight",
    ],
)
def test_a_missing_or_misshapen_tensor_builds_no_graph(folder: Path, tmp_path: Path, name: str) -> None:
    tensors = {**read_checkpoint(folder).tensors}
    for broken in (None, np.zeros((7, 7), np.float16)):
        changed = {key: np.asarray(value) for key, value in tensors.items() if key != name}
        save(folder, changed if broken is None else {**changed, name: broken})
        with pytest.raises(ModelError, match="weights"):
            build_graphs(read_checkpoint(folder), tmp_path / "graphs", "fp32")


@pytest.mark.parametrize("heads", [[[0, 5]], [[-1, 0]], [3], ["a"], 7])
def test_alignment_heads_that_are_not_there(folder: Path, heads: object) -> None:
    change_json(folder / "generation_config.json", lambda value: value.update(alignment_heads=heads))
    checkpoint: Checkpoint = read_checkpoint(folder)
    with pytest.raises(ModelError, match="alignment heads"):
        alignment_heads(checkpoint)


def test_students_may_list_heads_of_their_teachers_layers(folder: Path) -> None:
    change_json(folder / "generation_config.json", lambda value: value.update(alignment_heads=[[5, 0], [4, 0]]))
    assert alignment_heads(read_checkpoint(folder)) == [(1, 0)]
