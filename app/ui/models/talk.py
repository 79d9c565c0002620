"""Keys for the whole screen and pedals: what they begin, end and cancel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.capture.hot_keys import (
    HoldOrToggle,
    HotKeyError,
    HotKeys,
    KeyEvent,
    KeyMoment,
    Wish,
    listen_for_keys,
    parse_key,
)
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.translation import translate
from app.ui.models.messages import Action, Messages
from app.ui.models.recording import RecordingModel, RecordingState
from speech.errors import OtoscribeError

TALK, TRANSFER = "talk", "transfer"


@dataclass(frozen=True)
class Doors:
    """What keys do in the window. `begin` records into the note on show, or goes on after a pause; `is_beginning` while
    the note for it is still being made."""

    begin: Callable[[], object]
    is_beginning: Callable[[], bool]
    end: Callable[[], object]
    cancel: Callable[[], object]
    transfer: Callable[[], object]
    show_settings: Callable[[], None]


class TalkModel(QObject):
    """`changed`: other keys, or a problem with them. `problem` says why they can't be had; none are taken then."""

    changed = Signal()

    def __init__(
        self, desk: Desk, messages: Messages, recording: RecordingModel, doors: Doors, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recording = recording
        self.doors = doors
        self._presses: dict[str, HoldOrToggle] = {}
        self._keys: HotKeys | None = None
        self._waiting = Wish.NOTHING
        self.problem: OtoscribeError | None = None
        recording.changed.connect(self.catch_up)
        desk.at_close(self._let_go)

    def begin(self) -> None:
        """Listens for the keys of the settings, where there are any."""
        if self._named():
            self._take_keys()

    def choose(self, talk: str, transfer: str) -> None:
        """Other keys from now on; nothing for none. They are kept, and taken at once."""
        settings = self._desk.settings
        if (talk, transfer) != (settings.talk_key, settings.transfer_key):
            self._desk.change_settings(
                lambda problem: self._messages.warn("settings", problem), talk_key=talk, transfer_key=transfer
            )
            self._take_keys()

    def follow(self, event: KeyEvent) -> None:
        """Does what the user means by a key that goes down or comes up."""
        if event.name == TRANSFER:
            if event.moment == KeyMoment.DOWN:
                self.doors.transfer()
            return
        is_recording = self._is_recording
        key = self._presses.setdefault(event.name, HoldOrToggle())
        if event.moment == KeyMoment.DOWN:
            wish = key.press(event.at_s, is_recording)
        elif event.moment == KeyMoment.UP:
            wish = key.release(event.at_s, is_recording)
        else:
            wish = key.cancel(is_recording)
        self._fulfil(wish)

    def forget(self, name: str) -> None:
        """The key or pedal of a name is gone, perhaps while it was held."""
        self._presses.pop(name, None)

    @property
    def _is_recording(self) -> bool:
        """Something is being recorded, or will be in a moment, and nothing has ended it yet."""
        is_on = self._recording.state in (RecordingState.STARTING, RecordingState.RECORDING)
        return (is_on or self.doors.is_beginning()) and self._waiting == Wish.NOTHING

    def _fulfil(self, wish: Wish) -> None:
        if wish == Wish.BEGIN:
            self.doors.begin()
        elif wish != Wish.NOTHING:
            self._waiting = wish
            self.catch_up()

    def catch_up(self) -> None:
        """Ends what could not be ended when it was wished: a recording whose microphone was still being opened."""
        if self._waiting == Wish.NOTHING:
            return
        if self._recording.can_stop:
            wish, self._waiting = self._waiting, Wish.NOTHING
            (self.doors.end if wish == Wish.END else self.doors.cancel)()
        elif not self._recording.is_active and not self.doors.is_beginning():
            self._waiting = Wish.NOTHING

    def _named(self) -> dict[str, str]:
        settings = self._desk.settings
        return {name: key for name, key in ((TALK, settings.talk_key), (TRANSFER, settings.transfer_key)) if key}

    def _take_keys(self) -> None:
        named = self._named()

        def work(job: Job) -> None:
            self._let_go()
            keys = {name: parse_key(text) for name, text in named.items()}
            if len(set(keys.values())) < len(keys):
                raise HotKeyError("One key can't do both", "Choose different ones.")
            if keys:
                self._keys = listen_for_keys(keys, lambda event: job.report(self.follow, event))

        self._desk.controls.submit(work, self._take, self._lack)

    def _let_go(self) -> None:
        keys, self._keys = self._keys, None
        if keys is not None:
            keys.close()

    def _take(self, _nothing: None) -> None:
        self.problem = None
        self._messages.clear("keys")
        self.changed.emit()

    def _lack(self, problem: OtoscribeError) -> None:
        self.problem = problem
        choose = Action(translate("Talk", "Choose another key"), self.doors.show_settings)
        self._messages.warn("keys", problem, choose)
        self.changed.emit()
