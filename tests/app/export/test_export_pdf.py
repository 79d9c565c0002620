from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.export import Document, ExportError, export_pdf


def read(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def test_every_page_has_its_number_the_patient_and_the_status(draft: Document, tmp_path: Path) -> None:
    path = tmp_path / "note.pdf"
    export_pdf(replace(draft, body="\n\n".join(f"Paragraph {number}." for number in range(200))), path)
    pages = read(path)
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Müller, Łucja" in text and "DRAFT" in text
    assert "Paragraph 199." in pages[-1]
    information = PdfReader(path).metadata
    assert information is not None
    assert (information.title, information.author) == ("Follow-up: pain", "Dr. A. Okafor")


def test_scripts_of_the_world_can_be_read_again(draft: Document, tmp_path: Path) -> None:
    lines = [
        "Zażółć gęślą jaźń",
        "Съешь же ещё",
        "Ξεσκεπάζω",
        "慢性头痛三年，伴恶心。",
        "頭痛が続く",
        "두통이 심함",
        "½ µg ≤ 5 × 10⁹/l",
    ]
    path = tmp_path / "note.pdf"
    export_pdf(replace(draft, title="慢性 Łódź", body="\n".join(lines)), path)
    text = "".join(read(path))
    for line in [*lines, "慢性 Łódź"]:
        assert line.replace(" ", "") in text.replace(" ", "")


def test_what_no_font_shows_stands_as_its_number(draft: Document, tmp_path: Path) -> None:
    path = tmp_path / "note.pdf"
    export_pdf(replace(draft, body="ปวด 😀 ok", patient="ป"), path)
    text = "".join(read(path))
    assert "[U+0E1B][U+0E27][U+0E14]" in text
    assert "[U+1F600] ok" in text


def test_right_to_left_is_refused_rather_than_shown_backwards(draft: Document, tmp_path: Path) -> None:
    for changed in (replace(draft, body="صداع"), replace(draft, patient="דוד"), replace(draft, signed_by="דוד")):
        with pytest.raises(ExportError, match=r"right to left.*DOCX"):
            export_pdf(changed, tmp_path / "note.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_word_longer_than_the_line_and_markup_stay_text(draft: Document, tmp_path: Path) -> None:
    path = tmp_path / "note.pdf"
    export_pdf(replace(draft, title="<b>&amp;</b> " + "x" * 300, body="<font color=red>" + "y" * 500), path)
    text = "".join(read(path)).replace("\n", "")
    assert "<b>&amp;</b>" in text and "<font color=red>" in text
    assert "x" * 300 in text and "y" * 500 in text
