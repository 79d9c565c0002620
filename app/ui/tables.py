"""How tables and lists look: long texts wrapped, rows of tables in two grounds, and a line that says what to do while
there is none."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

_ROWS_MEASURED = 200


class _WrappingDelegate(QStyledItemDelegate):
    """Qt measures a wrapped text as if the style sheet left no room at its sides, and as if there were no box to tick
    before it. In a table rows have room between them."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        line = option.fontMetrics.height()
        sides = line * (1.8 if index.data(Qt.ItemDataRole.CheckStateRole) is not None else 0.6)
        option.rect = option.rect.adjusted(0, 0, -round(sides), 0)
        hint = super().sizeHint(option, index)
        between = line // 2 if isinstance(self.parent(), QTableView) else 0
        return QSize(hint.width(), hint.height() + between)


def dress_list(shown: QListWidget) -> None:
    """Long texts go on in the next line."""
    shown.setWordWrap(True)
    shown.setResizeMode(QListWidget.ResizeMode.Adjust)
    shown.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    shown.setItemDelegate(_WrappingDelegate(shown))


def dress(table: QTableView) -> None:
    """Rows are chosen as a whole, one at a time, and read only; Tab leaves the table."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.verticalHeader().hide()
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)


class TextTable(QTableWidget):
    """Cells of text. `empty_line` stands where rows would be. `opened`: the user wants the chosen row; `removed`: wants
    it gone."""

    opened = Signal()
    removed = Signal()

    def __init__(self, name: str, headings: list[str], parent: QWidget, empty_line: str = "") -> None:
        super().__init__(0, len(headings), parent)
        dress(self)
        self.setItemDelegate(_WrappingDelegate(self))
        self._empty_line = empty_line
        self.setAccessibleName(name)
        self.setAccessibleDescription(empty_line)
        self.setHorizontalHeaderLabels(headings)
        self.horizontalHeader().sectionResized.connect(self._fit)
        self.cellDoubleClicked.connect(lambda *_: self.opened.emit())

    def fill(self, rows: list[tuple[str, ...]]) -> None:
        """Shows these cells; what a cell is too narrow for stands in its tool tip."""
        self.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(row, column, item)
        self.setAccessibleDescription("" if rows else self._empty_line)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Rows are as high as their words ask for; measuring very many would take seconds."""
        if self.rowCount() <= _ROWS_MEASURED:
            self.resizeRowsToContents()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self.rowCount() or not self._empty_line:
            return
        side = self.fontMetrics().height()
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        field = self.viewport().rect().adjusted(side, side, -side, -side)
        painter.drawText(field, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._empty_line)
        painter.end()
