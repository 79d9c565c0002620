"""The lines at the top of the note: problems with their next step, and what is worth knowing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.translation import translate
from app.ui.buttons import ThemedButton
from app.ui.icons import icon
from app.ui.models.messages import Message, Messages
from app.ui.theme import Theme


class MessageBar(QWidget):
    """Shows the messages that stand, newest at the top; takes no room when there are none."""

    def __init__(self, messages: Messages, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._theme = theme
        self._shown: dict[str, tuple[Message, MessageLine]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setAccessibleName(translate("MessageBar", "Messages"))
        messages.changed.connect(self._show)
        self._show()

    def lines(self) -> list[MessageLine]:
        """The lines on show, newest first."""
        return [line for _, line in reversed(self._shown.values())]

    def _show(self) -> None:
        standing = {message.key: message for message in self._messages.standing}
        for key, (message, line) in list(self._shown.items()):
            if standing.get(key) != message:
                self._layout.removeWidget(line)
                line.hide()
                line.deleteLater()
                del self._shown[key]
        for key, message in standing.items():
            if key not in self._shown:
                line = MessageLine(message, self._messages, self._theme, self)
                self._layout.insertWidget(0, line)
                self._shown[key] = (message, line)
        self.setVisible(bool(standing))


class MessageLine(QFrame):
    """One message with its buttons."""

    def __init__(self, message: Message, messages: Messages, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._message = message
        self._theme = theme
        self.setProperty("message", "warning" if message.is_warning else "information")
        self.setAccessibleName(
            translate("MessageLine", "Problem") if message.is_warning else translate("MessageLine", "Message")
        )
        self.setAccessibleDescription(message.text)
        layout = QHBoxLayout(self)
        self._picture = QLabel(self)
        self._picture.setAccessibleName(self.accessibleName())
        layout.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignVCenter)
        self.text = QLabel(message.text, self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.text.setSizePolicy(policy)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self.text, 1)
        self.buttons: list[QPushButton] = []
        for action in message.actions:
            button = QPushButton(action.label, self)
            button.setAccessibleName(action.label)
            button.clicked.connect(lambda _checked=False, action=action: messages.run(message, action))
            layout.addWidget(button)
            self.buttons.append(button)
        close = ThemedButton(theme, "", "close", "quiet", translate("MessageLine", "Dismiss this message"), self)
        close.setToolTip(translate("MessageLine", "Dismiss"))
        close.clicked.connect(lambda: messages.clear(message.key))
        layout.addWidget(close)
        theme.changed.connect(self._dress)
        self._dress()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _dress(self) -> None:
        colours = self._theme.colours
        name, colour = ("warning", colours.warning) if self._message.is_warning else ("information", colours.accent)
        side = round(self.fontMetrics().height() * 1.1)
        self._picture.setPixmap(icon(name, colour).pixmap(QSize(side, side)))
