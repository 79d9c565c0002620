"""Hunspell dictionaries: the words of a .dic file without their flags.

The rules of the .aff file are not applied: they would add inflected forms by the ten thousand that nobody dictates as
terms, and forms that the dictionary's author never saw. Of a .aff file beside the .dic only its encoding and the flags
of words that may not stand alone are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adaptation.lexicon.cells import Refusal, written_form
from adaptation.lexicon.merging import Entry
from adaptation.lexicon.readers.word_list import refused
from adaptation.lexicon.report import Row
from adaptation.lexicon.terms import Term

_LARGEST_AFFIXES_BYTES = 20_000_000
_FLAGS_BEGIN = re.compile(r"(?<!\\)/")
_NOT_ALONE = {
    "FORBIDDENWORD": "marked as a wrong word",
    "NEEDAFFIX": "marked as a stem that is no word by itself",
    "ONLYINCOMPOUND": "marked as a part of compounds only",
}


@dataclass(frozen=True)
class Affixes:
    """What is used of a .aff file: its encoding, how flags are written, and what the flags of refused words mean."""

    encoding: str | None = None
    flag_form: str = "short"
    refused_flags: tuple[tuple[str, str], ...] = ()

    def reason_to_refuse(self, flags: str) -> str | None:
        found = self._split(flags)
        return next((reason for flag, reason in self.refused_flags if flag in found), None)

    def _split(self, flags: str) -> set[str]:
        if self.flag_form == "num":
            return set(flags.split(","))
        if self.flag_form == "long":
            return {flags[place : place + 2] for place in range(0, len(flags), 2)}
        return set(flags)


def read_affixes(dictionary: Path) -> Affixes:
    """Reads NAME.aff beside NAME.dic; nothing is known where there is none or it cannot be read."""
    path = dictionary.with_suffix(".aff")
    try:
        if path.stat().st_size > _LARGEST_AFFIXES_BYTES:
            return Affixes()
        text = path.read_text(encoding="latin-1")
    except OSError:
        return Affixes()
    encoding, flag_form, refused_flags, aliases = None, "short", [], False
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 2:
            continue
        if parts[0].endswith("SET") and encoding is None:  # a byte order mark may stand before the first word
            encoding = parts[1]
        elif parts[0] == "FLAG":
            flag_form = parts[1].lower()
        elif parts[0] == "AF":
            aliases = True
        elif parts[0] in _NOT_ALONE:
            refused_flags.append((parts[1], _NOT_ALONE[parts[0]]))
    return Affixes(encoding, flag_form, () if aliases else tuple(refused_flags))


def read_hunspell(lines: Sequence[str], affixes: Affixes, file_name: str) -> Iterator[Entry | Row]:
    """A term from each line `word/FLAGS`, which morphological fields after a tab may follow; the first line may be
    their number."""
    for line, text in enumerate(lines, start=1):
        if not text.strip() or (line == 1 and text.strip().isdigit()) or text.startswith("\t"):
            continue
        word, *flags = _FLAGS_BEGIN.split(text.split("\t", 1)[0], maxsplit=1)
        word = word.replace("\\/", "/")
        try:
            reason = affixes.reason_to_refuse(flags[0].split()[0]) if flags and flags[0].strip() else None
            if reason:
                raise Refusal(reason, "Nothing needs to be done; add the word by hand if it is a term.")
            yield Entry(line, Term(written_form(word), origin=f"{file_name}:{line}"))
        except Refusal as refusal:
            yield refused(line, word, refusal)
