"""A row that goes on in the next line where it gets too narrow."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget

from app.ui.items_layout import ItemsLayout


class FlowLayout(ItemsLayout):
    """Lays its widgets out from the left in lines; `is_right_aligned` puts each line to the right."""

    def __init__(self, *widgets: QWidget, is_right_aligned: bool = False) -> None:
        super().__init__(*widgets)
        self._is_right_aligned = is_right_aligned

    def widgets(self) -> list[QWidget]:
        """What lies in it, on show or not."""
        held = (item.widget() for item in self._items)
        return [widget for widget in held if widget is not None]

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        return Qt.Orientation(0)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        lines = self._lines(width)
        return sum(self._height(line) for line in lines) + self._gap * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        shown = self._shown
        width = sum(item.sizeHint().width() for item in shown) + self._gap * max(0, len(shown) - 1)
        return QSize(width, self._height(shown))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(max((item.sizeHint().width() for item in self._shown), default=0), self._height(self._shown))

    def setGeometry(self, field: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(field)
        top = field.top()
        for line in self._lines(field.width()):
            widths = [item.sizeHint().width() for item in line]
            left = field.left()
            if self._is_right_aligned:
                left = field.right() + 1 - sum(widths) - self._gap * (len(line) - 1)
            height = self._height(line)
            for item, width in zip(line, widths, strict=True):
                item.setGeometry(QRect(left, top, width, height))
                left += width + self._gap
            top += height + self._gap

    @property
    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    @staticmethod
    def _height(line: list[QLayoutItem]) -> int:
        return max((item.sizeHint().height() for item in line), default=0)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """The widgets on show, in lines of at most this width."""
        lines: list[list[QLayoutItem]] = []
        room = 0
        for item in self._shown:
            needed = item.sizeHint().width() + self._gap
            if not lines or needed - self._gap > room:
                lines.append([])
                room = width
            lines[-1].append(item)
            room -= needed
        return lines
