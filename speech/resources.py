"""Where the files that ship beside the code lie, in a checkout, an installed wheel and a frozen application alike."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def shipped(relative: str) -> Path:
    """The path of a shipped file or folder named relative to data/, e.g. ``models.json``.

    In a checkout and in the frozen application data/ stands beside the packages; a wheel carries it as
    otoscribe_data/. Raises FileNotFoundError when neither holds it, which means a broken installation.
    """
    for folder in ("data", "otoscribe_data"):
        path = _ROOT / folder / relative
        if path.exists():
            return path
    raise FileNotFoundError(relative)
