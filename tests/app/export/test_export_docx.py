import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfReader

from app.export import Document, ExportError, export_docx


def test_the_shipped_template_makes_headings_paragraphs_and_page_numbers(draft: Document, tmp_path: Path) -> None:
    path = tmp_path / "note.docx"
    export_docx(draft, path)
    word = docx.Document(str(path))
    styles = {p.text: p.style.name for p in word.paragraphs if p.text and p.style}
    assert styles["Follow-up: pain"] == "Title"
    assert styles["History"] == "Heading 1"
    assert styles["Findings"] == "Heading 2"
    assert styles["No known allergies."] == "Normal"
    assert "Three days of epigastric pain, worse after meals.\nTakes pantoprazole 40 mg & ramipril <5 mg>." in styles
    footer = word.sections[0].footer._element.xml
    assert " PAGE " in footer and " NUMPAGES " in footer
    assert (word.core_properties.title, word.core_properties.author) == ("Follow-up: pain", "Dr. A. Okafor")
    assert "{{" not in word.element.xml


def test_text_that_looks_like_a_placeholder_is_text(draft: Document, tmp_path: Path) -> None:
    path = tmp_path / "note.docx"
    export_docx(replace(draft, title="{{body}}", patient="{{status}}", body="{{title}}\n\n{{unknown}}"), path)
    texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert texts.count("{{body}}") == 1
    assert texts[-2:] == ["{{title}}", "{{unknown}}"]


def test_an_empty_note_is_a_document(draft: Document, tmp_path: Path) -> None:
    path = tmp_path / "note.docx"
    export_docx(replace(draft, title="", patient="", author="", body=""), path)
    assert "Note" in [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def make_template(path: Path, *paragraphs: str) -> Path:
    word = docx.Document()
    for text in paragraphs:
        word.add_paragraph(text)
    word.save(str(path))
    return path


def test_a_site_can_bring_its_own_template(draft: Document, tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "St. Elsewhere — {{ author }}"
    paragraph = word.add_paragraph()
    for piece in ("Pat", "ient: {", "{pat", "ient}", "} (", "{{date}}", ")"):
        paragraph.add_run(piece).bold = piece == "{"
    cell = word.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].add_run("{{body}}").italic = True
    box = (
        f"<w:r {nsdecls('w')}><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent>"
        "<w:p><w:r><w:t>{{status}}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    word.add_paragraph("Box: ")._p.append(parse_xml(box))
    template = tmp_path / "site.docx"
    word.save(str(template))
    path = tmp_path / "note.docx"
    export_docx(draft, path, template)
    made = docx.Document(str(path))
    assert made.sections[0].header.paragraphs[0].text == "St. Elsewhere — Dr. A. Okafor"
    assert made.paragraphs[0].text.startswith("Patient: Müller, Łucja (2026-11-2")
    inside = made.tables[0].cell(0, 0).paragraphs
    assert inside[0].text == "History"
    assert all(run.italic for run in inside[1].runs)
    assert "DRAFT – not signed" in made.element.xml


@pytest.mark.parametrize(
    ("paragraphs", "message"),
    [
        (["{{status}}"], "no {{body}}"),
        (["{{body}}"], "no {{status}}"),
        (["{{status}}", "Text: {{body}}"], "shares its paragraph"),
        (["{{status}}", "{{body}}", "{{ward}}"], "unknown placeholder {{ward}}"),
    ],
)
def test_a_template_that_would_lose_something_is_refused(
    draft: Document, tmp_path: Path, paragraphs: list[str], message: str
) -> None:
    template = make_template(tmp_path / "site.docx", *paragraphs)
    with pytest.raises(ExportError) as caught:
        export_docx(draft, tmp_path / "note.docx", template)
    assert message in str(caught.value) and str(template) in str(caught.value)
    assert not (tmp_path / "note.docx").exists()


def test_a_template_that_is_no_word_document_is_refused(draft: Document, tmp_path: Path) -> None:
    text = tmp_path / "text.docx"
    text.write_text("no zip")
    archive = tmp_path / "archive.docx"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("hello.txt", "hello")
    broken = tmp_path / "broken.docx"
    with (
        zipfile.ZipFile(make_template(tmp_path / "whole.docx", "{{body}}")) as whole,
        zipfile.ZipFile(broken, "w") as file,
    ):
        for item in whole.namelist():
            file.writestr(item, b"<oops" if item == "word/document.xml" else whole.read(item))
    for template in (text, archive, broken, tmp_path, tmp_path / "missing.docx"):
        with pytest.raises(ExportError, match="template"):
            export_docx(draft, tmp_path / "note.docx", template)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_it_and_numbers_the_pages(signed: Document, tmp_path: Path) -> None:
    long = replace(signed, body=signed.body + "\n\nA paragraph that fills pages. " * 200)
    export_docx(long, tmp_path / "note.docx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "note.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=240)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "note.pdf").pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Signed by Dr. C. Ng" in text and "Müller, Łucja" in text


def test_bold_words_are_bold_and_points_hang(draft: Document, tmp_path: Path) -> None:
    path = tmp_path / "note.docx"
    export_docx(replace(draft, body="Take **no aspirin** today.\n3. rest\n4. water"), path)
    paragraphs = {paragraph.text: paragraph for paragraph in docx.Document(str(path)).paragraphs}
    runs = [(run.text, bool(run.bold)) for run in paragraphs["Take no aspirin today."].runs]
    assert runs == [("Take ", False), ("no aspirin", True), (" today.", False)]
    for text in ("3.\trest", "4.\twater"):
        form = paragraphs[text].paragraph_format
        assert form.left_indent is not None and form.first_line_indent == -form.left_indent
