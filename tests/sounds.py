"""Sounds whose place in a recording can be found again."""

import wave
from pathlib import Path

import numpy as np

RATE_HZ = 16_000


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    """Noise below 4 kHz, float64 of shape (n,) at 16 kHz: unlike a tone, it matches itself at one place only."""
    white = np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))
    spectrum = np.fft.rfft(white)
    spectrum[np.fft.rfftfreq(white.size, 1 / RATE_HZ) > 4000] = 0
    filtered = np.fft.irfft(spectrum, white.size)
    return 0.5 * filtered / np.abs(filtered).max()


def write_wav(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(rate_hz)
        recording.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return path


def read_wav(path: Path) -> np.ndarray:
    """Float64 of shape (n,)."""
    with wave.open(str(path)) as recording:
        return np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2") / 32768


def place_of(piece: np.ndarray, recorded: np.ndarray) -> tuple[int, float]:
    """Where in `recorded` the piece is heard best, and how alike the two are there (1: the same)."""
    size = 1 << (recorded.size + piece.size).bit_length()
    product = np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(piece, size))
    start = int(np.fft.irfft(product, size)[: max(1, recorded.size - piece.size + 1)].argmax())
    there = recorded[start : start + piece.size]
    return start, float(there @ piece[: there.size] / (np.linalg.norm(there) * np.linalg.norm(piece) + 1e-12))
