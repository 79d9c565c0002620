"""Makes a student of the model store the one that ships.

    python packaging/build_student.py STUDENT

Writes data/students/otoscribe-base.safetensors and its size and SHA-256 into data/models.json. The card beside it,
README.md, is written by hand, with figures measured anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from app.paths import models_folder
from speech.packed import write_packed
from speech.store import ModelStore
from speech.weights import read_checkpoint

DATA = Path(__file__).resolve().parent.parent / "data"
NAME = "otoscribe-base"


def main(student: str) -> None:
    """Packs the weights and enters them in the catalogue."""
    checkpoint = read_checkpoint(ModelStore(models_folder()).open(student).checkpoint_folder)
    path = DATA / "students" / f"{NAME}.safetensors"
    write_packed(checkpoint, path)
    catalogue = json.loads((DATA / "models.json").read_text(encoding="utf-8"))
    shipped = next(entry["shipped"] for entry in catalogue["models"] if entry["name"] == NAME)
    content = path.read_bytes()
    shipped.update(size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (DATA / "models.json").write_text(json.dumps(catalogue, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(content) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1])
