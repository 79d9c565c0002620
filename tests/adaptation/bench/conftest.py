"""Engines' setups for the tests of measuring."""

from __future__ import annotations

from pathlib import Path

import pytest

from adaptation.bench.engines import Setup
from speech.store import InstalledModel


@pytest.fixture
def setup(base_model: InstalledModel) -> Setup:
    """Otoscribe with whisper-base on one thread."""
    return Setup(base_model.folder, 1, "en")


@pytest.fixture
def nothing(tmp_path: Path) -> Setup:
    """Weights that are not there."""
    return Setup(tmp_path / "nothing", 1, "en")
