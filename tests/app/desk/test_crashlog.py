"""What a bug leaves in the log: where it was, never what the user said."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.desk.crashlog import describe_error, open_log, watch_for_bugs
from speech.errors import OtoscribeError

SECRET = "Jane Roe has hepatitis"


@pytest.fixture
def hooks() -> Iterator[None]:
    before = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = before
    for handler in list(logging.getLogger("otoscribe").handlers):
        logging.getLogger("otoscribe").removeHandler(handler)
        handler.close()


def fail(text: str) -> None:
    try:
        int(text)
    except ValueError as error:
        raise KeyError(text) from error


def test_a_report_names_kinds_and_places_but_no_text() -> None:
    with pytest.raises(KeyError) as caught:
        fail(SECRET)
    report = describe_error(caught.value)
    assert "builtins.KeyError" in report and "builtins.ValueError" in report
    assert "in fail" in report
    assert SECRET not in report and "Jane" not in report


def test_a_problem_of_the_surroundings_says_its_line() -> None:
    assert "The disk is full. Free some space." in describe_error(
        OtoscribeError("The disk is full", "Free some space.")
    )


def test_bugs_of_every_thread_are_logged_and_shown(tmp_path: Path, hooks: None) -> None:
    path = open_log(tmp_path)
    shown: list[BaseException] = []
    watch_for_bugs(shown.append)
    worker = threading.Thread(target=fail, args=(SECRET,))
    worker.start()
    worker.join()
    try:
        fail(SECRET)
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)
    assert [type(error) for error in shown] == [KeyError, KeyError]
    text = path.read_text(encoding="utf-8")
    assert text.count("builtins.KeyError") == 2
    assert SECRET not in text


def test_the_log_stays_small(tmp_path: Path, hooks: None) -> None:
    open_log(tmp_path)
    for _ in range(3000):
        logging.getLogger("otoscribe").error("x" * 1000)
    files = list(tmp_path.iterdir())
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) < 2.2 * 2**20
