"""How dictated text is written: on or off, whose punctuation counts, and each rule with a switch."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFrame,
    QGroupBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.dictation import PUNCTUATIONS, RULES, format_text
from app.settings import Settings
from app.translation import describe_phrase, translate, without_accelerator
from app.ui.dialogs import fit, make_buttons

_EXAMPLE = "metformin five hundred milligrams b i d comma review in four to six weeks period"


class FormattingDialog(QDialog):
    """Shows the settings for the written form; `settings` are the chosen ones. An example shows what they do."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._before = settings
        self.setWindowTitle(translate("FormattingDialog", "Written form"))
        layout = QVBoxLayout(self)
        self.formatting = QCheckBox(translate("FormattingDialog", "&Write dictated text as medicine writes it"), self)
        self.formatting.setChecked(settings.formatting)
        layout.addWidget(self.formatting)
        layout.addWidget(self._make_choices(), 1)
        label = QLabel(translate("FormattingDialog", "&Try it: type words as you would say them"), self)
        layout.addWidget(label)
        self.example = QLineEdit(_EXAMPLE, self)
        self.example.setAccessibleName(translate("FormattingDialog", "Words as said"))
        self.example.setCursorPosition(0)
        label.setBuddy(self.example)
        label.setWordWrap(True)
        layout.addWidget(self.example)
        self.written = QLabel(self)
        self.written.setAccessibleName(translate("FormattingDialog", "As they are written"))
        self.written.setTextFormat(Qt.TextFormat.PlainText)
        self.written.setWordWrap(True)
        self.written.setProperty("kind", "section")
        layout.addWidget(self.written)
        hint = QLabel(
            translate(
                "FormattingDialog", "What is written from now on is written so; notes that are there stay as they are."
            ),
            self,
        )
        hint.setProperty("kind", "muted")
        hint.setWordWrap(True)
        layout.addWidget(hint)
        self.buttons = make_buttons(self, translate("FormattingDialog", "&Use these"))
        layout.addWidget(self.buttons)
        fit(self, 100, 42)
        for button in (self.formatting, *self.punctuation.values(), *self.rules.values()):
            button.toggled.connect(self._show)
        self.example.textChanged.connect(self._show)
        self._show()

    @property
    def settings(self) -> Settings:
        """The settings as they were, with what is chosen here."""
        chosen = next(name for name, button in self.punctuation.items() if button.isChecked())
        off = tuple(name for name, box in self.rules.items() if not box.isChecked())
        return replace(self._before, formatting=self.formatting.isChecked(), formatting_off=off, punctuation=chosen)

    def _make_choices(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setAccessibleName(translate("FormattingDialog", "Punctuation and rules"))
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(self.fontMetrics().height() * 5)
        self._choices = QWidget(area)
        layout = QVBoxLayout(self._choices)
        layout.addWidget(self._make_punctuation())
        layout.addWidget(self._make_rules())
        area.setWidget(self._choices)
        return area

    def _make_punctuation(self) -> QGroupBox:
        box = QGroupBox(translate("FormattingDialog", "Punctuation"), self)
        layout = QVBoxLayout(box)
        group = QButtonGroup(self)
        self.punctuation: dict[str, QRadioButton] = {}
        for name in PUNCTUATIONS:
            label, explanation = _say_punctuation(name)
            button = QRadioButton(label, box)
            button.setAccessibleName(without_accelerator(label))
            button.setAccessibleDescription(explanation)
            button.setChecked(name == self._before.punctuation)
            group.addButton(button)
            layout.addWidget(button)
            layout.addWidget(self._explain(explanation, box))
            self.punctuation[name] = button
        return box

    def _make_rules(self) -> QGroupBox:
        group = QGroupBox(translate("FormattingDialog", "Rules"), self)
        layout = QVBoxLayout(group)
        self.rules: dict[str, QCheckBox] = {}
        for name, help in RULES.items():
            told = describe_phrase(f"{name.capitalize()}: {help}")
            label, explanation = re.split(r"[:：]\s*", told, maxsplit=1)
            box = QCheckBox(label, group)
            box.setAccessibleName(told)
            box.setChecked(name not in self._before.formatting_off)
            layout.addWidget(box)
            layout.addWidget(self._explain(explanation, group))
            self.rules[name] = box
        return group

    def _explain(self, text: str, parent: QWidget) -> QLabel:
        line = QLabel(text, parent)
        line.setProperty("kind", "muted")
        line.setWordWrap(True)
        line.setIndent(round(self.fontMetrics().height() * 1.75))
        return line

    def _show(self) -> None:
        is_on = self.formatting.isChecked()
        self._choices.setEnabled(is_on)
        options = self.settings.formatting_options
        text = self.example.text()
        self.written.setText(format_text(text, options=options).text if options else text)


def _say_punctuation(name: str) -> tuple[str, str]:
    """What it is called and what it does."""
    return {
        "both": (
            translate("FormattingDialog", "&Both"),
            translate("FormattingDialog", "Marks that you say, and those that the recogniser sets"),
        ),
        "spoken": (
            translate("FormattingDialog", "&Spoken"),
            translate("FormattingDialog", "Where you say marks, the recogniser's are left out"),
        ),
        "automatic": (
            translate("FormattingDialog", "&Automatic"),
            translate("FormattingDialog", "The recogniser sets the marks; words such as comma are written as words"),
        ),
    }[name]
