"""Chooses what the voices of the canary say: sentences and terms that no student has learned from.

    python packaging/choose_unheard_sentences.py SENTENCES TAUGHT TESTED... > unheard.jsonl

SENTENCES has a line of JSON for each sentence with its `text`, `spoken` form, `doc` and `terms`; TAUGHT and TESTED are
manifests of sets that students learn from and are measured on. A voice that reads unheard.jsonl aloud makes the set
unheard-dictation of `packaging/build_general_speech.py`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

VOICES = (  # of Kokoro-82M, that have spoken in none of the sets
    "af_heart",
    "af_jessica",
    "af_nova",
    "am_michael",
    "am_onyx",
    "bf_lily",
    "bm_daniel",
    "bm_george",
)
_WITH_TERMS = 80
_WITH_NUMBERS = 60
_LONGEST = 130  # characters

Row = dict[str, Any]


def main(sentences: Path, taught: Path, *tested: Path) -> None:
    """Prints the chosen ones, the voices in turn; none is from a document of a tested one."""
    measured = [row for path in tested for row in _rows(path)]
    known = [*_rows(taught), *measured]
    texts, documents = {row["text"] for row in known}, {row["doc"] for row in measured if "doc" in row}
    terms = {term.casefold() for row in known for term in row.get("terms", ())}
    free = [
        row
        for row in _rows(sentences)
        if row["text"] not in texts
        and row.get("doc") not in documents
        and not any(term.casefold() in terms for term in row.get("terms", ()))
    ]
    with_terms = [row for row in free if row.get("terms")]
    with_numbers = [
        row for row in free if not row.get("terms") and re.search(r"\d", row["text"]) and len(row["text"]) < _LONGEST
    ]
    chosen = [*spread(with_terms, _WITH_TERMS), *spread(with_numbers, _WITH_NUMBERS)]
    for number, row in enumerate(chosen):
        print(json.dumps({**row, "voice": VOICES[number % len(VOICES)]}))


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def spread(rows: list[Row], count: int) -> list[Row]:
    """As many, from all over the set and so from all its speakers."""
    return [rows[place * len(rows) // count] for place in range(min(count, len(rows)))]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
