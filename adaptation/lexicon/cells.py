"""Single cells: brought into one form, refused where they cannot be a term, and kept from running in spreadsheets."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WRITTEN = 120
LONGEST_SPOKEN = 200
MOST_SPOKEN = 30
LARGEST_WEIGHT = 10.0

# Marks that steer the direction of writing or are not seen; the joiners U+200C and U+200D stay, because Persian and
# the scripts of India spell with them.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF]
)
_UNREADABLE = {"Cc": "a control character", "Cs": "half a character"}
# Spreadsheets run a cell that begins with one of these (OWASP, CSV injection); an apostrophe before it says "text".
_STARTS_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")


class Refusal(Exception):
    """A row that cannot become a term: why, and what the user can do about it."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


def clean(text: str) -> str:
    """The text in Unicode's composed form (NFC), without invisible marks, with single spaces.

    Cleaning what is clean changes nothing. Raises Refusal for control characters and damaged ones.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    # splitting comes last: composing can turn one kind of space into another
    text = " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())
    for character in text:
        kind = _UNREADABLE.get(unicodedata.category(character))
        if character == "\ufffd":
            raise Refusal("holds a character that the file's encoding does not know", "Type it anew and save as UTF-8.")
        if kind:
            raise Refusal(f"holds {kind} (U+{ord(character):04X})", "Delete that character and type the word anew.")
    return text


def written_form(cell: str) -> str:
    """A term's written form. Raises Refusal where it cannot be one."""
    text = clean(cell)
    if not text:
        raise Refusal("no written form", "Fill in the column written, or delete the row.")
    if len(text) > LONGEST_WRITTEN:
        raise Refusal(
            f"{len(text):,} characters are more than the {LONGEST_WRITTEN} of a term",
            "Keep what is dictated in one breath, and make the rest a term of its own.",
        )
    if not any(character.isalnum() for character in text):
        raise Refusal("neither a letter nor a digit", "Write a word, or delete the row.")
    return text


def spoken_forms(cell: str) -> tuple[str, ...]:
    """The spoken forms of a cell, divided by `|`, each once. Raises Refusal where one cannot be said."""
    forms: dict[str, str] = {}
    for part in cell.split("|") if cell else ():
        form = clean(part)
        if not form:
            continue
        if len(form) > LONGEST_SPOKEN:
            raise Refusal(
                f"a spoken form has {len(form):,} characters, more than {LONGEST_SPOKEN}",
                "Shorten it, and divide several spoken forms by |.",
            )
        if not any(character.isalnum() for character in form):
            raise Refusal("a spoken form holds neither a letter nor a digit", "Write it as it is said.")
        forms.setdefault(form.casefold(), form)
    if len(forms) > MOST_SPOKEN:
        raise Refusal(f"{len(forms)} spoken forms, more than {MOST_SPOKEN}", "Keep those that are really said.")
    return tuple(forms.values())


def weight(cell: str) -> float:
    """A weight from 0 to 10, 1 for an empty cell; a comma may stand for the point. Raises Refusal for others."""
    text = cell.strip().replace(",", ".")
    if not text:
        return 1.0
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= LARGEST_WEIGHT:
        raise Refusal("the weight is not a number from 0 to 10", "Give such a number, or leave the cell empty.")
    return value + 0.0  # never the negative zero


def escape_formula(text: str) -> str:
    """Puts an apostrophe before what a spreadsheet would run; `unescape_formula` takes it off again."""
    return "'" + text if _STARTS_FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    return text[1:] if text.startswith("'") and _STARTS_FORMULA.match(text) else text
