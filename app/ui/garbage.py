"""Looking for garbage while nobody waits: with a long note open it stops all threads for a tenth of a second."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from app.ui.models.session import Session

_EVERY_MS = 30_000
_NEVER = 1_000_000
_WORTH_IT = 20  # times that what is young was looked through


class GarbageCollection(QObject):
    """Young garbage is collected as always; all of it only when nothing was recorded or written for a while."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._seen: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """The start went without. What is there by now stays to the end: no collection looks at it again."""
        gc.freeze()
        gc.set_threshold(*gc.get_threshold()[:2], _NEVER)
        gc.enable()
        self._timer.start()

    def look(self) -> None:
        """Collects all of it where nothing was written since the last look, nothing is recorded or played, and it is
        worth it."""
        note = self._session.notebook.current
        seen = (note.id, note.document.revision()) if note is not None else (0, 0)
        is_heard = self._session.recording.is_active or self._session.playback.is_playing
        is_quiet = seen == self._seen and not is_heard
        self._seen = seen
        if is_quiet and gc.get_count()[2] >= _WORTH_IT:
            gc.collect()
