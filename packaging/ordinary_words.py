"""Writes data/languages/en-ordinary.txt: words that medicine writes in small letters, from the shipped term packs.

Run: python packaging/ordinary_words.py, after packaging/build_lexicons.py. A word counts that stands in small letters
behind the beginning of a term and nowhere with a capital there; `names` in data/languages/en.toml are left out when a
text is fitted, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADING = "# Words that terms hold in small letters, by packaging/ordinary_words.py from the packs in lexicons/."
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PLAIN = re.compile(r"[a-z]{3,}")


def terms() -> Iterator[str]:
    """The written forms of all packs."""
    for path in sorted((ROOT / "lexicons").glob("*.lexicon")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            yield line.split("\t")[0]


def ordinary_words() -> list[str]:
    """The words, in order."""
    small, raised = set(), set()
    for term in terms():
        for word in _WORD.findall(term)[1:]:
            (small if word.islower() else raised).add(word.lower().removesuffix("'s"))
    return sorted(word for word in small - raised if _PLAIN.fullmatch(word))


if __name__ == "__main__":
    text = "\n".join([HEADING, *ordinary_words(), ""])
    (ROOT / "data" / "languages" / "en-ordinary.txt").write_text(text, encoding="utf-8")
