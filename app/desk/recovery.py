"""Recordings that a crash left in the spool folder: those that the record does not hold yet."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture import RecoveredRecording, recover
from app.records import NoteStatus, UnfinishedDictation

if TYPE_CHECKING:
    from app.records import RecordStore


@dataclass(frozen=True)
class LeftBehind(RecoveredRecording):
    """A recording in no note. Where it was being dictated into a note that is a draft still, `dictation` says how far
    that holds it, and `note_title` which one it is."""

    dictation: UnfinishedDictation | None = None
    note_title: str = ""


def find_left_behind(store: RecordStore, folder: Path) -> list[LeftBehind]:
    """The recordings in `folder` that belong to no note, oldest first.

    One that the record holds already (the crash came between copying and clearing up) is removed from the folder.
    """
    left: list[LeftBehind] = []
    for recording in recover(folder):
        if store.find_recording(recording.path) is not None:
            with contextlib.suppress(OSError):
                recording.path.unlink()
        else:
            left.append(_with_note(store, recording))
    return left


def _with_note(store: RecordStore, recording: RecoveredRecording) -> LeftBehind:
    found = recording.path, recording.started_at, recording.duration_s
    dictation = store.find_dictation(recording.path)
    note = store.get_note(dictation.note_id) if dictation is not None else None
    if note is None or note.status != NoteStatus.DRAFT:
        return LeftBehind(*found)
    return LeftBehind(*found, dictation, note.title)
