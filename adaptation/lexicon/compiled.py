"""Lexicons made ready for recognition: their terms, and the index that finds them by sound; kept on disk as arrays."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from adaptation.lexicon.candidates import MOST_WORDS
from adaptation.lexicon.files import replace_file, writing_explained
from adaptation.lexicon.index import SoundIndex
from adaptation.lexicon.meaning import trusted_forms
from adaptation.lexicon.stored import term_from_line, term_to_line
from adaptation.lexicon.terms import Lexicon, LexiconError, Term, identity

_VERSION = 2  # of the rules by which forms become sounds, and of the file
_KEPT = 8  # compiled files; older ones are removed


class Source(NamedTuple):
    """A lexicon that may not need to be read: `digest` changes with its content."""

    digest: str
    read: Callable[[], Lexicon]


@dataclass(frozen=True)
class CompiledLexicon:
    """All terms that a session knows. `index` holds the forms that can be found by sound, `owners[form]` the line of
    the term that each belongs to."""

    lines: tuple[str, ...]
    index: SoundIndex
    owners: NDArray[np.int32]

    @classmethod
    def of(cls, lexicons: Sequence[Lexicon]) -> CompiledLexicon:
        """Of terms that several lexicons hold, the first lexicon's are taken."""
        terms: dict[str, Term] = {}
        for lexicon in lexicons:
            for term in lexicon.terms:
                terms.setdefault(identity(term.written), term)
        forms: list[str] = []
        owners: list[int] = []
        for place, term in enumerate(terms.values()):
            for form in trusted_forms(term):
                if len(form.split()) <= MOST_WORDS:
                    forms.append(form)
                    owners.append(place)
        lines = tuple(term_to_line(term) for term in terms.values())
        return cls(lines, SoundIndex.of(forms), np.array(owners, np.int32))

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        return tuple(term_from_line(line) for line in self.lines)

    def written(self, form: int) -> str:
        """The written form of the term to which an indexed form belongs."""
        return self.lines[int(self.owners[form])].partition("\t")[0]

    @cached_property
    def by_letters(self) -> dict[str, str]:
        """Written forms by `letters_of` them."""
        return {letters_of(written): written for line in self.lines if (written := line.partition("\t")[0])}

    def write(self, file: BinaryIO) -> None:
        np.savez(
            file,
            lines=_packed(self.lines),
            sounds=_packed(self.index.sounds),
            owners=self.owners,
            starts=self.index.starts,
            postings=self.index.postings,
            sizes=self.index.sizes,
        )

    @classmethod
    def from_file(cls, path: Path) -> CompiledLexicon:
        """Raises OSError, ValueError or KeyError where the file is not what `write` wrote."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            index = SoundIndex(_unpacked(arrays["sounds"]), arrays["starts"], arrays["postings"], arrays["sizes"])
            return cls(_unpacked(arrays["lines"]), index, arrays["owners"])


def compile_lexicons(sources: Sequence[Source], folder: Path) -> CompiledLexicon:
    """The compiled form of lexicons, from `folder` where it has been made before. Raises LexiconError where a lexicon
    cannot be read or the folder not be written."""
    joined = "\n".join([str(_VERSION), *(source.digest for source in sources)])
    path = folder / f"{hashlib.sha256(joined.encode()).hexdigest()[:32]}.npz"
    with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return CompiledLexicon.from_file(path)
    compiled = CompiledLexicon.of([source.read() for source in sources])
    with writing_explained(path):
        replace_file(path, compiled.write)
    for other in sorted(folder.glob("*.npz"), key=_age)[:-_KEPT]:
        with contextlib.suppress(OSError):  # Windows keeps files that another session is reading
            other.unlink()
    return compiled


def source_of_file(path: Path, read: Callable[[], Lexicon]) -> Source:
    """A file of terms: its content is hashed, and read only when it has not been compiled yet."""
    digest = hashlib.sha256(path.name.encode("utf-8", "surrogatepass"))
    try:
        files = [path, path.with_suffix(".aff")] if path.suffix.lower() == ".dic" else [path]
        for file in files:
            digest.update(file.read_bytes() if file.is_file() else b"")
    except OSError as error:
        raise LexiconError(f"{path} cannot be read ({error.strerror})", "Check that you may read it.") from error
    return Source(digest.hexdigest(), read)


def source_of_lexicon(lexicon: Lexicon) -> Source:
    """A stored lexicon as it is now, less the terms taken back."""
    lines = "\n".join(map(term_to_line, lexicon.terms))
    return Source(hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest(), lambda: lexicon)


def letters_of(text: str) -> str:
    """What two ways to write a term have in common that differ in capitals, hyphens and the form of apostrophes."""
    return text.casefold().replace("-", " ").replace("\u2019", "'")


def _packed(lines: Sequence[str]) -> NDArray[np.uint8]:
    return np.array(bytearray("\n".join(lines).encode("utf-8", "surrogatepass")), np.uint8)


def _unpacked(content: NDArray[Any]) -> tuple[str, ...]:
    text = content.tobytes().decode("utf-8", "surrogatepass")
    return tuple(text.split("\n")) if text else ()


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
