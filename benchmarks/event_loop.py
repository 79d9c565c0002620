"""How long the window stands still with a 2-hour dictation open, and how soon a typed letter stands there.

Run: python benchmarks/event_loop.py [--words 20000] [--paragraph 120] [--models FOLDER]. A note of so many words,
with a recording of two hours and its transcript, is opened from the list, typed into, saved, dictated into, written
down anew and closed; once in paragraphs, once in a single one. Each figure is milliseconds by the clock and of the
window's own work. Needs a display; under Linux without one, Xvfb is started.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from virtual_display import virtual_display

from app.desk.live_text import Addition, Piece
from app.desk.rewriting import place_words
from app.desk.unfinished import Rest
from app.dictation import FormattingOptions, write_transcript
from app.records import RecordStore
from app.settings import Settings, save
from app.ui.application import open_window
from app.ui.garbage import GarbageCollection
from app.ui.models.recognition import ModelState
from app.ui.window import MainWindow
from speech.transcript import Segment, Transcript, Word

KEYS = 120
_SETTLED = (ModelState.READY, ModelState.UNAVAILABLE)
_SAID = re.findall(
    r"\w+\.?",
    "The patient takes metformin five hundred milligrams twice a day and reports no chest pain on exertion but some "
    "shortness of breath when climbing stairs while blood pressure was measured lying and standing.",
)
_DURATION_S = 7200.0


class StallWatch(QObject):
    """Counts a beat of the event loop every millisecond. Since `reset`, `longest_s` is the longest time between two,
    and `busiest_s` the most that the thread itself worked between two: the stall on a machine with nothing else to do.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reset()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def reset(self) -> None:
        self.longest_s = self.busiest_s = 0.0
        self._last = time.perf_counter(), time.thread_time()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.longest_s = max(self.longest_s, now - self._last[0])
        self.busiest_s = max(self.busiest_s, worked - self._last[1])
        self._last = now, worked


class _PaintWatch(QObject):
    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.is_painted = False
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.is_painted = self.is_painted or event.type() == QEvent.Type.Paint
        return False


def long_transcript(words: int, paragraph: int) -> Transcript:
    """A transcript of two hours, an utterance for each paragraph; one word in twelve is doubtful."""
    chance = random.Random(0)
    step_s = _DURATION_S / words
    segments = []
    for first in range(0, words, paragraph):
        heard = tuple(
            Word(chance.choice(_SAID), n * step_s, (n + 0.9) * step_s, 0.3 if chance.random() < 1 / 12 else 0.95)
            for n in range(first, min(words, first + paragraph))
        )
        text = " ".join(word.text for word in heard)
        segments.append(Segment(heard[0].start_s, heard[-1].end_s, text, 0.9, heard))
    return Transcript("a.wav", "whisper-base", "onnx-cpu-int8", "en", _DURATION_S, 60.0, tuple(segments))


def store_long_note(transcript: Transcript, folder: Path, *, is_divided: bool) -> int:
    """The number of a note with that transcript and two hours of silence as its recording."""
    audio = folder / "two hours.wav"
    with wave.open(str(audio), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.setnframes(round(_DURATION_S * 16_000))
        file.writeframesraw(b"")
    with audio.open("r+b") as raw:  # a hole in the file is read as silence
        raw.truncate(44 + round(_DURATION_S * 16_000) * 2)
    written = write_transcript(transcript, FormattingOptions())
    text = written.paragraphs if is_divided else written.text
    with RecordStore.open() as store:
        note = store.create_note("Two hours", "Jane Roe", author="A", text=text)
        store.attach_recording(note.id, audio, transcript=transcript, author="A")
        store.create_note("Another note", "Jane Roe", author="A", text="Short.")
        return note.id


def wait_until(condition: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Runs the event loop until something holds."""
    end = time.perf_counter() + timeout_s
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")
        QApplication.processEvents()
        time.sleep(0.0002)


def wait(seconds: float) -> None:
    """Runs the event loop for so long."""
    end = time.perf_counter() + seconds
    wait_until(lambda: time.perf_counter() > end)


def measure_echo(window: MainWindow, keys: int = KEYS) -> list[tuple[float, float]]:
    """Seconds, and seconds of the thread's own work, from pressing a letter's key until the text with it is painted, at
    places all over the note."""
    editor = window.note_page.editor
    watch = _PaintWatch(editor.viewport())
    chance = random.Random(1)
    took = []
    for number in range(keys):
        if number % 20 == 0:
            cursor = editor.textCursor()
            cursor.setPosition(chance.randrange(editor.document().characterCount() - 1))
            editor.setTextCursor(cursor)
            wait(0.05)
        watch.is_painted = False
        began = time.perf_counter(), time.thread_time()
        QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, 65, Qt.KeyboardModifier.NoModifier, "a"))
        while not watch.is_painted:
            QApplication.processEvents()
        took.append((time.perf_counter() - began[0], time.thread_time() - began[1]))
    return took


def measure(window: MainWindow, note_id: int, transcript: Transcript) -> dict[str, tuple[float, float]]:
    """The longest stall in milliseconds while each thing is done, and the typing echo."""
    watch, session = StallWatch(), window.session
    stalls: dict[str, tuple[float, float]] = {}

    def under(name: str, do: Callable[[], object], is_done: Callable[[], bool], more_s: float = 0.3) -> None:
        watch.reset()
        QTimer.singleShot(0, do)  # from the event loop, as a click comes
        wait_until(lambda: False if watch.longest_s == 0.0 else is_done())
        wait(more_s)
        stalls[name] = round(watch.longest_s * 1000, 1), round(watch.busiest_s * 1000, 1)

    def is_open() -> bool:
        return session.notebook.current is not None and session.notebook.current.id == note_id

    under("idle", lambda: None, lambda: True, 1.0)
    under("opening", lambda: window.open_note(note_id), is_open, 1.5)
    watch.reset()
    echo = measure_echo(window)
    stalls["typing"] = round(watch.longest_s * 1000, 1), round(watch.busiest_s * 1000, 1)
    note = session.notebook.current
    assert note is not None
    under("saving", note.save_now, lambda: not note.is_dirty and not note.is_saving, 1.0)
    document, place = note.document, note.place_at(None)
    said = write_transcript(long_transcript(30, 30), FormattingOptions())
    piece = Piece(said.text, said.words)
    under("partial", lambda: document.show_partial(place, piece), lambda: True)
    under(
        "utterance", lambda: document.add_dictated(place, Addition(piece, piece, Piece("", ())), -1), lambda: True, 1.5
    )
    under("undo", window.note_page.editor.undo, lambda: True)
    recording = note.recordings[0]
    whole = place_words(write_transcript(transcript, FormattingOptions()), recording.id)
    under(
        "written_anew",
        lambda: note.insert_rest(recording, Rest((whole,)), [note.place_at(None)], None),
        lambda: True,
        2.0,
    )
    under("theme", lambda: window.theme.choose("dark"), lambda: True)
    under("larger_text", lambda: window.theme.scale_text(14), lambda: True)
    other = next(each.id for each in session.notes.notes if each.id != note_id)
    under("leaving", lambda: window.open_note(other), lambda: not is_open(), 1.5)
    under("opening_again", lambda: window.open_note(note_id), is_open, 1.5)
    for name, of in (("echo_median", statistics.median), ("echo_max", max)):
        stalls[name] = round(of([wall for wall, _ in echo]) * 1000, 1), round(of([own for _, own in echo]) * 1000, 1)
    return stalls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--models", type=Path, help="a folder of installed models to load behind the window")
    parser.add_argument("--paragraph", type=int, default=120)
    arguments = parser.parse_args()
    with virtual_display():
        for is_divided in (True, False):
            with tempfile.TemporaryDirectory() as folder:
                figures = measure_form(Path(folder), arguments, is_divided=is_divided)
                print(json.dumps({"is_divided": is_divided, **figures}, indent=1))


def measure_form(folder: Path, arguments: argparse.Namespace, *, is_divided: bool) -> dict[str, tuple[float, float]]:
    """The figures for a note in paragraphs, or in a single one, in a world of its own."""
    os.environ["OTOSCRIBE_HOME"] = str(folder)
    save(Settings(author="A"))
    if arguments.models is not None:
        (folder / "data").mkdir()
        (folder / "data" / "models").symlink_to(arguments.models.resolve())
    transcript = long_transcript(arguments.words, arguments.paragraph)
    note_id = store_long_note(transcript, folder, is_divided=is_divided)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    window = open_window(application)
    window.resize(1280, 800)
    window.show()
    window.session.start()
    wait_until(lambda: window.session.recognition.state in _SETTLED)
    GarbageCollection(window.session).begin()
    figures = measure(window, note_id, transcript)
    left: list[bool] = []
    window.session.leave(left.append)
    wait_until(lambda: bool(left))
    window.hide()
    window.session.desk.close()
    return figures


if __name__ == "__main__":
    main()
