from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_numbers import say, say_decimal, say_ordinal, say_short, say_year, values

from app.dictation import PUNCTUATIONS, FormattingOptions, format_text, languages
from app.dictation.language import load_language

LISTED = """
zero one two three five nine ten twelve twenty thirty ninety hundred thousand million point and oh a i x
first second fifth twentieth half third quarters to over out of by per from between through plus minus times or
milligrams mg units percent degrees celsius year month weeks old hours am pm p m march may june monday stage class
factor type grade cranial nerves fracture heading plan colon comma period full stop new line paragraph question mark
open close bracket quote unquote hyphen slash blood pressure potassium doctor lee vicryl gauge french tablets q b d prn
bid no left Right 5 10 2.5 .5 1000 120/80 L4 T2 q6h 3rd 18-gauge 500mg , . ? - ( ) : " l c t s n g e v 的 五 毫克 komma
Punkt equals negative positive station her children apgar at ago puffs tablets day night gleason genotype seventh degree
norco symbicort trelegy suboxone humulin diskus 325 4.5 875-125 axis vitamin teeth dispense take mg
eins null Uhr Milligramm zweijährige Tag 点 每 日 次 十 百分之 到
"""
WORDS = [*LISTED.split(), "\n"]
SOUP = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
WHOLE = st.integers(0, 999_999)
LARGE = st.integers(10, 999_999)
DECIMAL = st.builds(
    lambda whole, part: f"{whole}.{part}", st.integers(0, 999), st.from_regex(r"[0-9]{1,3}", fullmatch=True)
)
DRUGS = st.sampled_from(["metoprolol", "heparin", "give", "insulin glargine", ""])
UNITS = st.sampled_from(
    ["milligrams", "micrograms", "units", "milliliters per hour", "percent", "milligrams per kilogram"]
)


STRENGTHS = st.sampled_from(
    [
        (name.strip().replace(" + ", " "), strength)
        for names, listed in load_language("en").section("combinations")["strengths"].items()
        for name in names.split("|")
        for strength in listed.split()
    ]
)


def idempotent(text: str, language: str, punctuation: str = "both") -> None:
    options = FormattingOptions(punctuation=punctuation)
    once = format_text(text, language, options).text
    assert format_text(once, language, options).text == once


@settings(max_examples=400, deadline=None)
@given(SOUP, st.sampled_from(languages()), st.sampled_from(PUNCTUATIONS))
def test_formatting_twice_changes_nothing_more(text: str, language: str, punctuation: str) -> None:
    idempotent(text, language, punctuation)


@settings(max_examples=300, deadline=None)
@given(st.text(), st.sampled_from(languages()))
def test_any_text_is_taken(text: str, language: str) -> None:
    idempotent(text, language)


@settings(max_examples=300, deadline=None)
@given(st.one_of(SOUP, st.text()), st.sampled_from(PUNCTUATIONS))
def test_the_edits_lead_from_one_text_to_the_other_and_back(text: str, punctuation: str) -> None:
    done = format_text(text, options=FormattingOptions(punctuation=punctuation))
    forth, back, position, written_position = "", "", 0, 0
    for edit in done.edits:
        assert position <= edit.start <= edit.end and edit.spoken == text[edit.start : edit.end]
        assert (
            written_position <= edit.written_start and edit.written == done.text[edit.written_start : edit.written_end]
        )
        forth += text[position : edit.start] + edit.written
        back += done.text[written_position : edit.written_start] + edit.spoken
        position, written_position = edit.end, edit.written_end
    assert forth + text[position:] == done.text
    assert back + done.text[written_position:] == text


@settings(deadline=None)
@given(DRUGS, st.one_of(WHOLE.map(str), DECIMAL), UNITS)
def test_doses_keep_their_value(drug: str, digits: str, unit: str) -> None:
    written = format_text(f"{drug} {say_decimal(digits)} {unit} daily").text
    if digits != "1" or unit != "units":
        assert values(written) == values(digits), written


@settings(deadline=None)
@given(
    WHOLE.filter(lambda value: value > 9), WHOLE.filter(lambda value: value > 9), st.sampled_from(["to", "and", "or"])
)
def test_two_amounts_keep_their_values(first: int, second: int, link: str) -> None:
    is_one = link == "and" and first % 100 == 0 and second < 100  # five hundred and ten
    written = format_text(f"doses of {say(first)} {link} {say(second)} milligrams").text
    if first != second:
        assert values(written) == values(str(first + second) if is_one else f"{first} {second}"), written


@settings(deadline=None)
@given(st.integers(20, 300), st.integers(20, 200), st.booleans())
def test_pressures_keep_their_values(systolic: int, diastolic: int, short: bool) -> None:
    spell = [say_short(value) if short and value > 100 else say(value) for value in (systolic, diastolic)]
    written = format_text(f"blood pressure {spell[0]} over {spell[1]} today").text
    assert written == f"Blood pressure {systolic}/{diastolic} today"


@settings(deadline=None)
@given(st.sampled_from(["january", "june", "october"]), st.integers(1, 31), st.integers(1910, 2099))
def test_dates_keep_their_values(month: str, day: int, year: int) -> None:
    written = format_text(f"seen on {month} {say_ordinal(day)} {say_year(year)} in clinic").text
    assert written == f"Seen on {month.capitalize()} {day}, {year} in clinic"


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 59), st.sampled_from("ap"))
def test_times_keep_their_values(hour: int, minute: int, half: str) -> None:
    minutes = f"oh {say(minute)}" if minute < 10 else say(minute)
    assert format_text(f"at {say(hour)} {minutes} {half} m").text == f"At {hour}:{minute:02} {half}.m."


@settings(deadline=None)
@given(st.lists(LARGE, min_size=1, max_size=5))
def test_numbers_apart_stay_apart(numbers: list[int]) -> None:
    written = format_text(" pain ".join(map(say, numbers))).text
    assert sum(values(written).values()) == len(numbers)
    assert values(written) == values(" ".join(map(str, numbers))), written


@settings(deadline=None)
@given(st.sets(st.sampled_from(range(10, 100, 10)), min_size=3, max_size=6), st.sampled_from(["", " then stop"]))
def test_tapers_keep_their_values(steps: set[int], after: str) -> None:
    taper = sorted(steps, reverse=True)
    written = format_text(f"prednisone taper {' '.join(map(say, taper))}{after}").text
    assert written == f"Prednisone taper {' '.join(map(str, taper))}{after}"


@settings(deadline=None)
@given(
    st.integers(2, 90).map(lambda tens: 10 * tens),
    st.integers(1, 9).map(lambda tens: 10 * tens),
    st.integers(2, 4),
    st.sampled_from(["times a day", "puffs", "sprays each nostril"]),
    st.sampled_from(["", "five to ", "one twenty over "]),
)
def test_what_is_counted_never_joins_the_dose(dose: int, tens: int, count: int, counted: str, before: str) -> None:
    for said, joined in ((say(dose), dose + count), (say(tens), tens + count), ("two point five", f"2.5{count}")):
        written = format_text(f"metoprolol {before}{said} {say(count)} {counted}").text
        assert Decimal(joined) not in values(written)


@settings(deadline=None)
@given(st.integers(0, 15), st.lists(st.integers(0, 9), min_size=4, max_size=4), st.booleans())
def test_births_keep_their_counts(pregnancies: int, births: list[int], is_short: bool) -> None:
    words = ("g", "p") if is_short else ("gravida", "para")
    said = f"{words[0]} {say(pregnancies)} {words[1]} {' '.join(map(say, births))}"
    assert format_text(said).text == f"G{pregnancies}P{''.join(map(str, births))}"


@settings(deadline=None)
@given(st.integers(0, 9999), st.integers(0, 9))
def test_written_digits_keep_their_value(whole: int, tenth: int) -> None:
    said = f"sodium {whole}.{tenth} and 1,250 mg or {whole} mL"
    assert values(format_text(said).text) == values(said)


def test_the_speller_itself() -> None:
    assert say(120_305) == "one hundred twenty thousand three hundred five"
    assert say_decimal("12.05") == "twelve point zero five"
    assert say_short(105) == "one oh five" and say_short(142) == "one forty two"
    assert [say_ordinal(day) for day in (1, 12, 20, 23, 30)] == [
        "first",
        "twelfth",
        "twentieth",
        "twenty third",
        "thirtieth",
    ]
    assert values("1,250 mg, 0.5") == {Decimal(1250): 1, Decimal("0.5"): 1}


@settings(max_examples=300, deadline=None)
@given(STRENGTHS, st.booleans())
def test_the_strengths_of_a_preparation_are_told_apart(listed: tuple[str, str], is_short: bool) -> None:
    name, strength = listed
    said = " ".join(
        say_short(int(part)) if is_short and part.isdigit() and int(part) in range(100, 1000) else say_decimal(part)
        for part in strength.split("/")
    )
    written = format_text(f"start {name} {said} twice daily").text
    assert f" {strength} twice daily" in written
