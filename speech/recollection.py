"""What was said shortly before: heard again with what is said next, it tells who speaks, where and of what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

from speech.segmenting import LONGEST_GAP_S, Utterance

_TOGETHER_S = 10.0  # of sound are recognised before the short pause behind an utterance is over
_LONGEST_PAUSE_S = 4.0


@dataclass(frozen=True)
class Said:
    """An utterance, or several as one, and the tokens that were written for it."""

    utterance: Utterance
    tokens: tuple[int, ...]


class Recollection:
    """The last finals of a session, as much of them as can be heard again."""

    def __init__(self) -> None:
        self._said: list[Said] = []

    def keep(self, said: Said) -> None:
        own = replace(said.utterance, samples=said.utterance.samples.copy())  # and not the stream that it is part of
        self._said.append(replace(said, utterance=own))
        while sum(each.utterance.duration_s for each in self._said) > _TOGETHER_S:
            del self._said[0]

    def forget(self) -> None:
        self._said.clear()

    def before(self, utterance: Utterance) -> Said | None:
        """As many of the last utterances, joined, as make up ten seconds together with this one.

        None where not even one does, or where more than four seconds of silence lie between.
        """
        room_s = _TOGETHER_S - utterance.duration_s
        pieces: list[Said] = []
        later = utterance
        for said in reversed(self._said):
            room_s -= said.utterance.duration_s + min(LONGEST_GAP_S, later.start_s - said.utterance.end_s)
            if room_s < 0 or later.speech_start_s - said.utterance.speech_end_s > _LONGEST_PAUSE_S:
                break
            pieces.insert(0, said)
            later = said.utterance
        return reduce(_join, pieces) if pieces else None


def _join(earlier: Said, later: Said) -> Said:
    return Said(later.utterance.after(earlier.utterance), earlier.tokens + later.tokens)
