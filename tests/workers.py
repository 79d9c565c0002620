"""How many processes of pytest-xdist the suite is shared out among, and how they share the processor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import execnet
import pytest

from adaptation.bench.machine import usable_cores

_MOST = 4  # each loads models, up to 2 GB


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker for each core; none where the tests asked for are all in one file, or somebody wants to look on."""
    is_looked_on = config.option.trace or config.option.capture == "no"
    files = {argument.split("::")[0] for argument in config.args}
    is_one_file = len(files) == 1 and Path(*files).is_file()
    return 0 if is_looked_on or is_one_file else min(usable_cores(), _MOST)


def pytest_xdist_setupnodes(config: pytest.Config, specs: Sequence[execnet.XSpec]) -> None:
    """Gives each worker its part of the cores: the threads of torch and numpy would wait for each other by spinning."""
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, usable_cores() // len(specs))))
