"""Pages in one place, of which one is on show."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from app.ui.page import Page


class PageStack(QStackedWidget):
    """Only the page on show says how small the window may get, and one that has no room can be scrolled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(lambda _index: self.updateGeometry())

    def addWidget(self, widget: QWidget) -> int:  # noqa: N802 - Qt's name
        if not isinstance(widget, Page):
            return super().addWidget(widget)
        area = QScrollArea(self)
        area.setAccessibleName(widget.accessibleName())
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and comes into sight by that
        area.setWidget(widget)
        return super().addWidget(area)

    def setCurrentWidget(self, widget: QWidget) -> None:  # noqa: N802 - Qt's name
        super().setCurrentWidget(next(held for held in self._held() if _page_in(held) is widget))

    def currentWidget(self) -> QWidget:  # noqa: N802 - Qt's name
        held = super().currentWidget()
        assert held is not None
        return _page_in(held)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        held = super().currentWidget()
        return held.minimumSizeHint() if held is not None else super().minimumSizeHint()

    def _held(self) -> list[QWidget]:
        widgets = (self.widget(index) for index in range(self.count()))
        return [widget for widget in widgets if widget is not None]


def _page_in(held: QWidget) -> QWidget:
    """The page itself, where it lies in something that scrolls."""
    page = held.widget() if isinstance(held, QScrollArea) else None
    return page if isinstance(page, Page) else held
