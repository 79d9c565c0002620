import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.records import RecordStore
from speech.transcript import Segment, Transcript, Word


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return tmp_path / "record" / "notes.db"


@pytest.fixture
def store(database_file: Path) -> Iterator[RecordStore]:
    with RecordStore.open(database_file, busy_timeout_s=1.0) as store:
        yield store


@pytest.fixture
def make_wav(tmp_path: Path) -> Callable[..., Path]:
    """Writes a mono 16-bit WAV of noise; the seed makes its content."""

    def make(name: str = "dictation.wav", seed: int = 0, duration_s: float = 0.5, sample_rate_hz: int = 16000) -> Path:
        samples = np.random.default_rng(seed).integers(-2000, 2000, round(duration_s * sample_rate_hz), dtype=np.int16)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sample_rate_hz)
            file.writeframes(samples.tobytes())
        return path

    return make


@pytest.fixture
def transcript() -> Transcript:
    words = (Word("Blood", 0.1, 0.25, 0.98), Word("pressure", 0.25, 0.4, 0.41, term="pressure"))
    segment = Segment(0.1, 0.4, "Blood pressure", 0.7, words)
    return Transcript("dictation.wav", "whisper-base", "onnx-cpu-int8", "en", 0.5, 0.1, (segment,), ("quiet",))
