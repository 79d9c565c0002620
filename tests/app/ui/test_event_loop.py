"""The window goes on while two hours of dictation are open in it: benchmarks/event_loop.py gives the figures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from command_line import REPOSITORY
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from window_fixtures import DeskOpener

from app.records import RecordStore
from app.ui.models.recording import RecordingState

# Ten times what is aimed at, of the thread's own work: another program that keeps the machine busy changes nothing.
MOST_STALL_S = 0.5
MOST_ECHO_S = 0.16


@pytest.mark.slow
def test_two_hours_of_dictation_leave_the_window_free(
    model_home: Path,
    open_desk: DeskOpener,
    qtbot: QtBot,
    sound_server: SoundServer,
    short_sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [str(REPOSITORY / "benchmarks"), *sys.path])
    from event_loop import StallWatch, long_transcript, measure_echo, store_long_note

    note_id = store_long_note(long_transcript(20_000, 120), tmp_path, is_divided=True)
    window = open_desk()
    session, watch = window.session, StallWatch()
    window.open_note(note_id)
    qtbot.waitUntil(lambda: getattr(session.notebook.current, "id", None) == note_id, timeout=60_000)
    note = session.notebook.current
    qtbot.waitUntil(lambda: not note.document.is_settling, timeout=60_000)
    assert len(note.document.spoken_words()) > 19_000 and window.note_page.doubts.isVisible()
    watch.reset()
    window.actions_.toggle_recording.trigger()
    qtbot.waitUntil(lambda: session.recording.state == RecordingState.RECORDING, timeout=60_000)
    with sound_server.playing(short_sample):
        echo = measure_echo(window, 40)
        qtbot.waitUntil(lambda: "cough" in note.document.toPlainText()[-400:], timeout=120_000)
    window.actions_.stop_recording.trigger()
    qtbot.waitUntil(lambda: not session.reason_to_stay and not note.is_dirty, timeout=120_000)
    assert watch.busiest_s < MOST_STALL_S
    assert max(own for _, own in echo) < MOST_ECHO_S
    with RecordStore.open() as store:
        kept = store.get_note(note_id).text
        assert len(store.recordings(note_id)) == 2
    assert kept.count("a") > 40 and "cough" in kept[-400:]
