"""What layouts of our own have in common: the items that they hold."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class ItemsLayout(QLayout):
    """Keeps its items in their order, and is as high as its width asks for."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    @property
    def _gap(self) -> int:
        parent = self.parentWidget()
        if parent is None:
            return 0
        return parent.style().pixelMetric(QStyle.PixelMetric.PM_LayoutHorizontalSpacing)
