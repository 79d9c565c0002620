"""Beginnings of medical words that turn their meaning round: a slip between two of them is never put right unasked."""

from __future__ import annotations

import re

_OPPOSITES = (
    *(("hiper", "hipo"), ("bradi", "tachi"), ("ante", "post"), ("pre", "post"), ("intra", "extra"), ("intra", "inter")),
    *(("endo", "exo"), ("ecto", "endo"), ("macro", "micro"), ("supra", "infra"), ("super", "sub"), ("supra", "sub")),
    *(("ab", "ad"), ("poli", "oligo"), ("afferent", "efferent"), ("proximal", "distal"), ("medial", "lateral")),
    *(("anterior", "posterior"), ("superior", "inferior"), ("benign", "malignant"), ("sistolic", "diastolic")),
)
_NEGATING = ("a", "an", "non", "un", "in", "im", "anti", "dis", "mal")
_WORD = re.compile(r"[^\W\d_]+")


def are_opposite(heard: str, written: str) -> bool:
    """Whether one has a word that begins as the other's counterpart, or is the other's with a negating beginning."""
    first, second = _words(heard), _words(written)
    if "".join(first) == "".join(second):  # a febrile, heard apart
        return False
    return any(_turn(one, other) for one in first for other in second)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("y", "i"))


def _turn(one: str, other: str) -> bool:
    for left, right in _OPPOSITES:
        if (one.startswith(left) and other.startswith(right)) or (one.startswith(right) and other.startswith(left)):
            return True
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > 3 and any(longer == beginning + shorter for beginning in _NEGATING)
