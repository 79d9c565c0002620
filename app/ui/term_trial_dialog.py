"""Say a term and see what is written without the lexicons and with those that are on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.translation import describe_problem, translate, without_accelerator
from app.ui.buttons import ThemedButton
from app.ui.dialogs import fit, give_room
from app.ui.form import Form
from app.ui.level_meter import LevelMeter
from app.ui.models.term_trial import TermTrialModel, TrialState
from app.ui.theme import Theme


class TermTrialDialog(QDialog):
    """One button to record and to stop, and both texts below each other."""

    def __init__(self, trial: TermTrialModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._trial = trial
        self.setWindowTitle(translate("TermTrialDialog", "Try by voice"))
        layout = QVBoxLayout(self)
        way = QLabel(
            translate("TermTrialDialog", "Record, say a sentence with the term as you would dictate it, and stop."),
            self,
        )
        way.setWordWrap(True)
        layout.addWidget(way)
        row = QHBoxLayout()
        self.record = ThemedButton(theme, translate("TermTrialDialog", "&Record"), "record", "record", parent=self)
        self.record.clicked.connect(trial.toggle)
        row.addWidget(self.record)
        self.meter = LevelMeter(theme, translate("TermTrialDialog", "Level of the microphone"), self)
        row.addWidget(self.meter, 1)
        layout.addLayout(row)
        form = Form()
        self.without, self.with_lexicons = QLabel(self), QLabel(self)
        for name, label in (
            (translate("TermTrialDialog", "Without lexicons"), self.without),
            (translate("TermTrialDialog", "With your lexicons"), self.with_lexicons),
        ):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAccessibleName(name)
            label.setMinimumHeight(self.fontMetrics().height() * 2)
            form.add(name, label)
        self.with_lexicons.setProperty("kind", "section")
        layout.addLayout(form)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName(translate("TermTrialDialog", "What went wrong"))
        self.problem.setProperty("kind", "warning")
        layout.addWidget(self.problem)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())
        close.setAccessibleName(without_accelerator(close.text()))
        layout.addWidget(buttons)
        give_room(self)
        fit(self, 80)
        trial.changed.connect(self._show)
        trial.level_changed.connect(self.meter.show_level)
        self.finished.connect(lambda _result: trial.end())
        self._show()

    def _show(self) -> None:
        trial = self._trial
        label, picture = _label(trial.state)
        self.record.setText(label)
        self.record.setAccessibleName(without_accelerator(label))
        self.record.show_picture(picture)
        self.record.setEnabled(trial.state is not TrialState.WRITING)
        self.without.setText(trial.without if trial.without is not None else "")
        self.with_lexicons.setText(trial.with_lexicons if trial.with_lexicons is not None else "")
        self.problem.setText(describe_problem(trial.problem) if trial.problem is not None else "")


def _label(state: TrialState) -> tuple[str, str]:
    """What the button says, and its pictogram."""
    return {
        TrialState.IDLE: (translate("TermTrialDialog", "&Record"), "record"),
        TrialState.LISTENING: (translate("TermTrialDialog", "&Stop"), "stop"),
        TrialState.WRITING: (translate("TermTrialDialog", "&Writing…"), "wait"),
    }[state]
