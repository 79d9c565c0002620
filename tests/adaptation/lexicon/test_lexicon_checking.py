"""How terms are said, what they sound like, and what they may not do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adaptation.lexicon import Lexicon, Term
from adaptation.lexicon.checking import check
from adaptation.lexicon.common_words import common_words, is_common
from adaptation.lexicon.look_alikes import are_look_alikes, look_alikes
from adaptation.lexicon.meaning import changed_by, trusted_forms
from adaptation.lexicon.neighbours import NeighbourIndex
from adaptation.lexicon.numbers import cardinal, digits_of, roman, ways_to_say
from adaptation.lexicon.phonetics import phonetic_key
from adaptation.lexicon.protection import Protected, protected_parts
from adaptation.lexicon.spoken_forms import propose_spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("HbA1c", ("h b a one c",)),
        ("B12", ("b twelve", "b one two")),
        ("COPD", ("c o p d",)),
        ("COVID-19", ("c o v i d nineteen", "c o v i d one nine", "covid nineteen", "covid one nine")),
        ("5 mg/kg", ("five milligrams per kilogram",)),
        ("0.5 mL", ("zero point five millilitres",)),
        ("120/80", ("one hundred twenty over eighty",)),
        ("PET/CT", ("p e t c t",)),
        ("factor VIII", ("factor eight",)),
        ("β-blocker", ("beta blocker",)),
        ("q6h", ("q six h",)),
        ("C5-C6", ("c five c six",)),
        ("metformin", ()),
        ("Sjögren's syndrome", ()),
        ("高血压", ()),
    ],
)
def test_proposed_spoken_forms(written: str, spoken: tuple[str, ...]) -> None:
    assert propose_spoken(written)[: len(spoken)] == spoken
    assert bool(propose_spoken(written)) == bool(spoken)


def test_spoken_forms_by_hand_come_before_proposals() -> None:
    assert trusted_forms(Term("HbA1c", ("glycated haemoglobin",))) == ("glycated haemoglobin",)
    assert trusted_forms(Term("HbA1c")) == ("h b a one c",)
    assert trusted_forms(Term("angina")) == ("angina",)


def test_numbers_in_words() -> None:
    assert cardinal(999_999) == "nine hundred ninety nine thousand nine hundred ninety nine"
    assert ways_to_say("007") == ("zero zero seven",)
    assert ways_to_say("12.05") == ("twelve point zero five",)
    assert [roman(text) for text in ("IV", "XXXIX", "IIII", "VX", "", "C")] == [4, 39, None, None, None, None]


@given(st.lists(st.integers(0, 999_999), max_size=3))
def test_numbers_have_the_same_digits_however_they_are_said(numbers: list[int]) -> None:
    digits = "".join(map(str, numbers))
    for say in (cardinal, str, lambda number: ways_to_say(str(number))[-1]):
        assert digits_of(word for number in numbers for word in (*say(number).split(), "and")) == digits


@pytest.mark.parametrize(
    ("written", "spoken", "changed"),
    [
        *((same, form, ())
          for same in ("HbA1c", "B12", "5 mg/kg", "0.5 mL", "C5-C6", "factor VIII", "q6h", "24-hour", "50%")
          for form in propose_spoken(same)),
        ("Nuss procedure", "noose procedure", ()),
        ("HbA1c", "glycated haemoglobin", ()),
        ("HbA2c", "h b a one c", ("number",)),
        ("aspirin 75 mg", "aspirin", ("dose", "number")),
        ("vitamin B12", "vitamin b one two", ()),
        ("vitamin B12", "vitamin b eleven", ("number",)),
        ("2,000 units heparin", "two thousand units heparin", ()),
        ("second-degree burn", "2 degree burn", ()),
        ("second-degree burn", "third degree burn", ("number",)),
        ("lithotripsy", "left lithotripsy", ("side",)),
        ("left lithotripsy", "right lithotripsy", ("side",)),
        ("pneumothorax", "no pneumothorax", ("negation",)),
        ("pneumothorax", "isn't pneumothorax", ("negation",)),
        ("aspirin 75 mg", "aspirin seventy five micrograms", ("dose",)),
        ("aspirin 75 mg", "aspirin seventy five milligrams", ()),
        ("aspirin 75 mg", "aspirin seventy milligrams", ("number",)),
        ("aspirin", "aspirin twice daily", ("dose",)),
        ("ICU", "intensive care unit", ()),
        ("FEV1", "forced expiratory volume in one second", ()),
        ("hyperkalaemia", "hypokalaemia", ("meaning",)),
        ("xerophthalmia", "zero-thalmia", ()),
    ],
)  # fmt: skip
def test_spoken_forms_that_would_change_the_meaning(written: str, spoken: str, changed: tuple[str, ...]) -> None:
    term = Term(written, (spoken, written))
    assert changed_by(term, spoken) == changed
    assert (spoken in trusted_forms(term)) is (not changed)
    (finding,) = check(Lexicon("own", (term,)))
    assert any("never used" in warning for warning in finding.warnings) is bool(changed)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("haemorrhage", "hemorrhage"),
        ("ischaemia", "iskemia"),
        ("oesophagus", "esophagus"),
        ("psoas", "soas"),
        ("phthisis", "thisis"),
        ("xeroderma", "zeroderma"),
        ("ileum", "ilium"),
        ("cholecystectomy", "kolesistectomy"),
        ("metformin", "met for men"),
        ("COPD", "c o p d"),
        ("Ménière", "meniere"),
    ],
)
def test_what_sounds_alike_has_nearly_the_same_key(first: str, second: str) -> None:
    assert second in [near.form for near in NeighbourIndex([second, "unrelated"]).near(first)] or (
        phonetic_key(first) == phonetic_key(second)
    )


def test_neighbours_are_near_in_sound_and_letters_and_nothing_else() -> None:
    index = NeighbourIndex(["ilium", "ileus", "tenolysis", "metformin", "Ileum", "aortic stenosis", "a"])
    assert [near.form for near in index.near("ileum")] == ["ilium"]
    assert [near.form for near in index.near("tenodesis")] == ["tenolysis"]
    assert index.near("warfarin") == []
    assert index.near("") == []


def test_neighbours_agree_with_comparing_each_with_each() -> None:
    """The index finds exactly the pairs whose keys are within one sound of each other and whose letters are alike."""
    from rapidfuzz.distance import Levenshtein

    from adaptation.lexicon.neighbours import LEAST_SIMILARITY
    from adaptation.lexicon.phonetics import plain_letters

    forms = list(common_words()[2000:2400])
    index = NeighbourIndex(forms)
    keys = {form: phonetic_key(form) for form in forms}
    for form in forms[::5]:
        near = {found.form for found in index.near(form, limit=400)}
        for other in forms:
            alike = Levenshtein.normalized_similarity(plain_letters(form), plain_letters(other)) >= LEAST_SIMILARITY
            shortest = min(len(keys[form]), len(keys[other]))
            distance = Levenshtein.distance(keys[form], keys[other])
            if other != form and alike and keys[form] and (distance == 0 or (distance == 1 and shortest >= 4)):
                assert other in near
            if other in near:
                assert alike and distance <= 2


def test_look_alike_drugs() -> None:
    assert {pair.other for pair in look_alikes("hydrALAZINE 25 mg")} >= {"hydroxyzine", "hydromorphone"}
    assert look_alikes("hydralazine")[0].source == "FDA"
    assert are_look_alikes("Vincristine", "vinblastine sulfate")
    assert not are_look_alikes("vincristine", "vincristine sulfate")
    assert look_alikes("paracetamol") == ()


def test_numbers_negations_and_sides_are_protected() -> None:
    assert protected_parts("no fracture of the left femur") == (Protected.NEGATION, Protected.SIDE)
    assert protected_parts("grade 3") == protected_parts("grade three") == (Protected.NUMBER,)
    assert protected_parts("nodule") == protected_parts("rightness") == ()


def test_everyday_words() -> None:
    assert len(common_words()) == 10_000
    assert is_common("Right") and is_common("lead") and not is_common("LEAD")
    assert not is_common("tachycardia")


def test_check_says_what_each_term_will_do() -> None:
    lexicon = Lexicon(
        "list",
        (Term("ileum"), Term("ilium"), Term("prednisone"), Term("right"), Term("no rash"), Term("B12", ("vitamin",))),
    )
    found = {finding.term.written: finding for finding in check(lexicon, count_tokens=len)}
    assert [near.form for near in found["ileum"].neighbours] == ["ilium"]
    assert found["ileum"].tokens == 5
    assert found["prednisone"].look_alikes[0].other == "prednisolone"
    assert any("everyday word" in warning for warning in found["right"].warnings)
    assert any("negation" in warning for warning in found["no rash"].warnings)
    assert any("number" in warning for warning in found["B12"].warnings)
    assert found["B12"].proposed_spoken == ()
    assert all(finding.tokens is None for finding in check(lexicon))
