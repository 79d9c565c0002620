"""A smaller vocabulary for a student that writes one language: fewer rows to read at every step and to store."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import tokenizers
from numpy.typing import NDArray

from speech.weights import Checkpoint

_EMBEDDING = "model.decoder.embed_tokens.weight"
_BYTES = 256  # the first tokens: with them any text can be written
_TIME_OR_LANGUAGE = re.compile(r"\d+\.\d+|[a-z]{2,3}")
_TOKEN_KEYS = ("decoder_start_token_id", "bos_token_id", "eos_token_id", "pad_token_id")
_TOKEN_LISTS = ("suppress_tokens", "begin_suppress_tokens")


def tokens_needed(tokenizer: str, texts: Iterable[str]) -> set[int]:
    """The ordinary tokens in which a tokenizer.json writes these texts, and those that they are merged from."""
    model = json.loads(tokenizer)["model"]
    numbers: dict[str, int] = model["vocab"]
    parts = {"".join(pair): pair for pair in map(_pair, reversed(model["merges"]))}
    encoded = tokenizers.Tokenizer.from_str(tokenizer).encode_batch(list(texts), add_special_tokens=False)
    names = {number: name for name, number in numbers.items()}
    waiting = [names[number] for number in {number for text in encoded for number in text.ids}]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += parts.get(name, ())
    return {numbers[name] for name in needed}


def restrict_vocabulary(
    checkpoint: Checkpoint, kept: Iterable[int], languages: Collection[str]
) -> tuple[Checkpoint, NDArray[np.int64]]:
    """The checkpoint with these ordinary tokens, single bytes, and the special tokens but time stamps and other
    languages, numbered anew in their old order; and for each old number its new one, or -1."""
    value = json.loads(checkpoint.tokenizer)
    names = {token["id"]: token["content"].strip("<|>") for token in value["added_tokens"]}
    added = {number for number, name in names.items() if name in languages or not _TIME_OR_LANGUAGE.fullmatch(name)}
    chosen = sorted({*range(_BYTES), *kept, *added})
    numbers = np.full(checkpoint.config["vocab_size"], -1, np.int64)
    numbers[chosen] = np.arange(len(chosen))
    model = value["model"]
    model["vocab"] = {name: int(numbers[old]) for name, old in model["vocab"].items() if numbers[old] >= 0}
    merges = [_pair(merge) for merge in model["merges"]]
    model["merges"] = [pair for pair in merges if {*pair, "".join(pair)} <= model["vocab"].keys()]
    value["added_tokens"] = [{**t, "id": int(numbers[t["id"]])} for t in value["added_tokens"] if t["id"] in added]
    renumbered = replace(
        checkpoint,
        config=_renumber({**checkpoint.config, "vocab_size": len(chosen)}, numbers),
        generation=_renumber(checkpoint.generation, numbers),
        tensors={**checkpoint.tensors, _EMBEDDING: checkpoint.tensors[_EMBEDDING][chosen]},
        tokenizer=json.dumps(value, ensure_ascii=False),
    )
    return renumbered, numbers


def _pair(merge: Any) -> tuple[str, str]:
    first, second = merge.split(" ") if isinstance(merge, str) else merge
    return first, second


def _renumber(settings: Any, numbers: NDArray[np.int64]) -> dict[str, Any]:
    changed = dict(settings)
    for key in _TOKEN_KEYS:
        if isinstance(changed.get(key), int):
            changed[key] = int(numbers[changed[key]])
    for key in _TOKEN_LISTS:
        if isinstance(changed.get(key), list):
            changed[key] = [int(numbers[old]) for old in changed[key] if old >= 0 and numbers[old] >= 0]
    return changed
