"""Speech with its text, as manifests: JSON Lines, a clip a line, paths relative to the manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speech.audio import Waveform, load_audio, load_part
from speech.errors import OtoscribeError


class CorpusError(OtoscribeError):
    """A manifest that cannot be used: missing, malformed, or naming audio that is not there."""


@dataclass(frozen=True)
class Clip:
    """One recording, or what lies in `span_s` (start, end) of one; `name` is its path as the manifest gives it, `text`
    None where the words are not known."""

    name: str
    audio: Path
    text: str | None
    speaker: str | None = None
    terms: tuple[str, ...] = ()
    domain: str | None = None
    span_s: tuple[float, float] | None = None

    def load(self) -> Waveform:
        """The clip's sound. AudioError when it cannot be read."""
        return load_audio(self.audio) if self.span_s is None else load_part(self.audio, *self.span_s)


def read_manifest(path: Path) -> list[Clip]:
    """All clips in order. CorpusError names the first line that is wrong and how."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # not splitlines: JSON lets U+2028 stand in strings
    except FileNotFoundError:
        raise CorpusError(f"There is no manifest {path}", "Check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"The manifest {path} cannot be read", "It must be a UTF-8 text file.") from error
    clips = [_read_line(line, number, path) for number, line in enumerate(lines, start=1) if line.strip()]
    if not clips:
        raise CorpusError(f"The manifest {path} names no clips", 'Write a line {"audio": ..., "text": ...} per clip.')
    return clips


def _read_line(line: str, number: int, path: Path) -> Clip:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # besides its syntax: numbers too long, brackets too deep
        raise _wrong(path, number, "is not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("audio"), str):
        raise _wrong(path, number, 'lacks "audio", the path of a sound file')
    text, terms = value.get("text"), value.get("terms") or []
    if not isinstance(text, str | None):
        raise _wrong(path, number, 'has a "text" that is not a string')
    if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
        raise _wrong(path, number, 'has "terms" that are not a list of strings')
    audio = path.parent / value["audio"]
    if not _is_file(audio):
        raise CorpusError(f"Line {number} of {path} names audio that is not there", f"Look for {audio}.")
    return Clip(value["audio"], audio, text, _word(value, "speaker"), tuple(terms), _word(value, "domain"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _word(value: dict[str, Any], key: str) -> str | None:
    return str(value[key]) if value.get(key) else None


def _wrong(path: Path, number: int, what: str) -> CorpusError:
    return CorpusError(f"Line {number} of {path} {what}", "Mend that line; docs/manifests.md shows the format.")
