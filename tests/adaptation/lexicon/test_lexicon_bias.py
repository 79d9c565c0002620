"""The bias of small lexicons: which forms it knows, what they are worth, and what they do to real speech."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adaptation.corpus import read_manifest
from adaptation.lexicon import Lexicon, LexiconError, Term, read_lexicon
from adaptation.lexicon.bias import LexiconBias
from adaptation.lexicon.common_words import is_common
from adaptation.lexicon.compiled import CompiledLexicon, compile_lexicons, source_of_file
from adaptation.lexicon.rescoring import LexiconCorrector
from speech.audio import stream_audio
from speech.bias import ROOT, BiasedTerm, hear_terms
from speech.decoding import DecodingOptions, Hypothesis, decode
from speech.recognizer import Recognizer
from speech.segmenting import find_utterances
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import read_settings

NEVER_SAID = tuple(
    map(
        Term,
        (
            *("abciximab", "blepharoplasty", "cholecystectomy", "dysdiadochokinesia", "erythroblastosis"),
            *("fluphenazine", "gonioscopy", "hysterosalpingography", "isoniazid", "ketoconazole", "tibia"),
            *("metoprolol", "methotrexate", "meningioma", "aspergillosis", "lunate", "Lisfranc fracture", "typhus"),
        ),
    )
)


class Said:
    """An utterance, decoded without terms once, greedily and with a beam of three."""

    def __init__(self, recognizer: Recognizer, audio: Path) -> None:
        self.recognizer = recognizer
        self.memory = recognizer.encode(next(find_utterances(stream_audio(audio))).samples)
        self.prompt = recognizer.vocabulary.prompt("en")
        self.plain = {width: self._decode(width) for width in (1, 3)}

    def _decode(self, beam_size: int) -> Hypothesis:
        options = DecodingOptions(beam_size=beam_size)
        return decode(self.recognizer.backend, self.recognizer.vocabulary, self.memory, self.prompt, options)

    def with_terms(self, *terms: Term, beam_size: int = 1) -> str:
        backend, vocabulary = self.recognizer.backend, self.recognizer.vocabulary
        bias = LexiconBias(terms, vocabulary)
        return hear_terms(backend, vocabulary, self.memory, self.prompt, self.plain[beam_size], bias)[0].text


@pytest.fixture(scope="module")
def vocabulary(base_model: InstalledModel) -> Vocabulary:
    return Vocabulary.of(read_settings(base_model.checkpoint_folder))


@pytest.fixture(scope="module")
def skin(shared_data: Path, base_model: InstalledModel) -> Said:
    """ "We considered xerophthalmia, actinic keratosis, and a drug reaction." The model writes the terms badly."""
    return Said(Recognizer.open(base_model), skin_clip(shared_data))


def skin_clip(shared_data: Path) -> Path:
    clips = read_manifest(shared_data / "terms-dev/manifest.jsonl")
    return next(clip.audio for clip in clips if "keratosis" in (clip.text or ""))


def end_of(bias: LexiconBias, tokens: Sequence[int]) -> BiasedTerm | None:
    state: int | None = ROOT
    for token in tokens:
        state = bias.follow(state, token) if state is not None else None
    return bias.finished(state) if state is not None else None


def ending(bias: LexiconBias, vocabulary: Vocabulary, text: str) -> BiasedTerm | None:
    return end_of(bias, vocabulary.encode(text))


def test_capitals_and_spaces_make_no_difference_to_long_forms(vocabulary: Vocabulary) -> None:
    bias = LexiconBias([Term("Xarelto"), Term("actinic keratosis"), Term("PEEP")], vocabulary)
    for said in (" Xarelto", " xarelto", "Xarelto", " actinic keratosis", " Actinic keratosis", " Actinic Keratosis"):
        assert ending(bias, vocabulary, said) is not None
    assert ending(bias, vocabulary, " PEEP") is not None
    assert ending(bias, vocabulary, " peep") is None
    found = ending(bias, vocabulary, " Actinic keratosis")
    assert found is not None and found.text == "actinic keratosis"
    assert [vocabulary.decode(list(tokens)) for tokens in (found.tokens, found.opening)] == [
        " actinic keratosis",
        " Actinic keratosis",
    ]


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["fever", "Heart", "heart failure", "Blood pressure", "right", "insulin"]))
def test_everyday_words_have_no_bonus(vocabulary: Vocabulary, written: str) -> None:
    bias = LexiconBias([Term(written), Term("xyz", spoken=(written,))], vocabulary)
    for text in (f" {written}", f" {written.lower()}", written):
        found = ending(bias, vocabulary, text)
        assert found is None or found.bonus_nats == 0.0
    if is_common(written):
        assert ending(bias, vocabulary, f" {written}") is None


def test_the_bonus_grows_with_depth_and_weight(vocabulary: Vocabulary) -> None:
    terms = [Term("actinic keratosis"), Term("dalbavancin", weight=4.0), Term("xerophthalmia", weight=0.0)]
    bias = LexiconBias(terms, vocabulary, boost_nats=2.0)
    for term in terms[:2]:
        tokens = vocabulary.encode(f" {term.written}")
        found = end_of(bias, tokens)
        assert found is not None
        assert found.bonus_nats == pytest.approx(2.0 * (1 + math.log(len(tokens))) + math.log(term.weight))
    assert ending(bias, vocabulary, " xerophthalmia") is None


def test_what_may_not_be_guessed(vocabulary: Vocabulary) -> None:
    """Numbers, negations, sides; look-alike drugs; what sounds different."""
    terms = [Term("pneumothorax"), Term("hydroxyzine"), Term("left atrial myxoma"), Term("factor 5 Leiden")]
    terms.append(Term("thyroxine 50 mcg"))
    bias = LexiconBias(terms, vocabulary)

    def guessed(heard: str, first: str) -> bool:
        state = bias.follow(ROOT, vocabulary.encode(first)[0])
        return state is not None and bool(bias.guesses(state, [heard]))

    assert guessed(" pneumo thorax", " pneumothorax")
    assert not guessed(" no more thorax", " pneumothorax")
    assert not guessed(" penicillin", " pneumothorax")
    assert not guessed(" hydroxizine", " hydroxyzine")
    assert guessed(" left atrial mixoma", " left atrial myxoma")
    assert not guessed(" right atrial mixoma", " left atrial myxoma")
    assert guessed(" factor 5 laden", " factor 5 Leiden")
    assert not guessed(" factor 9 laden", " factor 5 Leiden")
    assert guessed(" thyroxin 50 micrograms", " thyroxine 50 mcg")
    assert not guessed(" thyroxin 50 milligrams", " thyroxine 50 mcg")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12), min_size=1, max_size=6))
def test_every_form_of_any_list_leads_to_its_term(vocabulary: Vocabulary, words: list[str]) -> None:
    terms = [Term(word) for word in words]
    bias = LexiconBias(terms, vocabulary)
    for word in words:
        found = ending(bias, vocabulary, f" {word}")
        if not is_common(word):
            assert found is not None and found.text.casefold() == word.casefold()
            assert vocabulary.decode(list(found.tokens)).strip().casefold() == found.text.casefold()


@pytest.mark.slow
def test_terms_are_heard_and_the_rest_stays(skin: Said) -> None:
    for beam_size, plain in skin.plain.items():
        assert "actinic keratosis" not in plain.text
        heard = skin.with_terms(Term("actinic keratosis"), *NEVER_SAID, beam_size=beam_size)
        before, _, behind = heard.partition("actinic keratosis")
        assert plain.text.startswith(before) and plain.text.endswith(behind) and before and behind
        assert skin.with_terms(*NEVER_SAID, beam_size=beam_size) == plain.text


@pytest.mark.parametrize("spoken", ["right lithotripsy", "no left lithotripsy", "left lithotripsy 5 mg", "lithotripsy"])
def test_spoken_forms_that_would_change_the_meaning_lead_nowhere(vocabulary: Vocabulary, spoken: str) -> None:
    bias = LexiconBias([Term("left lithotripsy", (spoken, "left litho"))], vocabulary)
    assert ending(bias, vocabulary, f" {spoken}") is None
    assert ending(bias, vocabulary, " left litho") is not None


@pytest.mark.slow
def test_a_spoken_form_is_written_as_the_term(skin: Said) -> None:
    assert " AK," in skin.with_terms(Term("AK", spoken=("actinic keratosis",)))


@pytest.mark.slow
def test_a_session_keeps_the_lexicon_that_it_began_with(
    base_model: InstalledModel, shared_data: Path, tmp_path: Path
) -> None:
    """Whatever becomes of the file meanwhile: another list, or none that can be read."""
    recognizer = Recognizer.open(base_model)
    audio = skin_clip(shared_data)
    path = tmp_path / "own.csv"
    (tmp_path / "compiled").mkdir()

    def corrector() -> LexiconCorrector:
        source = source_of_file(path, lambda: read_lexicon(path).lexicon)
        return LexiconCorrector(compile_lexicons([source], tmp_path / "compiled"))

    def blocks() -> Iterator[NDArray[np.float32]]:
        for number, block in enumerate(stream_audio(audio)):
            if number == 1:
                path.write_text("written\nxyloglossia\n", encoding="utf-8")
            if number == 2:
                path.write_bytes(b"PK\x03\x04\0\0")
            yield block

    path.write_text("written\nactinic keratosis\n", encoding="utf-8")
    recognizer.corrector = corrector()
    assert "actinic keratosis" in [event.text for event in recognizer.listen(blocks())][-1].lower()
    with pytest.raises(LexiconError):
        corrector()
    path.write_text("written\nxyloglossia\n", encoding="utf-8")
    recognizer.corrector = corrector()
    assert "actinic keratosis" not in recognizer.transcribe(audio).text


@pytest.mark.slow
def test_a_term_that_was_heard_names_what_the_model_wrote(base_model: InstalledModel, shared_data: Path) -> None:
    recognizer = Recognizer.open(base_model)
    lexicon = CompiledLexicon.of([Lexicon("own", (Term("actinic keratosis"), *NEVER_SAID))])
    recognizer.corrector = LexiconCorrector(lexicon)
    transcript = recognizer.transcribe(skin_clip(shared_data))
    words = [word for segment in transcript.segments for word in segment.words if word.term]
    assert [word.text.strip(",") for word in words] == ["actinic", "keratosis"]
    assert all(word.term == "actinic keratosis" and word.heard for word in words)
    assert all(word.heard not in transcript.text for word in words if word.heard)
