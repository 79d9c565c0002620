"""The menu at a dictated word: other wordings, each a key away, that it is right, and its sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.translation import in_a_row, translate
from app.ui.icons import icon
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.desk.choices import Choice

_LONGEST = 60  # characters of what would go


class WordMenu(QMenu):
    """`chosen`: a wording. `confirmed`: the word is right. `hearing`: the word's sound is wanted; the menu stays open.

    What it offers may come later. A choice that holds or takes away a number, a dose, a negation or a side says so and
    is never the one that Return picks unasked.
    """

    chosen = Signal(object)
    confirmed = Signal()
    hearing = Signal()

    def __init__(self, theme: Theme, word: str, more: Sequence[QAction], *, is_doubtful: bool, parent: QWidget) -> None:
        """`more` are actions of the window that go with a word."""
        super().__init__(parent)
        self._theme = theme
        self.choices: tuple[Choice, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(translate("WordMenu", "Other wordings for {word}", word=word))
        self._waiting = self.addAction(translate("WordMenu", "Listening again…"))
        self._waiting.setEnabled(False)
        self._below = self.addSeparator()
        self.right = self.addAction(translate("WordMenu", "&0  Looks right"))
        self.right.setVisible(is_doubtful)
        self.right.triggered.connect(self.confirmed)
        self.sound = self.addAction(translate("WordMenu", "&Hear it") + "\tF5")
        self.sound.triggered.connect(self.hearing)
        self.addSeparator()
        self.addActions(list(more))

    def fill(self, choices: Sequence[Choice], *, heard_again: bool) -> None:
        """Puts the wordings above the rest, all of them at once, so that no number moves under a finger."""
        self.choices = tuple(choices)
        self.removeAction(self._waiting)
        made = [self._make(number, choice) for number, choice in enumerate(choices, start=1)]
        if not heard_again:
            made.append(
                self._remark(translate("WordMenu", "The model's own wordings come when it has finished writing"))
            )
        elif not made:
            made.append(self._remark(translate("WordMenu", "No other wording was heard")))
        self.insertActions(self._below, made)
        first = next((each for each, choice in zip(made, choices, strict=False) if not choice.cautions), None)
        if first is not None:
            self.setActiveAction(first)

    def tell_changed(self) -> None:
        """The word was changed by hand: what the model heard belongs to what is gone."""
        self._waiting.setText(translate("WordMenu", "Changed by hand; undo brings back what was heard"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_F5, Qt.Key.Key_H, Qt.Key.Key_Space):
            self.hearing.emit()
            return
        super().keyPressEvent(event)

    def _make(self, number: int, choice: Choice) -> QAction:
        from app.desk.cautions import Caution

        names = {
            Caution.NUMBER: translate("WordMenu", "number"),
            Caution.DOSE: translate("WordMenu", "dose"),
            Caution.NEGATION: translate("WordMenu", "negation"),
            Caution.SIDE: translate("WordMenu", "side"),
            Caution.OPPOSITE: translate("WordMenu", "opposite meaning"),
            Caution.LOOK_ALIKE: translate("WordMenu", "look-alike drug"),
        }
        remarks = [names[caution] for caution in choice.cautions]
        if choice.last - choice.first > 1:
            gone = choice.instead_of if len(choice.instead_of) <= _LONGEST else choice.instead_of[:_LONGEST] + "…"
            remarks.append(translate("WordMenu", "for “{words}”", words=gone))
        if choice.is_term:
            remarks.append(translate("WordMenu", "term"))
        text = choice.text.replace("&", "&&")
        action = QAction(f"&{number}  {text}" + ("\t" + in_a_row(remarks) if remarks else ""), self)
        if choice.cautions:
            action.setIcon(icon("warning", self._theme.colours.warning))
        action.triggered.connect(lambda _checked=False: self.chosen.emit(choice))
        return action

    def _remark(self, text: str) -> QAction:
        action = QAction(text, self)
        action.setEnabled(False)
        return action
