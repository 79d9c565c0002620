"""The clipboard, borrowed for one text and given back as it was."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

MARK = "application/x-otoscribe-transfer"
_TEXT = "text/plain"
# What is kept of the clipboard's former content: a program offers the same in many more kinds, each to be asked for.
_KEPT = (
    *(_TEXT, "text/html", "text/rtf", "application/rtf", "text/uri-list", "image/png"),
    *("x-kde-passwordManagerHint", "application/x-nspasteboard-concealed-type"),
)


def _hints() -> dict[str, bytes]:
    """What tells programs that keep a history of the clipboard to leave this out of it, by the system's convention."""
    if sys.platform == "win32":
        names = {"ExcludeClipboardContentFromMonitorProcessing": b"1"}
        names |= dict.fromkeys(("CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"), bytes(4))
        return {f'application/x-qt-windows-mime;value="{name}"': value for name, value in names.items()}
    if sys.platform == "darwin":
        return {"application/x-nspasteboard-concealed-type": b"1"}
    return {"x-kde-passwordManagerHint": b"secret"}


class _LentText(QMimeData):
    """Tells when another program takes the text."""

    def __init__(self, text: str, mark: bytes, taken: Callable[[], None]) -> None:
        super().__init__()
        self._text = text
        self._contents = {MARK: mark, **_hints()}
        self._taken = taken

    def formats(self) -> list[str]:
        return [_TEXT, *self._contents]

    def hasFormat(self, kind: str) -> bool:  # noqa: N802 - Qt's name
        return kind in self.formats()

    def retrieveData(self, kind: str, _type: object) -> object:  # noqa: N802 - Qt's name
        if kind == _TEXT:
            self._taken()
            return self._text
        content = self._contents.get(kind)
        return QByteArray(content) if content is not None else None


class LentClipboard(QObject):
    """`taken`: another program has read the text that `lend` put there."""

    taken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._before: dict[str, bytes] = {}
        self._lent: _LentText | None = None
        self.mark = b""
        self.times_taken = 0

    def lend(self, text: str, *, can_read: bool = True) -> None:
        """Puts the text there, marked as not to be kept by others. With `can_read` the present content is remembered;
        without, whoever owns it does not answer."""
        self.give_back()
        self._before = self._content() if can_read else {}
        self.mark = secrets.token_hex(16).encode("ascii")
        self._lent = _LentText(text, self.mark, self._count)
        self._clipboard.setMimeData(self._lent)

    @property
    def is_ours(self) -> bool:
        """The clipboard still holds what was lent."""
        return self._lent is not None and self._clipboard.ownsClipboard()

    def give_back(self) -> None:
        """The text is gone and what was there before is there again, unless somebody has put something else there."""
        if self.is_ours:
            if self._before:
                former = QMimeData()
                for kind, content in self._before.items():
                    former.setData(kind, content)
                self._clipboard.setMimeData(former)
            else:
                self._clipboard.clear(QClipboard.Mode.Clipboard)
        self._lent, self._before = None, {}

    def _count(self) -> None:
        self.times_taken += 1
        self.taken.emit()

    def _content(self) -> dict[str, bytes]:
        present = self._clipboard.mimeData()
        kinds = set(present.formats()) if present is not None else set()
        return {kind: bytes(present.data(kind).data()) for kind in _KEPT if kind in kinds}
