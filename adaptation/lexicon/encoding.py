"""A file's bytes to lines of text, whatever they were saved as."""

from __future__ import annotations

import codecs
import itertools
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What lists of terms are saved in where it is not Unicode, by the systems of the last thirty years.
_FORMER = (
    *("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "cp1252", "mac_roman"),
)
_SAMPLE_BYTES = 20_000
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Text:
    """The lines of a file, how they were encoded, whether that is a guess, and the lines that were encoded otherwise
    than the rest (read as Windows-1252)."""

    lines: tuple[str, ...]
    encoding: str
    guessed: bool
    odd_lines: tuple[int, ...] = ()


def decode(content: bytes, stated: str | None = None) -> Text:
    """Finds the encoding and decodes; what cannot be decoded becomes U+FFFD, and no bytes raise.

    A byte order mark decides; then UTF-8, which nothing else looks like; then UTF-16 without a mark; then the
    encoding that the file states itself, if it is known; then a guess.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Text(_lines(content.decode(encoding, "replace")), encoding.removesuffix("-sig"), guessed=False)
    without_mark = _utf16_without_mark(content)
    if without_mark:
        return Text(_lines(content.decode(without_mark, "replace")), without_mark, guessed=True)
    try:
        return Text(_lines(content.decode("utf-8")), "utf-8", guessed=False)
    except UnicodeDecodeError:
        pass
    mixed = _mostly_utf8(content)
    if mixed:
        return mixed
    if stated and _is_known(stated):
        return Text(_lines(content.decode(stated, "replace")), codecs.lookup(stated).name, guessed=False)
    guess = _guess(content)
    return Text(_lines(content.decode(guess, "replace")), guess, guessed=True)


def _lines(text: str) -> tuple[str, ...]:
    lines = _LINE_END.split(text)
    return tuple(lines[:-1] if lines and not lines[-1] else lines)


def _utf16_without_mark(content: bytes) -> str | None:
    """Latin text in UTF-16 has a zero in every second byte, and always in the same ones."""
    sample = content[: _SAMPLE_BYTES // 2 * 2]
    if len(sample) < 4 or len(content) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _mostly_utf8(content: bytes) -> Text | None:
    """Several files put together: half of the lines beyond ASCII or more are UTF-8, the others are read as
    Windows-1252."""
    lines, odd, beyond_ascii = [], [], 0
    for number, raw in enumerate(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), start=1):
        try:
            line = raw.decode("utf-8")
            beyond_ascii += not raw.isascii()
        except UnicodeDecodeError:
            line = raw.decode("cp1252", "replace")
            odd.append(number)
        lines.append(line)
    if beyond_ascii < len(odd):
        return None
    if not lines[-1]:
        lines.pop()
    return Text(tuple(lines), "utf-8", guessed=True, odd_lines=tuple(odd))


def _is_known(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        return False


def _guess(content: bytes) -> str:
    """Accents of western languages stand alone among ASCII letters; where bytes beyond ASCII stand together, the
    frequencies of characters decide (charset-normalizer)."""
    sample = b"\n".join(line for line in content.splitlines() if not line.isascii())[:_SAMPLE_BYTES]
    beyond = [position for position, byte in enumerate(sample) if byte > 127]
    beside = sum(second - first == 1 for first, second in itertools.pairwise(beyond))
    if beside <= 0.2 * len(beyond):
        return "cp1252"
    found = from_bytes(sample, cp_isolation=list(_FORMER)).best()
    return found.encoding if found else "cp1252"
