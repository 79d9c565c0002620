"""Telling those outside the room what happens inside."""

import logging
from collections.abc import Callable
from typing import Any

_log = logging.getLogger(__name__)


def tell(listener: Callable[..., None], *news: Any) -> None:
    """Call a listener; an error of its own is logged and ends neither recording nor playing."""
    try:
        listener(*news)
    except Exception:
        _log.exception("a listener failed; sound goes on")
