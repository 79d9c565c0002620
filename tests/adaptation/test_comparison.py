"""Two systems compared: differences by hand, hypotheses from files, and the page."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adaptation.comparison import System, compare, read_hypotheses
from adaptation.comparison_page import write_page
from adaptation.corpus import Clip, CorpusError
from adaptation.evaluate import ClipResult
from adaptation.plots import HEIGHT, WIDTH, Series, Span, scatter, spans
from speech.transcript import Word

TEXT = "give 25 mg of aspirin for the left knee"
CLIPS = [Clip(f"{number}.wav", Path("x"), TEXT, f"speaker <{number % 4}>", ("aspirin",)) for number in range(12)]


def system(name: str, *texts: str) -> System:
    """The system that writes the texts in turn, a tenth of them surely, the others less so."""
    results = []
    for number, clip in enumerate(CLIPS):
        text = texts[number % len(texts)]
        words = tuple(Word(word, 0.0, 0.1, 0.9 if word in TEXT else 0.4) for word in text.split())
        results.append(ClipResult(clip, text, 3.0, 0.5, words))
    return System.of(name, results)


GOOD = system("good", TEXT)
FAIR = system("fair", TEXT, TEXT.replace("25", "35"), TEXT.replace("left", "right"))
BAD = system("bad <b>", TEXT.replace("aspirin", "a spring"))


def test_differences_by_hand() -> None:
    found = {each.key: each for each in compare(GOOD, BAD)}
    assert found["wer"].difference == pytest.approx(-2 / 9) and found["wer"].is_certain
    assert found["term_recall"].difference == 1.0 and found["term_recall"].ci95 == (1.0, 1.0)
    assert found["number_exact_match"].difference == 0.0 and not found["number_exact_match"].is_certain
    assert found["term_precision"].difference is None and found["term_precision"].ci95 is None
    fair = {each.key: each for each in compare(FAIR, GOOD)}
    assert fair["number_exact_match"].difference == pytest.approx(-1 / 3)


def test_a_system_is_no_better_than_itself() -> None:
    for each in compare(FAIR, FAIR):
        assert each.difference in (0.0, None) and not each.is_certain


class Outline(HTMLParser):
    """Which elements a page opens and closes, and what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta" and tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_stands_alone_and_shows_what_differs() -> None:
    page = write_page("fair and bad <b>", FAIR, BAD, compare(FAIR, BAD))
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert not re.search(r"https?:|<script|<link|<img|url\(|@import", page)
    assert "bad <b>" in outline.text and "speaker <0>" in outline.text  # names are text, never markup
    assert "−14.8 points" in outline.text  # 2/3 of an error less each 9 words: (2/3 - 2) / 9
    assert "aspirin a spring" in " ".join(outline.text.split()) and "left right" in " ".join(outline.text.split())
    assert page.count("<svg") == 5
    assert "Clip by clip" in page and "Is confidence what it says?" in page


FINITE = st.floats(0, 1e6)


@settings(max_examples=60, deadline=None)
@given(points=st.lists(st.tuples(FINITE, FINITE), max_size=8), name=st.text(max_size=8))
def test_every_point_lies_within_the_plot(points: list[tuple[float, float]], name: str) -> None:
    name = re.sub(r"[^\x20-\x7e]", "", name)
    plot = ElementTree.fromstring(scatter(name, "x", "y", [Series(name, "#123456", tuple(points))], diagonal=True))
    circles = list(plot.iter("circle"))
    assert len(circles) == len(points)
    assert all(0 <= float(c.get("cx", "")) <= WIDTH and 0 <= float(c.get("cy", "")) <= HEIGHT for c in circles)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(*[st.floats(-100, 100)] * 3).map(sorted), min_size=1, max_size=6))
@example(rows=[[0.0, 0.0, 5e-324]])
def test_every_interval_lies_within_the_plot(rows: list[list[float]]) -> None:
    plot = ElementTree.fromstring(spans("t", "x", [Span("n", row[1], row[0], row[2]) for row in rows]))
    lines = [each for each in plot.iter("line") if each.get("class") == "span"]
    assert len(lines) == len(rows)
    for line in lines:
        assert 0 <= float(line.get("x1", "")) <= float(line.get("x2", "")) <= WIDTH


def test_hypotheses_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    lines = [{"audio": clip.name, "hypothesis": f"text {clip.name}"} for clip in CLIPS]
    lines[0] |= {"duration_s": 2.5, "processing_s": 0.5, "words": [{"text": "text", "confidence": 0.25}]}
    path.write_text("\n".join(json.dumps(line) for line in reversed(lines)), encoding="utf-8")
    results = read_hypotheses(path, CLIPS)
    assert [result.clip for result in results] == CLIPS and results[3].hypothesis == "text 3.wav"
    assert (results[0].duration_s, results[0].processing_s, results[0].words[0].confidence) == (2.5, 0.5, 0.25)
    assert results[1].words == () and results[1].processing_s == 0.0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "Line 1 of .* is not JSON"),
        ("[1]", "lacks"),
        ('{"audio": "0.wav"}', "lacks"),
        ('{"audio": "0.wav", "hypothesis": "a", "words": [{"text": "a"}]}', "cannot be used"),
        ('{"audio": "0.wav", "hypothesis": "a", "words": [{"text": "a", "confidence": 2}]}', "cannot be used"),
        ('{"audio": "0.wav", "hypothesis": "a", "processing_s": -1}', "cannot be used"),
        ('{"audio": "0.wav", "hypothesis": "a", "duration_s": NaN}', "cannot be used"),
        ('{"audio": "0.wav", "hypothesis": "a"}', "holds nothing for 1.wav"),
    ],
)
def test_hypotheses_that_cannot_be_used(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "heard.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(CorpusError, match=complaint):
        read_hypotheses(path, CLIPS[:2])
