"""Weights in CTranslate2 form, whole and damaged."""

from __future__ import annotations

import json
import struct
import tracemalloc
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from ctranslate2_form import table_bytes, write_whisper
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tiny_whisper import tiny_checkpoint

from speech.ctranslate2 import read_table
from speech.errors import ModelError
from speech.weights import read_checkpoint

TABLE = {
    "encoder/num_heads": np.int16(2),
    "a/weight": np.arange(6, dtype=np.float16).reshape(2, 3),
    "b/weight": np.array([[10, -20], [127, 0]], np.int8),
    "b/weight_scale": np.array([10.0, 127.0], np.float32),
    "c/weight": np.ones((2, 2), ml_dtypes.bfloat16),
}


def written(folder: Path, data: bytes) -> Path:
    (folder / "model.bin").write_bytes(data)
    return folder / "model.bin"


def test_values_and_shapes_come_back(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, table_bytes(TABLE)))
    assert set(table) == {"encoder/num_heads", "a/weight", "b/weight", "c/weight"}
    assert int(table["encoder/num_heads"]) == 2
    assert np.array_equal(table["a/weight"], TABLE["a/weight"])
    assert np.allclose(table["b/weight"], [[1.0, -2.0], [1.0, 0.0]])
    assert np.array_equal(table["c/weight"].astype(np.float32), np.ones((2, 2)))


def test_truncated_anywhere(tmp_path: Path) -> None:
    data = table_bytes(TABLE)
    for length in range(len(data) - 4):  # the count of aliases at the end is not read
        with pytest.raises(ModelError, match="damaged or cut off"):
            read_table(written(tmp_path, data[:length]))


@settings(max_examples=400, deadline=None)
@given(damage=st.lists(st.tuples(st.integers(0, len(table_bytes(TABLE)) - 1), st.integers(0, 255)), min_size=1))
@example(damage=[(27, 255), (28, 255), (29, 255), (30, 255)])
@example(damage=[(150, 0)])
def test_garbled_anywhere_is_an_error_or_a_table(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    data = bytearray(table_bytes(TABLE))
    for position, value in damage:
        data[position] = value
    try:
        table = read_table(written(tmp_path_factory.getbasetemp(), bytes(data)))
    except ModelError as error:
        assert "\n" not in str(error)
    else:
        assert all(isinstance(array, np.ndarray) for array in table.values())


def test_a_scale_of_nought_is_damage(tmp_path: Path) -> None:
    scaled = {"b/weight": TABLE["b/weight"], "b/weight_scale": np.array([10.0, 0.0], np.float32)}
    with pytest.raises(ModelError, match="damaged"):
        read_table(written(tmp_path, table_bytes(scaled)))


def test_heads_that_are_no_number(tmp_path: Path) -> None:
    write_whisper(tiny_checkpoint(), tmp_path)
    whole = read_table(tmp_path / "model.bin")
    written(tmp_path, table_bytes({**whole, "encoder/num_heads": np.zeros(2, np.int16)}))
    with pytest.raises(ModelError, match="not a Whisper model"):
        read_checkpoint(tmp_path)


def test_a_header_that_lies_about_its_size_reserves_no_memory(tmp_path: Path) -> None:
    data = table_bytes({"a/weight": np.ones(4, np.float32)})
    size_at = len(data) - 4 - 16 - 4
    assert struct.unpack_from("<I", data, size_at) == (16,)
    lying = data[:size_at] + struct.pack("<I", 2**32 - 16) + data[size_at + 4 :]
    path = written(tmp_path, lying)
    tracemalloc.start()
    try:
        with pytest.raises(ModelError):
            read_table(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_another_version_and_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        read_table(written(tmp_path, table_bytes(TABLE, version=5)))
    with pytest.raises(ModelError, match="cannot be read"):
        read_table(tmp_path)


def test_a_whole_whisper_is_mapped_onto_its_own_names(tmp_path: Path) -> None:
    original = tiny_checkpoint(vocabulary=51865, heads=2)
    write_whisper(original, tmp_path)
    read = read_checkpoint(tmp_path)
    assert set(read.tensors) == set(original.tensors)
    for name, tensor in original.tensors.items():
        assert np.array_equal(read.tensors[name], tensor), name
    assert {key: read.config[key] for key in original.config} == original.config
    assert read.config["eos_token_id"] == 50257
    assert read.generation == {"alignment_heads": [[1, 0]], "suppress_tokens": [1, 2], "begin_suppress_tokens": [3]}
    assert read.tokenizer == original.tokenizer


def test_english_only_models_end_with_another_token(tmp_path: Path) -> None:
    write_whisper(tiny_checkpoint(vocabulary=51864), tmp_path)
    assert read_checkpoint(tmp_path).config["eos_token_id"] == 50256


@pytest.mark.parametrize(
    "variables",
    [
        {},
        TABLE,
        {"encoder/conv1/weight": np.zeros((2, 2), np.float32)},
        {"encoder/layer_0": np.zeros((2, 2), np.float32)},
    ],
)
def test_tables_of_other_models_are_refused(tmp_path: Path, variables: dict[str, np.ndarray]) -> None:
    written(tmp_path, table_bytes(variables))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="not a Whisper model"):
        read_checkpoint(tmp_path)


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 2_000), value=st.integers(0, 255))
def test_a_garbled_whisper_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, position: int, value: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "garbled"
    if not folder.is_dir():
        write_whisper(tiny_checkpoint(), folder)
        (folder / "whole.bin").write_bytes((folder / "model.bin").read_bytes())
    data = bytearray((folder / "whole.bin").read_bytes())
    data[position] = value
    (folder / "model.bin").write_bytes(data)
    try:
        read_checkpoint(folder)
    except ModelError as error:
        assert error.next_step


@pytest.mark.parametrize("text", ["", "[1]", "{}", "null", '{"alignment_heads": 3', "\udc80"])
def test_config_that_does_not_fit(tmp_path: Path, text: str) -> None:
    write_whisper(tiny_checkpoint(), tmp_path)
    (tmp_path / "config.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError):
        read_checkpoint(tmp_path)


def test_config_may_say_more(tmp_path: Path) -> None:
    write_whisper(tiny_checkpoint(), tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "lang_ids": [1]}))
    assert read_checkpoint(tmp_path).config["d_model"] == 64
