"""Marks, line ends and headings that are said."""

from __future__ import annotations

import re
from typing import Any

from app.dictation.language import Language
from app.dictation.passage import Match, Passage
from app.dictation.phrases import Phrases
from app.dictation.tokens import Kind, Token

_AUTOMATIC = frozenset(",.;:?!，。；：？！、")
_OPENING = {")": "(", "]": "["}
_LONGEST_HEADING = 6
_DESCRIBING = ("adjectives_table", "nouns_table", "adverbs_table")


def first_words(language: Language) -> frozenset[str]:
    return _commands(language).first_words | language.words("headings", "said")


def match_command(passage: Passage, index: int) -> Match | None:
    """A mark or a line end, unless the words around say that a thing is meant: colon polyp, a period of rest."""
    found = _commands(passage.language).find(passage.tokens, index)
    if found is None:
        return None
    end, command = found
    rule = "layout" if command.get("layout") else "punctuation"
    if not passage.options.allows(rule) or not _is_meant(passage, index, end, command):
        return None
    return _write(passage, index, end, command, rule)


def match_heading(passage: Passage, index: int) -> Match | None:
    """Heading plan: a line of its own, marked as documents mark headings."""
    after = passage.find(index, "headings", "said")
    if after is None or not passage.options.allows("headings") or not is_fresh(passage, index):
        return None
    while _is_automatic(passage, after) and not passage.token(after).gap:
        after += 1
    if passage.is_in(after, "headings", "not_before"):
        return None
    end = passage.find(after, "headings", "sections") or _heading_end(passage, after)
    if end is None:
        return None
    title = " ".join(token.text for token in passage.tokens[after:end])
    text = passage.language.section("headings")["marker"] + title[:1].upper() + title[1:] + "\n"
    following = _commands(passage.language).find(passage.tokens, end)
    if following and (following[1].get("layout") or following[1]["written"] in ".:"):
        end = following[0]
        again = _commands(passage.language).find(passage.tokens, end)
        if again and again[1].get("layout"):
            end = again[0]
    while passage.token(end).text and passage.token(end).text in ".:," and passage.token(end).kind is Kind.MARK:
        end += 1
    start = index
    while start > 0 and passage.token(start - 1).kind is Kind.BREAK and not passage.match_before(start):
        start -= 1
    before = "" if start == 0 or _written_end(passage, start).endswith("\n\n") else "\n\n"
    if passage.token(end).kind is Kind.BREAK and end < len(passage.tokens):
        end += 1
    return Match("headings", start, end, before + text, glue_left=True, glue_right=True)


def is_said(passage: Passage, index: int) -> bool:
    """Whether the words for a mark or a line end stand here."""
    return _commands(passage.language).find(passage.tokens, index) is not None


def stop_end(passage: Passage, index: int) -> int | None:
    """The index after a full stop that is said here, unless a thing is named so: one period of rest."""
    found = _commands(passage.language).find(passage.tokens, index)
    if found is None or found[1]["written"] != "." or found[1]["not_before_table"].find(passage.tokens, found[0]):
        return None
    following = _commands(passage.language).find(passage.tokens, found[0])
    return None if following and following[1].get("layout") else found[0]


def _heading_end(passage: Passage, index: int) -> int | None:
    """A title without a known name ends at the next line end or mark that is said."""
    if not passage.word(index):
        return None
    for end in range(index + 1, index + _LONGEST_HEADING + 1):
        token = passage.token(end)
        following = _commands(passage.language).find(passage.tokens, end)
        if token.kind is Kind.BREAK or (following and (following[1].get("layout") or following[1]["written"] == ":")):
            return end
        if token.kind is Kind.MARK:
            return None
    return None


def _is_meant(passage: Passage, start: int, end: int, command: dict[str, Any]) -> bool:
    before, after = passage.token(start - 1), passage.token(end)
    if "-" in (before.text, after.text) and not (passage.token(start).gap and after.gap):
        return False
    fresh = is_fresh(passage, start)
    attaches_both = command["attach"] == "both" and not command.get("layout") and passage.language.spaces
    if _stands_alone(passage, start, end) and not after.text == command["written"] == ":":
        # "Colon: no mass." is a heading
        return True
    if command["written"] in _OPENING and _is_bracket_open(passage, command["written"]):
        return True
    if fresh and command.get("not_first"):
        return False
    if command.get("closes") and not _is_open(passage, command["written"]):
        return False
    if "needs_after" in command and not _is_closed(passage, end, command["needs_after_table"]):
        return False
    if command["always_before_table"].find(passage.tokens, end) and not passage.match_before(start):
        return not fresh
    if command["not_before_table"].find(passage.tokens, end):
        return False
    if not fresh and command["not_before_unless_first_table"].find(passage.tokens, end):
        return False
    if command["always_after_table"].find_before(passage.tokens, start):
        return True
    matched = passage.match_before(start)
    soft = (matched is None or fresh) and command["soft_before_table"].find(passage.tokens, end)
    if soft and (fresh or _is_noun_before(passage, start, command)):
        return False
    if passage.word(end) in command.get("noun_before", ()) and passage.is_in(start - 2, "amounts", "determiners"):
        return False
    if attaches_both and not passage.word(end) and passage.token(end).kind is not Kind.NUMBER:
        return False
    if command.get("not_after_modifiers") and _is_modifier(before, matched):
        return False
    if matched and before.kind is Kind.WORD:
        # after a mark or an amount the word before it is no longer its neighbour
        return True
    noun = command["not_after_table"].find_before(passage.tokens, start)
    if noun is None:
        return not _is_described(passage, start, command)
    # "any bleeding question mark no period": the answer to a question is one word
    return _written_end(passage, noun[0]) in ("?", ":", "/")


def _is_noun_before(passage: Passage, start: int, command: dict[str, Any]) -> bool:
    """Whether it is a noun with a word such as "was" behind it, after what stands before: her last period was."""
    said = (command[key].find_before(passage.tokens, start) for key in ("not_after_table", "soft_after_table"))
    if any(said) or command["temporal_table"].find_before(passage.tokens, start):
        return True
    return _is_described(passage, start, command)


def _is_described(passage: Passage, start: int, command: dict[str, Any]) -> bool:
    """Whether words that may describe a thing of this name stand before, opened by an article or the like.

    A long recovery period; not "pulse regular period".
    """
    place, kinds = start, []
    while found := next(
        ((key, at[0]) for key in _DESCRIBING if (at := command[key].find_before(passage.tokens, place))), None
    ):
        kinds.append(found[0])
        place = found[1]
    if not kinds or kinds == ["adverbs_table"]:
        return False
    before, matched = passage.token(place - 1), passage.match_before(place)
    if is_fresh(passage, place):
        return _written_end(passage, place) != ":"
    if _is_modifier(before, matched) or before.lower.endswith(("'s", "’s")):
        return True
    keys = ("openers", "adjective_openers") if kinds[-1] != "nouns_table" else ("openers",)
    return matched is None and any(before.lower in command.get(key, ()) for key in keys)


def _stands_alone(passage: Passage, start: int, end: int) -> bool:
    """Whether a recogniser set the word apart by marks, as nobody does with a noun: Plan. Colon. Rest."""
    before, after = passage.token(start - 1), passage.token(end)
    apart = start > 0 and not before.gap and not after.gap and before.text in _AUTOMATIC and after.text in _AUTOMATIC
    return apart and not passage.match_before(start)


def _is_modifier(token: Token, matched: Match | None) -> bool:
    """Whether something such as 2-week stands here, which a noun must follow."""
    written = matched.text if matched else token.text if token.kind is Kind.MIXED else ""
    return re.search("[0-9]-[a-z]+$", written) is not None


def is_fresh(passage: Passage, index: int) -> bool:
    """Whether a sentence or a line starts here."""
    before = passage.match_before(index)
    if before is not None:
        return before.text[-1:] in ".?!\n:"
    token = passage.token(index - 1)
    return token.kind is Kind.BREAK or token.text in (".", "?", "!", "。", "？", "！")


def _is_open(passage: Passage, mark: str) -> bool:
    """Whether a quotation is open here: the marks written so far do not pair."""
    return sum(match.text.count(mark) for match in passage.matches) % 2 == 1


def _is_bracket_open(passage: Passage, closing: str) -> bool:
    """Whether a bracket that was said is still to be closed by this one: (a)."""
    said = "".join(match.text for match in passage.matches)
    return said.count(_OPENING[closing]) > said.count(closing)


def _is_closed(passage: Passage, index: int, closing: Phrases[bool]) -> bool:
    for position in range(index + 1, min(len(passage.tokens), index + 200)):
        if closing.find(passage.tokens, position):
            return True
    return False


def _write(passage: Passage, index: int, end: int, command: dict[str, Any], rule: str) -> Match:
    text, attach = command["written"], command["attach"]
    start = index
    if command.get("first_attach") and is_fresh(passage, index):
        return Match(rule, start, end, text, glue_right=True)
    if attach in ("left", "both"):
        while _is_automatic(passage, start - 1) and not passage.match_before(start):
            start -= 1
    closes = attach == "left" and text not in _AUTOMATIC
    if not closes and attach != "none":
        while _is_automatic(passage, end) and not passage.token(end).gap:
            end += 1
    if text.startswith("\n") and _written_end(passage, start).endswith("\n"):
        text = text[1:] if text != "\n\n" else "\n"
    if text == "." and _written_end(passage, start).endswith((".", "?", "!")):
        text = ""
    elif command.get("layout") and start < index and passage.token(start).text != ",":
        # a stop that the recogniser set stays at the end of its line
        text = passage.token(start).text + text
    return Match(
        rule,
        start,
        end,
        text,
        glue_left=attach in ("left", "both"),
        glue_right=attach in ("right", "both"),
        ends_sentence=command.get("ends_sentence", False),
    )


def _is_automatic(passage: Passage, index: int) -> bool:
    token = passage.token(index)
    return token.kind is Kind.MARK and token.text in _AUTOMATIC


def _written_end(passage: Passage, index: int) -> str:
    before = passage.match_before(index)
    return before.text if before else passage.token(index - 1).text


def _commands(language: Language) -> Phrases[Any]:
    return language.table("commands", _build)


def _build(language: Language) -> Phrases[Any]:
    entries: dict[str, dict[str, Any]] = {}
    for listed in language.data.get("commands", ()):
        command = dict(listed)
        for key in (
            "not_after",
            "not_before",
            "not_before_unless_first",
            "always_before",
            "always_after",
            "needs_after",
            "soft_before",
            "soft_after",
            "temporal",
            "adjectives",
            "nouns",
            "adverbs",
        ):
            command[key + "_table"] = Phrases(dict.fromkeys(listed.get(key, ()), True))
        entries |= dict.fromkeys(listed["said"], command)
    return Phrases(entries)
