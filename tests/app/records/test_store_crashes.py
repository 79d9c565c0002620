"""Real processes, really killed, on real files: what was acknowledged must be there."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.records import RecordsError, RecordStore

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 and RLIMIT_FSIZE are POSIX")

SAVER = """
import sys
from pathlib import Path
from app.records import RecordStore
store = RecordStore.open(Path(sys.argv[1]))
note = store.create_note(author="A")
print(note.id, flush=True)
for number in range(100000):
    saved = store.save(note.id, text=f"sentence {number} " * 200, author="A")
    print(saved.version, flush=True)
"""

ATTACHER = """
import hashlib, itertools, os, signal, sys, wave
from pathlib import Path
from app.records import RecordStore
import app.records.audio, app.files

database, spool = Path(sys.argv[1]), Path(sys.argv[2])
watched = {sys.modules[name].__file__ for name in ("app.files", "app.records.audio", "app.records.store")}

def die_at_line(last):
    lines = itertools.count(1)
    def trace(frame, event, argument):
        if frame.f_code.co_filename not in watched:
            return None
        if event == "line" and next(lines) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
    sys.settrace(trace)

def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()

for step in itertools.count(1):
    audio = spool / f"take-{step}.wav"
    with wave.open(str(audio), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(step.to_bytes(2, "little") * 1600)
    expected = sha256(audio)
    child = os.fork()
    if child == 0:
        with RecordStore.open(database) as store:
            die_at_line(step)
            store.attach_recording(1, audio)
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    with RecordStore.open(database) as store:
        for recording in store.recordings(1):
            assert sha256(recording.path) == recording.sha256, f"recorded but not whole, step {step}"
        recorded = [recording for recording in store.recordings(1) if recording.sha256 == expected]
        assert recorded or sha256(audio) == expected, f"lost, step {step}"
        if audio.exists():
            store.attach_recording(1, audio)
        assert len(store.recordings(1)) == step, f"not attached once, step {step}"
    assert not list(spool.iterdir())
    if os.waitstatus_to_exitcode(status) == 0:
        break
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
print(step, len(list((database.parent / "recordings").glob("*.wav"))))
"""

WRITER = """
import sys
from pathlib import Path
from app.records import RecordStore
store = RecordStore.open(Path(sys.argv[1]))
for number in range(40):
    store.save(1, text=f"{sys.argv[2]} {number}", author=sys.argv[2])
    store.create_note(f"{sys.argv[2]} {number}", author=sys.argv[2])
"""

FILLER = """
import resource, sys
from pathlib import Path
from app.records import RecordsError, RecordStore
store = RecordStore.open(Path(sys.argv[1]))
note = store.create_note(author="A")
saved = 0
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    for number in range(1000):
        store.save(note.id, text=f"sentence {number} " * 500, author="A")
        saved = number
except RecordsError as error:
    print(saved, error)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill_after(process: subprocess.Popen[str], lines: int, delay_s: float) -> list[str]:
    """Reads some lines, waits, kills without warning, and returns all that was said until then."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return [line.strip() for line in said if line.endswith("\n")]


@pytest.mark.slow
def test_a_kill_while_saving_loses_nothing_that_was_saved(database_file: Path) -> None:
    chance = random.Random(1)
    for _ in range(5):
        note_id, *versions = kill_after(start(SAVER, database_file), 10, chance.uniform(0, 0.05))
        with RecordStore.open(database_file) as store:
            kept = store.versions(int(note_id))
            assert len(kept) >= int(versions[-1])
            for version in kept[1:]:
                assert version.text == f"sentence {version.number - 2} " * 200
            assert store.get_note(int(note_id)).text == kept[-1].text
            assert int(note_id) in {found.id for found in store.search(f'"sentence {len(kept) - 2} "')}


@pytest.mark.slow
def test_a_kill_at_any_line_of_attaching_loses_no_recording(database_file: Path, tmp_path: Path) -> None:
    with RecordStore.open(database_file) as store:
        store.create_note(author="A")
    (tmp_path / "spool").mkdir()
    process = start(ATTACHER, database_file, tmp_path / "spool")
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0
    steps, files = map(int, said.split())
    assert files == steps > 50


@pytest.mark.slow
def test_two_processes_write_at_the_same_time_without_loss(database_file: Path) -> None:
    with RecordStore.open(database_file) as store:
        store.create_note(author="A")
    processes = [start(WRITER, database_file, name) for name in ("window", "console")]
    assert [process.wait(timeout=240) for process in processes] == [0, 0]
    for process in processes:
        assert process.stdout is not None
        process.stdout.close()
    with RecordStore.open(database_file) as store:
        versions = store.versions(1)
        assert [version.number for version in versions] == list(range(1, 82))
        for name in ("window", "console"):
            assert [v.text for v in versions if v.author == name] == [f"{name} {number}" for number in range(40)]
        titles = {summary.title for summary in store.list_notes(limit=1000)}
        assert titles >= {f"{name} {number}" for name in ("window", "console") for number in range(40)}
        assert store.search(f'"{versions[-1].text}"')


@pytest.mark.slow
def test_several_processes_make_a_new_database_together(database_file: Path) -> None:
    code = "import sys; from pathlib import Path; from app.records import RecordStore\n"
    code += "RecordStore.open(Path(sys.argv[1])).create_note(author='A')"
    processes = [start(code, database_file) for _ in range(4)]
    for process in processes:
        assert process.wait(timeout=240) == 0
        assert process.stdout is not None
        process.stdout.close()
    with RecordStore.open(database_file) as store:
        assert len(store.list_notes()) == 4


def test_a_disk_that_refuses_more_keeps_what_was_saved(database_file: Path) -> None:
    process = start(FILLER, database_file)
    said, _ = process.communicate(timeout=240)
    number, message = said.strip().split(" ", 1)
    assert process.returncode == 0
    assert "everything saved before is safe" in message and "sentence" not in message
    assert int(number) > 10
    with RecordStore.open(database_file) as store:
        assert store.get_note(1).text == f"sentence {number} " * 500
        assert len(store.versions(1)) == int(number) + 2
        assert store.save(1, text="space again", author="A").text == "space again"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB, where the system lets us have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if mount is None or os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_loses_nothing(small_disk: Path, make_wav: Callable[..., Path]) -> None:
    with RecordStore.open(small_disk / "notes.db") as store:
        note = store.create_note(author="A")
        saved = note
        with pytest.raises(RecordsError, match=r"full.*everything saved before is safe"):
            for number in range(1000):
                saved = store.save(note.id, text=f"sentence {number} " * 500, author="A")
        audio = make_wav(duration_s=60)
        with pytest.raises(RecordsError, match="Free some space"):
            store.attach_recording(note.id, audio)
        assert audio.exists()
        assert list((small_disk / "recordings").iterdir()) == []
        assert store.get_note(note.id) == saved
    roomy = shutil.copytree(small_disk, audio.with_name("roomy"))
    with RecordStore.open(roomy / "notes.db") as store:
        assert store.get_note(note.id) == saved
