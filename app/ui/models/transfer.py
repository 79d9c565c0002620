"""The note's text into the window of another program that had the focus before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.settings import TRANSFER_WAYS
from app.transfer import NO_WINDOW, Target, TransferError, WindowSystem, go_to, require_ours, type_out, window_system
from app.translation import translate
from app.ui.models.clipboard import MARK, LentClipboard
from app.ui.models.messages import Action, Messages
from speech.errors import OtoscribeError

PASTE, TYPE, BY_HAND = TRANSFER_WAYS
_TAKEN_LIMIT_MS = 4000
_ASKED_AGAIN_MS = 700  # programs ask for the length or for another kind before they take the text
_BY_HAND_MS = 60_000


class TransferModel(QObject):
    """`changed`: another target, or a transfer has begun or ended. The text is in the clipboard no longer than the
    other program needs to take it; `mark` and content are looked at right before it is pasted."""

    changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._system: WindowSystem | None = None
        self._clipboard = LentClipboard(self)
        self._done: Callable[[bool], None] | None = None
        self._text = ""
        self.target = NO_WINDOW
        self.is_busy = False
        self._limit = self._timer(self._give_up)
        self._soon = self._timer(self._succeed)
        self._by_hand = self._timer(self.clear)
        self._clipboard.taken.connect(self._notice_taken)

    @property
    def is_by_hand(self) -> bool:
        """The user pastes: this system lets no program reach another's window, or it is not looked at yet."""
        return self._system is None

    def begin(self) -> None:
        """Watches from now on which window has the focus."""

        def work(job: Job) -> WindowSystem | None:
            system = window_system()
            if system is not None:
                self._desk.at_close(system.close)
                system.watch(lambda target: job.report(self._take_target, target))
            return system

        self._desk.transfer.submit(work, self._take_system, lambda problem: self._messages.warn("transfer", problem))

    def transfer(self, text: str, way: str, done: Callable[[bool], None] | None) -> None:
        """Puts the text into the target by PASTE or TYPE, or into the clipboard for a minute BY_HAND.

        `done` is called when the other program has it (True), or when the user is to paste it (False).
        """
        if self.is_busy or not text:
            return
        self._messages.clear("transfer")
        self._done = done
        if way == BY_HAND or self._system is None:
            self._lend_by_hand(text)
            return
        if self.target == NO_WINDOW:
            told = TransferError(
                "No window of another program had the focus yet",
                "Click into the one where the text belongs, then come back and transfer again.",
            )
            self._warn(told, text)
            return
        self._set_busy(True)
        if way == TYPE:
            self._type(self._system, self.target, text)
        else:
            self._paste(self._system, self.target, text)

    def clear(self) -> None:
        """Takes the text out of the clipboard and gives back what was there before."""
        for timer in (self._limit, self._soon, self._by_hand):
            timer.stop()
        self._clipboard.give_back()
        self._messages.clear("transfer by hand")

    # --- by hand

    def _lend_by_hand(self, text: str) -> None:
        self._clipboard.lend(text)
        self._by_hand.start(_BY_HAND_MS)
        self._messages.tell(
            "transfer by hand",
            translate(
                "Transfer",
                "The text is in the clipboard for a minute: click into the other program and paste it there.",
            ),
            Action(translate("Transfer", "Clear it now"), self.clear),
        )
        if self._done is not None:
            self._done(False)

    # --- typing

    def _type(self, system: WindowSystem, target: Target, text: str) -> None:
        def work(job: Job) -> None:
            go_to(system, target)
            type_out(system, target, text)

        self._desk.transfer.submit(work, lambda _nothing: self._succeed(), lambda problem: self._fail(problem, text))

    # --- pasting

    def _paste(self, system: WindowSystem, target: Target, text: str) -> None:
        """The lane looks at the windows, this thread lends the clipboard, the lane pastes, this thread waits until the
        text was taken."""

        def look(job: Job) -> bool:
            go_to(system, target)
            return system.can_read_clipboard()

        def lend(can_read: bool) -> None:
            self._text = text
            self._clipboard.lend(text, can_read=can_read)
            self._desk.transfer.submit(press, self._wait_until_taken, lambda problem: self._fail(problem, text))

        def press(job: Job) -> int:
            require_ours(system, target, MARK, self._clipboard.mark)
            taken_before = self._clipboard.times_taken  # by a program that looks at whatever comes into the clipboard
            system.press_paste()
            return taken_before

        self._desk.transfer.submit(look, lend, lambda problem: self._fail(problem, text))

    def _wait_until_taken(self, taken_before: int) -> None:
        if not self._clipboard.is_ours:
            told = TransferError("Another program has filled the clipboard meanwhile", "Look what was pasted there.")
            self._fail(told, self._text)
        elif self._clipboard.times_taken > taken_before:
            self._soon.start(_ASKED_AGAIN_MS)
        else:
            self._limit.start(_TAKEN_LIMIT_MS)

    def _notice_taken(self) -> None:
        if self._limit.isActive() or self._soon.isActive():
            self._limit.stop()
            self._soon.start(_ASKED_AGAIN_MS)

    def _give_up(self) -> None:
        text = self._text
        told = TransferError("The other program took no text", "Put its cursor into a text field and transfer again.")
        done = self._done
        again = Action(translate("Transfer", "Type it instead"), lambda: self.transfer(text, TYPE, done))
        self._fail(told, text, again)

    # --- the end of each

    def _succeed(self) -> None:
        self.clear()
        self._set_busy(False)
        if self._done is not None:
            self._done(True)

    def _fail(self, problem: OtoscribeError, text: str, *actions: Action) -> None:
        self.clear()
        self._set_busy(False)
        self._desk.transfer.submit(self._look_anew, self._take_target)
        self._warn(problem, text, *actions)

    def _warn(self, problem: OtoscribeError, text: str, *actions: Action) -> None:
        by_hand = Action(translate("Transfer", "Paste by hand"), lambda: self._lend_by_hand(text))
        self._messages.warn("transfer", problem, *actions, by_hand)

    def _look_anew(self, job: Job) -> Target:
        """Whoever transfers again has looked at what the target shows now."""
        system, target = self._system, self.target
        return (system.find(target.id) if system is not None else None) or NO_WINDOW

    def _take_system(self, system: WindowSystem | None) -> None:
        self._system = system
        self.changed.emit()

    def _take_target(self, target: Target) -> None:
        if target != self.target:
            self.target = target
            self.changed.emit()

    def _set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.changed.emit()

    def _timer(self, run: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(run)
        return timer
