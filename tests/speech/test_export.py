"""Models in the forms of other engines, as files; tests/adaptation/bench has the engines themselves read them."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import onnxruntime
import pytest
from damage import flip_byte
from numpy.typing import NDArray
from permissions import binding_permissions
from random_whisper import RandomWhisper
from tiny_whisper import tiny_checkpoint, tiny_tokenizer

from adaptation.vocabulary import restrict_vocabulary, tokens_needed
from app.commands.models import EXPORT_FORMATS
from speech.context import whole
from speech.errors import ModelError
from speech.export import FORMS, export_model, write_whole
from speech.features import mel_filters
from speech.store import InstalledModel, ModelStore
from speech.weights import Checkpoint, read_checkpoint


@pytest.fixture
def store(random_whisper: RandomWhisper, tmp_path: Path) -> ModelStore:
    """A store that holds the random Whisper as "random"."""
    store = ModelStore(tmp_path / "models")
    store.import_folder(random_whisper.folder, "random")
    return store


def same_tensors(one: Checkpoint, other: Checkpoint) -> bool:
    return one.tensors.keys() == other.tensors.keys() and all(
        np.array_equal(array, other.tensors[name]) for name, array in one.tensors.items()
    )


@pytest.mark.parametrize("form", ["ctranslate2", "safetensors"])
def test_what_is_exported_reads_back_the_same(random_whisper: RandomWhisper, tmp_path: Path, form: str) -> None:
    write_whole(random_whisper.checkpoint, tmp_path / "out", form)
    again = read_checkpoint(tmp_path / "out")
    assert same_tensors(again, random_whisper.checkpoint)
    assert again.tokenizer == random_whisper.checkpoint.tokenizer
    assert again.generation["alignment_heads"] == random_whisper.checkpoint.generation["alignment_heads"]
    sizes = ("d_model", "encoder_layers", "decoder_layers", "decoder_attention_heads", "num_mel_bins", "vocab_size")
    assert all(again.config[size] == random_whisper.checkpoint.config[size] for size in sizes)


@pytest.mark.slow
def test_base_becomes_the_very_files_that_it_was_fetched_as(base_model: InstalledModel, tmp_path: Path) -> None:
    store = ModelStore(base_model.folder.parent)
    entry = next(entry for entry in store.available() if entry.name == base_model.name)
    pinned = {file.name: file.sha256 for package in entry.packages for file in package.files}
    pinned |= dict(entry.joined_sha256)
    folder = export_model(store, base_model.name, tmp_path / "base", "ctranslate2")
    for name in ("model.bin", "config.json"):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == pinned[name]
    tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
    as_fetched = tokenizer.replace('"Ġ t", ', "", 1)  # the merge that was lost there
    assert hashlib.sha256(as_fetched.encode()).hexdigest() == pinned["tokenizer.json"]
    tokens = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    listed = "".join(f"{token}\n" for token in tokens)
    assert hashlib.sha256(listed.encode()).hexdigest() == pinned["vocabulary.txt"]


def numbers(file: BinaryIO, count: int) -> tuple[int, ...]:
    return struct.unpack(f"<{count}i", file.read(4 * count))


def read_ggml(path: Path) -> tuple[tuple[int, ...], NDArray[np.float32], list[bytes], dict[str, NDArray[np.generic]]]:
    """(sizes, mel filters, tokens, tensors) of a file, read as whisper.cpp's whisper_model_load does."""
    with path.open("rb") as file:
        assert numbers(file, 1) == (0x67676D6C,)
        sizes = numbers(file, 11)
        shape = numbers(file, 2)
        filters = np.frombuffer(file.read(4 * shape[0] * shape[1]), "<f4").reshape(shape)
        tokens = [file.read(*numbers(file, 1)) for _ in range(*numbers(file, 1))]
        tensors: dict[str, NDArray[np.generic]] = {}
        while head := file.read(12):
            rank, length, kind = struct.unpack("<3i", head)
            shape = tuple(reversed(numbers(file, rank)))
            name = file.read(length).decode()
            dtype = np.dtype(("<f4", "<f2")[kind])
            tensors[name] = np.frombuffer(file.read(int(np.prod(shape)) * dtype.itemsize), dtype).reshape(shape)
    return sizes, filters, tokens, tensors


def test_ggml_holds_sizes_filters_tokens_and_weights(random_whisper: RandomWhisper, tmp_path: Path) -> None:
    checkpoint = random_whisper.checkpoint
    write_whole(checkpoint, tmp_path / "ggml.bin", "ggml")
    sizes, filters, tokens, tensors = read_ggml(tmp_path / "ggml.bin")
    assert sizes == (51865, 1500, 64, 2, 2, 448, 64, 2, 2, 80, 1)
    assert np.array_equal(filters, mel_filters(80))
    assert len(tokens) == 50257
    assert tokens[:2] == [b"!", b'"'] and b" patient" in tokens and " é".encode() in tokens
    assert len(tensors) == len(checkpoint.tensors)
    query = "decoder.blocks.1.cross_attn.query.weight"
    assert np.array_equal(tensors[query], checkpoint.tensors["model.decoder.layers.1.encoder_attn.q_proj.weight"])
    assert tensors[query].dtype == np.float16
    assert tensors["encoder.conv1.bias"].shape == (64, 1)
    float32 = {name for name, array in tensors.items() if array.dtype == np.float32}
    assert {"encoder.conv1.bias", "decoder.positional_embedding", "encoder.ln_post.weight"} <= float32
    assert "decoder.token_embedding.weight" not in float32


def test_ggml_refuses_a_vocabulary_that_is_not_byte_level(tmp_path: Path) -> None:
    tokenizer = json.loads(tiny_tokenizer())
    tokenizer["model"]["vocab"] = {f"{token} ": number for token, number in tokenizer["model"]["vocab"].items()}
    tokenizer["model"]["merges"] = []
    tiny = tiny_checkpoint()
    odd = replace(tiny, config={**tiny.config, "vocab_size": 51865}, tokenizer=json.dumps(tokenizer))
    with pytest.raises(ModelError, match="byte-level"):
        write_whole(odd, tmp_path / "odd.bin", "ggml")
    assert list(tmp_path.iterdir()) == []


def test_transformers_is_told_what_only_the_tokenizer_states(random_whisper: RandomWhisper, tmp_path: Path) -> None:
    write_whole(random_whisper.checkpoint, tmp_path / "hf", "safetensors")
    told = json.loads((tmp_path / "hf" / "generation_config.json").read_text())
    assert told["lang_to_id"]["<|de|>"] == 50261
    assert told["task_to_id"] == {"transcribe": 50359, "translate": 50358}
    assert told["no_timestamps_token_id"] == 50363
    assert json.loads((tmp_path / "hf" / "preprocessor_config.json").read_text())["feature_size"] == 80


def test_onnx_graphs_run(random_whisper: RandomWhisper, tmp_path: Path) -> None:
    write_whole(random_whisper.checkpoint, tmp_path / "graphs", "onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "graphs" / "encoder.onnx"))
    (memory,) = session.run(["memory"], {"mel": np.zeros((1, 80, 200), np.float32), **vars(whole(100))})
    assert memory.shape == (1, 100, 64)
    assert (tmp_path / "graphs" / "tokenizer.json").is_file()


def test_the_command_offers_every_form() -> None:
    assert ("bundle", *FORMS) == EXPORT_FORMATS


@pytest.mark.parametrize("form", FORMS)
def test_in_a_folder_the_model_gets_its_own_name(store: ModelStore, tmp_path: Path, form: str) -> None:
    place = tmp_path / "stick"
    place.mkdir()
    written = export_model(store, "random", place, form)
    assert list(place.iterdir()) == [written]
    assert written.name == "random" + FORMS[form].ending


@pytest.mark.parametrize("form", ["ggml", "ctranslate2"])
def test_a_vocabulary_of_its_own_is_refused_where_it_would_be_misread(
    random_whisper: RandomWhisper, tmp_path: Path, form: str
) -> None:
    checkpoint = random_whisper.checkpoint
    needed = tokens_needed(checkpoint.tokenizer, ["metoprolol"])
    student, _ = restrict_vocabulary(checkpoint, needed, ("en",))
    with pytest.raises(ModelError, match=r"vocabulary of its own.*safetensors or onnx"):
        write_whole(student, tmp_path / "out", form)
    assert not (tmp_path / "out").exists()


def test_files_are_replaced_and_folders_never(store: ModelStore, tmp_path: Path) -> None:
    old = tmp_path / "model.bin"
    old.write_bytes(b"old")
    export_model(store, "random", old, "ggml")
    assert old.read_bytes()[:4] == struct.pack("<i", 0x67676D6C)
    with pytest.raises(ModelError, match="is there already"):
        export_model(store, "random", old, "onnx")
    export_model(store, "random", tmp_path, "safetensors")
    with pytest.raises(ModelError, match="is there already"):
        export_model(store, "random", tmp_path, "safetensors")


@pytest.mark.parametrize("form", FORMS)
def test_places_that_cannot_be_written(store: ModelStore, tmp_path: Path, form: str) -> None:
    with pytest.raises(ModelError, match="There is no folder"):
        export_model(store, "random", tmp_path / "missing" / "out", form)
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with binding_permissions(), pytest.raises(ModelError, match="cannot be written"):
        export_model(store, "random", locked / "out", form)
    assert list(locked.iterdir()) == []


def test_damaged_and_absent_models_are_not_passed_on(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model"):
        export_model(store, "nothing", tmp_path / "out", "ggml")
    flip_byte(tmp_path / "models" / "random" / "checkpoint" / "model.safetensors", 100_000)
    with pytest.raises(ModelError, match="The model random is damaged"):
        export_model(store, "random", tmp_path / "out", "ggml")
    assert not (tmp_path / "out").exists()
