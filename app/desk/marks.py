"""What in a note's text wants a second look, and what may be written in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.desk.anchors import is_same_word
from app.dictation import Flag, WrittenWord, flag_unsafe_abbreviations, is_within_sentence, languages
from speech.transcript import Word

MARKS = ".,;:?!()\"'“”‘’…"  # that stand around words and are none of theirs
_CORE = re.compile(rf"^[{re.escape(MARKS)}]*(.*?)[{re.escape(MARKS)}]*$", re.DOTALL)


def unsafe_in(text: str, language: str) -> list[Flag]:
    """The dangerous abbreviations and doses in a text; none in a language without a list. "auto" is taken for "en"."""
    code = "en" if language == "auto" else language.split("-")[0]
    return flag_unsafe_abbreviations(text, code) if code in languages() else []


def heard_for(words: Sequence[Word]) -> str | None:
    """What was said for written words that belong together, where they are not simply that; else None."""
    spoken = max((word.spoken for word in words if isinstance(word, WrittenWord)), key=len, default="")
    written = " ".join(word.text for word in words)
    return spoken if spoken and not is_same_word(written, spoken) else None


def are_one_stretch(one: Word, other: Word) -> bool:
    """Whether two neighbours come from the same speech, as 25 and mg do from "twenty five milligrams", or are of one
    term that was written in place of something else."""
    is_one_term = one.heard is not None and (one.term, one.heard) == (other.term, other.heard)
    return is_one_term or (one.start_s, one.end_s) == (other.start_s, other.end_s)


def offer_of(words: Sequence[Word], place: int) -> Flag | None:
    """The term that may have been said in place of the first of the words and those that follow with the same offer,
    written at `place` and on; None where nothing is offered."""
    offered = words[0].offered
    if offered is None:
        return None
    found = " ".join(word.text for word in words)
    reason = f"it sounds like {offered}, which is in your lexicons"
    return Flag(place, place + len(found), found, (offered,), reason)


def terms_in(words: Sequence[Word]) -> list[str]:
    """The listed terms that are written, each as often as it is; the words of one count once."""
    terms = []
    before: Word | None = None
    for word in words:
        if word.term is not None and not (before is not None and before.term == word.term):
            terms.append(word.term)
        before = word
    return terms


def put_in(before: str, current: str, text: str) -> tuple[int, int, str]:
    """Which part of the current words another wording takes the place of, their marks left out, and the wording as it
    stands there: with a capital where a sentence begins. `before` is the line up to the words."""
    core = _CORE.match(current)
    first, last = core.span(1) if core is not None and core.group(1) else (0, len(current))
    begins = current[first : first + 1].isupper() and not is_within_sentence(before)
    return first, last, text[:1].upper() + text[1:] if begins else text
