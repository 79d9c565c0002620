"""How many in the morning, at noon, in the evening and at night, as German prescriptions say it: 1-0-1."""

from __future__ import annotations

from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts

_LENGTHS = (3, 4)


def match_scheme(passage: Passage, index: int) -> Match | None:
    """Behind a dose or its form; elsewhere the words stay, since "eins null null eins" may be a thousand and one."""
    counts: dict[str, str] = passage.language.section("schemes").get("counts", {})
    if not counts:
        return None
    end, said = index, []
    while (word := passage.token(end).lower) in counts:
        said.append(counts[word])
        end += 1
    if len(said) not in _LENGTHS or passage.is_numeral(end) or contexts.is_counted(passage, end):
        return None
    before = passage.match_before(index)
    if (before and before.rule == "units") or passage.find_before(index, "contexts", "nouns") is not None:
        return Match("frequencies", index, end, "-".join(said))
    if contexts.identifier_before(passage, index) is not None:
        return None
    return Match("frequencies", index, end, passage.source(index, end))
