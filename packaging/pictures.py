"""Takes the guide's pictures anew: the journeys of tests/journeys go through the real window with a real dictation and
keep pictures on their way; those go, with fewer colours, to docs/images.

    .venv/bin/python packaging/pictures.py

Needs what the tests need. Look at each picture before you commit it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image  # comes with reportlab

REPOSITORY = Path(__file__).resolve().parent.parent
ARTEFACTS = REPOSITORY / "tests" / "artefacts"
PICTURES = REPOSITORY / "docs" / "images"
BEGINNING = "guide-"
_COLOURS = 256


def main() -> int:
    """Runs the journeys and puts their pictures into the guide; returns the exit status."""
    for old in ARTEFACTS.glob(f"{BEGINNING}*.png"):
        old.unlink()
    journeys = [sys.executable, "-m", "pytest", str(REPOSITORY / "tests" / "journeys"), "-q"]
    if subprocess.run(journeys, cwd=REPOSITORY).returncode != 0:
        print("A journey failed; the pictures in the guide stay as they were.", file=sys.stderr)
        return 1
    for taken in sorted(ARTEFACTS.glob(f"{BEGINNING}*.png")):
        target = PICTURES / taken.name.removeprefix(BEGINNING)
        with Image.open(taken) as picture:
            few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
            few.save(target, optimize=True)
        print(f"{target.relative_to(REPOSITORY)}: {target.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
