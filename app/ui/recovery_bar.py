"""The offer at the top: recordings that a crash left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.translation import translate
from app.ui.dates import weekday_and_time_text
from app.ui.models.recording import elapsed_text
from app.ui.models.session import Session

if TYPE_CHECKING:
    from app.desk.recovery import LeftBehind

_SHOWN_AT_ONCE = 3


class RecoveryBar(QFrame):
    """A line per recording with what can be done about it; takes no room when there is none.

    `confirm` asks the user whether a recording may be deleted.
    """

    def __init__(self, session: Session, confirm: Callable[[LeftBehind], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._confirm = confirm
        self.setProperty("message", "information")
        self.setAccessibleName(translate("RecoveryBar", "Recovered recordings"))
        self._layout = QVBoxLayout(self)
        self.rows: list[QWidget] = []
        self.add_buttons: list[QPushButton] = []
        self.go_on_buttons: list[QPushButton] = []
        session.recovery.changed.connect(self._show)
        session.changed.connect(self._allow)
        self._show()

    def _show(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        offer = self._session.recovery.offer
        self.setVisible(bool(offer))
        self.rows, self.add_buttons, self.go_on_buttons = [], [], []
        if not offer:
            return
        count = len(offer)
        text = translate("RecoveryBar", "%n recording(s) not in a note yet:", n=count)
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        line = QLabel(text, head)
        line.setProperty("kind", "section")
        line.setWordWrap(True)
        row.addWidget(line, 1)
        later = QPushButton(translate("RecoveryBar", "Keep for &later"), head)
        later.setAccessibleName(translate("RecoveryBar", "Keep the recordings for later"))
        later.setToolTip(
            translate(
                "RecoveryBar",
                "They stay where they are; Note > Recovered recordings shows them again",
            )
        )
        later.clicked.connect(self._session.recovery.put_off)
        row.addWidget(later)
        self._layout.addWidget(head)
        for recovered in offer[:_SHOWN_AT_ONCE]:
            self._layout.addWidget(self._row(recovered))
        if count > _SHOWN_AT_ONCE:
            self._layout.addWidget(QLabel(translate("RecoveryBar", "and %n more", n=count - _SHOWN_AT_ONCE), self))

    def _row(self, recovered: LeftBehind) -> QWidget:
        name = f"{weekday_and_time_text(recovered.started_at)}  ·  {elapsed_text(recovered.duration_s)}"
        widget = QWidget(self)
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        line = QLabel(name if recovered.dictation is None else f"{name}  ·  {_title(recovered)}", widget)
        line.setWordWrap(True)
        row.addWidget(line, 1)
        if recovered.dictation is not None:
            go_on = QPushButton(translate("RecoveryBar", "Add to the &same note"), widget)
            go_on.setProperty("kind", "primary")
            go_on.setToolTip(
                translate("RecoveryBar", "What the note lacks of the recording is written where you were dictating")
            )
            go_on.setAccessibleName(
                translate("RecoveryBar", "Add the recording of {name} to {title}", name=name, title=_title(recovered))
            )
            go_on.clicked.connect(lambda: self._session.put_into_its_note(recovered))
            row.addWidget(go_on)
            self.go_on_buttons.append(go_on)
        add = QPushButton(translate("RecoveryBar", "Add to a &new note"), widget)
        if recovered.dictation is None:
            add.setProperty("kind", "primary")
        add.setToolTip(translate("RecoveryBar", "All of the recording is written into a note of its own"))
        add.setAccessibleName(translate("RecoveryBar", "Add the recording of {name} to a new note", name=name))
        add.clicked.connect(lambda: self._session.put_into_new_note(recovered))
        row.addWidget(add)
        delete = QPushButton(translate("RecoveryBar", "&Delete…"), widget)
        delete.setAccessibleName(translate("RecoveryBar", "Delete the recording of {name}", name=name))
        delete.clicked.connect(lambda: self._delete(recovered))
        row.addWidget(delete)
        self.rows.append(widget)
        self.add_buttons.append(add)
        return widget

    def _delete(self, recovered: LeftBehind) -> None:
        if self._confirm(recovered):
            self._session.recovery.delete(recovered)

    def _allow(self) -> None:
        for row in self.rows:
            row.setEnabled(not self._session.recording.is_active)


def _title(recovered: LeftBehind) -> str:
    """That of the note that it was dictated into."""
    return recovered.note_title.strip() or translate("OpenNote", "Untitled note")
