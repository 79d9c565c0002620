"""A checkpoint's tokens as other engines list them: by number, without gaps."""

from __future__ import annotations

from tokenizers import Tokenizer

from speech.errors import ModelError
from speech.weights import Checkpoint

_TIME_STEP_S = 0.02


def all_tokens(checkpoint: Checkpoint) -> list[str]:
    """Every token by number, byte-level ones in the spelling of tokenizer.json; times that it leaves out are added."""
    size = int(checkpoint.config["vocab_size"])
    by_number = {number: token for token, number in _tokenizer(checkpoint).get_vocab().items()}
    times = (f"<|{step * _TIME_STEP_S:.2f}|>" for step in range(size))
    return [by_number[number] if number in by_number else next(times) for number in range(size)]


def ordinary_tokens(checkpoint: Checkpoint) -> list[bytes]:
    """The bytes of each token before <|endoftext|>. ModelError when the vocabulary is not byte-level as Whisper's."""
    numbers = _tokenizer(checkpoint).get_vocab()
    by_number = {number: token for token, number in numbers.items()}
    letters = _bytes_of_letters()
    try:
        ordinary = (by_number[number] for number in range(numbers["<|endoftext|>"]))
        return [bytes(letters[letter] for letter in token) for token in ordinary]
    except KeyError as error:
        raise ModelError(
            "The model's vocabulary is not Whisper's byte-level one", "Export it in another form."
        ) from error


def _tokenizer(checkpoint: Checkpoint) -> Tokenizer:
    return Tokenizer.from_str(checkpoint.tokenizer)


def _bytes_of_letters() -> dict[str, int]:
    """The byte that each letter of a byte-level vocabulary stands for (GPT-2's encoder.py, MIT): printable Latin-1
    stands for itself, the others follow in order from U+0100."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + index): byte for index, byte in enumerate(others)}
