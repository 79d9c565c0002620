"""Notes as PDF, A4, with the patient, the status and the page number on every page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer, Table, TableStyle
from reportlab.platypus import Paragraph as PdfParagraph

from app.dictation.markup import split_bold
from app.export.body import Heading, Paragraph, Points, one_line, read_blocks, without_bold_signs
from app.export.document import Document, ExportError, written
from app.export.files import write_document
from app.export.fonts import BOLD, REGULAR, is_right_to_left, register_fonts, split_by_font

_INK, _QUIET, _ACCENT, _DRAFT = HexColor("#1F2A37"), HexColor("#6B7280"), HexColor("#0F4C5C"), HexColor("#B42318")
_RULE = HexColor("#B8C4CC")
_MARGIN = 2.2 * cm
_HANGING = 0.6 * cm
_RUNNING_SIZE = 8
_FACT_LABEL_WIDTH = 2.4 * cm
_LONGEST_RUNNING_TEXT = 60


def export_pdf(document: Document, path: Path) -> None:
    """Writes the note as PDF. Raises ExportError when the file cannot be written, or when the note holds text that
    runs from right to left, which this PDF writer would put in the wrong order."""
    everything = [document.title, document.patient, document.author, document.shown_body, document.signed_by or ""]
    everything += [addendum.text + addendum.author for addendum in document.addenda]
    if is_right_to_left("".join(everything)):
        raise ExportError("The PDF cannot show writing from right to left", "Export the note as DOCX or text instead.")
    register_fonts()
    write_document(path, lambda temporary: _build(document, temporary))


def _build(document: Document, path: Path) -> None:
    width, height = A4
    pdf = BaseDocTemplate(
        str(path), pagesize=A4, title=one_line(document.title), author=one_line(document.author), creator="Otoscribe"
    )
    frame = Frame(_MARGIN, 2 * cm, width - 2 * _MARGIN, height - 4.2 * cm, 0, 0, 0, 0)
    pdf.addPageTemplates(PageTemplate("page", [frame]))
    pdf.build(_story(document), canvasmaker=_numbered_canvas(document))


def _story(document: Document) -> list[Flowable]:
    story: list[Flowable] = [_paragraph([one_line(document.title) or "Note"], _style(18, _ACCENT, BOLD, after=8))]
    story += [_facts(document), Spacer(0, 12)]
    story += _blocks(document.shown_body)
    for addendum in document.addenda:
        heading = f"Addendum by {one_line(addendum.author)}, {written(addendum.date)}"
        story.append(_paragraph([heading], _style(10.5, _ACCENT, BOLD, before=8, after=3)))
        story += _blocks(addendum.text)
    return story


def _facts(document: Document) -> Table:
    label, value = _style(9, _QUIET), _style(9, _INK)
    status = _style(9, _DRAFT, BOLD) if document.is_draft else value
    rows = [
        ("Patient", one_line(document.patient), value),
        ("Author", one_line(document.author), value),
        ("Date", written(document.date), value),
        ("Status", one_line(document.status), status),
    ]
    cells = [[_paragraph([name], label), _paragraph([text], style)] for name, text, style in rows]
    table = Table(cells, colWidths=[_FACT_LABEL_WIDTH, A4[0] - 2 * _MARGIN - _FACT_LABEL_WIDTH])
    rule = 0.75
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), rule, _RULE),
                ("LINEBELOW", (0, -1), (-1, -1), rule, _RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _blocks(text: str) -> list[Flowable]:
    shown: list[Flowable] = []
    for block in read_blocks(text):
        match block:
            case Heading(1, heading):
                shown.append(_paragraph([without_bold_signs(heading)], _style(13, _ACCENT, BOLD, before=10, after=4)))
            case Heading(_, heading):
                shown.append(_paragraph([without_bold_signs(heading)], _style(10.5, _ACCENT, BOLD, before=8, after=3)))
            case Paragraph(lines):
                shown.append(_paragraph(list(lines), _style(10, _INK, after=7), has_bold=True))
            case Points(points):
                for point in points:
                    style = _style(10, _INK, after=7 if point is points[-1] else 1.5)
                    style.leftIndent = _HANGING * (point.level + 1)
                    style.bulletIndent = _HANGING * point.level
                    shown.append(_paragraph([point.text], style, has_bold=True, sign=point.sign))
    return shown


def _style(size: float, color: Color, font: str = REGULAR, *, before: float = 0, after: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}-{color.hexval()}",
        fontName=font,
        fontSize=size,
        leading=size * 1.4,
        textColor=color,
        bulletFontName=font,
        bulletFontSize=size,
        bulletColor=color,
        spaceBefore=before,
        spaceAfter=after,
        keepWithNext=int(font == BOLD and before > 0),
        splitLongWords=1,
    )


def _paragraph(
    lines: list[str], style: ParagraphStyle, *, has_bold: bool = False, sign: str | None = None
) -> PdfParagraph:
    """Lines set in the fonts that they need, behind a sign that hangs; where there is Chinese or Japanese, lines may
    break at any character."""
    pieces = [
        [
            part
            for piece, is_bold in (split_bold(line.expandtabs(4)) if has_bold else [(line.expandtabs(4), False)])
            for part in split_by_font(piece, BOLD if is_bold else style.fontName)
        ]
        for line in lines
    ]
    if any(font not in (REGULAR, BOLD) for line in pieces for font, _ in line):
        style.wordWrap = "CJK"
    markup = "<br/>".join(
        "".join(f'<font name="{font}">{escape(piece)}</font>' for font, piece in line) for line in pieces
    )
    return PdfParagraph(markup, style, bulletText=sign)


def _numbered_canvas(document: Document) -> Callable[..., Canvas]:
    """A canvas that keeps its pages back until their number is known, and writes the running lines then."""

    class NumberedCanvas(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 (reportlab's name)
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            pages = self._pages
            for page in pages:
                self.__dict__.update(page)
                _draw_running_lines(self, document, len(pages))
                super().showPage()
            super().save()

    return NumberedCanvas


def _draw_running_lines(canvas: Canvas, document: Document, page_count: int) -> None:
    width, height = A4
    status_font, status_color = (BOLD, _DRAFT) if document.is_draft else (REGULAR, _QUIET)
    top = height - 1.4 * cm
    _draw(canvas, _MARGIN, top, one_line(document.patient), REGULAR, _QUIET, share=0)
    _draw(canvas, width - _MARGIN, top, one_line(document.status), status_font, status_color, share=1)
    _draw(canvas, width / 2, 1.1 * cm, f"Page {canvas.getPageNumber()} of {page_count}", REGULAR, _QUIET, share=0.5)


def _draw(canvas: Canvas, x: float, y: float, text: str, font: str, color: Color, *, share: float) -> None:
    """One line of which `share` lies left of x: 0 begins there, 0.5 is centred, 1 ends there."""
    shown = text if len(text) <= _LONGEST_RUNNING_TEXT else text[:_LONGEST_RUNNING_TEXT] + "…"
    pieces = list(split_by_font(shown, font))
    x -= share * sum(canvas.stringWidth(piece, name, _RUNNING_SIZE) for name, piece in pieces)
    canvas.setFillColor(color)
    for name, piece in pieces:
        canvas.setFont(name, _RUNNING_SIZE)
        canvas.drawString(x, y, piece)
        x += canvas.stringWidth(piece, name, _RUNNING_SIZE)
