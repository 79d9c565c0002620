"""Notes as plain text."""

from __future__ import annotations

from pathlib import Path

from app.export.body import Heading, Points, clean, one_line, read_blocks, without_bold_signs
from app.export.document import Document, written
from app.export.files import write_file


def export_text(document: Document, path: Path) -> None:
    """Writes UTF-8 text; raises ExportError."""
    write_file(render_text(document), path)


def render_text(document: Document) -> str:
    """The document as text: title, who and when, the body as it was typed, addenda."""
    title = one_line(document.title) or "Note"
    lines = [
        title,
        "=" * len(title),
        f"Patient: {one_line(document.patient)}",
        f"Author:  {one_line(document.author)}",
        f"Date:    {written(document.date)}",
        f"Status:  {one_line(document.status)}",
        "",
    ]
    parts = ["\n".join(lines), _body(document.shown_body)]
    for addendum in document.addenda:
        parts.append(f"Addendum by {one_line(addendum.author)}, {written(addendum.date)}\n\n{_body(addendum.text)}")
    return "\n".join(parts)


def _body(text: str) -> str:
    """The blocks with a blank line between; headings lose their signs and are underlined, bold words lose theirs."""
    shown = []
    for block in read_blocks(clean(text)):
        if isinstance(block, Heading):
            shown.append(f"{without_bold_signs(block.text)}\n{('=' if block.level == 1 else '-') * len(block.text)}")
        elif isinstance(block, Points):
            lines = (f"{'  ' * point.level}{point.sign} {point.text}" for point in block.points)
            shown.append("\n".join(map(without_bold_signs, lines)))
        else:
            shown.append("\n".join(map(without_bold_signs, block.lines)))
    return "\n\n".join(shown) + "\n"
