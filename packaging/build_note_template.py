"""Builds data/templates/note.docx, the template of exported notes: `python packaging/build_note_template.py`.

A site edits that file in Word (its letterhead, fonts, page size) and hands it to export_docx as `template`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

FONT = "Arial"
INK = RGBColor(0x1F, 0x2A, 0x37)
QUIET = RGBColor(0x6B, 0x72, 0x80)
ACCENT = RGBColor(0x0F, 0x4C, 0x5C)
RULE = "B8C4CC"
TEXT_WIDTH = Cm(16.6)
FACT_WIDTHS = (Cm(2.4), Cm(14.2))


def main() -> None:
    """Writes the template beside the other shipped data."""
    path = Path(__file__).resolve().parent.parent / "data" / "templates" / "note.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    build_template().save(str(path))


def build_template() -> WordDocument:
    """A4 with title, facts, body, and on every page the patient, the status and the page number."""
    document = Document()
    properties = document.core_properties
    properties.title = properties.author = properties.comments = ""
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    section.header_distance = section.footer_distance = Cm(1.1)
    _set_styles(document)
    _add_running_lines(document)
    document.add_paragraph("{{title}}", style="Title")
    _add_facts(document)
    document.add_paragraph("{{body}}")
    return document


def _set_styles(document: WordDocument) -> None:
    _set_style(document, "Normal", 11, INK, before=0, after=8, line_spacing=1.25)
    _set_style(document, "Title", 20, ACCENT, before=0, after=10, is_bold=True)
    _set_style(document, "Heading 1", 14, ACCENT, before=14, after=4, is_bold=True)
    _set_style(document, "Heading 2", 11.5, ACCENT, before=10, after=3, is_bold=True)
    _set_style(document, "Header", 8.5, QUIET, before=0, after=0)
    _set_style(document, "Footer", 8.5, QUIET, before=0, after=0)
    title = document.styles["Title"].element
    for border in title.iter(qn("w:pBdr")):
        border.getparent().remove(border)


def _set_style(
    document: WordDocument,
    name: str,
    size: float,
    color: RGBColor,
    *,
    before: float,
    after: float,
    line_spacing: float = 1.0,
    is_bold: bool = False,
) -> None:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    style.font.name, style.font.size, style.font.color.rgb, style.font.bold = FONT, Pt(size), color, is_bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = line_spacing
    style.paragraph_format.widow_control = True


def _add_running_lines(document: WordDocument) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    # Runs of their own, so that a draft's status can be coloured without the patient.
    for text in ("{{patient}}", "\t", "{{status}}"):
        header.add_run(text)
    stops = header.paragraph_format.tab_stops
    stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    for style_stop in list(document.styles["Header"].element.iter(qn("w:tabs"))):
        style_stop.getparent().remove(style_stop)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("Page ")
    _add_field(footer, "PAGE")
    footer.add_run(" of ")
    _add_field(footer, "NUMPAGES")


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word fills in when it lays out the pages."""
    for kind in ("begin", "instruction", "separate", "result", "end"):
        run = paragraph.add_run("1" if kind == "result" else "")
        if kind == "instruction":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {instruction} "
            run._r.append(element)
        elif kind != "result":
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


def _add_facts(document: WordDocument) -> None:
    rows = [("Patient", "{{patient}}"), ("Author", "{{author}}"), ("Date", "{{date}}"), ("Status", "{{status}}")]
    table = document.add_table(rows=len(rows), cols=2)
    table.autofit = False
    for column, width in zip(table.columns, FACT_WIDTHS, strict=True):
        column.width = width
    for row, (label, value) in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(row.cells, (label, value), FACT_WIDTHS, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.line_spacing = 1.0
            run = paragraph.add_run(text)
            run.font.size = Pt(10)
            if text is label:
                run.font.color.rgb = QUIET
    _rule_off(table._tbl)
    spacer = document.add_paragraph()
    spacer.paragraph_format.space_after = Pt(2)
    spacer.paragraph_format.line_spacing = 1.0


def _rule_off(table: CT_Tbl) -> None:
    """A thin line above and below the facts, which begin where the text does."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", RULE)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    left = OxmlElement("w:left")
    left.set(qn("w:w"), "0")
    left.set(qn("w:type"), "dxa")
    margins.append(left)
    # The schema wants this order, and Word refuses a file that has another.
    layout = next(table.tblPr.iterchildren(qn("w:tblLayout")))
    layout.addprevious(borders)
    layout.addnext(margins)


if __name__ == "__main__":
    main()
