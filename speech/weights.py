"""A Whisper checkpoint of any origin as one typed thing, and back to safetensors."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from speech import ctranslate2
from speech.errors import ModelError

WEIGHTS_FILE = "model.safetensors"
_SIDES = ("encoder", "decoder")
_TIED = "proj_out.weight"
_MERGES = re.compile(r'"merges":\s*\[(?=\s*["\[])')
_FIRST_MERGE = re.compile(r'"(Ġ|\\u0120)( t"|",\s*"t")')
_FIRST_MERGED = re.compile(r'"(Ġ|\\u0120)t"')
_PULL_AGAIN = "Remove the folder and fetch the model again with: otoscribe models pull NAME."


@dataclass(frozen=True)
class ModelSettings:
    """All of a checkpoint but its weights; see there."""

    config: Mapping[str, Any]
    generation: Mapping[str, Any]
    tokenizer: str


@dataclass(frozen=True)
class Checkpoint:
    """Whisper weights with all that is needed to use them.

    `config` and `generation` carry the keys of Hugging Face's config.json and generation_config.json; `tensors` its
    parameter names (``model.encoder.conv1.weight`` …) with the output projection left out, because Whisper ties it to
    ``model.decoder.embed_tokens.weight``; `tokenizer` is the text of tokenizer.json.
    """

    config: Mapping[str, Any]
    generation: Mapping[str, Any]
    tensors: Mapping[str, NDArray[Any]]
    tokenizer: str

    def tensor(self, name: str) -> NDArray[np.float32]:
        """The parameter as float32; ModelError when the checkpoint lacks it."""
        try:
            return np.asarray(self.tensors[name], dtype=np.float32)
        except KeyError:
            raise ModelError(f"The model's weights lack {name}", _PULL_AGAIN) from None


def read_checkpoint(folder: Path) -> Checkpoint:
    """Reads a folder in CTranslate2 form (model.bin) or in Hugging Face form (safetensors).

    Nothing is ever unpickled. ModelError when files are missing, damaged, or not a Whisper model.
    """
    config: Mapping[str, Any]
    generation: Mapping[str, Any]
    if (folder / "model.bin").is_file():
        config, generation, tensors = ctranslate2.read_whisper(folder)
        tokenizer = _read_tokenizer(folder)
    else:
        settings = read_settings(folder)
        config, generation, tokenizer = settings.config, settings.generation, settings.tokenizer
        tensors = _read_safetensors(folder)
    if config.get("model_type") != "whisper":
        raise ModelError(
            f"The model in {folder.name} is of type {config.get('model_type')!r}",
            "Otoscribe runs Whisper models only; choose one of those.",
        )
    checkpoint = Checkpoint(config, generation, tensors, tokenizer)
    _check_shapes(checkpoint)
    return checkpoint


def read_settings(folder: Path) -> ModelSettings:
    """What a Hugging Face form folder says of its model, without reading the weights. ModelError as above."""
    generation_file = folder / "generation_config.json"
    generation = _read_json(generation_file) if generation_file.is_file() else {}
    return ModelSettings(_read_json(folder / "config.json"), generation, _read_tokenizer(folder))


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Writes the checkpoint in Hugging Face form with float16 weights, which transformers reads too."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: np.ascontiguousarray(array, dtype=np.float16) for name, array in checkpoint.tensors.items()}
    safetensors.numpy.save_file(tensors, folder / WEIGHTS_FILE, metadata={"format": "pt"})
    for name, value in (("config.json", checkpoint.config), ("generation_config.json", checkpoint.generation)):
        (folder / name).write_text(json.dumps(dict(value), indent=1), encoding="utf-8")
    (folder / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")


def copy_checkpoint(source: Path, target: Path) -> None:
    """Copies the files that make up a Hugging Face form checkpoint, and nothing else."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (WEIGHTS_FILE, "config.json", "generation_config.json", "tokenizer.json"):
        shutil.copyfile(source / name, target / name)


def _read_safetensors(folder: Path) -> dict[str, NDArray[Any]]:
    files = sorted(folder.glob("model*.safetensors"))
    if not files:
        raise ModelError(
            f"There are no weights in {folder.name}",
            "Otoscribe reads safetensors or CTranslate2 weights, never pickled ones (.bin, .pt).",
        )
    tensors: dict[str, NDArray[Any]] = {}
    for file in files:
        try:
            tensors.update(safetensors.numpy.load_file(file))
        except (safetensors.SafetensorError, OSError, ValueError) as error:
            raise ModelError(f"The weights in {file.name} are damaged", _PULL_AGAIN) from error
    tensors.pop(_TIED, None)
    return tensors


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ModelError(f"The model lacks its {path.name}", _PULL_AGAIN) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The model's {path.name} cannot be read", _PULL_AGAIN) from error


def _read_tokenizer(folder: Path) -> str:
    """The text of tokenizer.json, with its first merge put back where a converter took that line for a header.

    The one that CTranslate2 conversions of Whisper carry lacks "Ġ t": it reads every token but writes no word that
    begins with a space and a t as the model does.
    """
    text = _read_text(folder / "tokenizer.json")
    if _FIRST_MERGE.search(text) is not None:
        return text
    start = _MERGES.search(text)
    if start is None or _FIRST_MERGED.search(text) is None:
        return text
    merge = '["Ġ", "t"]' if text[start.end() :].lstrip().startswith("[") else '"Ġ t"'
    return f"{text[: start.end()]}{merge}, {text[start.end() :]}"


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(_read_text(path))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"The model's {path.name} is damaged", _PULL_AGAIN) from error
    if not isinstance(value, dict):
        raise ModelError(f"The model's {path.name} is damaged", _PULL_AGAIN)
    return value


def _check_shapes(checkpoint: Checkpoint) -> None:
    """Refuses a checkpoint whose tensors contradict its config, before a graph is built from it."""
    config = checkpoint.config
    try:
        expected = dict(expected_shapes(config))
        layers = [config[f"{side}_layers"] for side in _SIDES]
        rests = [config["d_model"] % config[f"{side}_attention_heads"] for side in _SIDES]
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise ModelError("The model's config.json is incomplete", _PULL_AGAIN) from error
    if min(layers) < 1 or any(rests):
        raise ModelError("The model's config.json gives layers or heads that do not fit together", _PULL_AGAIN)
    for name, shape in expected.items():
        found = checkpoint.tensors.get(name)
        if found is None or found.shape != shape:
            raise ModelError(f"The model's weights do not fit its config.json at {name}", _PULL_AGAIN)


def expected_shapes(config: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every tensor that a Whisper of that config has. KeyError or TypeError when the config lacks something."""
    state, vocabulary = config["d_model"], config["vocab_size"]
    yield "model.encoder.conv1.weight", (state, config["num_mel_bins"], 3)
    yield "model.encoder.conv2.weight", (state, state, 3)
    yield "model.encoder.conv1.bias", (state,)
    yield "model.encoder.conv2.bias", (state,)
    yield "model.encoder.embed_positions.weight", (config["max_source_positions"], state)
    yield "model.decoder.embed_tokens.weight", (vocabulary, state)
    yield "model.decoder.embed_positions.weight", (config["max_target_positions"], state)
    for side, attentions in (("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])):
        norms = [f"model.{side}.layer_norm"]
        for layer in (f"model.{side}.layers.{index}" for index in range(config[f"{side}_layers"])):
            inner = config[f"{side}_ffn_dim"]
            yield f"{layer}.fc1.weight", (inner, state)
            yield f"{layer}.fc1.bias", (inner,)
            yield f"{layer}.fc2.weight", (state, inner)
            yield f"{layer}.fc2.bias", (state,)
            norms += [f"{layer}.final_layer_norm", *(f"{layer}.{attention}_layer_norm" for attention in attentions)]
            for attention in attentions:
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    yield f"{layer}.{attention}.{part}.weight", (state, state)
                    if part != "k_proj":
                        yield f"{layer}.{attention}.{part}.bias", (state,)
        for norm in norms:
            yield f"{norm}.weight", (state,)
            yield f"{norm}.bias", (state,)
