"""Pedals and microphones with buttons: what their buttons do, and teaching one that is not known."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.capture.controls import (
    ConnectedDevice,
    ControlError,
    DeviceSource,
    DeviceWatch,
    HidSource,
    Layout,
    Press,
    load_layouts,
    write_layout,
)
from app.capture.hot_keys import KeyEvent, KeyMoment
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.files import replace_file
from app.paths import controls_folder
from app.ui.models.messages import Messages
from app.ui.models.talk import TalkModel
from speech.errors import OtoscribeError
from speech.resources import shipped

_PEDAL = "pedal"
_READ_S = 0.2


@dataclass(frozen=True)
class PlayDoors:
    """What the buttons of playing do in the window."""

    play: Callable[[], object]
    back: Callable[[], object]


class ControlsModel(QObject):
    """`changed`: used or not, or other layouts. `source` makes what devices come from, in the controls lane."""

    changed = Signal()

    def __init__(
        self, desk: Desk, messages: Messages, talk: TalkModel, doors: PlayDoors, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._talk = talk
        self._doors = doors
        self._watch: DeviceWatch | None = None
        self._lesson = threading.Event()
        self._teacher: threading.Thread | None = None
        self.source: Callable[[], DeviceSource] = HidSource
        desk.at_close(self._end)

    @property
    def are_used(self) -> bool:
        return self._desk.settings.pedals

    def begin(self) -> None:
        """Reads devices from now on, where the settings say so."""
        if self.are_used:
            self._desk.controls.submit(self._start, self._take_problems, self._lack)

    def choose(self, is_used: bool) -> None:
        """Whether devices are used, from now on."""
        if is_used != self.are_used:
            self._desk.change_settings(lambda problem: self._messages.warn("settings", problem), pedals=is_used)
            self._desk.controls.submit(lambda job: self._end())
            self.begin()
            self.changed.emit()

    def list_devices(self, done: Callable[[Sequence[ConnectedDevice]], None]) -> None:
        """All devices that could be taught."""
        self._desk.controls.submit(lambda job: self.source().devices(), done, self._lack)

    def begin_teaching(self, device: ConnectedDevice, take: Callable[[bytes], None]) -> None:
        """Hands every report of a device to `take`, until `end_teaching`; buttons do nothing meanwhile."""

        def work(job: Job) -> None:
            self._end()
            try:
                stream = self.source().open(device)
            except OSError as error:
                raise ControlError(
                    "The device cannot be opened",
                    "Close other programs that use it; under Linux, docs/control.md says how to be allowed to.",
                ) from error
            lesson = self._lesson = threading.Event()

            def read() -> None:
                try:
                    while not lesson.is_set():
                        report = stream.read(_READ_S)
                        if report:
                            job.report(take, report)
                except OSError:
                    return  # pulled out: the dialog goes on waiting, and can be left
                finally:
                    stream.close()

            self._teacher = threading.Thread(target=read, name="teaching", daemon=True)
            self._teacher.start()

        self._desk.controls.submit(work, None, self._lack)

    def end_teaching(self) -> None:
        """Buttons do again what they are for."""
        self._desk.controls.submit(lambda job: self._end())
        self.begin()

    def keep(self, layout: Layout) -> None:
        """A layout that was taught: it is kept, comes before the shipped ones, and devices are used from now on."""
        name = re.sub(r"\W+", "-", layout.name.lower()).strip("-") or "device"
        path = controls_folder() / f"{name}.toml"
        content = write_layout(layout).encode()

        def work(job: Job) -> None:
            try:
                replace_file(path, lambda temporary: temporary.write_bytes(content))
            except OSError as error:
                raise ControlError(f"The layout cannot be written ({error.strerror})", "Free some space.") from error

        self._desk.controls.submit(work, None, self._lack)
        if not self.are_used:
            self.choose(True)

    def _start(self, job: Job) -> tuple[ControlError, ...]:
        self._end()
        layouts, problems = load_layouts((controls_folder(), shipped("controls")))
        self._watch = DeviceWatch(
            self.source(),
            layouts,
            pressed=lambda press: job.report(self._follow, press),
            gone=lambda name: job.report(self._lose, name),
            refused=lambda problem: job.report(self._lack, problem),
        )
        return problems

    def _end(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
        self._lesson.set()
        teacher, self._teacher = self._teacher, None
        if teacher is not None:
            teacher.join()

    def _follow(self, press: Press) -> None:
        does = press.button.does
        if does == "talk":
            moment = KeyMoment.DOWN if press.is_down else KeyMoment.UP
            self._talk.follow(KeyEvent(_PEDAL, moment, press.at_s))
        elif press.is_down and does:
            doors = {"play": self._doors.play, "back": self._doors.back}
            doors.update({"end": self._talk.doors.end, "transfer": self._talk.doors.transfer})
            doors[does]()

    def _lose(self, name: str) -> None:
        """A pedal that was pulled out while it was held ends nothing."""
        self._talk.forget(_PEDAL)
        self._lack(
            ControlError(f"{name} is gone", "What is being recorded goes on. Plug it in again, or use the keys.")
        )

    def _take_problems(self, problems: Sequence[ControlError]) -> None:
        for problem in problems[:1]:
            self._lack(problem)

    def _lack(self, problem: OtoscribeError) -> None:
        self._messages.warn("controls", problem)
