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
    done = measure("--device", "cpu", "--shapes", "tiny", "--batches", "1,2", "--rounds", "1", "--peer")
    assert done.returncode == 0, done.stderr
    device, head, *rows = done.stdout.splitlines()
    assert "(cpu, 1 threads)" in device and "fp32" in device and head.startswith("shape")
    ours, theirs = [row.split() for row in rows[:2]], [row.split() for row in rows[2:]]
    assert [row[:3] for row in ours] == [["tiny", "1", "ours"], ["tiny", "2", "ours"]]
    assert [row[:3] for row in theirs] == [["tiny", "1", "transformers"], ["tiny", "2", "transformers"]]
    for row in (*ours, *theirs):
        segments, real_time, memory = (float(row[place]) for place in (3, 4, -1))
        assert segments > 0 and real_time == pytest.approx(15 * segments, abs=1) and memory > 100
    assert all(0 < float(row[5].rstrip("%")) < 100 for row in ours)  # of theirs the encoder's share is not known


@pytest.mark.slow
def test_a_device_that_is_not_there() -> None:
    done = measure("--device", "toaster")
    assert done.returncode == 1 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "--device cpu" in done.stderr
