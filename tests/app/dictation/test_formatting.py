import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from app.dictation import RULES, FormattingOptions, UnknownRuleError, format_text, languages

Case = tuple[str, str, str]

NOTE = (
    "The patient is a sixty seven year old man with a two week history of cough comma fever and chest pain period "
    "Blood pressure was one forty five over ninety two and the pulse ninety eight period He takes metoprolol twenty "
    "five milligrams b i d and aspirin eighty one milligrams daily period new paragraph Stage three chronic kidney "
    "disease is stable and he will be seen again in four to six weeks with a repeat of the c t scan period "
)


def test_english(english_case: Case) -> None:
    _, said, written = english_case
    assert format_text(said).text == written
    assert format_text(written).text == written


def test_german(german_case: Case) -> None:
    _, said, written = german_case
    assert format_text(said, "de").text == written
    assert format_text(written, "de").text == written


def test_chinese(chinese_case: Case) -> None:
    _, said, written = chinese_case
    assert format_text(said, "zh").text == written
    assert format_text(written, "zh").text == written


def test_shared_cases(shared_data: Path) -> None:
    lines = (shared_data / "formatting" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    wrong = [case for case in cases if format_text(case["spoken"]).text != case["written"]]
    assert not [case for case in wrong if case["kind"] == "negative"]
    assert len(wrong) <= 0.05 * len(cases)


def test_what_was_spelled_and_what_is_written_elsewhere_stays() -> None:
    for text in ("", " ", "\n", "  two  spaces stay ", "Ärzte & Co. <b>", "שלום 12", "a\tb", "\x00", "👩‍⚕️ ok"):
        assert format_text(text).text.casefold() == text.casefold()


def test_sides_and_negations_stay() -> None:
    said = "no pain in the left knee comma not in the right comma never without sleep period nil else"
    kept = [word for word in said.split() if word not in ("comma", "period")]
    assert format_text(said).text.lower().replace(",", "").replace(".", "").split() == kept


def test_a_language_region_falls_back_and_an_unknown_one_is_refused() -> None:
    assert set(languages()) == {"de", "en", "zh"}
    assert format_text("five milligrams", "en-GB").text == "5 mg"
    with pytest.raises(UnknownRuleError, match="no formatting rules for the language fr"):
        format_text("cinq", "fr")


@pytest.mark.parametrize(
    ("rule", "said", "off"),
    [
        ("punctuation", "no fever comma no cough", "No fever comma no cough"),
        ("layout", "stable new line home", "Stable new line home"),
        ("headings", "heading plan rest", "Heading plan rest"),
        ("numbers", "twenty five milligrams", "Twenty five milligrams"),
        ("thousands", "five thousand units", "5000 units"),
        ("units", "five milligrams", "Five milligrams"),
        ("percent", "ten percent", "10 percent"),
        ("temperatures", "thirty eight degrees celsius", "38 degrees celsius"),
        ("fractions", "one twenty over eighty", "120 over 80"),
        ("ranges", "ten to fifteen days", "10 to 15 days"),
        ("sizes", "thirteen by twelve centimeters", "13 by 12 cm"),
        ("ratios", "a titer of one to forty", "A titer of 1-40"),
        ("dates", "seen on march third", "Seen on march third"),
        ("times", "at eleven forty a m", "At 11 40 a m"),
        ("durations", "a twelve month supply", "A 12 month supply"),
        ("ages", "a sixty year old man", "A 60 year old man"),
        ("ordinals", "the fourth rib", "The fourth rib"),
        ("roman", "stage three", "Stage 3"),
        ("vertebrae", "disc at l four l five", "Disc at L4 L5"),
        ("staging", "a t two n one", "A T2 n one"),
        ("gauges", "an eighteen gauge needle", "An 18 gauge needle"),
        ("frequencies", "ten milligrams q six hours", "10 mg q 6 hours"),
        ("abbreviations", "c o p d", "C o p d"),
        ("names", "salter harris fracture", "Salter harris fracture"),
        ("titles", "dear doctor lee", "Dear doctor lee"),
        ("capitals", "five days", "5 days"),
    ],
)
def test_each_rule_can_be_switched_off(rule: str, said: str, off: str) -> None:
    written = format_text(said, options=FormattingOptions(off=frozenset({rule}))).text
    assert written == off
    if rule != "capitals":
        assert format_text(said).text != off


def test_ranges_with_the_rule_off_keep_their_word_between_digits() -> None:
    said = "two to five milligrams q four to six hours for four to six weeks period a two to three year old boy"
    written = format_text(said, options=FormattingOptions(off=frozenset({"ranges"}))).text
    assert written == "2 to 5 mg q4-6h for 4 to 6 weeks. A 2- to 3-year-old boy"


def test_every_rule_is_known_and_none_else() -> None:
    everything_off = FormattingOptions(off=frozenset(RULES))
    assert format_text(NOTE, options=everything_off).text == NOTE
    with pytest.raises(UnknownRuleError, match="no formatting rule dosage"):
        FormattingOptions(off=frozenset({"dosage"}))
    with pytest.raises(UnknownRuleError, match="no punctuation none"):
        FormattingOptions(punctuation="none")


def test_whose_punctuation_counts() -> None:
    heard = "Dr. Lee saw her at 8 a.m. today, 2.5 mg. No fever comma no cough. Period."
    assert format_text(heard).text == "Dr. Lee saw her at 8 a.m. today, 2.5 mg. No fever, no cough."
    spoken = format_text(heard, options=FormattingOptions(punctuation="spoken"))
    assert spoken.text == "Dr. Lee saw her at 8 a.m. today 2.5 mg no fever, no cough."
    automatic = format_text(heard, options=FormattingOptions(punctuation="automatic"))
    assert automatic.text == heard
    layout = format_text("Stable. New line home.", options=FormattingOptions(punctuation="automatic"))
    assert layout.text == "Stable.\nHome."


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("No fever. No cough.", "No fever. No cough."),  # no mark is said: the recogniser's stay
        ("Seen with John. Smith comma his son.", "Seen with John Smith, his son"),
        ("Her period. Was normal.", "Her period. Was normal."),
        ("Pulse one hundred. Twenty milligrams daily period", "Pulse 100. 20 mg daily."),
        ("Plan. Colon. Rest. New line. Home period", "Plan: Rest.\nHome."),
    ],
)
def test_said_marks_replace_the_recognisers(heard: str, written: str) -> None:
    options = FormattingOptions(punctuation="spoken")
    assert format_text(heard, options=options).text == written
    assert format_text(written, options=options).text == written


@pytest.mark.parametrize("unit", [NOTE, "five ", "one twenty over ", "period ", "a b c ", "l four ", "- ", "quote "])
def test_work_grows_with_the_length_only(unit: str) -> None:
    """Counts the lines that run, which a busy machine doesn't change as it does seconds."""

    def count_lines(words: int) -> int:
        lines = 0

        def watch(frame: FrameType, event: str, argument: object) -> Callable[..., object]:
            nonlocal lines
            lines += event == "line"
            return watch

        text = unit * (words // len(unit.split()))
        before = sys.gettrace()
        sys.settrace(watch)
        try:
            format_text(text)
        finally:
            sys.settrace(before)
        return lines

    format_text(unit)  # the rules are read once
    assert count_lines(4000) < 8 * count_lines(500) * 1.5
