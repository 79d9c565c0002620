"""The notes at the left: a new one, the search, the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.records import NoteStatus, NoteSummary, without_marks
from app.translation import translate
from app.ui.buttons import ThemedButton
from app.ui.dates import clock_text, short_day_text
from app.ui.models.notes import NotesModel
from app.ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
NOTE_ROLE = Qt.ItemDataRole.UserRole


def when(moment: datetime, now: datetime) -> str:
    """The time for today, the day and month for this year, else the date; in local time."""
    local, today = moment.astimezone(), now.astimezone()
    if local.date() == today.date():
        return clock_text(moment)
    return short_day_text(moment, with_year=local.year != today.year)


class _Rows(QAbstractListModel):
    """The notes as rows of a Qt list."""

    def __init__(self, notes: NotesModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._notes = notes
        self._shown: tuple[NoteSummary, ...] = ()
        notes.changed.connect(self._take)

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        return len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        note = self._shown[index.row()]
        if role == NOTE_ROLE:
            return note
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            title, patient, status = _words_of(note)
            return ", ".join(filter(None, (title, patient, status)))
        return None

    def row_of(self, note_id: int | None) -> int | None:
        return next((row for row, note in enumerate(self._shown) if note.id == note_id), None)

    def _take(self) -> None:
        if [note.id for note in self._shown] == [note.id for note in self._notes.notes]:
            self._shown = self._notes.notes
            if self._shown:
                self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))
            return
        self.beginResetModel()
        self._shown = self._notes.notes
        self.endResetModel()


class _RowPainter(QStyledItemDelegate):
    """A note in three lines: title and time, patient and state, the text's beginning or the match."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        line = option.fontMetrics.height()
        return QSize(10 * line, int(line * 4.1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        note: NoteSummary = index.data(NOTE_ROLE)
        colours = self._theme.colours
        line = option.fontMetrics.height()
        gap = line // 2
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = option.rect.adjusted(gap // 2, 2, -gap // 2, -2)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selection))
            painter.drawRoundedRect(field, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(field, 6, 6)
        inner = field.adjusted(gap, int(line * 0.4), -gap, 0)
        row = QRect(inner.left(), inner.top(), inner.width(), line)
        time = when(note.updated_at, datetime.now().astimezone())
        time_width = option.fontMetrics.horizontalAdvance(time)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        title, patient, status = _words_of(note)
        _write(painter, row.adjusted(0, 0, -time_width - gap, 0), title, bold, colours.text)
        painter.setFont(option.font)
        painter.setPen(QColor(colours.muted))
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, time)
        second = row.translated(0, int(line * 1.08))
        below = "  ·  ".join(filter(None, (patient, status)))
        _write(painter, second, below, option.font, colours.muted)
        snippet = without_marks(note.snippet).strip() or translate("Sidebar", "Empty")
        _write(painter, row.translated(0, int(line * 2.16)), snippet, option.font, colours.muted)
        painter.restore()


def _words_of(note: NoteSummary) -> tuple[str, str, str]:
    """Title, patient and status; no status for a draft."""
    status = {
        NoteStatus.DRAFT: "",
        NoteStatus.SIGNED: translate("Sidebar", "Signed"),
        NoteStatus.AMENDED: translate("Sidebar", "Amended"),
    }[note.status]
    title = note.title.strip() or translate("Sidebar", "Untitled note")
    return title, note.patient or translate("Sidebar", "No patient"), status


def _write(painter: QPainter, field: QRect, text: str, font: QFont, colour: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, field.width())
    painter.drawText(field, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class Sidebar(QWidget):
    """`chosen` tells the id of the note that the user picked."""

    chosen = Signal(int)

    def __init__(self, notes: NotesModel, theme: Theme, new_note: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes = notes
        self._theme = theme
        self._current: int | None = None
        self._is_marking = False
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(translate("Sidebar", "Notes"))
        layout = QVBoxLayout(self)
        self.new_button = ThemedButton(theme, translate("Sidebar", "New note"), "new", "primary", parent=self)
        self.new_button.follow(new_note)
        layout.addWidget(self.new_button)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(translate("Sidebar", "Search notes (Ctrl+F)"))
        self.search.setAccessibleName(translate("Sidebar", "Search notes"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(notes.search)
        layout.addWidget(self.search)
        self.list = QListView(self)
        self.list.setAccessibleName(translate("Sidebar", "List of notes"))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_RowPainter(theme, self.list))
        self._rows = _Rows(notes, self)
        self.list.setModel(self._rows)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.verticalScrollBar().valueChanged.connect(self._load_more)
        self.search.returnPressed.connect(self._choose_first)
        layout.addWidget(self.list, 1)
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self.hint.setProperty("kind", "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.hint, 1)
        notes.changed.connect(self._show)
        theme.changed.connect(self._dress)
        self._show()

    def mark_current(self, note_id: int | None) -> None:
        """Selects the note that is open, or none."""
        self._current = note_id
        row = self._rows.row_of(note_id)
        self._is_marking = True
        self.list.setCurrentIndex(self._rows.index(row) if row is not None else QModelIndex())
        if row is None:
            self.list.clearSelection()
        self._is_marking = False

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and not self._is_marking:
            self._current = index.data(NOTE_ROLE).id
            self.chosen.emit(self._current)

    def _choose_first(self) -> None:
        if self._rows.rowCount():
            self._choose(self._rows.index(0))
            self.list.setFocus()

    def _load_more(self, value: int) -> None:
        if value == self.list.verticalScrollBar().maximum():
            self._notes.load_more()

    def _show(self) -> None:
        self.hint.setText(self._notes.hint)
        self.hint.setVisible(bool(self._notes.hint))
        self.list.setVisible(not self._notes.hint)
        self.mark_current(self._current)

    def _dress(self) -> None:
        self.list.doItemsLayout()
