"""Phrases with numbers follow each other without a mark between; none may take a number from its neighbour."""

import pytest

from app.dictation import format_text

PHRASES = {
    "stage three": "III",
    "cranial nerve seven": "VII",
    "five milligrams": "5 mg",
    "two days ago": "2 days",
    "at l four": "L4",
    "t twelve fracture": "T12",
    "at eight thirty a m": "8:30",
    "two tablets": "2 tablets",
    "q six hours": "q6h",
    "grade two": " 2",
    "in nineteen ninety eight": "1998",
    "potassium four": " 4",
    "a sixty seven year old man": "67-year-old",
    "factor eight": "VIII",
    "g two p one": "G2P1",
    "pulse seventy two": " 72",
    "one hundred fifty units": "150 units",
    "vitamin b twelve": "B12",
    "four to six weeks": "4-6 weeks",
    "the third toe": "3rd",
    "pain five out of ten": "5/10",
    "eighteen gauge needle": "18-gauge",
    "three by two centimeters": "3 x 2 cm",
    "c five c six": "C5-C6",
    "day two": " 2",
    "next visit october twelfth": "October 12",
    "two thousand milliliters": "2,000 mL",
    "type two diabetes": " 2 diabetes",
    "one and a half tablets": "1 1/2 tablets",
    "three oh vicryl": "3-0 Vicryl",
    "v one through v four": "V1-V4",
    "disc at l four slash five": "L4/5",
    "g three p two zero one two": "G3P2012",
    "percocet ten three twenty five": "10/325",
}


@pytest.mark.parametrize("first", PHRASES)
def test_each_phrase_keeps_its_number_before_every_other(first: str) -> None:
    for second, written in PHRASES.items():
        text = " " + format_text(f"{first} {second}").text.replace(second.capitalize(), second)
        for expected in (PHRASES[first], written):
            assert expected.casefold() in text.casefold(), (first, second, text)
