"""Which words of a growing utterance are settled: those that two hypotheses in a row agree on.

LocalAgreement-2 after D. Liu et al., "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by Partial
Hypothesis Selection" (2020), as D. Macháček et al. use it with Whisper (2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from speech.vocabulary import TokenWord


class Agreement:
    """Follows the hypotheses of one utterance. `tokens` are settled: every later hypothesis begins with them."""

    def __init__(self) -> None:
        self.tokens: tuple[int, ...] = ()
        self._earlier: tuple[int, ...] = ()

    def take(self, tokens: tuple[int, ...], words: Sequence[TokenWord]) -> bool:
        """Compares a hypothesis, whose words are given, with the one before.

        False, and nothing changes, when it contradicts what is settled. Its last word, which the end of the sound may
        have cut, and marks behind words wait for the next hypothesis.
        """
        if tokens[: len(self.tokens)] != self.tokens:
            return False
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(tokens, self._earlier, strict=False)))
        agreed = max((word.core.stop for word in words[:-1] if word.core.stop <= common), default=0)
        self.tokens = tokens[: max(agreed, len(self.tokens))]
        self._earlier = tokens
        return True
