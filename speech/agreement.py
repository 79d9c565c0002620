"""Which words of a growing utterance are settled: those that two hypotheses in a row agree on and are sure of.

LocalAgreement-2 after D. Liu et al., "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by Partial
Hypothesis Selection" (2020), as D. Macháček et al. use it with Whisper (2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from speech.vocabulary import TokenWord

_SURE = 0.7  # without it, one settled word in twelve is not what the final has; with it, one in fifty


class Agreement:
    """Follows the hypotheses of one utterance. `tokens` are settled: every later hypothesis begins with them; the last
    two hypotheses have the first `common` tokens in common."""

    def __init__(self) -> None:
        self.tokens: tuple[int, ...] = ()
        self.common = 0
        self._earlier: tuple[int, ...] = ()

    def take(self, tokens: tuple[int, ...], words: Sequence[TokenWord], probabilities: Sequence[float]) -> bool:
        """Compares a hypothesis with the one before; its words are given, and how probable each of them is.

        False, and nothing changes, when it contradicts what is settled. Its last word, which the end of the sound may
        have cut, and marks behind words wait for the next hypothesis.
        """
        if tokens[: len(self.tokens)] != self.tokens:
            return False
        pairs = zip(tokens, self._earlier, strict=False)
        self.common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        for word, probability in zip(words[:-1], probabilities, strict=False):
            if word.core.stop <= len(self.tokens):
                continue
            if word.core.stop > self.common or probability < _SURE:
                break
            self.tokens = tokens[: word.core.stop]
        self._earlier = tokens
        return True
