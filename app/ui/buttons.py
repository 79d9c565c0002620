"""Buttons with a pictogram that follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from app.translation import without_accelerator
from app.ui.icons import icon
from app.ui.theme import Theme


def key_of(action: QAction) -> str:
    """The action's key as the keyboards of the language in use name it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


class ThemedButton(QPushButton):
    """A push button whose `kind` ("primary", "record", "quiet", "small" or "") the style sheet knows; without a picture
    it is its text alone."""

    def __init__(
        self, theme: Theme, text: str, picture: str, kind: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._label = text
        self._is_picture_alone = False
        self._picture = picture
        self.setProperty("kind", kind)
        self.setAccessibleName(name or without_accelerator(text))
        theme.changed.connect(self._dress)
        self._dress()

    def show_picture(self, picture: str) -> None:
        """Exchanges the pictogram."""
        if picture != self._picture:
            self._picture = picture
            self._dress()

    @property
    def label(self) -> str:
        """The text, also while the picture stands alone."""
        return self._label

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        self._label = text
        super().setText("" if self._is_picture_alone else text)

    def show_picture_alone(self, is_alone: bool) -> None:
        """Leaves the text out, where there is no room for it; the name and the tool tip stay."""
        if is_alone != self._is_picture_alone:
            self._is_picture_alone = is_alone
            self.setText(self._label)

    def follow(self, action: QAction) -> None:
        """Does what the action does, is enabled when it is, and tells its key in the tool tip."""

        def look() -> None:
            self.setEnabled(action.isEnabled())
            self.setToolTip(f"{action.toolTip()} ({key_of(action)})")

        self.clicked.connect(action.trigger)
        action.changed.connect(look)
        look()

    def _dress(self) -> None:
        colours = self._theme.colours
        kind = self.property("kind")
        colour = {"primary": colours.on_accent, "record": colours.on_recording}.get(kind, colours.text)
        side = round(self.fontMetrics().height() * 1.05)
        self.setIconSize(QSize(side, side))
        if self._picture:
            self.setIcon(icon(self._picture, colour, colours.disabled))
