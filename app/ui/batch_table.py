"""The table of audio files: a row for each, with a bar under the state of the one that is being written down."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from app.records import Move, QueuedFile
from app.translation import describe_problem, translate
from app.ui.models.batch import BatchModel
from app.ui.models.recording import elapsed_text
from app.ui.tables import dress
from app.ui.theme import Theme

STATE_COLUMN = 2
_Index = QModelIndex | QPersistentModelIndex


class BatchRows(QAbstractTableModel):
    """The files of the queue as rows of a Qt table; `files` are those on show."""

    def __init__(self, batch: BatchModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._batch = batch
        self.files: tuple[QueuedFile, ...] = ()
        self._headings = (
            translate("BatchTable", "File"),
            translate("BatchTable", "Length"),
            translate("BatchTable", "State"),
        )

    def take(self) -> bool:
        """Shows what the queue holds now; True where that are other rows."""
        before, now = [each.id for each in self.files], [each.id for each in self._batch.files]
        if before == now:
            self.files = self._batch.files
            if now:
                self.dataChanged.emit(self.index(0, 0), self.index(len(now) - 1, STATE_COLUMN))
            return False
        self.beginResetModel()
        self.files = self._batch.files
        self.endResetModel()
        return True

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        return len(self.files)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        return len(self._headings)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_heading = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._headings[section] if is_heading else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        file = self.files[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            problem = self._batch.problem_of(file)
            return describe_problem(problem) if problem is not None else str(file.path)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == 0:
            return file.path.name
        if index.column() == 1:
            return elapsed_text(file.duration_s) if file.duration_s is not None else ""
        return self._batch.state_line(file)


class BatchTable(QTableView):
    """`removed`: the chosen files are to leave the list; `opened`: the chosen file's note is wanted; `moved`: where
    in the queue the chosen file is wanted."""

    removed = Signal()
    opened = Signal()
    moved = Signal(Move)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        dress(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setWordWrap(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        moves = {Qt.Key.Key_Home: Move.FIRST, Qt.Key.Key_Up: Move.UP, Qt.Key.Key_Down: Move.DOWN}
        if has_control and event.key() in moves:
            self.moved.emit(moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class ProgressPainter(QStyledItemDelegate):
    """Draws a bar under the state of the file that is being written down."""

    def __init__(self, batch: BatchModel, theme: Theme, table: BatchTable) -> None:
        super().__init__(table)
        self._batch = batch
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        current = self._batch.current
        if current is None or self._batch.files[index.row()].id != current.id:
            return
        cell = option.rect.adjusted(4, 0, -4, -2)
        height = max(3, option.fontMetrics.height() // 5)
        ground = QRect(cell.left(), cell.bottom() - height, cell.width(), height)
        painter.fillRect(ground, QColor(self._theme.colours.line))
        ground.setWidth(round(ground.width() * self._batch.progress))
        painter.fillRect(ground, QColor(self._theme.colours.accent))
