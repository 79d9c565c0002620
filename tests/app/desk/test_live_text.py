"""What each utterance of a dictation adds to the text before it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.desk.live_text import write_addition, write_partial
from app.dictation import FormattingOptions, write_transcript
from speech.transcript import Segment, Transcript, Word

OPTIONS = FormattingOptions(frozenset({"ranges"}))


def utterance(text: str, at_s: float = 0.0) -> Segment:
    words = tuple(Word(word, at_s + number, at_s + number + 0.5, 0.9) for number, word in enumerate(text.split()))
    return Segment(at_s, at_s + len(words), text, 0.9, words)


def dictate(*texts: str, options: FormattingOptions | None = OPTIONS) -> str:
    """What stands in the end where nobody edits meanwhile."""
    before: list[Segment] = []
    written = ""
    for number, text in enumerate(texts):
        new = utterance(text, number * 100.0)
        addition = write_addition(before, new, "en", options)
        assert written.endswith(addition.replaced.text)
        written = written.removesuffix(addition.replaced.text) + addition.piece.text
        before.append(new)
    return written


def test_an_utterance_follows_what_was_said() -> None:
    addition = write_addition([utterance("No fever.")], utterance("No cough.", 9.0), "en", OPTIONS)
    assert (addition.replaced.text, addition.piece.text, addition.alone.text) == ("", " No cough.", "No cough.")
    assert [(word.text, word.start_s) for word in addition.piece.words] == [("No", 9.0), ("cough.", 10.0)]


def test_a_dose_goes_over_a_pause() -> None:
    earlier = utterance("She takes metformin five hundred")
    addition = write_addition([earlier], utterance("milligrams twice daily.", 9.0), "en", OPTIONS)
    assert addition.piece.text == "500 mg twice daily."
    assert addition.replaced.text == "500"
    assert [word.text for word in addition.replaced.words] == ["500"]
    assert [word.text for word in addition.piece.words] == ["500", "mg", "twice", "daily."]
    assert addition.alone.text.casefold() == "milligrams twice daily."


def test_said_marks_and_lines_join_what_they_follow() -> None:
    assert dictate("No fever", "comma", "no cough period", "New paragraph.", "Plan colon rest") == (
        "No fever, no cough.\n\nPlan: rest"
    )


def test_without_formatting_the_text_stays_as_heard() -> None:
    assert dictate("five hundred", "milligrams comma", options=None) == "five hundred milligrams comma"


def test_a_partial_is_one_line_without_a_stop_that_only_its_end_gives_it() -> None:
    assert write_partial("metformin five hundred milligrams.", "en", OPTIONS).text == "Metformin 500 mg"
    assert write_partial("metformin five hundred milligrams.", "en", OPTIONS).heard == "metformin"
    assert "\n" not in write_partial("Plan new paragraph rest", "en", OPTIONS).text
    assert write_partial("...", "en", OPTIONS).text == ""


_WORDS = (
    "No",
    "fever.",
    "five",
    "hundred",
    "milligrams",
    "twenty",
    "comma",
    "period",
    "new",
    "paragraph",
    "The",
    "2.5",
)
SAID = st.lists(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(SAID)
def test_a_dictation_reads_as_if_it_had_been_written_down_after_its_end(texts: list[str]) -> None:
    whole = tuple(utterance(text, number * 100.0) for number, text in enumerate(texts))
    after_stop = write_transcript(Transcript("", "", "", "en", 0.0, 0.0, whole), OPTIONS)
    assert dictate(*texts) == after_stop.text
