"""How many processes of pytest-xdist the suite is shared out among, and how they share the processor."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import execnet
import pytest
from filelock import FileLock
from xdist.workermanage import WorkerController

from adaptation.bench.machine import usable_cores

_MOST = 4  # a worker takes up to 2 GB
_LOCKS = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker for each core; none where single files or tests are asked for, or somebody wants to look on."""
    is_looked_on = config.option.trace or config.option.capture == "no"  # pytest-xdist itself knows --pdb
    is_few = all(Path(argument.split("::")[0]).is_file() for argument in config.args)
    return 0 if is_looked_on or is_few else min(usable_cores(), _MOST)


def pytest_xdist_setupnodes(config: pytest.Config, specs: Sequence[execnet.XSpec]) -> None:
    """Gives each worker its part of the cores: the threads of torch and numpy would wait for each other by spinning."""
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, usable_cores() // len(specs))))
    config.stash[_LOCKS] = tempfile.TemporaryDirectory(prefix="workers-")


def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput["locks"] = node.config.stash[_LOCKS].name


def pytest_unconfigure(config: pytest.Config) -> None:
    if _LOCKS in config.stash:
        config.stash[_LOCKS].cleanup()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test that is marked `quiet` waits until the other workers' tests have ended, and they wait for it."""
    worker = getattr(item.config, "workerinput", None)
    with contextlib.nullcontext() if worker is None else _turn(worker, item.get_closest_marker("quiet") is not None):
        return (yield)


@contextlib.contextmanager
def _turn(worker: dict[str, Any], is_quiet: bool) -> Iterator[None]:
    """Each test holds its worker's lock, a quiet one all of them. Whoever holds `next` may take locks."""

    def lock_of(name: object) -> FileLock:
        return FileLock(Path(worker["locks"]) / f"{name}.lock", poll_interval=0.01)

    own = int(worker["workerid"].removeprefix("gw"))
    with contextlib.ExitStack() as held:
        with lock_of("next"):
            for each in range(worker["workercount"]) if is_quiet else [own]:
                held.enter_context(lock_of(each))
        yield
