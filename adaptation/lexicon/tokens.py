"""How many tokens of an installed model a term takes: the more, the less likely the model writes it by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import tokenizers

from speech.errors import ModelError


def token_counter(checkpoint: Path) -> Callable[[str], int]:
    """Counts the tokens of a form within a sentence, for the checkpoint in that folder. Raises ModelError where its
    tokenizer is damaged."""
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(
            "The model's tokenizer.json is damaged", "Fetch the model again with: otoscribe models pull NAME."
        ) from error

    def count(form: str) -> int:
        return len(tokenizer.encode(f" {form}", add_special_tokens=False).ids)

    return count
