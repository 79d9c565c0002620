import shutil
import tempfile
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture import CaptureError, SpoolWriter, recover

HEADER_BYTES = 44


def left_behind(folder: Path, samples: int, sample_rate_hz: int = 16_000) -> Path:
    """A recording as a process leaves it that dies right after an append."""
    writer = SpoolWriter(folder, sample_rate_hz)
    writer.append(np.arange(samples, dtype=np.int16))
    return writer.close()


def frames_of(path: Path) -> tuple[int, int]:
    with wave.open(str(path)) as recording:
        assert len(recording.readframes(recording.getnframes())) == 2 * recording.getnframes()
        return recording.getnframes(), recording.getframerate()


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert recover(tmp_path) == []
    assert recover(tmp_path / "not there") == []


def test_recordings_are_listed_oldest_first_with_start_and_duration(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    older = left_behind(tmp_path, 16_000)
    newer = left_behind(tmp_path, 24_000, sample_rate_hz=48_000)
    found = recover(tmp_path)
    assert [(recording.path, recording.duration_s) for recording in found] == [(older, 1.0), (newer, 0.5)]
    assert before <= found[0].started_at <= found[1].started_at <= before + timedelta(minutes=1)
    assert recover(tmp_path) == found, "they are offered until somebody takes them"


def test_a_recording_being_written_belongs_to_its_writer(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, 16_000)
    writer.append(np.zeros(160, dtype=np.int16))
    assert recover(tmp_path) == []
    assert writer.path.exists()
    writer.append(np.zeros(160, dtype=np.int16))
    path = writer.close()
    assert [recording.path for recording in recover(tmp_path)] == [path]


@given(cut=st.integers(min_value=0, max_value=HEADER_BYTES + 2000), counted=st.integers(0, 2000))
def test_samples_are_counted_by_the_file_not_by_its_header(cut: int, counted: int) -> None:
    """A file cut off anywhere, whose header counts too few or too many bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = left_behind(Path(folder), 1000)
        with path.open("r+b") as file:
            file.seek(HEADER_BYTES - 4)
            file.write(counted.to_bytes(4, "little"))
            file.truncate(cut)
        found = recover(Path(folder))
        samples = max(0, cut - HEADER_BYTES) // 2
        if samples == 0:
            assert found == []
            assert not path.exists()
        else:
            assert [recording.duration_s for recording in found] == [samples / 16_000]
            assert frames_of(path) == (samples, 16_000)


@pytest.mark.parametrize("damage", [bytes(HEADER_BYTES), b"\xff" * HEADER_BYTES])
def test_a_header_that_was_lost_is_written_anew(tmp_path: Path, damage: bytes) -> None:
    path = left_behind(tmp_path, 1000, sample_rate_hz=44_100)
    with path.open("r+b") as file:
        file.write(damage)
    assert len(recover(tmp_path)) == 1
    assert frames_of(path) == (1000, 44_100)


def test_a_whole_recording_is_not_touched(tmp_path: Path) -> None:
    path = left_behind(tmp_path, 1000)
    content, changed_at = path.read_bytes(), path.stat().st_mtime_ns
    recover(tmp_path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, changed_at)


def test_strange_files_are_left_alone(tmp_path: Path) -> None:
    strange = [tmp_path / "notes.txt", tmp_path / "music.wav", tmp_path / "other.lock"]
    for path in strange:
        path.write_bytes(b"")
    assert recover(tmp_path) == []
    assert all(path.exists() for path in strange)


def test_locks_of_recordings_that_were_moved_away_are_removed(tmp_path: Path) -> None:
    path = left_behind(tmp_path, 1000)
    path.with_suffix(".lock").touch()
    shutil.move(path, tmp_path / "attached.wav")
    recover(tmp_path)
    assert [left.name for left in tmp_path.iterdir()] == ["attached.wav"]


def test_a_spool_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("")
    with pytest.raises(CaptureError, match=r"cannot be read.*Check that it is a folder"):
        recover(tmp_path / "spool")
