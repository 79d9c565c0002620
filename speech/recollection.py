"""What was said shortly before: heard again with what is said next, it tells who speaks, where and of what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

from speech.segmenting import Utterance

_RECALLED_S = 10.0  # of sound at most
_LONGEST_PAUSE_S = 4.0


@dataclass(frozen=True)
class Said:
    """An utterance, or several as one, and the tokens that were written for it."""

    utterance: Utterance
    tokens: tuple[int, ...]


class Recollection:
    """The last finals of a session, as many of them as make up ten seconds of sound."""

    def __init__(self) -> None:
        self._said: list[Said] = []

    @property
    def said(self) -> Said | None:
        """All that is recalled, joined."""
        return reduce(_join, self._said) if self._said else None

    def keep(self, said: Said) -> None:
        own = replace(said.utterance, samples=said.utterance.samples.copy())  # and not the stream that it is part of
        if self._said and _is_far(self._said[-1].utterance, own):
            self._said.clear()
        self._said.append(replace(said, utterance=own))
        while (kept := self.said) is not None and kept.utterance.duration_s > _RECALLED_S:
            del self._said[0]

    def forget(self) -> None:
        self._said.clear()

    def before(self, utterance: Utterance) -> Said | None:
        """What is recalled, unless more than four seconds of silence lie between."""
        said = self.said
        return None if said is None or _is_far(said.utterance, utterance) else said


def _is_far(earlier: Utterance, later: Utterance) -> bool:
    return later.speech_start_s - earlier.speech_end_s > _LONGEST_PAUSE_S


def _join(earlier: Said, later: Said) -> Said:
    return Said(later.utterance.after(earlier.utterance), earlier.tokens + later.tokens)
