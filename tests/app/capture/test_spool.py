import random
import stat
import subprocess
import sys
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from app.capture import CaptureError, SpoolWriter, recover

RATE_HZ = 16_000
# Writes a ramp in blocks of random sizes and says after each append how many samples were accepted.
WRITE_UNTIL_KILLED = """
import random, sys
from pathlib import Path
import numpy as np
from app.capture import SpoolWriter

sizes = random.Random(int(sys.argv[2]))
writer = SpoolWriter(Path(sys.argv[1]), 16_000)
accepted = 0
while True:
    count = sizes.randint(1, 4000)
    writer.append((np.arange(accepted, accepted + count) % 30_000).astype(np.int16))
    accepted += count
    print(accepted, flush=True)
"""


def samples_of(path: Path) -> np.ndarray:
    with wave.open(str(path)) as recording:
        assert (recording.getframerate(), recording.getnchannels(), recording.getsampwidth()) == (RATE_HZ, 1, 2)
        return np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")


def samples_decoded_by_pyav(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0))


def ramp(count: int) -> np.ndarray:
    return (np.arange(count) % 30_000).astype(np.int16)


def test_what_was_appended_is_read_back(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path / "spool", RATE_HZ)
    writer.append(ramp(1000))
    assert samples_of(writer.path).tolist() == ramp(1000).tolist(), "the file must be valid before it is closed"
    writer.append(np.empty(0, dtype=np.int16))
    writer.append(ramp(500))
    path = writer.close()
    assert samples_of(path).tolist() == [*ramp(1000), *ramp(500)]
    assert samples_decoded_by_pyav(path) == 1500
    assert writer.duration_s == 1500 / RATE_HZ


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_nobody_else_may_read_a_recording(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir(mode=0o755)
    writer = SpoolWriter(tmp_path / "spool", RATE_HZ)
    writer.append(ramp(10))
    assert stat.S_IMODE(writer.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(writer.path.parent.stat().st_mode) == 0o700
    writer.close()


def test_discard_leaves_nothing(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, RATE_HZ)
    writer.append(ramp(10))
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_only_int16_of_one_dimension_is_taken(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, RATE_HZ)
    with pytest.raises(ValueError, match="int16"):
        writer.append(np.zeros(4, dtype=np.float32))
    with pytest.raises(ValueError, match="one dimension"):
        writer.append(np.zeros((4, 2), dtype=np.int16))
    writer.discard()


def test_a_folder_that_cannot_be_made_is_told_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CaptureError, match=r"cannot be written.*Check that the folder"):
        SpoolWriter(tmp_path / "file" / "spool", RATE_HZ)


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_at_any_moment_leaves_a_valid_file(tmp_path: Path, seed: int) -> None:
    moments = random.Random(seed)
    command = [sys.executable, "-c", WRITE_UNTIL_KILLED, str(tmp_path), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(moments.randint(1, 60))]
        assert recover(tmp_path) == [], "a recording that is being written is not there to be recovered"
        until = time.perf_counter() + moments.uniform(0, 0.002)
        while time.perf_counter() < until:
            pass
        child.kill()
        said += [line for line in child.stdout.readlines() if line.endswith(b"\n")]
    accepted = int(said[-1])

    (path,) = tmp_path.glob("*.wav")
    before = samples_of(path)
    assert len(before) >= accepted
    assert samples_decoded_by_pyav(path) >= accepted
    (recovered,) = recover(tmp_path)
    after = samples_of(path)
    assert len(after) >= len(before)
    assert np.array_equal(after, ramp(len(after)))
    assert recovered.path == path
    assert recovered.duration_s == len(after) / RATE_HZ
