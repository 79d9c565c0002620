"""Every error of a measuring, for a person to read: clip by clip, what could harm somebody first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adaptation.metrics.dangers import Danger, dangers_of
from adaptation.metrics.terms import count_found, plain_term
from adaptation.metrics.words import Stretch, plain_words, stretches

if TYPE_CHECKING:
    from adaptation.evaluate import ClipResult

NOTHING = "–"
_FREQUENT = 20


@dataclass(frozen=True)
class ClipErrors:
    """A clip's words with where they differ, what the differences change, and which listed terms were missed."""

    result: ClipResult
    stretches: tuple[Stretch, ...]
    dangers: tuple[frozenset[Danger], ...]
    missed_terms: tuple[str, ...]

    @property
    def errors(self) -> int:
        """Word errors: substitutions, deletions and insertions."""
        return sum(max(len(each.said), len(each.heard)) for each in self.stretches if not each.is_right)

    @property
    def kinds(self) -> tuple[Danger, ...]:
        """The dangers of the clip, in a fixed order."""
        there = frozenset().union(*self.dangers)
        return tuple(danger for danger in Danger if danger in there)


def find_errors(results: Sequence[ClipResult]) -> list[ClipErrors]:
    """The clips that have errors: those with dangerous ones first, then by how many."""
    found = []
    for result in results:
        parts = stretches(plain_words(result.clip.text or ""), plain_words(result.hypothesis))
        missed = tuple(
            term
            for term in dict.fromkeys(result.clip.terms)
            if plain_term(term) and not count_found([plain_term(term)], result.hypothesis)[0]
        )
        found.append(ClipErrors(result, tuple(parts), tuple(dangers_of(parts)), missed))
    wrong = [clip for clip in found if clip.errors or clip.missed_terms]
    return sorted(wrong, key=lambda clip: (-len(clip.kinds), -clip.errors))


def write_errors(results: Sequence[ClipResult]) -> str:
    """The listing as text. Words stand in the form in which they are counted; [said → written] marks a difference."""
    clips = find_errors(results)
    lines = [f"{len(clips)} of {len(results)} clips have errors. [said → written]; {NOTHING} is nothing.", ""]
    for clip in clips:
        lines += [*_describe(clip), ""]
    confusions = Counter(shown(each) for clip in clips for each in clip.stretches if not each.is_right)
    repeated = [(text, count) for text, count in confusions.most_common(_FREQUENT) if count > 1]
    if repeated:
        lines += ["More than once:", *(f"{count:5} × {text}" for text, count in repeated), ""]
    return "\n".join(lines)


def shown(stretch: Stretch) -> str:
    """The words where both sides agree, else [said → written]."""
    if stretch.is_right:
        return " ".join(stretch.said)
    return f"[{' '.join(stretch.said) or NOTHING} → {' '.join(stretch.heard) or NOTHING}]"


def _describe(clip: ClipErrors) -> list[str]:
    words = len(plain_words(clip.result.clip.text or ""))
    head = [clip.result.clip.name, f"{clip.errors} errors in {words} words" if clip.errors != 1 else "1 error"]
    if clip.result.clip.speaker:
        head.insert(1, f"speaker {clip.result.clip.speaker}")
    lines = [", ".join(head), "    " + " ".join(shown(each) for each in clip.stretches)]
    for stretch, kinds in zip(clip.stretches, clip.dangers, strict=True):
        lines += [f"    {danger}: {shown(stretch)}" for danger in Danger if danger in kinds]
    if clip.missed_terms:
        lines.append(f"    missed terms: {', '.join(clip.missed_terms)}")
    return lines
