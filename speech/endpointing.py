"""When an utterance has ended: after a short pause where its text is surely whole, after a longer one elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

from speech.decoding import Hypothesis

_SENTENCE_ENDS = (".", "?", "!", "。", "？", "！")
_UNFINISHED = ("...", "…")


@dataclass(frozen=True)
class Endpointing:
    """Silence that ends an utterance, in seconds.

    What was said is recognised after `look_s`, so that the text is there when the pause is long enough: `short_s`
    behind a sentence, `long_s` behind anything else. A sentence has lasted `sentence_s` and ends in a mark whose
    probability is `sure` or more: a model asked in the middle of one hesitates to write a full stop, and gives scraps
    of words any. From `patient_s` of speech on the longer pause shrinks, and is the short one at `longest_s`, so that
    somebody who never pauses for long is written down in time as well.
    """

    look_s: float = 0.128
    short_s: float = 0.288
    long_s: float = 1.0
    sentence_s: float = 0.3
    sure: float = 0.6
    patient_s: float = 8.0
    longest_s: float = 20.0

    def pause_s(self, hypothesis: Hypothesis, duration_s: float) -> float:
        """The silence that ends speech of this duration for which this was written."""
        if not hypothesis.tokens or (duration_s >= self.sentence_s and self._ends_sentence(hypothesis)):
            return self.short_s
        grown = (duration_s - self.patient_s) / (self.longest_s - self.patient_s)
        return self.long_s - min(1.0, max(0.0, grown)) * (self.long_s - self.short_s)

    def _ends_sentence(self, hypothesis: Hypothesis) -> bool:
        text = hypothesis.text.strip()
        if not text.endswith(_SENTENCE_ENDS) or text.endswith(_UNFINISHED):
            return False
        return hypothesis.log_probabilities[len(hypothesis.tokens) - 1] >= math.log(self.sure)
