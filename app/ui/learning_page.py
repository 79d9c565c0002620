"""Learning: what is gathered from corrections, what is to be decided, and what was learned from it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QWidget,
)

from adaptation.corrections import Kind
from app.desk.learning import (
    EMPTY,
    ShownCorrection,
    State,
    describe_gathered,
    describe_progress,
    describe_state,
    name_of_kind,
)
from app.translation import translate
from app.ui.buttons import ThemedButton
from app.ui.dates import short_day_text
from app.ui.dialogs import Question
from app.ui.flow import FlowLayout
from app.ui.models.learning import LearningModel
from app.ui.page import Page
from app.ui.sides import SidesLayout
from app.ui.tables import TextTable
from app.ui.theme import Theme

_WIDTHS = (34, 34, 24, 14)  # in characters


class LearningPage(Page):
    """Shows the state of learning and passes on what is wanted."""

    def __init__(self, learning: LearningModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(translate("LearningPage", "Learning"), theme, parent)
        self._learning = learning
        self._shown: tuple[ShownCorrection, ...] = ()
        layout = self.column()
        layout.addLayout(self._make_header(theme))
        self.switch = QCheckBox(translate("LearningPage", "Learn &from what I correct"), self)
        self.switch.setAccessibleName(translate("LearningPage", "Learn from what I correct"))
        self.switch.toggled.connect(learning.switch)
        layout.addLayout(FlowLayout(self.switch))
        self.explanation = self._line(
            translate(
                "LearningPage",
                "When you sign a dictated note, what you changed in it is kept on this computer, with the note. "
                "Nothing leaves the computer.",
            ),
            translate("LearningPage", "What is kept"),
        )
        layout.addWidget(self.explanation)
        self.gathered = self._line("", translate("LearningPage", "What is gathered"))
        layout.addWidget(self.gathered)
        layout.addWidget(self._make_table(), 3)
        layout.addLayout(self._make_decisions(theme))
        layout.addLayout(self._make_training(theme))
        self.verdict = self._line("", translate("LearningPage", "What the last try came to"))
        self.verdict.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        layout.addWidget(self.verdict)
        learning.changed.connect(self._show)
        learning.advanced.connect(self._show_progress)
        theme.changed.connect(self._fit)
        self._fit()
        self._show()

    def open(self) -> None:
        """Shows what there is now."""
        self._learning.refresh()
        self.switch.setFocus()

    def _line(self, text: str, name: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("kind", "muted")
        label.setAccessibleName(name)
        return label

    def _make_header(self, theme: Theme) -> SidesLayout:
        self.purge = ThemedButton(
            theme, translate("LearningPage", "Remove &all that is gathered…"), "close", parent=self
        )
        self.purge.clicked.connect(self._ask_to_purge)
        return self.header(self.purge)

    def _make_table(self) -> TextTable:
        self.table = TextTable(
            translate("LearningPage", "Corrections, those for you to decide first"),
            [
                translate("LearningPage", "Was written"),
                translate("LearningPage", "You wrote"),
                translate("LearningPage", "What it is"),
                translate("LearningPage", "Signed"),
            ],
            self,
            translate("LearningPage", "What you change in a dictated note stands here once you have signed it."),
        )
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.itemSelectionChanged.connect(self._allow)
        return self.table

    def _make_decisions(self, theme: Theme) -> FlowLayout:
        self.play = ThemedButton(
            theme,
            translate("LearningPage", "Pla&y"),
            "play",
            name=translate("LearningPage", "Play the recording from there"),
            parent=self,
        )
        self.play.clicked.connect(self._play)
        self.misheard = ThemedButton(theme, translate("LearningPage", "It was &misheard"), "done", parent=self)
        self.misheard.setToolTip(translate("LearningPage", "I said what I wrote: learn it"))
        self.misheard.clicked.connect(lambda: self._decide("misheard"))
        self.rewritten = ThemedButton(theme, translate("LearningPage", "I &wrote something else"), "sign", parent=self)
        self.rewritten.setToolTip(translate("LearningPage", "I said something else than I wrote: don't learn it"))
        self.rewritten.clicked.connect(lambda: self._decide("rewritten"))
        return FlowLayout(self.play, self.misheard, self.rewritten)

    def _make_training(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        self.train = ThemedButton(
            theme, translate("LearningPage", "Learn n&ow"), "refresh", kind="primary", parent=self
        )
        self.train.clicked.connect(self._learning.train)
        self.cancel = ThemedButton(
            theme,
            translate("LearningPage", "&Cancel"),
            "stop",
            name=translate("LearningPage", "Cancel learning"),
            parent=self,
        )
        self.cancel.setToolTip(translate("LearningPage", "The next time it goes on where it was"))
        self.cancel.clicked.connect(self._learning.cancel)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(translate("LearningPage", "How far learning has come"))
        self.bar.setTextVisible(False)
        self.doing = self._line("", translate("LearningPage", "What learning is at"))
        self.roll_back = ThemedButton(theme, translate("LearningPage", "&Go back one version"), "back", parent=self)
        self.roll_back.clicked.connect(self._learning.roll_back)
        row.addWidget(self.train)
        row.addWidget(self.cancel)
        row.addWidget(self.bar, 1)
        row.addWidget(self.doing, 2)
        row.addWidget(self.roll_back)
        return row

    # --- showing

    def _fit(self) -> None:
        metrics = self.table.fontMetrics()
        for column, characters in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, characters * metrics.averageCharWidth())

    def _show(self) -> None:
        learning = self._learning
        self.switch.setChecked(learning.is_on)
        self.gathered.setText(describe_gathered(self._state.gathered))
        self.verdict.setText(describe_state(self._state))
        chosen = self._chosen
        self._shown = self._state.corrections
        self.table.fill([_cells(shown) for shown in self._shown])
        for row, shown in enumerate(self._shown):
            if chosen is not None and chosen.correction.id == shown.correction.id:
                self.table.selectRow(row)
        self._show_progress()

    def _show_progress(self) -> None:
        progress = self._learning.progress
        self.bar.setVisible(self._learning.is_training)
        self.bar.setValue(round(100 * progress.share) if progress is not None else 0)
        self.doing.setText(describe_progress(progress) if self._learning.is_training else "")
        self._allow()

    @property
    def _state(self) -> State:
        return self._learning.state or EMPTY

    @property
    def _chosen(self) -> ShownCorrection | None:
        row = self.table.currentRow()
        return self._shown[row] if self.table.selectedItems() and 0 <= row < len(self._shown) else None

    def _allow(self) -> None:
        is_chosen, learning = self._chosen is not None, self._learning
        for button in (self.play, self.misheard, self.rewritten):
            button.setEnabled(is_chosen)
        self.train.setEnabled(not learning.is_training and self._state.can_train)
        self.cancel.setVisible(learning.is_training)
        self.purge.setEnabled(self._state.gathered.utterances > 0 and not learning.is_training)
        self.roll_back.setEnabled(self._state.in_use is not None and not learning.is_training)

    # --- doing

    def _play(self) -> None:
        if (shown := self._chosen) is not None:
            self._learning.play(shown.clip)

    def _decide(self, kind: str) -> None:
        if (shown := self._chosen) is not None:
            self._learning.decide(shown.correction.id, kind)

    def _ask_to_purge(self) -> None:
        question = Question(
            translate("LearningPage", "Remove all that is gathered"),
            translate("LearningPage", "Remove all corrections that were gathered from you?"),
            translate(
                "LearningPage",
                "Your notes and recordings stay, and so does what was learned until you go back a version.",
            ),
            translate("LearningPage", "&Remove"),
            translate("LearningPage", "&Keep"),
            self.window(),
        )
        if question.ask():
            self._learning.purge()


def _cells(shown: ShownCorrection) -> tuple[str, ...]:
    each = shown.correction
    signed = short_day_text(shown.clip.created_at, with_year=True)
    return each.before or "–", each.after or "–", name_of_kind(Kind(each.final_kind)), signed
