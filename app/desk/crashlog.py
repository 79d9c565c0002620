"""A log of bugs: what kind of error happened where in the code, never what the user dictated or wrote."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from speech.errors import OtoscribeError

_LOGGER = logging.getLogger("otoscribe")
_FILE_BYTES = 512 * 1024


def describe_error(error: BaseException) -> str:
    """The kinds of the error and of its causes with the places in the code; no messages, except an OtoscribeError's.

    The message of any other exception may hold what was in a variable, and so a patient's text.
    """
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None:
        told = f": {current}" if isinstance(current, OtoscribeError) else ""
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}{told}")
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines)


def open_log(folder: Path) -> Path:
    """Sends the program's log to otoscribe.log in `folder`, at most four files of half a mebibyte. Raises OSError."""
    path = folder / "otoscribe.log"
    handler = RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for old in list(_LOGGER.handlers):
        _LOGGER.removeHandler(old)
        old.close()
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
    return path


def watch_for_bugs(show: Callable[[BaseException], None]) -> None:
    """From now on, uncaught exceptions of any thread go to the log and to `show` instead of the terminal."""

    def report(kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None or issubclass(kind, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error if error is not None else kind(), _trace)
            return
        _LOGGER.error("%s", describe_error(error))
        show(error)

    sys.excepthook = report
    threading.excepthook = lambda args: report(args.exc_type, args.exc_value, args.exc_traceback)
