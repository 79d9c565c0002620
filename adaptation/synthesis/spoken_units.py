"""Units as they are written and as they are said."""

from __future__ import annotations

# Written: said of one, said of several. Those without an s of their own stand twice.
UNITS: dict[str, tuple[str, str]] = {
    written: (one, f"{one}s")
    for one, forms in {
        "milligram": "mg", "microgram": "mcg µg ug", "nanogram": "ng", "picogram": "pg", "gram": "g", "kilogram": "kg",
        "milliliter": "mL ml", "microliter": "mcL µL", "deciliter": "dL", "liter": "L", "milliequivalent": "mEq",
        "mole": "mol", "millimole": "mmol", "micromole": "mcmol µmol", "nanomole": "nmol", "picomole": "pmol",
        "meter": "m", "centimeter": "cm", "millimeter": "mm", "micrometer": "mcm", "nanometer": "nm", "kilometer": "km",
        "square meter": "m² m2", "square centimeter": "cm²", "cubic centimeter": "cm³", "cubic millimeter": "mm³",
        "kilocalorie": "kcal", "milliosmole": "mOsm", "millisievert": "mSv", "millicurie": "mCi",
        "megabecquerel": "MBq", "kilopascal": "kPa", "millivolt": "mV", "milliamp": "mA", "kilovolt": "kV",
        "millisecond": "ms", "decibel": "dB", "joule": "J", "millijoule": "mJ", "watt": "W", "unit": "U",
        "pound": "lb lbs", "hour": "h hr hrs", "minute": "min mins", "second": "s sec", "degree": "°",
        "high power field": "hpf", "low power field": "lpf",
    }.items()
    for written in forms.split()
} | {
    "mmHg": ("millimeter of mercury", "millimeters of mercury"),
    "cmH2O": ("centimeter of water", "centimeters of water"),
    "bpm": ("beat per minute", "beats per minute"), "cc": ("C C", "C C"), "IU": ("I U", "I U"),
    "Gy": ("gray", "gray"), "cGy": ("centigray", "centigray"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz",) * 2,
    "MHz": ("megahertz", "megahertz"), "%": ("percent", "percent"), "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
}  # fmt: skip


def say_unit(written: str, *, one: bool) -> str:
    """mg as milligram or milligrams; a word that is no abbreviation as it stands."""
    singular, plural = UNITS.get(written, (written, written))
    return singular if one else plural
