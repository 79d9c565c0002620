"""Nothing that the program uses keeps or sends a record of its use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import install_base, run_program


@pytest.mark.slow
def test_libraries_leave_no_record_of_use(short_sample: Path, tmp_path: Path) -> None:
    """onnxruntime writes what it means to send into the user's cache first."""
    install_base(Path(os.environ["OTOSCRIBE_HOME"]))
    world = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache"), "ORT_DISABLE_TELEMETRY": ""}
    said = run_program("transcribe", short_sample, **world)
    assert said.status == 0 and said.out
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
