"""Terms found by how they sound, and the compiled form of lexicons."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adaptation.lexicon import Lexicon, Term
from adaptation.lexicon.compiled import CompiledLexicon, Source, compile_lexicons
from adaptation.lexicon.index import SoundIndex
from adaptation.lexicon.sounds import compare_by, similarity, sounds_of

# what Whisper base wrote where the term was said
HEARD = {
    "lithotripsy": "lithotrypsy",
    "xerophthalmia": "zero-thalmia",
    "rhabdomyolysis": "wrapped a meolusus",
    "empyema": "M Paima",
    "darolutamide": "Darylutamide",
    "phacoemulsification": "facomalsification",
    "uvulopalatopharyngoplasty": "UV lapel adafiring goblesty",
}
OTHERS = ("appendectomy", "methotrexate", "Xanax", "left bundle branch block", "血圧", "O'Brien's sign", "HbA1c")


def test_terms_are_found_by_what_was_heard() -> None:
    forms = [*OTHERS, *HEARD]
    index = SoundIndex.of(forms)
    for term, heard in HEARD.items():
        (best, *_) = index.search(heard, 3, 0.6)
        assert forms[best.place] == term


def test_what_sounds_like_nothing_listed_finds_nothing() -> None:
    index = SoundIndex.of([*HEARD])
    assert index.search("strawberry", 3, 0.7) == []
    assert index.search("", 3, 0.0) == index.search("血", 3, 0.0) == []
    assert SoundIndex.of(["血圧"]).search("pressure", 3, 0.0) == []


SYLLABLES = st.sampled_from(["ba", "ter", "lo", "mi", "kin", "ax", "dro", "su", "fen", "ol", "tri", "gan"])
FORMS = st.lists(st.lists(SYLLABLES, min_size=1, max_size=6).map("".join), min_size=1, max_size=120, unique=True)


@settings(deadline=None, max_examples=40)
@given(FORMS, st.lists(st.lists(SYLLABLES, max_size=6).map("".join), max_size=5))
def test_several_are_found_as_one_by_one_and_as_alike_as_they_sound(forms: list[str], heard: list[str]) -> None:
    index = SoundIndex.of(forms)
    together = index.search_all(heard, 4, [0.5] * len(heard))
    assert together == [index.search(each, 4, 0.5) for each in heard]
    for each, matches in zip(heard, together, strict=True):
        (said,) = map(compare_by, sounds_of([each]))
        assert [match.similarity for match in matches] == [
            similarity(said, compare_by(index.sounds[match.place])) for match in matches
        ]
    for place, form in enumerate(forms):
        same = [other for other in range(len(forms)) if index.sounds[other] == index.sounds[place]]
        (best,) = index.search(form, 1, 0.0)
        assert best.similarity == 1.0 and best.place in same


def test_vowels_weigh_less_than_consonants_and_kin_less_than_others() -> None:
    word, vowel, kin, other = map(compare_by, sounds_of(["dapenel", "dapinel", "tapenel", "sapenel"]))
    assert 1.0 > similarity(word, vowel) >= similarity(word, kin) > similarity(word, other) > 0.5
    assert similarity(word, word) == 1.0


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_any_forms_have_sounds_each_its_own(forms: list[str]) -> None:
    together = sounds_of(forms)
    assert together == [sounds_of([form])[0] for form in forms]
    assert all(sounds.isascii() and "\n" not in sounds for sounds in together)
    index = SoundIndex.of(forms)
    for heard in forms:
        assert all(0.0 <= match.similarity <= 1.0 for match in index.search(heard, 3, 0.0))


def test_a_compiled_lexicon_is_read_back_and_made_anew_when_its_source_changes(tmp_path: Path) -> None:
    terms = (Term("HbA1c", ("h b a one c",)), Term("Skyrizi", category="brand", weight=2.0))
    readings: list[str] = []

    def source(digest: str) -> Source:
        def read() -> Lexicon:
            readings.append(digest)
            return Lexicon("own", terms)

        return Source(digest, read)

    first = compile_lexicons([source("a")], tmp_path)
    again = compile_lexicons([source("a")], tmp_path)
    assert readings == ["a"]
    assert again.terms == first.terms == terms
    assert [again.written(match.place) for match in again.index.search("sky risy", 1, 0.6)] == ["Skyrizi"]
    compile_lexicons([source("b")], tmp_path)
    assert readings == ["a", "b"]


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04"])
def test_a_damaged_compiled_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    sources = [Source("a", lambda: Lexicon("own", (Term("Skyrizi"),)))]
    compile_lexicons(sources, tmp_path)
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(damage)
    assert compile_lexicons(sources, tmp_path).terms == (Term("Skyrizi"),)
    assert CompiledLexicon.from_file(file).terms == (Term("Skyrizi"),)


def test_of_the_same_term_in_two_lexicons_the_first_holds() -> None:
    one, two = Lexicon("one", (Term("Skyrizi", category="own"),)), Lexicon("two", (Term("skyrizi"), Term("Ajovy")))
    assert [term.written for term in CompiledLexicon.of([one, two]).terms] == ["Skyrizi", "Ajovy"]
