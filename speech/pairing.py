"""Two models for one live session: a quick one while somebody speaks, a careful one for what stays."""

from __future__ import annotations

from collections.abc import Sequence

from speech.segmenting import Utterance
from speech.streaming import LiveRecognizer, Look, may_lead
from speech.transcript import Segment


class PairedRecognizer:
    """Implements `speech.streaming.LiveRecognizer`: the quick one looks, the careful one settles.

    Each hears a short utterance behind the one before with what it wrote of that itself.
    """

    def __init__(self, quick: LiveRecognizer, careful: LiveRecognizer) -> None:
        self._quick = quick
        self._careful = careful
        self._before: tuple[Look, Look] | None = None  # what each made of the utterance before

    def look(self, utterance: Utterance, earlier: Look | None, draft: Sequence[int], *, passing: bool) -> Look:
        """`earlier` is not needed: where the two wrote differently, the session would have none."""
        return self._quick.look(utterance, self._earlier(0, utterance), draft, passing=passing)

    def settle(self, look: Look) -> Segment | None:
        """The careful one's own pass over the utterance."""
        careful = self._careful.look(look.utterance, self._earlier(1, look.utterance), (), passing=False)
        segment = self._careful.settle(careful)
        is_kept = segment is not None and segment.text == careful.text
        self._before = (look, careful) if is_kept else None
        return segment

    def text_of(self, tokens: Sequence[int]) -> str:
        return self._quick.text_of(tokens)

    def _earlier(self, which: int, utterance: Utterance) -> Look | None:
        earlier = self._before[which] if self._before is not None else None
        return earlier if earlier is not None and may_lead(earlier, utterance) else None
