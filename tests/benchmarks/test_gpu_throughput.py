"""The measurement of throughput, on the device that every machine has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def measure(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/gpu_throughput.py", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=280)


@pytest.mark.slow
def test_the_table_has_a_row_a_batch() -> None:
    done = measure("--device", "cpu", "--shapes", "tiny", "--batches", "1,2", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    device, head, *rows = done.stdout.splitlines()
    assert "(cpu, 1 threads)" in device and "fp32" in device and head.startswith("shape")
    for row, batch in zip(rows, ("1", "2"), strict=True):
        shape, rows_together, segments, real_time, encoding, memory = row.split()
        assert (shape, rows_together) == ("tiny", batch)
        assert float(segments) > 0 and float(real_time) == pytest.approx(15 * float(segments), abs=1)
        assert 0 < float(encoding.rstrip("%")) < 100 and float(memory) > 100


@pytest.mark.slow
def test_a_device_that_is_not_there() -> None:
    done = measure("--device", "toaster")
    assert done.returncode == 1 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "--device cpu" in done.stderr
