"""The note's text into another program: an action, its button and the line that says which window it goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from app.dictation.fields import find_fields
from app.dictation.markup import without_signs
from app.transfer import NO_WINDOW
from app.translation import sentences, translate
from app.ui.buttons import ThemedButton
from app.ui.features.feature import Feature, Situation
from app.ui.models.transfer import TransferModel

if TYPE_CHECKING:
    from app.ui.window import MainWindow

_LONGEST_TITLE = 60


class TransferFeature(Feature):
    """What goes over is the selection, or the whole text where nothing is selected."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.model = TransferModel(self.session.desk, self.session.messages, window)
        tip = translate("TransferFeature", "Put the text into the program that you came from")
        label = translate("TransferFeature", "&Transfer")
        self.action = self.add("note", label, "Ctrl+Return", tip, self.transfer, self._can_transfer)
        self.button = ThemedButton(self.theme, label, "transfer", parent=window.note_page)
        self.button.follow(self.action)
        self.line = QLabel(window.note_page)
        self.line.setProperty("kind", "muted")
        self.line.setAccessibleName(translate("TransferFeature", "Where the text is transferred to"))
        window.note_page.add_transfer(self.button, self.line)
        self.model.changed.connect(self._show)
        self.session.painted.connect(self.model.begin)  # looking at other windows may take its time
        window.left.connect(self.model.clear)
        self._show()

    def transfer(self) -> None:
        """Saves the note and puts its text into the window of the other program that had the focus last."""
        note = self.session.notebook.current
        text = self.window.note_page.editor.textCursor().selection().toPlainText()
        messages = self.session.messages
        if note is None:
            return
        if not text and not note.document.toPlainText().strip():
            messages.tell("transfer", translate("TransferFeature", "There is no text to transfer yet."))
            return
        author = self.session.desk.author
        doubts = note.words_to_check(self.session.desk.doubt_threshold) if note.is_draft else 0
        target, fields = self.model.target.title, len(find_fields(text or note.document.toPlainText()))

        def done(is_there: bool) -> None:
            messages.tell("transfer", self._done_line(target if is_there else None, doubts, fields))
            self.session.desk.ask_records(
                lambda store: store.record_export(note.id, "transfer", author),
                None,
                lambda problem: messages.warn("transfer", problem),
            )

        def go_on(is_saved: bool) -> None:
            if is_saved:
                whole = note.document.toPlainText()
                self.model.transfer(without_signs(text or whole), self.session.desk.settings.transfer_way, done)

        note.save_now(go_on)

    def _can_transfer(self, situation: Situation) -> bool:
        return situation.has_note and not self.model.is_busy

    def _show(self) -> None:
        title = self.model.target.title
        if self.model.is_by_hand or self.model.target == NO_WINDOW:
            self.line.clear()
        else:
            shown = title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}…"
            self.line.setText(translate("TransferFeature", "Transfers to: {window}", window=shown or "?"))
        self.line.setVisible(bool(self.line.text()))
        self.session.changed.emit()

    def _done_line(self, target: str | None, doubts: int, fields: int) -> str:
        """`target` is the other window's title, or None where the user has still to paste."""
        lines = [translate("TransferFeature", "The text is ready to be pasted.")]
        if target is not None:
            lines = [translate("TransferFeature", "Transferred to {window}.", window=target)]
        if doubts:
            lines.append(translate("TransferFeature", "%n word(s) in it are still marked to be checked.", n=doubts))
        if fields:
            lines.append(translate("TransferFeature", "%n field(s) in it are still open.", n=fields))
        return sentences(lines)
