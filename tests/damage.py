"""Ways to damage files."""

from pathlib import Path


def flip_byte(path: Path, position: int) -> None:
    """Inverts one byte of a file, which keeps its length."""
    with path.open("r+b") as file:
        file.seek(position)
        (old,) = file.read(1)
        file.seek(position)
        file.write(bytes([old ^ 0xFF]))
