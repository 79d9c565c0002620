"""Keys by which what sounds alike is found: Metaphone, after the spellings that medicine took from Greek and Latin
have been written as English would."""

from __future__ import annotations

import re
import unicodedata

import jellyfish

from adaptation.lexicon.spoken_forms import propose_spoken

# Applied in this order to lower-case words without accents.
_RESPELLINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\bph?th", "th"),  # phthisis
        (r"\bps", "s"),
        (r"\bpn", "n"),
        (r"\bpt", "t"),
        (r"\bmn", "n"),
        (r"\bx", "z"),
        (r"\beu", "yu"),
        (r"rrh?", "r"),  # haemorrhage
        (r"rh", "r"),
        (r"ae(?!r)", "e"),  # haem, but not aerobic
        (r"oe(?=[dmstp])", "e"),  # oedema, oesophagus
        (r"sch(?=[iae])", "sk"),  # ischaemia, schizo-
        (r"ch(?=[lrmnt])", "k"),  # chlor-, chron-, techn-
        (r"(?<=\b)ch(?=ol|on|or|em|ir)", "k"),  # chole-, chondr-
        (r"(bron|bra|tra|tri|ta|sy|ra|my|or|ar|me|sta|oma)ch(?=[aeiouy])", r"\1k"),  # trache-, tachy-, psych-
        (r"cc(?=[eiy])", "ks"),
        (r"qu(?=[aeiouy])", "kw"),
    )
)


def phonetic_key(form: str) -> str:
    """What the form sounds like, in capitals without spaces, because recognisers join and part words: "met for men"
    and metformin have nearly the same. Forms that are not in Latin letters are their own keys."""
    return key_of_letters(plain_letters(form))


def key_of_letters(letters: str) -> str:
    """The phonetic key of what `plain_letters` gave."""
    if not letters.isascii():
        return letters.replace(" ", "")
    return jellyfish.metaphone(respell(letters).replace(" ", "")).replace(" ", "")


def respell(letters: str) -> str:
    """Words of small letters without accents, the spellings of Greek and Latin written as English would."""
    for pattern, replacement in _RESPELLINGS:
        letters = pattern.sub(replacement, letters)
    return letters


def plain_letters(form: str) -> str:
    """Small letters without accents and signs; digits, units and abbreviations as they are said."""
    is_plain = form.isascii() and form.replace(" ", "").isalpha()
    if is_plain and form[1:].islower():
        return " ".join(form.lower().split())
    if not is_plain or any(word.isupper() for word in form.split()):
        form = next(iter(propose_spoken(form)), form)
    parts = unicodedata.normalize("NFKD", form.casefold())
    kept = (part if part.isalnum() else " " for part in parts if not unicodedata.combining(part))
    return " ".join("".join(kept).split())
