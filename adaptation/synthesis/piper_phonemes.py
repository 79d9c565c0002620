"""From the phonemes that hibari writes to those that English Piper voices were trained on.

hibari writes misaki's alphabet, with one letter for a diphthong or affricate; Piper voices expect espeak-ng's IPA, with
long vowels marked. Both are described at https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md.
"""

from __future__ import annotations

import re

_LETTERS = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "ʤ": "dʒ", "ʧ": "tʃ", "ᵊ": "ə", "T": "ɾ",
}  # fmt: skip
_LONG = re.compile(r"[ɑu]|ɔ(?!ɪ)|(?<=[ˈˌ])i")


def to_piper(phonemes: str) -> str:
    """həlˈO ðˈɛɹ. as həlˈoʊ ðˈɛɹ."""
    text = phonemes.replace("əɹ", "ɚ").replace("ɜɹ", "ɜː")
    text = _LONG.sub(r"\g<0>ː", text)
    return "".join(_LETTERS.get(letter, letter) for letter in text)
