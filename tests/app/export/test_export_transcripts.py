import json
import re

from hypothesis import given
from hypothesis import strategies as st

from app.export import TRANSCRIPT_FORMATS, write_json, write_json_lines, write_srt, write_text, write_vtt
from app.export.transcripts import CUE_SECONDS, LINE_CHARACTERS, cues
from speech.transcript import Segment, Transcript, Word

SENTENCE = (
    "The patient presented with three days of epigastric pain, radiating to the back and worse after meals. "
    "There is no fever & the blood pressure is <140/90>."
)


def segment_of(text: str, start_s: float = 0.0, word_s: float = 0.4, separator: str = " ") -> Segment:
    words = text.split(separator) if separator else list(text)
    timed = [Word(word, start_s + i * word_s, start_s + (i + 1) * word_s, 0.9) for i, word in enumerate(words)]
    return Segment(start_s, timed[-1].end_s, text, 0.9, tuple(timed))


def transcript_of(*segments: Segment) -> Transcript:
    return Transcript("a.wav", "whisper-base", "onnx-cpu-int8", "en", 60.0, 1.0, segments)


def test_srt_is_cut_to_readable_cues_by_the_words() -> None:
    srt = write_srt(transcript_of(segment_of(SENTENCE, start_s=3661.5)))
    blocks = srt.split("\n\n")
    assert blocks[0].splitlines()[:2] == ["1", "01:01:01,500 --> 01:01:05,100"]
    assert [block.splitlines()[0] for block in blocks] == [str(number + 1) for number in range(len(blocks))]
    assert " ".join(" ".join(block.splitlines()[2:]) for block in blocks) == SENTENCE
    assert blocks[0].endswith("pain,")
    for block in blocks:
        assert len(block.splitlines()) <= 4
        assert all(len(line) <= LINE_CHARACTERS for line in block.splitlines())


def test_vtt_escapes_what_means_markup_there() -> None:
    vtt = write_vtt(transcript_of(segment_of(SENTENCE)))
    assert vtt.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:")
    assert "fever &amp; the" in vtt and "&lt;140/90&gt;" in vtt
    assert vtt.count("-->") == len(cues(transcript_of(segment_of(SENTENCE))))


def test_languages_without_spaces_get_none() -> None:
    text = "患者有慢性头痛三年，伴恶心，无发热。" * 6
    found = cues(transcript_of(segment_of(text, separator="", word_s=0.1)))
    assert "".join("".join(cue.lines) for cue in found) == text
    assert len(found) > 1


def test_a_segment_without_word_times_is_divided_by_length() -> None:
    found = cues(transcript_of(Segment(0.0, 12.0, SENTENCE, 0.5, ())))
    assert " ".join(" ".join(cue.lines) for cue in found) == SENTENCE
    assert found[0].start_ms == 0 and abs(found[-1].end_ms - 12000) <= 1


def test_an_empty_transcript_is_a_valid_file() -> None:
    empty = transcript_of()
    assert write_srt(empty) == "" and write_text(empty) == ""
    assert write_vtt(empty) == "WEBVTT\n"
    assert Transcript.from_json(json.loads(write_json(empty))) == empty


def test_several_transcripts_are_json_lines() -> None:
    both = [transcript_of(segment_of("eins\u2028zwei")), transcript_of(segment_of("drei"))]
    lines = write_json_lines(both).split("\n")
    assert lines[-1] == "" and [Transcript.from_json(json.loads(line)) for line in lines[:-1]] == both


def test_text_is_a_line_per_segment() -> None:
    assert write_text(transcript_of(segment_of(" One. "), segment_of("Two."))) == "One.\nTwo.\n"


def test_the_table_of_formats_is_what_the_command_line_offers() -> None:
    assert set(TRANSCRIPT_FORMATS) == {"text", "json", "srt", "vtt"}


words = st.builds(
    lambda text, start, length: (text, start, length),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.floats(0, 5),
    st.floats(0, 9),
)


@given(st.lists(st.lists(words, max_size=12), max_size=4))
def test_cues_are_in_order_not_empty_and_never_overlap(spoken: list[list[tuple[str, float, float]]]) -> None:
    segments = []
    for parts in spoken:
        timed = tuple(Word(text, start, start + length, 0.5) for text, start, length in parts)
        segments.append(Segment(0.0, 5.0, " ".join(text for text, _, _ in parts), 0.5, timed))
    transcript = transcript_of(*segments)
    end_ms = 0
    for cue in cues(transcript):
        assert end_ms <= cue.start_ms < cue.end_ms
        assert cue.lines and all(line.strip() and "\n" not in line for line in cue.lines)
        end_ms = cue.end_ms
    shown = "".join("".join(cue.lines) for cue in cues(transcript))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", "".join(segment.text for segment in segments))
    for write in TRANSCRIPT_FORMATS.values():
        assert isinstance(write(transcript), str)


def test_no_cue_stays_longer_than_it_should() -> None:
    found = cues(transcript_of(segment_of(SENTENCE, word_s=1.1)))
    assert max(cue.end_ms - cue.start_ms for cue in found) <= CUE_SECONDS * 1000
