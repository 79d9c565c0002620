"""Running otoscribe as a user does, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from model_fixtures import TEST_MODELS_FOLDER, installed_base

from app.cli import run

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr of a command that failed."""
        assert self.status in (1, 2)
        lines = self.err.splitlines()
        assert len(lines) == 1 and "Traceback" not in self.err, self.err
        return lines[0]


class CommandLine:
    """Calls `otoscribe` in this process, which saves its start-up."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Said:
        self._capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return Said(status, captured.out, captured.err)


def run_program(*arguments: str | Path, **environment: str) -> Said:
    """Calls `otoscribe` as a program of its own, in this world with these variables changed."""
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, cwd=REPOSITORY, env={**os.environ, **environment}, timeout=240, check=False
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def install_base(home: Path) -> None:
    """Puts the real default model into a home as OTOSCRIBE_HOME names it."""
    installed_base()
    (home / "data").mkdir(parents=True)
    (home / "data" / "models").symlink_to(TEST_MODELS_FOLDER)
