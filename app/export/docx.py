"""Notes as Word documents, made from a template that a site can replace.

A template is a .docx with placeholders in its text, headers, footers, tables or text boxes: {{title}}, {{patient}},
{{author}}, {{date}}, {{status}}, and a paragraph of its own with {{body}}. {{body}} and {{status}} must be there; the
body's paragraphs look like the paragraph of {{body}}, its headings like the styles Heading 1 and Heading 2.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.hdrftr import FooterPart, HeaderPart
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run
from lxml.etree import LxmlError  # type: ignore[import-untyped]

from app.dictation.markup import split_bold
from app.export.body import Block, Heading, Paragraph, Points, one_line, read_blocks, without_bold_signs
from app.export.document import Document, ExportError, written
from app.export.files import write_document
from speech.resources import shipped

REQUIRED = ("body", "status")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_BODY = re.compile(r"\s*\{\{\s*body\s*\}\}\s*")
_HANGING = Cm(0.75)
_DRAFT_COLOUR = RGBColor(0xB4, 0x23, 0x18)


def export_docx(document: Document, path: Path, template: Path | None = None) -> None:
    """Writes the note as a Word document from the template, by default the shipped one.

    Raises ExportError when the template cannot be used or the file not be written.
    """
    template = template or shipped("templates/note.docx")
    word = _open_template(template)
    _fill(word, document, template)
    properties = word.core_properties
    # Word refuses longer properties than 255 characters.
    properties.title, properties.author = one_line(document.title)[:255], one_line(document.author)[:255]
    properties.created = properties.modified = document.date.replace(tzinfo=None)
    packed = io.BytesIO()  # a zip file that the disk refuses would be tried once more when it is thrown away
    word.save(packed)
    write_document(path, lambda temporary: temporary.write_bytes(packed.getvalue()))


def _open_template(template: Path) -> WordDocument:
    try:
        return docx.Document(str(template))
    except (OpcError, OSError, KeyError, ValueError, zipfile.BadZipFile, LxmlError) as error:
        raise ExportError(
            f"The template {template} cannot be opened as a Word document",
            "Save it as .docx in Word, or do without it.",
        ) from error


def _fill(word: WordDocument, document: Document, template: Path) -> None:
    """Puts the note in the place of the placeholders, each looked at once, so that text is never taken for one."""
    values = {
        "title": one_line(document.title) or "Note",
        "patient": one_line(document.patient),
        "author": one_line(document.author),
        "date": written(document.date),
        "status": one_line(document.status),
    }
    paragraphs = list(_paragraphs(word))
    found = {name for paragraph in paragraphs for name in _PLACEHOLDER.findall(_text(paragraph))}
    _check_placeholders(found, {*values, "body"}, template)
    bodies = [paragraph for paragraph in paragraphs if _BODY.fullmatch(_text(paragraph))]
    if not bodies or any(_BODY.search(_text(paragraph)) for paragraph in paragraphs if paragraph not in bodies):
        raise ExportError(f"In the template {template}, {{{{body}}}} shares its paragraph", "Give it one of its own.")
    for paragraph in paragraphs:
        if paragraph in bodies:
            _insert_body(word, WordParagraph(paragraph, word), document)
        else:
            _replace_placeholders(paragraph, values, document.is_draft)


def _check_placeholders(found: set[str], known: set[str], template: Path) -> None:
    for name in REQUIRED:
        if name not in found:
            raise ExportError(f"The template {template} has no {{{{{name}}}}}", "Put it where it belongs.")
    for name in sorted(found - known):
        raise ExportError(
            f"The template {template} has the unknown placeholder {{{{{name}}}}}",
            f"Take it out; there are {', '.join(sorted(known))}.",
        )


def _paragraphs(word: WordDocument) -> Iterator[CT_P]:
    """All paragraphs of the text, the headers and the footers, also those in tables and text boxes."""
    yield from word.element.body.iter(qn("w:p"))
    for part in word.part.package.iter_parts():
        if isinstance(part, HeaderPart | FooterPart):
            yield from part.element.iter(qn("w:p"))


def _text_elements(paragraph: CT_P) -> list[BaseOxmlElement]:
    """The pieces that the paragraph's own text is in; Word cuts it at will, even inside a placeholder."""
    return [piece for piece in paragraph.iter(qn("w:t")) if next(piece.iterancestors(qn("w:p"))) is paragraph]


def _text(paragraph: CT_P) -> str:
    return "".join(piece.text or "" for piece in _text_elements(paragraph))


def _replace_placeholders(paragraph: CT_P, values: dict[str, str], is_draft: bool) -> None:
    """The value gets the form of the placeholder's first character."""
    pieces = _text_elements(paragraph)
    for match in reversed(list(_PLACEHOLDER.finditer(_text(paragraph)))):
        start = 0
        value = values[match[1]]
        for piece in pieces:
            text = piece.text or ""
            end = start + len(text)
            if end > match.start() and start < match.end():
                before, after = text[: max(0, match.start() - start)], text[max(0, match.end() - start) :]
                piece.text = before + value + after
                piece.set(qn("xml:space"), "preserve")
                if is_draft and match[1] == "status" and piece.text == value:
                    run = Run(piece.getparent(), paragraph)
                    run.font.bold, run.font.color.rgb = True, _DRAFT_COLOUR
                value = ""
            start = end


def _insert_body(word: WordDocument, placeholder: WordParagraph, document: Document) -> None:
    """The note's blocks and its addenda in the place of the placeholder's paragraph."""
    blocks: list[Block] = read_blocks(document.shown_body)
    for addendum in document.addenda:
        blocks.append(Heading(2, f"Addendum by {one_line(addendum.author)}, {written(addendum.date)}"))
        blocks += read_blocks(addendum.text)
    for block in blocks or [Paragraph(("",))]:
        if isinstance(block, Heading):
            _style_heading(word, placeholder.insert_paragraph_before(), block)
        elif isinstance(block, Points):
            _insert_points(placeholder, block)
        else:
            _write_lines(_insert_like(placeholder), placeholder, block.lines)
    placeholder._p.getparent().remove(placeholder._p)


def _insert_points(placeholder: WordParagraph, block: Points) -> None:
    """Each a paragraph whose sign hangs: Word's own lists would count the numbers anew."""
    for point in block.points:
        new = _insert_like(placeholder)
        form = new.paragraph_format
        form.left_indent, form.first_line_indent = _HANGING * (point.level + 1), -_HANGING
        form.tab_stops.add_tab_stop(_HANGING * (point.level + 1))
        if point is not block.points[-1]:
            form.space_after = Pt(2)
        _write_lines(new, placeholder, (f"{point.sign}\t{point.text}",))


def _insert_like(placeholder: WordParagraph) -> WordParagraph:
    new = placeholder.insert_paragraph_before()
    if placeholder._p.pPr is not None:
        new._p.insert(0, copy.deepcopy(placeholder._p.pPr))
    return new


def _write_lines(paragraph: WordParagraph, placeholder: WordParagraph, lines: Sequence[str]) -> None:
    """The lines with a break between, in the form of the placeholder's text."""
    form = placeholder.runs[0]._r.rPr if placeholder.runs else None
    for number, line in enumerate(lines):
        for place, (piece, is_bold) in enumerate(split_bold(line) or [("", False)]):
            run = paragraph.add_run()
            if form is not None:
                run._r.insert(0, copy.deepcopy(form))
            if is_bold:
                run.bold = True
            if number and not place:
                run.add_break()
            run.add_text(piece)


def _style_heading(word: WordDocument, paragraph: WordParagraph, heading: Heading) -> None:
    run = paragraph.add_run(without_bold_signs(heading.text))
    name = f"Heading {heading.level}"
    if name in word.styles:
        paragraph.style = word.styles[name]
    else:
        run.bold = True
