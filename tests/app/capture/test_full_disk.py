"""Recording until nothing more fits, on a real small disk and under a real limit of the system."""

import contextlib
import os
import queue
import subprocess
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from recorder_witness import Heard
from sound_server import SoundServer
from sounds import RATE_HZ, noise, place_of, read_wav, write_wav

from app.capture import CaptureError, Recorder, RecorderState, SpoolWriter, recover
from app.capture.microphone_stream import Block
from app.capture.spooling import Spooling, SpoolingEvents

resource = pytest.importorskip("resource", reason="limits on the size of files are a POSIX thing")


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: the system refuses as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k,mode=0700", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def ramp(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int16)


def samples_of(path: Path) -> list[int]:
    with wave.open(str(path)) as recording:
        return np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2").tolist()


def test_everything_that_fitted_is_kept(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, RATE_HZ)
    writer.append(ramp(4000))
    with largest_file(10_001), pytest.raises(CaptureError, match=r"disk is full.*Free some space"):
        writer.append(ramp(4000))
    kept = writer.sample_count
    assert kept == (10_001 - 44) // 2
    assert samples_of(writer.path) == [*ramp(4000), *ramp(kept - 4000)]

    writer.append(ramp(4000)[kept - 4000 :])
    assert samples_of(writer.close()) == [*ramp(4000), *ramp(4000)], "space came back: nothing is missing"


def test_what_the_disk_refused_is_written_when_there_is_space(tmp_path: Path) -> None:
    refusals: list[CaptureError] = []
    refused = threading.Semaphore(0)
    events = SpoolingEvents(
        level=lambda _: None,
        overflow=refusals.append,
        disk_failure=lambda problem: (refusals.append(problem), refused.release()),
        device_ended=lambda _: None,
        nothing_heard=lambda: None,
        listener=None,
    )
    queued: queue.SimpleQueue[object] = queue.SimpleQueue()
    writer = SpoolWriter(tmp_path, RATE_HZ)
    spooling = Spooling(writer, queued, events)
    with largest_file(44 + 2 * 3000):
        for begin in range(0, 8000, 2000):
            queued.put(Block(ramp(8000)[begin : begin + 2000].tobytes(), channels=1, overflowed=False))
        assert refused.acquire(timeout=60)
        assert writer.sample_count == 3000
    spooling.finish()
    assert samples_of(writer.close()) == ramp(8000).tolist()
    assert "disk is full" in str(refusals[0])


def test_a_disk_that_is_full_from_the_start_is_told(tmp_path: Path) -> None:
    with largest_file(20), pytest.raises(CaptureError, match="disk is full"):
        SpoolWriter(tmp_path, RATE_HZ)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_is_told_at_that_moment_and_recording_goes_on_when_there_is_space(
    sound_server: SoundServer, make_recorder: Callable[..., Recorder], heard: Heard, small_disk: Path, tmp_path: Path
) -> None:
    before, after = noise(3, 0), noise(1, 1)
    fits = 1 * RATE_HZ
    filler = small_disk / "filler"
    filler.write_bytes(bytes(128 * 1024 - 2 * fits - 3 * os.sysconf("SC_PAGE_SIZE")))
    recorder = make_recorder(small_disk / "spool")
    recorder.start()
    with sound_server.playing(write_wav(tmp_path / "before.wav", before)):
        assert heard.told.wait(60), "nobody was told that the disk is full"
    assert recorder.state is RecorderState.INTERRUPTED
    assert "disk is full" in heard.problems[0].what
    (so_far,) = (small_disk / "spool").glob("*.wav")
    assert place_of(before[: fits // 2], read_wav(so_far))[1] > 0.9

    filler.unlink()
    recorder.resume()
    sound_server.play(write_wav(tmp_path / "after.wav", after))
    audio = recorder.stop()
    recorded = read_wav(audio.path)
    assert place_of(after, recorded)[1] > 0.9
    assert audio.problem is heard.problems[0]
    assert audio.duration_s == recorded.size / RATE_HZ


def test_a_disk_that_stays_full_keeps_what_it_holds(
    sound_server: SoundServer, make_recorder: Callable[..., Recorder], heard: Heard, tmp_path: Path
) -> None:
    recorder = make_recorder()
    with largest_file(44 + 2 * RATE_HZ):
        recorder.start()
        assert heard.told.wait(60)
        audio = recorder.stop()
    assert "disk is full" in str(audio.problem)
    assert heard.problems == [audio.problem], "told once, not for every block that waited"
    assert audio.duration_s == 1.0
    assert read_wav(audio.path).size == RATE_HZ
    assert [left.duration_s for left in recover(tmp_path / "spool")] == [1.0]
