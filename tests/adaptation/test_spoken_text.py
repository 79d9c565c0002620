"""Written text as it is said: formatting what was said gives the written form back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_numbers import values

from adaptation.synthesis import say
from app.dictation import format_text

CASES = Path(__file__).parent.parent / "app" / "dictation" / "english.txt"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# Where formatting puts its own form in the place of another, or a form can be read in two ways.
OTHERWISE = {
    "(": "brackets are said as pauses",
    '"': "quotation marks are not said",
    "His 2 brothers": "small numbers that count nothing medical stay words",
    ".5 mg": "is written as 0.5 mg",
    "Room 1204": "digits one by one, and the floor stays a word",
    "Dear Dr. Lee,": "a text does not end with a comma",
    "HAS-BLED": "a hyphen is not said",
    "Advair 250/50 1 puff": "two numbers without a mark between run together",
    "One 12 mm port": "the same",
    "Suboxone 8 2 tablets": "the same",
    "MRN 456-7890": "a hyphen is not said",
    "1. Start": "the stop of a list's number is not said",
}

counts = st.integers(2, 999)
units = st.sampled_from(["mg", "mcg", "g", "mL", "mEq", "mmol/L", "mg/dL", "mcg/kg/min", "mL/h", "mg/kg", "units"])
frequencies = st.sampled_from(["daily", "BID", "TID", "q6h", "q12h PRN", "at bedtime", "every 8 hours"])


def back(written: str) -> str:
    said = say(written)
    assert said is not None and not any(map(str.isdigit, said)), said
    return format_text(said).text


def written_cases() -> list[str]:
    lines = (line.partition(" => ")[2] for line in CASES.read_text(encoding="utf-8").splitlines() if " => " in line)
    return [line for line in lines if "\\n" not in line and not any(part in line for part in OTHERWISE)]


def test_the_written_side_of_the_formatting_cases_comes_back() -> None:
    written = written_cases()
    assert len(written) > 500
    assert {case: back(case) for case in written if back(case) != case} == {}


@given(counts, st.sampled_from(["", ".5", ".25", ".05"]), units, frequencies)
def test_doses_come_back(whole: int, part: str, unit: str, frequency: str) -> None:
    written = f"Metoprolol {whole}{part} {unit} {frequency}"
    assert back(written) == written


@given(st.integers(60, 260), st.integers(30, 140))
def test_blood_pressures_come_back(systolic: int, diastolic: int) -> None:
    assert back(f"Blood pressure {systolic}/{diastolic}, stable.") == f"Blood pressure {systolic}/{diastolic}, stable."


@given(st.sampled_from(MONTHS), st.integers(1, 28), st.integers(1920, 2049))
def test_dates_come_back(month: str, day: int, year: int) -> None:
    assert back(f"Seen on {month} {day}, {year}") == f"Seen on {month} {day}, {year}"


@given(st.integers(1, 12), st.integers(1, 59), st.sampled_from(["a.m.", "p.m."]))
def test_times_come_back(hour: int, minute: int, half: str) -> None:
    assert back(f"Admitted at {hour}:{minute:02} {half}") == f"Admitted at {hour}:{minute:02} {half}"


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_said_without_digits_or_signs_or_not_at_all(text: str) -> None:
    said = say(text)
    assert said is None or not any(sign.isdigit() or sign in "[]()/<>|{}\\" for sign in said)


@pytest.mark.parametrize("number", ["250,000", "0.125", "0", "17", "1204567"])
def test_numbers_keep_their_value_or_their_digits(number: str) -> None:
    heard = format_text(f"count {say(number)} today").text
    assert values(heard) == values(number) or "".join(filter(str.isdigit, heard)) == number


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "HbA1c 7.2%, SpO2 98% on 2 L/min.",
            "H B A one C seven point two percent, S P O two ninety eight percent on two",
        ),
        ("An MRI of T1-weighted images", "An M R I of T one-weighted images"),
        ("May 5 mg be given in 2000 mL?", "May five milligrams be given in two thousand milliliters?"),
        ("Two 20 mg tablets", "Two twenty milligram tablets"),
        ("A 12 mm polyp", "a twelve millimeter polyp"),
        ("PATIENT DENIES CHEST PAIN.", "patient denies chest pain."),
        ("No pain. A new rash.", "No pain. a new rash."),
        ("Vitamin A and COVID-19", "Vitamin A and covid nineteen"),
        ("EpiPen, McDonald", "EpiPen, McDonald"),
    ],
)
def test_letters_digits_and_units_as_a_person_says_them(written: str, said: str) -> None:
    assert (say(written) or "").startswith(said)


@pytest.mark.parametrize("written", ["Pt c/o pain", "s/p CABG", "中文", "...", "", "+++|||", "10^6", "1:" * 600])
def test_what_nobody_says_as_it_stands_is_not_said(written: str) -> None:
    assert say(written) is None
