"""How many processes of pytest-xdist the suite is shared out among, and how they share the processor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import execnet
import pytest

from adaptation.bench.machine import usable_cores

_MOST = 4  # a worker takes up to 2 GB


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker for each core; none where single files or tests are asked for, or somebody wants to look on."""
    is_looked_on = config.option.trace or config.option.capture == "no"  # pytest-xdist itself knows --pdb
    is_few = all(Path(argument.split("::")[0]).is_file() for argument in config.args)
    return 0 if is_looked_on or is_few else min(usable_cores(), _MOST)


def pytest_xdist_setupnodes(config: pytest.Config, specs: Sequence[execnet.XSpec]) -> None:
    """Gives each worker its part of the cores: the threads of torch and numpy would wait for each other by spinning."""
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, usable_cores() // len(specs))))
