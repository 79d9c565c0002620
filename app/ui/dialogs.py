"""The few questions that need an answer before anything else happens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.translation import translate, without_accelerator
from app.ui.form import Form

_FIELDS_LISTED = 8
_GAP = 10  # pixels between what lies below each other


class SignDialog(QDialog):
    """Under which name, and what is still to be checked or filled. A note with open fields is signed only by somebody
    who says so."""

    def __init__(self, author: str, words_to_check: int, open_fields: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("SignDialog", "Sign the note"))
        layout = QVBoxLayout(self)
        text = translate(
            "SignDialog", "A signed note's text can't be changed any more; corrections are added to it as addenda."
        )
        explanation = QLabel(text, self)
        explanation.setWordWrap(True)
        layout.addWidget(explanation)
        if words_to_check:
            warning = QLabel(
                translate("SignDialog", "%n word(s) still marked to be checked. F7 leads to them.", n=words_to_check),
                self,
            )
            warning.setProperty("kind", "warning")
            warning.setWordWrap(True)
            layout.addWidget(warning)
        self.with_open_fields = QCheckBox(translate("SignDialog", "Sign &with these fields open"), self)
        self.with_open_fields.setAccessibleName(without_accelerator(self.with_open_fields.text()))
        self.with_open_fields.setVisible(bool(open_fields))
        if open_fields:
            self.fields = QLabel(_list_fields(open_fields), self)
            self.fields.setTextFormat(Qt.TextFormat.PlainText)
            self.fields.setProperty("kind", "warning")
            self.fields.setWordWrap(True)
            layout.addWidget(self.fields)
            layout.addWidget(self.with_open_fields)
        self._may_sign = not open_fields
        form = Form()
        self.name = QLineEdit(author, self)
        self.name.setAccessibleName(translate("SignDialog", "Your name"))
        self.name.setPlaceholderText(translate("SignDialog", "as it is to stand below the note"))
        form.add(translate("SignDialog", "&Your name"), self.name)
        layout.addLayout(form)
        self.buttons = make_buttons(self, translate("SignDialog", "&Sign"))
        layout.addWidget(self.buttons)
        self.name.textChanged.connect(self._allow)
        self.with_open_fields.toggled.connect(self._allow)
        self._allow()

    @property
    def author(self) -> str:
        return self.name.text().strip()

    def _allow(self) -> None:
        may_sign = bool(self.author) and (self._may_sign or self.with_open_fields.isChecked())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(may_sign)


def _list_fields(fields: Sequence[str]) -> str:
    lines = [translate("SignDialog", "%n field(s) still open. F3 leads to them.", n=len(fields))]
    lines += [f"• {field}" for field in fields[:_FIELDS_LISTED]]
    if len(fields) > _FIELDS_LISTED:
        lines.append(translate("SignDialog", "and %n more", n=len(fields) - _FIELDS_LISTED))
    return "\n".join(lines)


class AddendumDialog(QDialog):
    """What to add to a signed note, and who adds it."""

    def __init__(self, author: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("AddendumDialog", "Add an addendum"))
        layout = QVBoxLayout(self)
        form = Form()
        self.name = QLineEdit(author, self)
        self.name.setAccessibleName(translate("AddendumDialog", "Your name"))
        form.add(translate("AddendumDialog", "&Your name"), self.name)
        self.text = QPlainTextEdit(self)
        self.text.setAccessibleName(translate("AddendumDialog", "Addendum"))
        self.text.setTabChangesFocus(True)
        form.add(translate("AddendumDialog", "A&ddendum"), self.text)
        layout.addLayout(form)
        self.buttons = make_buttons(self, translate("AddendumDialog", "&Add"))
        layout.addWidget(self.buttons)
        self.name.textChanged.connect(self._allow)
        self.text.textChanged.connect(self._allow)
        self.text.setFocus()
        self._allow()

    @property
    def author(self) -> str:
        return self.name.text().strip()

    @property
    def addendum(self) -> str:
        return self.text.toPlainText().strip()

    def _allow(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self.author and self.addendum))


def make_buttons(dialog: QDialog, label: str) -> QDialogButtonBox:
    """A button with the label that accepts the dialog, and Cancel."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, dialog)
    accept = buttons.button(QDialogButtonBox.StandardButton.Ok)
    accept.setText(label)
    accept.setProperty("kind", "primary")
    accept.style().unpolish(accept)
    accept.style().polish(accept)
    fit(dialog, 60)
    give_room(dialog)
    for button in buttons.buttons():
        button.setIcon(QIcon())
        button.setAccessibleName(without_accelerator(button.text()))
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons


def give_room(dialog: QDialog) -> None:
    """The same room around and between the parts of every dialog."""
    gap = dialog.fontMetrics().height()
    if (layout := dialog.layout()) is not None:
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(_GAP)


def fit(dialog: QDialog, characters: int, lines: int = 0) -> None:
    """At least so many characters wide, and opened so many lines high, but within the window that it belongs to."""
    owner = dialog.parentWidget() or dialog
    room = owner.window().size() * 0.95
    metrics = dialog.fontMetrics()
    dialog.setMinimumWidth(min(metrics.averageCharWidth() * characters, room.width()))
    if lines:
        dialog.resize(dialog.minimumWidth(), min(metrics.height() * lines, room.height()))


class Question(QMessageBox):
    """A question with the safe answer as the default and the Escape key's."""

    def __init__(self, title: str, text: str, detail: str, go_on: str, stay: str, parent: QWidget) -> None:
        super().__init__(QMessageBox.Icon.NoIcon, title, text, parent=parent)
        self.setInformativeText(detail)
        self.go_on = self.addButton(go_on, QMessageBox.ButtonRole.AcceptRole)
        self.stay = self.addButton(stay, QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.stay)
        self.setEscapeButton(self.stay)
        for button in self.buttons():
            button.setAccessibleName(without_accelerator(button.text()))
        give_room(self)
        self._forget_icon()

    def _forget_icon(self) -> None:
        """Takes the room that Qt leaves for one: the text stands above the buttons' edge."""
        grid = self.layout()
        assert isinstance(grid, QGridLayout)
        grid.setHorizontalSpacing(0)
        grid.setColumnStretch(grid.columnCount() - 1, 1)
        for place in range(grid.count()):
            item = grid.itemAt(place)
            gap = item.spacerItem() if item is not None else None
            if gap is not None:
                gap.changeSize(0, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt makes it only so wide as the screen suggests: there buttons with large text stand below each other."""
        super().showEvent(event)
        grid, row = self.layout(), self.findChild(QDialogButtonBox)
        assert grid is not None and isinstance(row, QDialogButtonBox)
        grid.activate()
        if any(button.width() < button.sizeHint().width() for button in self.buttons()):
            row.setOrientation(Qt.Orientation.Vertical)

    def ask(self) -> bool:
        """Whether the user wants to go on."""
        self.exec()
        return self.clickedButton() is self.go_on


def ask_to_close(reason: str, parent: QWidget) -> Question:
    """The question for closing while something is under way; `reason` as in Session.reason_to_stay."""
    if reason == "recording":
        return Question(
            translate("Dialogs", "A recording is running"),
            translate("Dialogs", "A recording is running."),
            translate("Dialogs", "Closing stops it and keeps it with its note. It can be written down the next time."),
            translate("Dialogs", "&Stop, keep and close"),
            translate("Dialogs", "&Go on recording"),
            parent,
        )
    return Question(
        translate("Dialogs", "A dictation is being written down"),
        translate("Dialogs", "A dictation is being written down."),
        translate(
            "Dialogs", "Closing stops that. The recording is kept with its note and can be written down the next time."
        ),
        translate("Dialogs", "&Close now"),
        translate("Dialogs", "&Wait"),
        parent,
    )
