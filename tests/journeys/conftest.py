"""Where the journeys of the guide begin."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def desk_home(model_home: Path) -> Path:
    """A user's folders with what the program takes by itself, but for the colours: pictures are taken in light ones."""
    settings = model_home / "settings" / "settings.json"
    settings.write_text('{"version": 1, "author": "Dr. Ada Finch", "theme": "light"}')
    return model_home
