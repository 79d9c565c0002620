import pytest

from app.dictation import flag_unsafe_abbreviations, format_text


@pytest.mark.parametrize(
    ("text", "found", "suggestions"),
    [
        ("Insulin 10 U at night", " U", (" units",)),
        ("Insulin 10u at night", "u", (" units",)),
        ("Vitamin D 1,000 IU", "IU", ("international units",)),
        ("Lasix 40 mg QD", "QD", ("daily",)),
        ("Lasix 40 mg q.d. and more", "q.d.", ("daily",)),
        ("Warfarin QOD", "QOD", ("every other day",)),
        ("Warfarin q.o.d.", "q.o.d.", ("every other day",)),
        ("Give 5.0 mg", "5.0", ("5",)),
        ("Give 1,000.00 units", "1,000.00", ("1,000",)),
        ("Give .5 mg", ".5", ("0.5",)),
        ("MS 10 mg now", "MS", ("morphine sulfate", "magnesium sulfate")),
        ("MSO4 given", "MSO4", ("morphine sulfate",)),
        ("MgSO4 2 g", "MgSO4", ("magnesium sulfate",)),
        ("Symbicort 164.5 twice daily", "164.5", ("160/4.5",)),
        ("Symbicort 164.52 puffs", "164.52", ("160/4.5 2",)),
        ("Advair Diskus 250-51 puff", "250-51", ("250/50 1",)),
        ("sitagliptin metformin 51,000 mg", "51,000", ("50/1000",)),
        ("Trelegy 162.525, 1 inhalation", "162.525", ("100/62.5/25",)),
        ("Started lisinopril HCTZ 2025", "2025", ("20/25",)),
        ("Percocet 532-51 tablet", "532-51", ("5/325 1",)),
    ],
)
def test_dangerous_forms_are_flagged_with_what_to_write(text: str, found: str, suggestions: tuple[str, ...]) -> None:
    (flag,) = flag_unsafe_abbreviations(text)
    assert (flag.found, flag.suggestions) == (found, suggestions)
    assert text[flag.start : flag.end] == found and flag.reason


@pytest.mark.parametrize(
    "text",
    [
        "10 units daily",
        "QID and q6h and BID",
        "0.5 mg",
        "Hemoglobin 12.0 today",
        "10.05 mg and 100 mg",
        "U-shaped, AU, 5 U.S. dollars",
        "Diagnosis of MS in 2010",
        "see section 2.5.",
        "MSK and SMS",
        "Symbicort 160/4.5 2 puffs, Augmentin 500 mg, Seretide 125, Percocet 5/325 1 tablet, metformin 51,000",
        "",
    ],
)
def test_safe_forms_are_not(text: str) -> None:
    assert flag_unsafe_abbreviations(text) == []


def test_flags_come_in_order_and_nothing_is_rewritten() -> None:
    text = "MgSO4 2.0 g QD and .5 mg qod"
    assert [flag.found for flag in flag_unsafe_abbreviations(text)] == ["MgSO4", "2.0", "QD", ".5", "qod"]
    assert format_text(text).text == text


def test_said_as_it_is_written_and_flagged() -> None:
    written = format_text("lisinopril five point zero milligrams q d").text
    assert written == "Lisinopril 5.0 mg QD"
    assert [flag.found for flag in flag_unsafe_abbreviations(written)] == ["5.0", "QD"]


def test_a_language_without_the_list_has_no_flags() -> None:
    assert flag_unsafe_abbreviations("5.0 mg QD", "de") == []
