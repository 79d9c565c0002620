"""Builds the frozen application, window and command line, for the system it runs on: dist/otoscribe.

    .venv/bin/python packaging/build.py        (Windows: .venv\\Scripts\\python packaging\\build.py)

Needs the `package` extra. The folder can be copied to a computer of the same system that has no Python.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SPECIFICATION = REPOSITORY / "packaging" / "otoscribe.spec"
RESULT = REPOSITORY / "dist" / "otoscribe"
WORK = REPOSITORY / "build" / "pyinstaller"


def main() -> int:
    """Builds, tries `otoscribe --version` and says where it lies; returns the exit status."""
    if importlib.util.find_spec("PyInstaller") is None:
        print("PyInstaller is missing. Run: python -m pip install -e .[package]", file=sys.stderr)
        return 1
    started = time.monotonic()
    print(f"Building {RESULT}; this takes a minute or two.", flush=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    folders = ["--distpath", str(RESULT.parent), "--workpath", str(WORK)]
    built = subprocess.run([*command, *folders, str(SPECIFICATION)], cwd=REPOSITORY)
    if built.returncode != 0:
        print("PyInstaller failed; its words are above.", file=sys.stderr)
        return 1
    program = RESULT / ("otoscribe.exe" if os.name == "nt" else "otoscribe")
    tried = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=120)
    if tried.returncode != 0:
        print(f"{program} was built but does not start:\n{tried.stderr}", file=sys.stderr)
        return 1
    size = (
        sum(file.stat().st_size for file in RESULT.rglob("*") if file.is_file() and not file.is_symlink()) / 1_000_000
    )
    print(f"{tried.stdout.strip()}: {program} ({size:.0f} MB in all, {time.monotonic() - started:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
