"""Every kind of file that dictations come in, and every way a file can be bad."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from encoded import encode
from numpy.typing import NDArray
from permissions import binding_permissions
from sounds import noise, write_wav

from speech.audio import SAMPLE_RATE_HZ, Waveform, load_audio, measure_duration, stream_audio
from speech.errors import AudioError

SECONDS = 3.0


@pytest.fixture(scope="module")
def sound() -> NDArray[np.float64]:
    """Noise between 200 Hz and 3 kHz, which even telephone sound keeps."""
    samples = noise(SECONDS, seed=4)
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(samples.size, 1 / SAMPLE_RATE_HZ)
    spectrum[(frequencies < 200) | (frequencies > 3000)] = 0
    return 2 * np.fft.irfft(spectrum, samples.size)


def resampled(sound: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """The band-limited sound at another rate, exactly."""
    size = round(sound.size * rate_hz / SAMPLE_RATE_HZ)
    spectrum = np.zeros(size // 2 + 1, complex)
    known = np.fft.rfft(sound)
    count = min(known.size, spectrum.size)
    spectrum[:count] = known[:count]
    return np.fft.irfft(spectrum, size) * size / sound.size


def likeness(heard: NDArray[np.float32], sound: NDArray[np.float64]) -> float:
    """The correlation of the two where they fit best; encoders may shift sound by some milliseconds."""
    size = 1 << (heard.size + sound.size).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sound, size)), size)
    return float(product.max() / (np.linalg.norm(heard) * np.linalg.norm(sound)))


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz", "channels", "sample_format"),
    [
        ("telephone.wav", "pcm_s16le", 8_000, 1, None),
        ("eight-bit.wav", "pcm_u8", 16_000, 1, None),
        ("usual.wav", "pcm_s16le", 16_000, 1, None),
        ("compact-disc.wav", "pcm_s16le", 44_100, 2, None),
        ("studio.wav", "pcm_s24le", 96_000, 2, None),
        ("float.wav", "pcm_f32le", 48_000, 1, None),
        ("mu-law.wav", "pcm_mulaw", 8_000, 1, None),
        ("lossless.flac", "flac", 48_000, 2, None),
        ("letter.mp3", "libmp3lame", 44_100, 2, None),
        ("letter.m4a", "aac", 44_100, 1, None),
        ("lossless.m4a", "alac", 44_100, 1, None),
        ("letter.ogg", "libopus", 48_000, 1, "flt"),
        ("browser.webm", "libopus", 48_000, 2, "flt"),
    ],
)
def test_same_length_and_content_from_every_format(
    tmp_path: Path,
    sound: NDArray[np.float64],
    name: str,
    codec: str,
    rate_hz: int,
    channels: int,
    sample_format: str | None,
) -> None:
    path = encode(tmp_path / name, resampled(sound, rate_hz), codec, rate_hz, channels, sample_format)
    heard = load_audio(path)
    assert heard.samples.dtype == np.float32
    assert heard.duration_s == pytest.approx(SECONDS, abs=0.06)  # lossy encoders pad to whole frames
    lossy = codec in ("libmp3lame", "aac", "libopus")
    assert lossy or abs(len(heard.samples) - SECONDS * SAMPLE_RATE_HZ) <= 2
    assert likeness(heard.samples, sound) > (0.97 if lossy or codec == "pcm_u8" else 0.999)
    assert np.std(heard.samples) == pytest.approx(np.std(sound), rel=0.1)
    claimed = measure_duration(path)
    assert claimed is not None and claimed == pytest.approx(SECONDS, abs=0.1)


def test_the_sound_of_a_video(tmp_path: Path, sound: NDArray[np.float64]) -> None:
    path = encode(tmp_path / "visit.mp4", resampled(sound, 44_100), "aac", 44_100, 2, video=True)
    assert likeness(load_audio(path).samples, sound) > 0.97


def test_stereo_is_the_mean_of_its_channels(tmp_path: Path, sound: NDArray[np.float64]) -> None:
    path = tmp_path / "one-sided.wav"
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(2)
        recording.setsampwidth(2)
        recording.setframerate(SAMPLE_RATE_HZ)
        both = np.stack([sound, np.zeros_like(sound)], 1)
        recording.writeframes(np.round(both * 32767).astype("<i2").tobytes())
    heard = load_audio(path).samples
    assert len(heard) == len(sound)
    assert np.abs(heard - sound / 2).max() < 1e-3


def test_wav_at_16_khz_comes_sample_by_sample(tmp_path: Path, sound: NDArray[np.float64]) -> None:
    heard = load_audio(write_wav(tmp_path / "a.wav", sound)).samples
    assert np.array_equal(heard, (np.round(sound * 32767) / 32768).astype(np.float32))


def test_blocks_joined_are_the_whole_file(short_sample: Path) -> None:
    blocks = list(stream_audio(short_sample))
    assert len(blocks) > 1
    assert np.array_equal(np.concatenate(blocks), load_audio(short_sample).samples)


@pytest.mark.parametrize("name", ["12:30 ward round.wav", "concat:a|b.wav", "50 %d.wav", "großmutter ☂.wav", "-v.wav"])
def test_file_names_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if sys.platform == "win32" and set(name) & set(':|"'):
        pytest.skip("Windows allows no such file name")
    monkeypatch.chdir(tmp_path)
    write_wav(tmp_path / name, noise(0.5))
    assert load_audio(Path(name)).duration_s == 0.5
    assert measure_duration(Path(name)) == pytest.approx(0.5)


def test_what_can_be_decoded_of_a_truncated_file_is_kept(tmp_path: Path, sound: NDArray[np.float64]) -> None:
    for name, codec, shortest_s in (
        ("a.wav", "pcm_s16le", 1.45),
        ("a.flac", "flac", 1.0),
        ("a.mp3", "libmp3lame", 1.3),
    ):
        path = encode(tmp_path / name, sound, codec)
        whole = load_audio(path).samples
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
        heard = load_audio(path)
        assert shortest_s < heard.duration_s < 1.7, name
        checked = heard.samples[: round(shortest_s * SAMPLE_RATE_HZ)]
        assert np.array_equal(checked, whole[: checked.size]), name


@pytest.mark.parametrize(("name", "codec"), [("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.flac", "flac")])
def test_sound_behind_a_damaged_place_is_kept(
    tmp_path: Path, sound: NDArray[np.float64], name: str, codec: str
) -> None:
    path = encode(tmp_path / name, resampled(sound, 44_100), codec, 44_100)
    whole = load_audio(path).samples
    damaged = bytearray(path.read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 2500] = np.random.default_rng(0).integers(0, 256, 2500, np.uint8).tobytes()
    path.write_bytes(damaged)
    places: list[None] = []
    heard = np.concatenate(list(stream_audio(path, lambda: places.append(None))))
    assert len(whole) * 0.7 < len(heard) <= len(whole) * 1.01
    assert likeness(heard[-16_000:], whole[-16_000:].astype(np.float64)) > 0.9
    assert places or codec == "flac"  # FFmpeg's FLAC reader skips what is damaged without a word


def test_whole_files_have_no_damaged_places(short_sample: Path) -> None:
    def complain() -> None:
        raise AssertionError("nothing is wrong with this file")

    assert sum(len(block) for block in stream_audio(short_sample, complain)) > 7 * SAMPLE_RATE_HZ


def test_recordings_joined_into_one_file_are_read_to_the_end(tmp_path: Path, sound: NDArray[np.float64]) -> None:
    """Some recorders append files of another rate and number of channels to one another."""
    first = encode(tmp_path / "1.mp3", sound, "libmp3lame", 16_000, 1)
    second = encode(tmp_path / "2.mp3", resampled(sound, 44_100), "libmp3lame", 44_100, 2)
    joined = tmp_path / "joined.mp3"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    heard = load_audio(joined)
    assert heard.duration_s == pytest.approx(2 * SECONDS, abs=0.3)
    middle = len(heard.samples) // 2
    assert likeness(heard.samples[:middle], sound) > 0.9
    assert likeness(heard.samples[middle:], sound) > 0.9


def test_broken_float_samples_become_silence(tmp_path: Path) -> None:
    samples = noise(0.5)
    samples[100], samples[200], samples[300] = np.nan, np.inf, -np.inf
    heard = load_audio(encode(tmp_path / "a.wav", samples, "pcm_f32le")).samples
    assert np.isfinite(heard).all() and len(heard) == 8000


def test_header_without_samples_is_no_error_here(tmp_path: Path) -> None:
    assert load_audio(write_wav(tmp_path / "a.wav", np.zeros(0))).duration_s == 0.0


def make_empty(folder: Path) -> Path:
    (folder / "empty.wav").touch()
    return folder / "empty.wav"


def make_text(folder: Path) -> Path:
    (folder / "notes.wav").write_text("The patient has a dry cough.\n" * 50)
    return folder / "notes.wav"


def make_garbage(folder: Path) -> Path:
    (folder / "noise.mp3").write_bytes(np.random.default_rng(0).integers(0, 256, 5000, np.uint8).tobytes())
    return folder / "noise.mp3"


def make_header_only(folder: Path) -> Path:
    path = write_wav(folder / "cut.wav", noise(1.0))
    path.write_bytes(path.read_bytes()[:20])
    return path


def make_picture(folder: Path) -> Path:
    with av.open(str(folder / "silent.mp4"), "w") as container:
        picture = container.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        container.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
        container.mux(picture.encode(None))
    return folder / "silent.mp4"


def make_cut_m4a(folder: Path) -> Path:
    """An MP4 container keeps its index at the end; without it nothing can be found."""
    path = encode(folder / "cut.m4a", noise(2.0), "aac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (make_empty, "is empty"),
        (make_text, "(not audio|holds no audio)"),
        (make_garbage, "(not audio|holds no audio)"),
        (make_header_only, "(not audio|holds no audio)"),
        (make_picture, "holds no audio"),
        (make_cut_m4a, "not audio"),
        (lambda folder: folder, "is a folder"),
        (lambda folder: folder / "nowhere.wav", "There is no file"),
        (lambda folder: write_wav(folder / "file.wav", noise(0.1)) / "inner.wav", "cannot be read"),
    ],
)
def test_bad_files_give_one_line_with_a_next_step(tmp_path: Path, make: object, what: str) -> None:
    assert callable(make)
    path = make(tmp_path)
    for read in (load_audio, lambda path: list(stream_audio(path))):
        with pytest.raises(AudioError, match=what) as raised:
            read(path)
        line = str(raised.value)
        assert "\n" not in line and raised.value.next_step.endswith(".")
        assert path.name in line


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise there")
def test_no_permission(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "locked.wav", noise(0.1))
    path.chmod(0)
    with binding_permissions(), pytest.raises(AudioError, match="permissions"):
        load_audio(path)


def test_measuring_a_file_that_is_not_audio_gives_none(tmp_path: Path) -> None:
    assert measure_duration(make_garbage(tmp_path)) is None
    with pytest.raises(AudioError, match="is empty"):
        measure_duration(make_empty(tmp_path))


def test_streaming_keeps_memory_bounded(tmp_path: Path) -> None:
    """Twenty minutes are 77 MB as float32; streaming them may not take a quarter of that."""
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(SAMPLE_RATE_HZ)
        for _ in range(20):
            recording.writeframes(bytes(2 * 60 * SAMPLE_RATE_HZ))
    code = (
        "import sys, resource; from pathlib import Path; from speech.audio import stream_audio\n"
        "blocks = stream_audio(Path(sys.argv[1])); count = len(next(blocks))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for block in blocks: count += len(block)\n"
        "print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    if sys.platform == "win32":
        pytest.skip("the resource module is POSIX only")
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout
    count, grown_kib = map(int, told.split())
    assert count == 1200 * SAMPLE_RATE_HZ
    assert grown_kib < 20_000


def test_a_part_of_a_waveform() -> None:
    whole = Waveform(np.arange(16_000, dtype=np.float32))
    assert whole.between(0.25, 0.5).samples.tolist() == list(range(4000, 8000))
    assert whole.between(-1, 0.001).samples.tolist() == list(range(16))
    assert whole.between(0.9, 7).duration_s == pytest.approx(0.1)
    assert whole.between(-2, -1).duration_s == 0
