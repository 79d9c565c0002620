"""tokenizer.json for repositories that only carry its older form, vocab.json and merges.txt."""

from __future__ import annotations

import json
from pathlib import Path

from speech.errors import ModelError

_PARTS = ("vocab.json", "merges.txt")


def ensure_tokenizer(folder: Path, model: str) -> None:
    """Writes tokenizer.json into `folder` unless it is there; ModelError when there is nothing to build it from."""
    if (folder / "tokenizer.json").is_file():
        return
    missing = [name for name in _PARTS if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            f"{model} has no tokenizer.json and no {missing[0]} to build it from", "Choose a model that has one."
        )
    try:
        text = build_tokenizer(folder)
    except Exception as error:  # tokenizers raises bare Exception for malformed files
        raise ModelError(f"The vocabulary of {model} is damaged", "Choose another model or fetch it again.") from error
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")


def build_tokenizer(folder: Path) -> str:
    """The text of a tokenizer.json from vocab.json, merges.txt and, where there is one, added_tokens.json.

    Byte-level BPE as of GPT-2; the added tokens (<|startoftranscript|>, languages, times) keep their numbers.
    """
    from tokenizers import AddedToken, Tokenizer
    from tokenizers.decoders import ByteLevel as ByteLevelDecoder
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import ByteLevel

    vocabulary, merges = BPE.read_file(*(str(folder / name) for name in _PARTS))
    added_file = folder / "added_tokens.json"
    added = json.loads(added_file.read_text(encoding="utf-8")) if added_file.is_file() else {}
    tokenizer = Tokenizer(BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    for token, number in sorted(added.items(), key=lambda item: item[1]):
        is_time = token[2:-2].replace(".", "").isdigit()
        tokenizer.add_tokens([AddedToken(token, special=not is_time, normalized=False)])
        if tokenizer.token_to_id(token) != number:
            raise ValueError(f"{token} has another number")
    return str(tokenizer.to_str())
