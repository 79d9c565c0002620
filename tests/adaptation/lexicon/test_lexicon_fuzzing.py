"""Whatever a file holds, it is read or refused in words; what is written comes back the same."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from adaptation.lexicon import Lexicon, LexiconError, Outcome, Term, read_lexicon, write_csv
from adaptation.lexicon.cells import Refusal, clean, escape_formula, spoken_forms, unescape_formula, written_form
from adaptation.lexicon.encoding import decode
from adaptation.lexicon.merging import Entry, merge
from adaptation.lexicon.neighbours import NeighbourIndex
from adaptation.lexicon.phonetics import phonetic_key
from adaptation.lexicon.protection import protected_parts
from adaptation.lexicon.spoken_forms import propose_spoken
from adaptation.lexicon.stored import read_stored, write_stored

ENDINGS = st.sampled_from([".csv", ".tsv", ".txt", ".dic"])
PIECES = st.sampled_from(
    [
        *(
            "written",
            "spoken",
            "Phrase",
            "DisplayAs",
            ",",
            ";",
            "\t",
            "|",
            "\\",
            '"',
            "'",
            "=",
            "/",
            "\n",
            "\r",
            "\r\n",
        ),
        *("\x00", "angina", "5 mg", "ö", "高", "\u202e", "\ufeff", "o\u0308", " ", "-", "1", "SET", "@Version="),
    ]
)


def read_bytes(name: str, content: bytes) -> None:
    """Reads the content as a file; anything but a result or a LexiconError fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            reading = read_lexicon(path)
        except LexiconError as error:
            assert error.what and error.next_step
            return
        report = reading.report
        assert report.count(Outcome.TAKEN) == len(reading.lexicon.terms) > 0
        assert len(report.rows) <= content.count(b"\n") + content.count(b"\r") + 1
        for term in reading.lexicon.terms:
            assert written_form(term.written) == term.written
        assert all(row.reason and row.mend for row in report.rows if row.outcome is Outcome.REFUSED)


@settings(max_examples=300, deadline=None)
@given(ENDINGS, st.binary(max_size=400))
@example(".csv", b"\xff\xfe")
@example(".dic", b"\xfe\xff\x00")
@example(".txt", b"sep=;")
def test_any_bytes(ending: str, content: bytes) -> None:
    read_bytes(f"list{ending}", content)


@settings(max_examples=300, deadline=None)
@given(ENDINGS, st.lists(PIECES, max_size=60), st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp1252", "gb18030"]))
def test_any_table(ending: str, pieces: list[str], encoding: str) -> None:
    read_bytes(f"list{ending}", "".join(pieces).encode(encoding, "replace"))


@given(st.binary(max_size=200))
def test_decoding_never_raises(content: bytes) -> None:
    assert all("\n" not in line for line in decode(content).lines)


@given(st.text(max_size=60))
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    try:
        once = clean(text)
    except Refusal:
        return
    assert clean(once) == once


@given(st.text(max_size=20))
@example("=cmd|' /C calc'!A0")
@example("'=1+1")
@example("''@x")
def test_no_exported_cell_begins_a_formula_and_each_comes_back(text: str) -> None:
    escaped = escape_formula(text)
    assert not escaped.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert unescape_formula(escaped) == text


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Terms as a reader makes them."""
    texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)

    def cleaned(form: str) -> str:
        try:
            return clean(form)
        except Refusal:
            return ""

    try:
        written = written_form(
            draw(texts.map(lambda text: text + "a") | st.sampled_from(["=cmd", "-mab", "'+x", '"q"']))
        )
        spoken = spoken_forms(draw(texts))
    except Refusal:
        written, spoken = "angina", ()
    weight = draw(st.floats(0, 10)) + 0.0
    return Term(written, spoken, cleaned(draw(texts)), weight, cleaned(draw(texts)), "source 1")


@settings(deadline=None)
@given(st.lists(terms(), min_size=1, max_size=8))
def test_an_exported_lexicon_comes_back_the_same(entries: list[Term]) -> None:
    merged = merge(Entry(line, term) for line, term in enumerate(entries)).terms
    lexicon = Lexicon("list", merged)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        write_csv(lexicon, path)
        assert read_lexicon(path).lexicon.terms == merged
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        write_stored(lexicon, Path(folder) / "list.lexicon")
        assert read_stored(Path(folder) / "list.lexicon") == lexicon


@given(st.text(max_size=40))
def test_any_form_can_be_spoken_keyed_and_looked_up(text: str) -> None:
    assert len(propose_spoken(text)) <= 6
    assert isinstance(phonetic_key(text), str)
    protected_parts(text)
    NeighbourIndex(["angina", text]).near(text)


@given(st.binary(max_size=300))
def test_a_damaged_store_file_is_told(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.lexicon"
        path.write_bytes(content)
        try:
            read_stored(path)
        except LexiconError as error:
            assert error.next_step
