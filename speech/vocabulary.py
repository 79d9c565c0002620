"""A Whisper checkpoint's tokens: the special ones by name, text to and from numbers, and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import tokenizers
from numpy.typing import NDArray

from speech.errors import ModelError
from speech.weights import ModelSettings

_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
_OPENING = frozenset("\"'“‘¿¡([{「『（")
_UNSPOKEN = _OPENING | frozenset(" .,;:!?…-–—”’)]}。，！？：；、」』）")
Piece = tuple[str, slice]  # whole characters and their tokens


@dataclass(frozen=True)
class TokenWord:
    """A written word with its surrounding punctuation: `text` without outer spaces, its tokens, and the part of them
    that is the word itself."""

    text: str
    tokens: slice
    core: slice


class Vocabulary:
    """Built from tokenizer.json; the suppressed tokens come from the checkpoint's generation settings."""

    def __init__(
        self,
        tokenizer: str,
        size: int,
        *,
        suppressed: list[int] | None = None,
        suppressed_first: list[int] | None = None,
    ) -> None:
        """`size`: how many tokens the network knows, time stamps included, which tokenizer.json may leave out."""
        try:
            self._tokenizer = tokenizers.Tokenizer.from_str(tokenizer)
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(
                "The model's tokenizer.json is damaged", "Fetch it again with: otoscribe models pull NAME."
            ) from error
        self._size = size
        self.end_of_text = self._special("endoftext")
        self.start_of_transcript = self._special("startoftranscript")
        self.no_timestamps = self._special("notimestamps")
        self.no_speech = self._special("nospeech", "nocaptions")
        self._transcribe = self._special("transcribe")
        ordinary = range(self.end_of_text)  # some checkpoints list -1, or tokens of a larger sibling
        self._suppressed = [token for token in suppressed or () if token in ordinary]
        blank = self._tokenizer.encode(" ", add_special_tokens=False).ids
        first = [token for token in suppressed_first or blank if token in ordinary]
        self._suppressed_first = [*first, self.end_of_text]

    @classmethod
    def of(cls, settings: ModelSettings) -> Vocabulary:
        generation = settings.generation
        return cls(
            settings.tokenizer,
            settings.config["vocab_size"],
            suppressed=generation.get("suppress_tokens"),
            suppressed_first=generation.get("begin_suppress_tokens"),
        )

    def _special(self, *names: str) -> int:
        for name in names:
            token = self._tokenizer.token_to_id(f"<|{name}|>")
            if token is not None:
                return int(token)
        raise ModelError(f"The model's tokenizer lacks <|{names[0]}|>", "Choose a Whisper model.")

    @cached_property
    def languages(self) -> dict[str, int]:
        """Language codes and their tokens; of English-only models "en" alone, which needs no token."""
        between = range(self.start_of_transcript + 1, min(self._transcribe, self._special("translate")))
        tokens = {self._tokenizer.id_to_token(token): token for token in between}
        return {name.strip("<|>"): token for name, token in tokens.items() if name is not None}

    @property
    def multilingual(self) -> bool:
        """English-only checkpoints put <|endoftext|> at 50256 and read no language token."""
        return self.end_of_text != 50256

    def prompt(self, language: str) -> list[int]:
        """The tokens that ask for a transcript without time stamps. ModelError for a language the model lacks."""
        if not self.multilingual:
            if language != "en":
                raise ModelError("This model knows English only", "Use --language en or a multilingual model.")
            return [self.start_of_transcript, self.no_timestamps]
        if language not in self.languages:
            raise ModelError(
                f"The model does not know the language {language!r}",
                "Use a two-letter code such as en, de or zh, or auto.",
            )
        return [self.start_of_transcript, self.languages[language], self._transcribe, self.no_timestamps]

    def bias(self, *, first: bool) -> NDArray[np.float32]:
        """float32[vocabulary] to add to logits: minus infinity for what is never written, which is non-speech marks,
        everything special but the end, and as the first token a lone space or the end."""
        return self._bias_first if first else self._bias_later

    @cached_property
    def _bias_later(self) -> NDArray[np.float32]:
        bias = np.zeros(self._size, np.float32)
        bias[self._suppressed] = -np.inf
        bias[self.end_of_text + 1 :] = -np.inf
        return bias

    @cached_property
    def _bias_first(self) -> NDArray[np.float32]:
        bias = self._bias_later.copy()
        bias[self._suppressed_first] = -np.inf
        return bias

    def encode(self, text: str) -> list[int]:
        """The ordinary tokens that write a text; a text in the middle of others begins with a space."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, tokens: list[int]) -> str:
        """The text of ordinary tokens as written, spaces included."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def words(self, tokens: list[int], language: str) -> list[TokenWord]:
        """Splits ordinary tokens at spaces, or into single characters for languages written without them.

        Unlike openai/whisper's, words keep what stands inside them together: 3.5 and 58-year-old are one word each.
        """
        pieces = self._characters(tokens)
        groups = _by_characters(pieces) if is_unspaced(language) else _by_spaces(pieces)
        return [_word(group) for group in groups if _text(group)]

    def _characters(self, tokens: list[int]) -> list[Piece]:
        """The shortest runs of tokens that decode to whole characters."""
        pieces: list[Piece] = []
        start = 0
        for end in range(1, len(tokens) + 1):
            text = self.decode(tokens[start:end])
            if "\ufffd" not in text or end == len(tokens):
                pieces.append((text, slice(start, end)))
                start = end
        return pieces


def is_unspaced(language: str) -> bool:
    """Whether a language is written without spaces between its words."""
    return language in _UNSPACED_LANGUAGES


def _by_spaces(pieces: list[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    for piece in pieces:
        if not groups or (piece[0].startswith(" ") and _text(groups[-1])):
            groups.append([])
        groups[-1].append(piece)
    return groups


def _by_characters(pieces: list[Piece]) -> list[list[Piece]]:
    """Each character by itself; opening marks go with the next one, others with the one before."""
    groups: list[list[Piece]] = []
    open_ = False
    for piece in pieces:
        mark = _is_unspoken(piece[0])
        if not groups or not (open_ or (mark and not _opens(piece[0]))):
            groups.append([])
        groups[-1].append(piece)
        open_ = mark and (_opens(piece[0]) or open_)
    return groups


def _text(group: list[Piece]) -> str:
    return "".join(text for text, _ in group).strip()


def _is_unspoken(text: str) -> bool:
    return set(text) <= _UNSPOKEN


def _opens(text: str) -> bool:
    return bool(text.strip()) and set(text.strip()) <= _OPENING


def _word(group: list[Piece]) -> TokenWord:
    spoken = [index for index, (text, _) in enumerate(group) if not _is_unspoken(text)] or [0, len(group) - 1]
    core = slice(group[spoken[0]][1].start, group[spoken[-1]][1].stop)
    return TokenWord(_text(group), slice(group[0][1].start, group[-1][1].stop), core)
