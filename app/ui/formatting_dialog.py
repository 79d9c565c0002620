"""How dictated text is written: on or off, whose punctuation counts, and each rule with a switch."""

from __future__ import annotations

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
from app.ui.dialogs import make_buttons

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
        layout.addWidget(self._make_punctuation())
        layout.addWidget(self._make_rules(), 1)
        label = QLabel(translate("FormattingDialog", "&Try it: type words as you would say them"), self)
        layout.addWidget(label)
        self.example = QLineEdit(_EXAMPLE, self)
        self.example.setAccessibleName(translate("FormattingDialog", "Words as said"))
        label.setBuddy(self.example)
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

    def _make_punctuation(self) -> QGroupBox:
        self._punctuation_box = QGroupBox(translate("FormattingDialog", "Punctuation"), self)
        layout = QVBoxLayout(self._punctuation_box)
        group = QButtonGroup(self)
        self.punctuation: dict[str, QRadioButton] = {}
        for name in PUNCTUATIONS:
            button = QRadioButton(_say_punctuation(name), self)
            button.setAccessibleName(without_accelerator(button.text()))
            button.setChecked(name == self._before.punctuation)
            group.addButton(button)
            layout.addWidget(button)
            self.punctuation[name] = button
        return self._punctuation_box

    def _make_rules(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setAccessibleName(translate("FormattingDialog", "Rules"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(self.fontMetrics().height() * 9)
        self._rules_box = QGroupBox(translate("FormattingDialog", "Rules"), self)
        layout = QVBoxLayout(self._rules_box)
        self.rules: dict[str, QCheckBox] = {}
        for name, help in RULES.items():
            box = QCheckBox(describe_phrase(f"{name.capitalize()}: {help}"), self)
            box.setAccessibleName(box.text())
            box.setChecked(name not in self._before.formatting_off)
            layout.addWidget(box)
            self.rules[name] = box
        area.setWidget(self._rules_box)
        return area

    def _show(self) -> None:
        is_on = self.formatting.isChecked()
        self._punctuation_box.setEnabled(is_on)
        self._rules_box.setEnabled(is_on)
        options = self.settings.formatting_options
        text = self.example.text()
        self.written.setText(format_text(text, options=options).text if options else text)


def _say_punctuation(name: str) -> str:
    return {
        "both": translate("FormattingDialog", "&Both: marks that you say, and those that the recogniser sets"),
        "spoken": translate("FormattingDialog", "&Spoken: where you say marks, the recogniser's are left out"),
        "automatic": translate(
            "FormattingDialog",
            "&Automatic: the recogniser sets the marks; words such as comma are written as words",
        ),
    }[name]
