"""The desk: the settings, the record and the lanes that everything slow runs in."""

from __future__ import annotations

import dataclasses
import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from app import settings as settings_file
from app.desk.doubts import doubt_threshold
from app.desk.lanes import Deliver, Job, Lane
from app.settings import Settings
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.records import RecordStore

T = TypeVar("T")


class Desk:
    """Everything between a window and the rooms. Its methods return at once; answers come through `deliver`.

    `records` is the only thread that touches the record, `recognition` the only one that runs the model, `sound` the
    only one that opens microphones and loudspeakers; `files` is for documents, settings, downloads and the disk,
    `transfer` for the windows of other programs, `batch` for the disks and shares that audio files come from and
    `templates` for the site's folder, which may be slow, `waveforms` for reading recordings from end to end.
    """

    def __init__(self, settings: Settings, deliver: Deliver) -> None:
        self.settings = settings
        self._deliver_anyway = deliver
        self._is_closed = False
        self.records = Lane("records", self.deliver)
        self.recognition = Lane("recognition", self.deliver)
        self.sound = Lane("sound", self.deliver)
        self.files = Lane("files", self.deliver)
        self.batch = Lane("batch", self.deliver)
        self.templates = Lane("templates", self.deliver)
        self.waveforms = Lane("waveforms", self.deliver)
        self.downloads = Lane("downloads", self.deliver)
        self.training = Lane("training", self.deliver)
        self.transfer = Lane("transfer", self.deliver)
        self.controls = Lane("controls", self.deliver)
        self._store: RecordStore | None = None
        self._at_close: list[Callable[[], None]] = []

    @property
    def author(self) -> str:
        """Who writes: the name in the settings, or else the user's name on this computer."""
        return self.settings.author.strip() or _login_name()

    @property
    def doubt_threshold(self) -> float:
        """The confidence below which words are marked."""
        return doubt_threshold(self.settings)

    def deliver(self, thunk: Callable[[], None]) -> None:
        """Runs a thunk on the asking thread, unless the desk is closed by then: nobody waits for the answer."""
        self._deliver_anyway(lambda: None if self._is_closed else thunk())

    def change_settings(self, failed: Callable[[OtoscribeError], None], **changes: Any) -> None:
        """Takes changed settings over at once and writes them to disk in the files lane."""
        self.settings = dataclasses.replace(self.settings, **changes)
        now = self.settings
        self.files.submit(lambda job: settings_file.save(now), failed=failed)

    def open_records(self, done: Callable[[None], None], failed: Callable[[OtoscribeError], None]) -> None:
        """Opens the record in its lane; asked again after a failure it tries again."""

        def work(job: Job) -> None:
            from app.records import RecordStore

            if self._store is None:
                self._store = RecordStore.open()

        self.records.submit(work, done, failed)

    def ask_records(
        self,
        question: Callable[[RecordStore], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[OtoscribeError], None] | None = None,
    ) -> Job:
        """Runs `question(store)` in the records lane."""

        def work(job: Job) -> T:
            if self._store is None:
                raise OtoscribeError("The record of notes is not open", "Close Otoscribe and start it again.")
            return question(self._store)

        return self.records.submit(work, done, failed)

    def at_close(self, end: Callable[[], None]) -> None:
        """Has something that runs beside the lanes ended when the desk closes; `end` returns when it has."""
        self._at_close.append(end)

    def close(self) -> None:
        """Finishes what the lanes have begun and closes the record; blocks until then."""
        first = (self.training, self.transfer, self.controls, self.recognition, self.downloads)
        for lane in (*first, self.sound, self.waveforms, self.batch, self.templates, self.files):
            lane.close()
        for end in self._at_close:
            end()
        self.records.submit(lambda job: self._close_store())
        self.records.close()
        self._is_closed = True

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


def _login_name() -> str:
    try:
        return getpass.getuser()
    except OSError:
        return "unknown author"
