"""A store of lexicons with two small packs as the shipped ones, and files of terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adaptation.lexicon import Lexicon, LexiconStore, Scope, Term
from adaptation.lexicon.stored import write_stored


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file of terms and returns its path; text becomes UTF-8."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of shipped packs: cardiology and pharmacy."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name, words in (("cardiology", ("atrial fibrillation", "Dressler's syndrome")), ("pharmacy", ("metformin",))):
        terms = tuple(Term(word, origin="ICD-10-CM") for word in words)
        write_stored(
            Lexicon(name, terms, "ICD-10-CM", "public domain", Scope.SHIPPED, "A pack"), folder / f"{name}.lexicon"
        )
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The admin's folder, empty."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path, shipped: Path, site: Path) -> LexiconStore:
    folder = tmp_path / "lexicons"
    folder.mkdir()
    return LexiconStore(folder, site=site, shipped=shipped)
