"""The audio files that wait to be written down, in their order, and what became of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QWidget,
)

from app.records import Move, QueuedFile, QueuedState
from app.translation import describe_problem, translate
from app.ui.batch_table import STATE_COLUMN, BatchRows, BatchTable, ProgressPainter
from app.ui.buttons import ThemedButton
from app.ui.flow import FlowLayout
from app.ui.models.batch import BatchModel
from app.ui.page import Page
from app.ui.sides import SidesLayout
from app.ui.theme import Theme

_LENGTH_CHARACTERS, _NAME_CHARACTERS = 10, 38


class BatchPage(Page):
    """Shows the queue and passes on what is wanted of it. `note_wanted` tells the number of a file's note."""

    note_wanted = Signal(int)

    def __init__(self, batch: BatchModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(translate("BatchPage", "Audio files"), theme, parent)
        self._batch = batch
        layout = self.column()
        layout.addLayout(self._make_header(theme))
        self.folder = self._line(translate("BatchPage", "Watched folder"))
        layout.addWidget(self.folder)
        self.line = self._line(translate("BatchPage", "State of the queue"))
        layout.addWidget(self.line)
        self.empty = self._line(translate("BatchPage", "How to begin"))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setText(
            translate(
                "BatchPage",
                "Drop audio files onto this window, choose them, or have a folder watched.\n"
                "Each becomes a note with its recording; the files themselves stay where they are.",
            )
        )
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._make_table(theme))
        layout.addWidget(self.stack, 1)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("kind", "warning")
        self.problem.setAccessibleName(translate("BatchPage", "What is wrong with the chosen file"))
        layout.addWidget(self.problem)
        layout.addLayout(self._make_footer(theme))
        batch.changed.connect(self._show)
        theme.changed.connect(self._fit)
        self._fit()
        self._show()

    def open(self) -> None:
        """Shows what there is now."""
        self._show()
        (self.table if self._rows.files else self.choose).setFocus()

    def _line(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("kind", "muted")
        label.setAccessibleName(name)
        return label

    def _make_header(self, theme: Theme) -> SidesLayout:
        self.choose = ThemedButton(theme, translate("BatchPage", "&Add files…"), "new", parent=self)
        self.choose.clicked.connect(self._ask_for_files)
        self.watch = ThemedButton(theme, translate("BatchPage", "&Watch a folder…"), "search", parent=self)
        self.watch.clicked.connect(self._ask_for_folder)
        self.unwatch = ThemedButton(theme, translate("BatchPage", "Stop &watching"), "close", parent=self)
        self.unwatch.clicked.connect(lambda: self._batch.watch(None))
        self.pause_all = ThemedButton(theme, translate("BatchPage", "Pause the &queue"), "pause", parent=self)
        self.pause_all.clicked.connect(lambda: self._batch.pause_all(not self._batch.is_paused))
        return self.header(self.choose, self.watch, self.unwatch, self.pause_all)

    def _make_table(self, theme: Theme) -> BatchTable:
        self.table = BatchTable(self)
        self.table.setAccessibleName(translate("BatchPage", "Audio files, in the order in which they are written down"))
        self._rows = BatchRows(self._batch, self)
        self.table.setModel(self._rows)
        self.table.setItemDelegateForColumn(STATE_COLUMN, ProgressPainter(self._batch, theme, self.table))
        self.table.removed.connect(lambda: self._batch.take_off(self.chosen))
        self.table.opened.connect(self._open_note)
        self.table.moved.connect(self._move)
        self.table.doubleClicked.connect(self._open_note)
        self.table.selectionModel().selectionChanged.connect(self._allow)
        return self.table

    def _make_footer(self, theme: Theme) -> FlowLayout:
        self.first = ThemedButton(theme, translate("BatchPage", "&First"), "first", parent=self)
        self.first.setToolTip(translate("BatchPage", "Write this file down next (Ctrl+Home)"))
        self.first.clicked.connect(lambda: self._move(Move.FIRST))
        self.up = ThemedButton(theme, translate("BatchPage", "Ea&rlier"), "up", parent=self)
        self.up.setToolTip(translate("BatchPage", "Earlier (Ctrl+Up)"))
        self.up.clicked.connect(lambda: self._move(Move.UP))
        self.down = ThemedButton(theme, translate("BatchPage", "&Later"), "down", parent=self)
        self.down.setToolTip(translate("BatchPage", "Later (Ctrl+Down)"))
        self.down.clicked.connect(lambda: self._move(Move.DOWN))
        self.pause = ThemedButton(theme, translate("BatchPage", "&Pause"), "pause", parent=self)
        self.pause.clicked.connect(lambda: self._batch.pause(self.chosen))
        self.again = ThemedButton(theme, translate("BatchPage", "&Try again"), "refresh", parent=self)
        self.again.clicked.connect(lambda: self._batch.let_wait(self.chosen))
        self.open_note = ThemedButton(theme, translate("BatchPage", "&Open the note"), "sign", parent=self)
        self.open_note.clicked.connect(self._open_note)
        self.remove = ThemedButton(theme, translate("BatchPage", "Take off the l&ist"), "close", parent=self)
        self.remove.setToolTip(translate("BatchPage", "The file and its note stay (Delete)"))
        self.remove.clicked.connect(lambda: self._batch.take_off(self.chosen))
        return FlowLayout(self.first, self.up, self.down, self.pause, self.again, self.open_note, self.remove)

    # --- showing

    @property
    def chosen(self) -> list[QueuedFile]:
        """The files of the selected rows."""
        return [self._rows.files[index.row()] for index in self.table.selectionModel().selectedRows()]

    def _fit(self) -> None:
        metrics = self.table.fontMetrics()
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(STATE_COLUMN, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, metrics.averageCharWidth() * _NAME_CHARACTERS)
        self.table.setColumnWidth(1, metrics.averageCharWidth() * _LENGTH_CHARACTERS)
        self.table.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.9))

    def _show(self) -> None:
        chosen = {each.id for each in self.chosen}
        if self._rows.take():
            self._choose_again(chosen)
        self.stack.setCurrentWidget(self.table if self._rows.files else self.empty)
        folder = self._batch.watched_folder
        self.folder.setVisible(folder is not None)
        self.folder.setText(translate("BatchPage", "Watched: {folder}", folder=folder) if folder is not None else "")
        self.watch.setVisible(folder is None)
        self.unwatch.setVisible(folder is not None)
        self.line.setText(self._batch.line)
        is_paused = self._batch.is_paused
        self.pause_all.setText(
            translate("BatchPage", "&Go on") if is_paused else translate("BatchPage", "Pause the &queue")
        )
        self.pause_all.setAccessibleName(
            translate("BatchPage", "Go on with the queue") if is_paused else translate("BatchPage", "Pause the queue")
        )
        self.pause_all.show_picture("play" if is_paused else "pause")
        self._allow()

    def _choose_again(self, chosen: set[int]) -> None:
        """Other rows came or went: those that were selected are again."""
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        rows = [row for row, file in enumerate(self._rows.files) if file.id in chosen]
        for row in rows:
            self.table.selectionModel().select(self._rows.index(row, 0), flags)
        if rows:
            self.table.selectionModel().setCurrentIndex(
                self._rows.index(rows[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def _allow(self) -> None:
        chosen = self.chosen
        is_one = len(chosen) == 1
        is_to_do = is_one and chosen[0].state != QueuedState.DONE
        for button in (self.first, self.up, self.down):
            button.setEnabled(is_to_do)
        failed = [each for each in chosen if self._batch.problem_of(each) is not None]
        paused = [each for each in chosen if each.state == QueuedState.PAUSED]
        self.pause.setEnabled(any(each.state == QueuedState.WAITING for each in chosen) and not failed)
        self.again.setEnabled(bool(failed or paused))
        self.again.setText(
            translate("BatchPage", "&Go on with it") if paused and not failed else translate("BatchPage", "&Try again")
        )
        self.open_note.setEnabled(is_one and chosen[0].note_id is not None)
        self.remove.setEnabled(bool(chosen))
        problem = self._batch.problem_of(failed[0]) if failed else None
        self.problem.setText(describe_problem(problem) if problem is not None else "")
        self.problem.setVisible(problem is not None)

    # --- doing

    def _move(self, move: Move) -> None:
        chosen = self.chosen
        if len(chosen) == 1:
            self._batch.move(chosen[0], move)

    def _open_note(self) -> None:
        chosen = self.chosen
        if len(chosen) == 1 and chosen[0].note_id is not None:
            self.note_wanted.emit(chosen[0].note_id)

    def _ask_for_files(self) -> None:
        title = translate("BatchPage", "Choose audio files")
        chosen, _ = QFileDialog.getOpenFileNames(self.window(), title)
        if chosen:
            self._batch.add([Path(each) for each in chosen])

    def _ask_for_folder(self) -> None:
        title = translate("BatchPage", "Choose the folder whose audio files are written down")
        chosen = QFileDialog.getExistingDirectory(self.window(), title)
        if chosen:
            self._batch.watch(Path(chosen))
