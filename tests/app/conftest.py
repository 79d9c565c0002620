"""The command line with and without the real model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import CommandLine, install_base


@pytest.fixture
def otoscribe(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`otoscribe` on a fresh machine."""
    return CommandLine(capsys)


@pytest.fixture
def with_model(otoscribe: CommandLine) -> CommandLine:
    """`otoscribe` where the real default model is installed."""
    install_base(Path(os.environ["OTOSCRIBE_HOME"]))
    return otoscribe
