"""The ways to write a unit."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = {
    "mg": ("mgs", "milligram", "milligrams", "milligramme", "milligrammes"),
    "g": ("gm", "gms", "gram", "grams", "gramme", "grammes"),
    "kg": ("kgs", "kilo", "kilos", "kilogram", "kilograms"),
    "mcg": ("ug", "μg", "µg", "microgram", "micrograms", "mcgs"),
    "ng": ("nanogram", "nanograms"),
    "ml": ("mls", "milliliter", "milliliters", "millilitre", "millilitres", "cc", "ccs"),
    "dl": ("deciliter", "deciliters", "decilitre", "decilitres"),
    "l": ("liter", "liters", "litre", "litres"),
    "mm": ("millimeter", "millimeters", "millimetre", "millimetres"),
    "cm": ("cms", "centimeter", "centimeters", "centimetre", "centimetres"),
    "m": ("meter", "meters", "metre", "metres"),
    "mmol": ("millimole", "millimoles", "millimol"),
    "meq": ("milliequivalent", "milliequivalents"),
    "mmhg": (),
    "bpm": (),
    "units": ("unit", "iu"),
    "%": ("percent",),
    "seconds": ("second", "sec", "secs"),
    "minutes": ("minute", "min", "mins"),
    "hours": ("hour", "h", "hr", "hrs"),
    "days": ("day",),
    "weeks": ("week", "wk", "wks"),
    "months": ("month",),
    "years": ("year", "yr", "yrs"),
    "degrees": ("degree",),
    "tablets": ("tablet", "tab", "tabs"),
    "drops": ("drop",),
    "puffs": ("puff",),
}
UNIT_OF = {form: unit for unit, forms in _UNITS.items() for form in (unit, *forms)}


def fold_units(words: Sequence[str]) -> tuple[str, ...]:
    """The words with every unit in one form: milligrams → mg."""
    return tuple(UNIT_OF.get(word, word) for word in words)
