"""Terms put in where the real model doubts what it wrote, and what is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from adaptation.lexicon import Lexicon, Term
from adaptation.lexicon.candidates import HeardWord, find_candidates, is_untouchable
from adaptation.lexicon.compiled import CompiledLexicon
from adaptation.lexicon.known_words import is_known
from adaptation.lexicon.opposites import are_opposite
from adaptation.lexicon.rescoring import LexiconCorrector
from speech.audio import stream_audio
from speech.batching import decode_batch
from speech.recognizer import Recognizer
from speech.segmenting import find_utterances
from speech.store import ENGLISH_MODEL, InstalledModel, ModelStore
from speech.transcript import Transcript


@pytest.fixture(scope="module")
def recognizer(base_model: InstalledModel) -> Recognizer:
    return Recognizer.open(base_model)


def write(recognizer: Recognizer, audio: Path, *terms: Term | str, language: str = "en") -> Transcript:
    listed = tuple(term if isinstance(term, Term) else Term(term) for term in terms)
    recognizer.corrector = LexiconCorrector(CompiledLexicon.of([Lexicon("own", listed)])) if listed else None
    return recognizer.transcribe(audio, language=language)


@pytest.mark.slow
def test_what_was_misheard_is_written_as_listed(recognizer: Recognizer, shared_data: Path) -> None:
    clip = shared_data / "terms-dev" / "audio" / "00004.flac"  # recommended lithotripsy within the next 2 weeks
    plain = write(recognizer, clip)
    assert "lithotrypsy" in plain.text
    corrected = write(recognizer, clip, "lithotripsy", "lithotomy", "Litholink", "insulin")
    assert corrected.text == plain.text.replace("lithotrypsy", "lithotripsy")
    (word,) = [word for segment in corrected.segments for word in segment.words if word.term]
    assert (word.text.strip(".,"), word.term, word.heard) == ("lithotripsy", "lithotripsy", "lithotrypsy")
    before = next(word for segment in plain.segments for word in segment.words if "lithotrypsy" in word.text)
    assert abs(word.start_s - before.start_s) < 0.3
    assert Transcript.from_json(corrected.to_json()).text == corrected.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("clip", "part", "whole"),
    [("00148", "perineal", "peroneal nerve"), ("00065", "jejunostomy", "cholecystojejunostomy")],
)
def test_a_term_that_explains_more_takes_the_place_of_one_that_explains_a_part(
    base_model: InstalledModel, shared_data: Path, clip: str, part: str, whole: str
) -> None:
    student = Recognizer.open(ModelStore(base_model.folder.parent).open(ENGLISH_MODEL))
    lexicon = CompiledLexicon.of([Lexicon("own", (Term(part), Term(whole)))])
    student.corrector = LexiconCorrector(lexicon, most_biased=0)
    text = student.transcribe(shared_data / "terms-dev" / "audio" / f"{clip}.flac").text
    assert whole in text and part not in text.replace(whole, "")


@pytest.mark.slow
def test_terms_that_nobody_says_change_nothing(recognizer: Recognizer, shared_data: Path, short_sample: Path) -> None:
    for clip in (shared_data / "terms-dev" / "audio" / "00004.flac", short_sample):
        unsaid = ("prednisolone", "Tietze syndrome", "colonoscopy", "Faure", "weakness", "dry coffin", "week's")
        assert write(recognizer, clip, *unsaid).text == write(recognizer, clip).text


@pytest.mark.slow
def test_terms_with_protected_parts_are_offered_only(recognizer: Recognizer, shared_data: Path) -> None:
    clip = shared_data / "terms-dev" / "audio" / "00004.flac"
    transcript = write(recognizer, clip, Term("left lithotripsy", ("lithotripsy",)))
    assert "left" not in transcript.text and "lithotrypsy" in transcript.text
    offered = [word.offered for segment in transcript.segments for word in segment.words if word.offered]
    assert offered in ([], ["left lithotripsy"])


@pytest.mark.slow
def test_listed_terms_that_were_heard_are_named(recognizer: Recognizer, short_sample: Path) -> None:
    transcript = write(recognizer, short_sample, "dry cough")
    named = [word for segment in transcript.segments for word in segment.words if word.term == "dry cough"]
    assert [word.text.strip(".,") for word in named] == ["dry", "cough"]
    assert all(word.heard is None for word in named)


@pytest.mark.parametrize(
    "text",
    ["five", "2.5", "no", "without pain", "left", "milligrams", "mg", "twice", "doesn't", "µg", "50%", "milliliters"],
)
def test_numbers_doses_units_negations_and_sides_are_untouchable(text: str) -> None:
    assert is_untouchable(text)
    words = [HeardWord(word, slice(n, n + 1), 0.1) for n, word in enumerate(("gave", *text.split(), "zorbamine"))]
    lexicon = CompiledLexicon.of([Lexicon("own", (Term(f"{text} zorbamin"), Term(text + "e"), Term("zorbamin")))])
    found = find_candidates(words, lexicon.index, lexicon.written)
    assert all(candidate.heard == "zorbamine" for candidate in found) and found


def test_only_doubted_words_have_candidates() -> None:
    lexicon = CompiledLexicon.of([Lexicon("own", (Term("metformin"), Term("Weiss"), Term("plantar fascia")))])

    def heard(*words: tuple[str, float]) -> list[str]:
        given = [HeardWord(text, slice(n, n + 1), sure) for n, (text, sure) in enumerate(words)]
        return [lexicon.written(c.place) for c in find_candidates(given, lexicon.index, lexicon.written)]

    assert heard(("takes", 0.99), ("met", 0.6), ("for", 0.9), ("mun", 0.3)) == ["metformin"]
    assert heard(("metphormin", 0.9)) == ["metformin"]  # no word, though the model is fairly sure
    assert heard(("the", 0.95), ("metphormin", 0.9), ("was", 0.95)) == [
        "metformin"
    ]  # and what is sure is no part of it
    assert heard(("was", 0.8), ("planter", 0.95), ("fascia", 0.99)) == []


def test_a_sure_function_word_is_no_end_of_what_was_misheard() -> None:
    lexicon = CompiledLexicon.of([Lexicon("own", tuple(map(Term, ("the metformin", "metformin was", "metformin"))))])
    for sure, beside in ((0.95, ["metphormin"]), (0.6, ["the metphormin", "metphormin", "metphormin was"])):
        given = [HeardWord(text, slice(n, n + 1), sure) for n, text in enumerate(("the", "metphormin", "was"))]
        found = find_candidates(given, lexicon.index, lexicon.written)
        assert {candidate.heard for candidate in found} <= set(beside) and len(found) >= len(beside)


def test_what_a_term_would_take_the_place_of_is_told_apart() -> None:
    """Known words weigh in full where nothing else was heard; beside what is no word they may be parts of the term."""
    listed = ("coronoid process", "cushing is syndrome", "trabectedin", "steatohepatitis", "collateral ligaments")
    lexicon = CompiledLexicon.of([Lexicon("own", tuple(map(Term, listed)))])

    def candidate(*words: tuple[str, float]) -> tuple[str, float, bool]:
        given = [HeardWord(text, slice(n, n + 1), sure) for n, (text, sure) in enumerate(words)]
        found = [c for c in find_candidates(given, lexicon.index, lexicon.written) if c.last - c.first == len(words)]
        return lexicon.written(found[0].place), round(found[0].known, 2), found[0].is_known

    assert candidate(("coracoid", 0.5), ("process", 0.9)) == ("coronoid process", 1.0, True)
    assert candidate(("Cushing", 0.5), ("syndrome", 0.5)) == ("cushing is syndrome", 1.0, True)
    assert candidate(("collateral", 0.9), ("ligament", 0.7)) == ("collateral ligaments", 1.0, True)
    assert candidate(("trough", 0.4), ("Bechted", 0.4), ("in", 0.5)) == ("trabectedin", 0.23, False)
    assert candidate(("steto", 0.5), ("hepatitis", 0.9)) == ("steatohepatitis", 0.0, False)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        *(("rheumatologist", True), ("caliber", True), ("calibers", True), ("patient's", True), ("follow-up", True)),
        *(("lithotrypsy", False), ("Dalbevanson", False), ("carotosis", False), ("er", False)),
    ],
)
def test_regular_forms_of_known_words_are_known(word: str, known: bool) -> None:
    assert is_known(word) is known


@pytest.mark.slow
def test_what_nothing_was_put_into_stays_as_it_is(recognizer: Recognizer, short_sample: Path) -> None:
    """With all that decoding noted, which the times of words are made from."""
    vocabulary, options = recognizer.vocabulary, recognizer.options
    prompt = vocabulary.prompt("en")
    memory = recognizer.encode(next(find_utterances(stream_audio(short_sample))).samples)
    (plain,) = decode_batch(recognizer.backend, vocabulary, memory, 1, prompt, options)
    corrector = LexiconCorrector(CompiledLexicon.of([Lexicon("own", (Term("prednisolone"),))]))
    assert corrector.correct(recognizer.backend, vocabulary, memory, prompt, plain, "en").hypothesis is plain


@pytest.mark.parametrize(
    ("heard", "written", "opposite"),
    [
        ("hypercalemia", "hypokalemia", True),
        ("tachicardia", "bradycardia", True),
        ("symptomatic", "asymptomatic", True),
        ("a febrile", "afebrile", False),
        ("hypercalemia", "hyperkalemia", False),
        ("Interesto", "Entresto", False),
    ],
)
def test_what_would_turn_the_meaning_round_is_left_to_a_person(heard: str, written: str, opposite: bool) -> None:
    assert are_opposite(heard, written) is opposite


@pytest.mark.slow
def test_other_languages_are_left_alone(recognizer: Recognizer, short_sample: Path) -> None:
    """It is not known what must not change in them."""
    plain = write(recognizer, short_sample, language="de")
    assert write(recognizer, short_sample, "Husten", "Hustens", language="de").text == plain.text
