"""Doctor Lee, mister Patel."""

from __future__ import annotations

from app.dictation.language import Language
from app.dictation.passage import Match, Passage
from app.dictation.tokens import Kind


def first_words(language: Language) -> frozenset[str]:
    return frozenset(language.section("titles"))


def match_title(passage: Passage, index: int) -> Match | None:
    """The title's short form and the capital of the name after it; "the doctor said" stays."""
    written = passage.language.section("titles").get(passage.word(index))
    name = passage.token(index + 1)
    if written is None or name.kind is not Kind.WORD or len(name.text) < 2:
        return None
    if passage.is_numeral(index + 1) and not name.text[0].isupper():
        return None  # the scale: mrs two
    if passage.is_in(index - 1, "title_context", "grades") and not name.text[0].isupper():
        return None
    if passage.is_in(index + 1, "title_context", "not_names") and not name.text[0].isupper():
        return None
    if passage.is_in(index + 1, "title_context", "not_names") and passage.token(index).text.islower():
        return None
    if passage.is_in(index, "title_context", "nouns") and not _is_name(passage, index):
        return None
    return Match("titles", index, index + 2, f"{written} {name.text[:1].upper()}{name.text[1:]}")


def _is_name(passage: Passage, index: int) -> bool:
    """A capital says so; without one, the word before."""
    if passage.token(index + 1).text[0].isupper():
        return True
    starts = passage.token(index - 1).kind in (Kind.MARK, Kind.BREAK) or passage.match_before(index) is not None
    opened = passage.is_in(index - 1, "title_context", "opens")
    return opened or (starts and not passage.is_in(index - 1, "title_context", "not_after"))
