"""One window for a record: a second start shows the first window, or says who has the notes open elsewhere."""

from __future__ import annotations

import getpass
import platform
import time
from contextlib import suppress

from filelock import FileLock, Timeout
from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from app.paths import window_folder
from speech.errors import OtoscribeError

_WAIT_S = 3.0


class SoleWindow(QObject):
    """Held as long as the window is open. `wanted`: somebody has started the program again."""

    wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder = window_folder()
        # Two windows that save the same note would each write over what the other has.
        self._lock = FileLock(folder / "window.lock", mode=0o600)
        self._holder, self._call = folder / "holder", folder / "call"
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._answer)

    def take(self) -> bool:
        """Whether this is the only window of the record now. False: the other one was asked to show itself.

        OtoscribeError when there is another one that cannot be shown: another user's, or one on another computer.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            if self._ask_other():
                return False
            holder = self._read_holder()
            raise OtoscribeError(
                f"These notes are open already: {holder}",
                "Close that window first. Two would write over each other's notes.",
            ) from None
        except OSError:  # a file system without locks cannot tell
            return True
        with suppress(OSError):
            self._holder.write_text(f"{_user()}, {platform.node()}", encoding="utf-8")
            self._call.unlink(missing_ok=True)
        self._watcher.addPath(str(self._call.parent))
        return True

    def let_go(self) -> None:
        """The window is closed."""
        self._watcher.removePath(str(self._call.parent))
        self._lock.release()

    def _ask_other(self) -> bool:
        """Lays a call into the folder; a window on this computer takes it away."""
        try:
            self._call.touch(mode=0o600)
            until = time.monotonic() + _WAIT_S
            while self._call.exists():
                if time.monotonic() > until:
                    self._call.unlink(missing_ok=True)
                    return False
                time.sleep(0.02)
        except OSError:
            return False
        return True

    def _answer(self) -> None:
        if self._call.exists():
            with suppress(OSError):
                self._call.unlink(missing_ok=True)
            self.wanted.emit()

    def _read_holder(self) -> str:
        try:
            return self._holder.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return "another user"


def _user() -> str:
    try:
        return getpass.getuser()
    except OSError:
        return "unknown user"
