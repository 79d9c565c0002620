"""What every document format must hold, and what must happen when one cannot be written."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from permissions import binding_permissions
from pypdf import PdfReader

from app.export import FILE_ENDINGS, FORMATS, Document, ExportError
from app.export.body import Block, Heading, Paragraph, Point, Points, read_blocks, without_bold_signs
from app.export.document import written


def docx_text(path: Path) -> str:
    word = docx.Document(str(path))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    running = [p.text for section in word.sections for p in (*section.header.paragraphs, *section.footer.paragraphs)]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells, *running])


def pdf_text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


READERS: dict[str, Callable[[Path], str]] = {
    "docx": docx_text,
    "pdf": pdf_text,
    "text": lambda path: path.read_text(encoding="utf-8"),
}


def texts_of(block: Block) -> tuple[str, ...]:
    if isinstance(block, Heading):
        return (block.text,)
    return block.lines if isinstance(block, Paragraph) else tuple(point.text for point in block.points)


@pytest.fixture(params=list(FORMATS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def write_and_read(name: str, document: Document, folder: Path) -> str:
    path = folder / f"note{FILE_ENDINGS[name]}"
    FORMATS[name](document, path)
    assert list(folder.iterdir()) == [path]
    return READERS[name](path)


def test_every_format_has_an_ending_and_a_reader_here() -> None:
    assert FORMATS.keys() == FILE_ENDINGS.keys() == READERS.keys()


def test_a_draft_says_so(name: str, draft: Document, tmp_path: Path) -> None:
    text = write_and_read(name, draft, tmp_path)
    assert "DRAFT" in text
    assert "Signed" not in text
    for part in (draft.title, draft.patient, draft.author, written(draft.date)):
        assert part in text


def test_a_signed_note_says_by_whom_and_when(name: str, signed: Document, tmp_path: Path) -> None:
    assert signed.signed_at is not None
    text = write_and_read(name, signed, tmp_path)
    assert "DRAFT" not in text
    assert f"Signed by Dr. C. Ng on {written(signed.signed_at)}" in text
    assert f"Addendum by Dr. B. Stein, {written(signed.addenda[0].date)}" in text
    assert "Amylase normal." in text and "No action." in text


def test_a_draft_names_the_words_to_check_and_a_signed_note_none(
    name: str, draft: Document, signed: Document, tmp_path: Path
) -> None:
    text = write_and_read(name, replace(draft, to_check=("ramipril", "310 U")), tmp_path)
    assert text.index("慢性头痛三年。") < text.index("words to check before signing") < text.index("ramipril; 310 U")
    assert "words to check" not in write_and_read(name, replace(signed, to_check=("ramipril",)), tmp_path)
    assert "words to check" not in write_and_read(name, draft, tmp_path)


def test_the_whole_body_is_there_in_order(name: str, draft: Document, tmp_path: Path) -> None:
    text = write_and_read(name, draft, tmp_path)
    expected = ["History", "Three days of", "Takes pantoprazole 40 mg & ramipril <5 mg>.", "No known allergies."]
    expected += ["Findings", "α-Amylase 310 U/l → repeat; SpO₂ ≥ 97 %.", "慢性头痛三年。"]
    places = [text.find(part) for part in expected]
    assert -1 not in places and places == sorted(places)
    assert "# " not in text


@given(body=st.text(st.characters(), max_size=200), name=st.sampled_from(["docx", "text"]))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_written(tmp_path_factory: pytest.TempPathFactory, body: str, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{FILE_ENDINGS[name]}"
    FORMATS[name](Document(body, body, body, datetime(2026, 1, 1, tzinfo=UTC), body, signed_by=body), path)
    shown = READERS[name](path).replace("\r", "\n")
    for block in read_blocks(body):
        for line in map(without_bold_signs, texts_of(block)):
            assert " ".join(line.split()) in " ".join(shown.split())


@given(body=st.text(st.characters(exclude_categories=["Lo"]), max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_text_can_be_printed(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.pdf"
    document = Document(body, body, body, datetime(2026, 1, 1, tzinfo=UTC), body)
    try:
        FORMATS["pdf"](document, path)
    except ExportError as error:
        assert "right to left" in str(error)
    else:
        assert len(PdfReader(path).pages) >= 1


def test_control_characters_and_half_pairs_are_shown_as_such(name: str, draft: Document, tmp_path: Path) -> None:
    text = write_and_read(name, replace(draft, body="a\0b\x07c\x1b[31md \ud83d e\x0bf"), tmp_path)
    assert "a\ufffdb\ufffdc\ufffd[31md \ufffd e" in text
    assert not any(ord(character) < 32 and character not in "\n\t" for character in text)


def test_blocks_hold_every_line_once() -> None:
    assert read_blocks("# One\ntext\r\nmore\r\n\r\n\n## Two  \n#5 no\n#\n### deep") == [
        Heading(1, "One"),
        Paragraph(("text", "more")),
        Heading(2, "Two"),
        Paragraph(("#5 no", "#", "### deep")),
    ]
    assert read_blocks(" \n\n") == []
    assert read_blocks("Given:\n- one\n  1. two\nafter\n- 2.5 D\n\n3) x\n-5\n1.5 mg") == [
        Paragraph(("Given:",)),
        Points((Point("-", "one", 0), Point("1.", "two", 1))),
        Paragraph(("after",)),
        Points((Point("-", "2.5 D", 0),)),
        Points((Point("3)", "x", 0),)),
        Paragraph(("-5", "1.5 mg")),
    ]


def test_lists_and_bold_words_are_in_every_document(name: str, draft: Document, tmp_path: Path) -> None:
    body = (
        "# Plan\nTake **no aspirin** today, 2 * 3 ** 4.\n2. **heparin** 5000 units\n  - [route: oral | i.v.]\n9. rest"
    )
    text = write_and_read(name, replace(draft, body=body), tmp_path)
    assert "Take no aspirin today, 2 * 3 ** 4." in text
    flat = " ".join(text.split())
    points = ["2. heparin 5000 units", "- [route: oral | i.v.]", "9. rest"]
    places = [flat.find(point) for point in points]
    assert -1 not in places and places == sorted(places)


@given(st.text(st.sampled_from("ab#-1.* \n\r\t\u2028"), max_size=60))
def test_no_block_is_empty(body: str) -> None:
    for block in read_blocks(body):
        assert all(text.strip() for text in texts_of(block))
    assert len(read_blocks(body)) <= body.count("\n") + body.count("\r") + body.count("\u2028") + 1


def test_an_old_document_is_replaced(name: str, draft: Document, tmp_path: Path) -> None:
    path = tmp_path / f"note{FILE_ENDINGS[name]}"
    path.write_text("old")
    path.chmod(0o640)
    FORMATS[name](draft, path)
    assert draft.title in READERS[name](path)
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_keeps_pointing_to_the_document(name: str, draft: Document, tmp_path: Path) -> None:
    target = tmp_path / "real"
    target.write_text("old")
    link = tmp_path / "link"
    link.symlink_to(target)
    FORMATS[name](draft, link)
    assert link.is_symlink() and draft.title in READERS[name](target)


def test_a_missing_folder_and_a_folder_as_name(name: str, draft: Document, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"not there.*Make it first"):
        FORMATS[name](draft, tmp_path / "missing" / "note")
    with pytest.raises(ExportError, match="is a folder"):
        FORMATS[name](draft, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_name_too_long_for_the_disk(name: str, draft: Document, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="Choose another place or name"):
        FORMATS[name](draft, tmp_path / ("x" * 300))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise there")
def test_a_folder_without_permission_keeps_the_old_document(name: str, draft: Document, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "note").write_text("old")
    folder.chmod(0o555)
    with binding_permissions(), pytest.raises(ExportError, match=r"cannot be written.*may write to"):
        FORMATS[name](draft, folder / "note")
    folder.chmod(0o755)
    assert (folder / "note").read_text() == "old"
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_device_is_no_document(name: str, draft: Document) -> None:
    with pytest.raises(ExportError, match="not an ordinary file"):
        FORMATS[name](draft, Path("/dev/full"))
