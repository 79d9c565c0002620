"""Where the shipped packs and word lists lie, in a checkout, an installed wheel and a frozen application alike."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent


def shipped_folder() -> Path:
    """lexicons/ beside the packages; a wheel carries it as otoscribe_data/lexicons/.

    Raises FileNotFoundError when neither is there, which means a broken installation.
    """
    for folder in (_ROOT / "lexicons", _ROOT / "otoscribe_data" / "lexicons"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("lexicons")
