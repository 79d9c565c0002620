"""Two parts beside each other, or the second below the first where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from app.ui.items_layout import ItemsLayout


class SidesLayout(ItemsLayout):
    """Each part is at least as wide as it must be, or (`is_whole`) as it would like to be; what room is left is shared
    out."""

    def __init__(self, first: QWidget, second: QWidget, shares: tuple[int, int], *, is_whole: bool = False) -> None:
        super().__init__(first, second)
        self._shares = shares
        self._is_whole = is_whole

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        first, second = self._items
        return first.expandingDirections() | second.expandingDirections()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        heights = self._heights(self._widths(width))
        return max(heights) if self._is_beside(width) else sum(heights) + self._gap

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        hints = [item.sizeHint() for item in self._items]
        return QSize(sum(hint.width() for hint in hints) + self._gap, max(hint.height() for hint in hints))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        least = [item.minimumSize() for item in self._items]
        return QSize(max(size.width() for size in least), max(size.height() for size in least))

    def setGeometry(self, field: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(field)
        widths = self._widths(field.width())
        if self._is_beside(field.width()):
            left = field.left()
            for item, width in zip(self._items, widths, strict=True):
                item.setGeometry(QRect(left, field.top(), width, field.height()))
                left += width + self._gap
            return
        heights = self._heights(widths)
        spare = max(0, field.height() - sum(heights) - self._gap)
        top = field.top()
        for item, height, share in zip(self._items, heights, self._shares, strict=True):
            height += spare * share // sum(self._shares)
            item.setGeometry(QRect(field.left(), top, field.width(), height))
            top += height + self._gap

    def _is_beside(self, width: int) -> bool:
        return sum(self._least_widths) + self._gap <= width

    @property
    def _least_widths(self) -> list[int]:
        """Of parts that lie beside each other."""
        return [(item.sizeHint() if self._is_whole else item.minimumSize()).width() for item in self._items]

    def _widths(self, width: int) -> list[int]:
        if not self._is_beside(width):
            return [width, width]
        room = width - self._gap
        first, second = self._least_widths
        wanted = room * self._shares[0] // sum(self._shares)
        left = min(max(wanted, first), room - second)
        return [left, room - left]

    def _heights(self, widths: list[int]) -> list[int]:
        """How high each part must be with these widths."""
        return [
            item.minimumHeightForWidth(width) if item.hasHeightForWidth() else item.minimumSize().height()
            for item, width in zip(self._items, widths, strict=True)
        ]
