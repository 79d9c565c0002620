import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from recorder_witness import Heard

from app.capture import Recorder, RecorderState


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def make_recorder(tmp_path: Path, heard: Heard) -> Iterator[Callable[..., Recorder]]:
    """Make recorders that tell `heard`; those that a test leaves running are ended."""
    made: list[Recorder] = []

    def make(folder: Path = tmp_path / "spool", **settings: object) -> Recorder:
        made.append(Recorder(folder, on_level=heard.levels_dbfs.append, on_problem=heard.on_problem, **settings))
        return made[-1]

    yield make
    for recorder in made:
        if recorder.state is not RecorderState.IDLE:
            recorder.discard()


@pytest.fixture(autouse=True)
def no_thread_is_left_over() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
        assert not thread.is_alive(), f"{thread.name} was left over"
