"""Notes as documents, transcripts as text: each format is one module and one line here.

A document exporter takes (document, path) and raises ExportError; a transcript writer takes a Transcript and returns
the file's text. Exporters are imported when first used, because python-docx and reportlab load slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.export.document import Document, DocumentAddendum, ExportError
from app.export.files import check_apart, check_writable, write_file
from app.export.text import export_text, render_text
from app.export.transcripts import write_json, write_json_lines, write_srt, write_text, write_vtt
from speech.transcript import Transcript


def export_docx(document: Document, path: Path, template: Path | None = None) -> None:
    """Writes a Word document, from the site's own template when given."""
    from app.export.docx import export_docx

    export_docx(document, path, template)


def export_pdf(document: Document, path: Path) -> None:
    """Writes a PDF (A4)."""
    from app.export.pdf import export_pdf

    export_pdf(document, path)


FORMATS: dict[str, Callable[[Document, Path], None]] = {"docx": export_docx, "pdf": export_pdf, "text": export_text}
FILE_ENDINGS: dict[str, str] = {"docx": ".docx", "pdf": ".pdf", "text": ".txt"}
TRANSCRIPT_FORMATS: dict[str, Callable[[Transcript], str]] = {
    "text": write_text,
    "json": write_json,
    "srt": write_srt,
    "vtt": write_vtt,
}

__all__ = [
    "FILE_ENDINGS",
    "FORMATS",
    "TRANSCRIPT_FORMATS",
    "Document",
    "DocumentAddendum",
    "ExportError",
    "check_apart",
    "check_writable",
    "export_docx",
    "export_pdf",
    "export_text",
    "render_text",
    "write_file",
    "write_json",
    "write_json_lines",
    "write_srt",
    "write_text",
    "write_vtt",
]
