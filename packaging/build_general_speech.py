"""Makes data/general-speech: speech of other people, by which training is kept from forgetting and is judged.

    python packaging/build_general_speech.py SPEECH

SPEECH is a folder with the sets librispeech-clean, an4-train, train-dictation and unheard-dictation, each with a
manifest.jsonl. `packaging/choose_unheard_sentences.py` chose what the last one says. Nothing is drawn at random;
`canary.jsonl` and `replay.jsonl` share no voice. What people read aloud has a reference that no model writes so: replay
takes what whisper-base wrote where at most a tenth of the words differ.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from choose_unheard_sentences import Row, spread
from rapidfuzz.distance import Levenshtein

from adaptation.corpus import read_manifest
from adaptation.metrics.words import plain_words
from app.adapted import PLAIN, open_model
from speech.recognizer import Recognizer

CANARY = {"librispeech-clean": 24, "an4-train": 30, "unheard-dictation": 140}
REPLAY = {"librispeech-clean": 30, "an4-train": 30, "train-dictation": 60}
_READ_ALOUD = ("librispeech-clean", "an4-train")
_LONGEST_DIFFERENCE = 0.1
_AN4_SHORTEST_S = 2.0


def main(speech: Path, target: Path) -> None:
    """Writes the folder anew."""
    shutil.rmtree(target, ignore_errors=True)
    recognizer = Recognizer.open(open_model("whisper-base", PLAIN))
    canary, replay = [], []
    for name in sorted({*CANARY, *REPLAY}):
        rows = list(_rows(speech / name))
        speakers = sorted({row["speaker"] for row in rows})
        for_canary = set(speakers if name not in REPLAY else speakers[::2])
        first = spread([row for row in rows if row["speaker"] in for_canary], CANARY.get(name, 0))
        second = spread([row for row in rows if row["speaker"] not in for_canary], REPLAY.get(name, 0))
        canary += [_copy(row, name, speech, target) for row in first]
        replay += [_copy(row, name, speech, target) for row in second]
    for row in replay:
        if row["audio"].startswith(_READ_ALOUD):
            heard = recognizer.transcribe(target / row["audio"]).text
            said, written = plain_words(row["text"]), plain_words(heard)
            row["text"] = heard if Levenshtein.distance(said, written) <= _LONGEST_DIFFERENCE * len(said) else None
    for name, chosen in (("canary", canary), ("replay", [row for row in replay if row["text"]])):
        lines = [json.dumps(row, ensure_ascii=False) for row in chosen]
        (target / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    used = {clip.audio for name in ("canary", "replay") for clip in read_manifest(target / f"{name}.jsonl")}
    for path in target.rglob("*.ogg"):
        if path not in used:
            path.unlink()


def _rows(folder: Path) -> Iterator[Row]:
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        is_long = folder.name != "an4-train" or row["seconds"] >= _AN4_SHORTEST_S
        is_dictated = folder.name != "train-dictation" or row.get("terms")
        if row["text"] and is_long and is_dictated:
            yield row


def _copy(row: Row, name: str, speech: Path, target: Path) -> Row:
    audio = f"{name}-{Path(row['audio']).name}"
    target.mkdir(exist_ok=True)
    shutil.copyfile(speech / name / row["audio"], target / audio)
    kept = {"audio": audio, "text": row["text"], "speaker": row["speaker"], "domain": row["domain"]}
    return {**kept, "terms": row["terms"]} if row.get("terms") else kept


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).resolve().parent.parent / "data" / "general-speech")
