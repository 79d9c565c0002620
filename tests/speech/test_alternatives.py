"""Other wordings for a word, from real weights and real sound in which another word was written than was said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from speech.alternatives import Proposal, find_alternatives
from speech.audio import load_audio
from speech.recognizer import Recognizer
from speech.transcript import Segment, Transcript

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def heard(recognizer: Recognizer, short_sample: Path) -> Transcript:
    return recognizer.transcribe(short_sample)


def misheard(segment: Segment, said: str, *written: str) -> tuple[Segment, int]:
    """The segment with other words in place of one that was said, and where they begin."""
    words = list(segment.words)
    place = next(i for i, word in enumerate(words) if word.text == said)
    words[place : place + 1] = [replace(words[place], text=text, confidence=0.3) for text in written]
    return replace(segment, text=" ".join(word.text for word in words), words=tuple(words)), place


@pytest.mark.parametrize(
    ("said", "written"), [("cough", ("coffee",)), ("fever", ("favour",)), ("dry", ("try",)), ("cough", ("co", "of"))]
)
def test_what_was_said_is_the_likeliest(
    recognizer: Recognizer, heard: Transcript, short_sample: Path, said: str, written: tuple[str, ...]
) -> None:
    segment, place = misheard(heard.segments[0], said, *written)
    found = find_alternatives(recognizer, load_audio(short_sample).samples, segment, place)
    assert (found[0].text, found[0].first, found[0].last) == (said, place, place + len(written))
    assert found[0].gain_nats > 0
    assert all(each.last <= place + len(written) for each in found), "what was surely heard behind it stays"
    assert [each.gain_nats for each in found] == sorted((each.gain_nats for each in found), reverse=True)


def test_proposals_are_ranked_by_the_sound(recognizer: Recognizer, heard: Transcript, short_sample: Path) -> None:
    segment, place = misheard(heard.segments[0], "fever", "favour")
    fever = next(i for i, word in enumerate(segment.words) if word.text == "mild")
    proposals = [
        Proposal("flavour", place, place + 1),
        Proposal("mild fever", fever, place + 1),
        Proposal("fibromyalgia", place, place + 1),
        Proposal("fever", place, place + 1),
    ]
    samples = load_audio(short_sample).samples
    found = find_alternatives(recognizer, samples, segment, place, most=2, proposals=proposals)
    proposed = [each.text for each in found if each.is_proposed]
    assert set(proposed[:2]) == {"fever", "mild fever"} and proposed[2:] == ["flavour", "fibromyalgia"]
    assert sum(not each.is_proposed for each in found) == 2
    gains = {each.text: each.gain_nats for each in found if each.is_proposed}
    assert gains["fever"] == pytest.approx(gains["mild fever"], abs=0.5)
    assert gains["fever"] > 0 > gains["fibromyalgia"]


def test_other_wordings_differ_by_more_than_case_and_marks(
    recognizer: Recognizer, heard: Transcript, short_sample: Path
) -> None:
    samples, (segment, *_) = load_audio(short_sample).samples, heard.segments
    for place in range(3, len(segment.words), 7):
        found = find_alternatives(recognizer, samples, segment, place, most=3)
        written = " ".join(word.text for word in segment.words[place : place + 2])
        texts = [each.text.casefold() for each in found]
        assert 0 < len(found) <= 3 and len(set(texts)) == len(texts)
        assert segment.words[place].text.strip(".,").casefold() not in [
            text for text, each in zip(texts, found, strict=True) if each.last == place + 1
        ]
        assert written.strip(".,").casefold() not in texts
        assert all(each.gain_nats < 0 for each in found if each.last == place + 1), "the model wrote the likeliest"


def test_what_is_written_stays_the_same(recognizer: Recognizer, heard: Transcript, short_sample: Path) -> None:
    find_alternatives(recognizer, load_audio(short_sample).samples, heard.segments[0], 5)
    assert recognizer.transcribe(short_sample).segments == heard.segments


def test_words_that_are_not_those_of_the_text_have_none(
    recognizer: Recognizer, heard: Transcript, short_sample: Path
) -> None:
    segment = replace(heard.segments[0], text="Something else altogether.")
    assert find_alternatives(recognizer, load_audio(short_sample).samples, segment, 0) == ()
