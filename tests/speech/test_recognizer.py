"""The one door into speech, on real weights and real sound."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import medwer
import numpy as np
import pytest
from encoded import encode
from numpy.typing import NDArray
from samples import Sample
from sounds import write_wav

from speech.audio import SAMPLE_RATE_HZ, Waveform, load_audio
from speech.counting import Cancelled
from speech.errors import AudioError, ModelError
from speech.recognizer import Recognizer
from speech.rescoring import Correction
from speech.store import InstalledModel
from speech.streaming import Final, Partial
from speech.transcript import Transcript

Samples = NDArray[np.float32]
pytestmark = pytest.mark.slow
FIRST_PART_S = 16.5  # where the sample dictation pauses between two sections


@pytest.fixture(scope="module")
def dictation(recognizer: Recognizer, sample: Sample) -> Transcript:
    return recognizer.transcribe(sample.audio)


def wer(reference: str, hypothesis: str) -> float:
    return float(medwer.Scorer().corpus([reference], [hypothesis])["wer"])


def noise(seconds: float, loudness: float) -> Samples:
    count = round(seconds * SAMPLE_RATE_HZ)
    return np.random.default_rng(5).normal(0, loudness, count).astype(np.float32)


def test_the_sample_dictation_is_understood(dictation: Transcript, sample: Sample) -> None:
    assert wer(sample.reference, dictation.text) < 0.15
    assert (dictation.audio, dictation.model, dictation.language) == (str(sample.audio), "whisper-base", "en")
    assert dictation.backend == "onnx-cpu-int8"
    assert dictation.duration_s == pytest.approx(load_audio(sample.audio).duration_s)
    assert dictation.processing_s > 0
    assert dictation.warnings == ()


def test_segments_and_words_are_in_order_and_complete(dictation: Transcript) -> None:
    before_s = 0.0
    for segment in dictation.segments:
        assert "".join(segment.text.split()) == "".join(word.text for word in segment.words)
        assert (segment.start_s, segment.end_s) == (segment.words[0].start_s, segment.words[-1].end_s)
        assert 0 < segment.confidence <= 1
        for word in segment.words:
            assert before_s <= word.start_s < word.end_s <= dictation.duration_s
            assert 0 < word.confidence <= 1
            before_s = word.start_s
    assert Transcript.from_json(json.loads(json.dumps(dictation.to_json()))).text == dictation.text


def test_the_same_sound_gives_the_same_text(recognizer: Recognizer, short_sample: Path) -> None:
    first, again = (recognizer.transcribe(audio) for audio in (short_sample, load_audio(short_sample)))
    assert first.segments == again.segments and again.audio == "waveform"


@pytest.mark.parametrize("loudness", [0.0, 0.0005, 0.02])
def test_silence_and_noise_give_no_words(recognizer: Recognizer, loudness: float) -> None:
    transcript = recognizer.transcribe(Waveform(noise(8.0, loudness)))
    assert transcript.text == "" and transcript.segments == ()
    assert transcript.warnings == ("No speech was heard.",)


def test_clips_without_speech_give_no_words(recognizer: Recognizer, shared_data: Path) -> None:
    clips = sorted((shared_data / "silence-noise-probe" / "audio").iterdir())
    assert len(clips) == 20
    assert {clip.name: text for clip in clips if (text := recognizer.transcribe(clip).text)} == {}


def test_nothing_at_all_is_an_error(recognizer: Recognizer, tmp_path: Path) -> None:
    for audio in (write_wav(tmp_path / "empty.wav", np.zeros(0)), Waveform(np.zeros(0, np.float32))):
        with pytest.raises(AudioError, match="no sound at all"):
            recognizer.transcribe(audio)


def test_a_damaged_file_gives_what_is_left_and_says_so(
    recognizer: Recognizer, short_sample: Path, tmp_path: Path
) -> None:
    path = encode(tmp_path / "a.m4a", load_audio(short_sample).samples, "aac")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    transcript = recognizer.transcribe(path)
    assert "The patient has a dry cough" in transcript.text and "three times a day" in transcript.text
    assert any("damaged" in warning for warning in transcript.warnings)


def test_progress_rises_to_one(recognizer: Recognizer, sample: Sample) -> None:
    for audio in (sample.audio, load_audio(sample.audio)):
        told: list[float] = []
        recognizer.transcribe(audio, on_progress=told.append)
        assert told == sorted(told) and told[-1] == 1.0
        assert len(told) >= 2 and 0 < told[0] < 0.6 and told.count(1.0) == 1


def test_progress_and_cancelling_work_in_long_silence_too(recognizer: Recognizer) -> None:
    told: list[float] = []
    sound = Waveform(np.zeros(300 * SAMPLE_RATE_HZ, np.float32))
    recognizer.transcribe(sound, on_progress=told.append)
    assert len(told) > 100
    told.clear()
    with pytest.raises(Cancelled):
        recognizer.transcribe(sound, on_progress=told.append, is_cancelled=lambda: bool(told) and told[-1] > 0.5)
    assert 0.5 < told[-1] < 0.6


def test_cancelling_stops_before_the_work(recognizer: Recognizer, sample: Sample) -> None:
    asked: list[float] = []

    def is_cancelled() -> bool:
        asked.append(0)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        recognizer.transcribe(sample.audio, is_cancelled=is_cancelled)
    assert len(asked) == 4


def test_cancelling_between_reading_and_recognising(recognizer: Recognizer, short_sample: Path) -> None:
    """A short file is one utterance, which ends with the file."""
    samples = load_audio(short_sample).samples
    asked: list[float] = []

    def is_cancelled() -> bool:
        asked.append(0)
        return len(asked) > -(-len(samples) // SAMPLE_RATE_HZ)

    told: list[float] = []
    with pytest.raises(Cancelled):
        recognizer.transcribe(Waveform(samples), is_cancelled=is_cancelled, on_progress=told.append)


@pytest.mark.parametrize("language", ["en", "auto"])
def test_a_long_file_is_heard_by_two_and_written_in_order(
    base_model: InstalledModel, dictation: Transcript, sample: Sample, language: str
) -> None:
    recognizer = Recognizer.open(base_model, threads=2)
    samples = load_audio(sample.audio).samples
    told: list[float] = []
    transcript = recognizer.transcribe(Waveform(np.tile(samples, 4)), language=language, on_progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0
    assert transcript.language == "en"
    times = [word.start_s for segment in transcript.segments for word in segment.words]
    assert times == sorted(times) and times[-1] > 3 * len(samples) / SAMPLE_RATE_HZ
    assert wer(" ".join([dictation.text] * 4), transcript.text) < 0.1  # windows are cut elsewhere


def test_the_caller_is_asked_in_his_own_thread_and_both_who_hear_wait_for_him(
    base_model: InstalledModel, sample: Sample
) -> None:
    recognizer = Recognizer.open(base_model, threads=2)
    asked_in: set[str] = set()
    rested: list[bool] = []

    def comes_to_rest() -> bool:
        """Whether the process takes no processor time: what was under way when the caller was asked has ended."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            before_s = time.process_time()
            time.sleep(0.3)
            if time.process_time() - before_s < 0.03:
                return True
        return False

    def is_cancelled() -> bool:
        asked_in.add(threading.current_thread().name)
        if not rested and len([each for each in threading.enumerate() if each.name.startswith("recognition")]) == 2:
            rested.append(comes_to_rest())
        return bool(rested)

    with pytest.raises(Cancelled):
        recognizer.transcribe(Waveform(np.tile(load_audio(sample.audio).samples, 4)), is_cancelled=is_cancelled)
    assert asked_in == {threading.current_thread().name}
    assert rested == [True]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("recognition")]


def test_both_who_hear_a_long_file_know_the_terms_of_now(base_model: InstalledModel, sample: Sample) -> None:
    recognizer = Recognizer.open(base_model, threads=2)
    long = Waveform(np.tile(load_audio(sample.audio).samples, 2))
    asked: set[str] = set()

    class Witness:
        def __init__(self, name: str) -> None:
            self.name = name

        def correct(self, *given: Any) -> Correction:
            asked.add(self.name)
            return Correction(given[4])

    for name in ("before", "after"):
        asked.clear()
        recognizer.corrector = Witness(name)
        recognizer.transcribe(long)
        assert asked == {name}


def test_languages(recognizer: Recognizer, short_sample: Path) -> None:
    assert recognizer.transcribe(short_sample, language="auto").language == "en"
    assert recognizer.transcribe(Waveform(noise(1.0, 0.0)), language="auto").language == "en"
    with pytest.raises(ModelError, match="does not know the language 'xx'"):
        recognizer.transcribe(Waveform(noise(1.0, 0.0)), language="xx")  # before anything is heard
    with pytest.raises(ModelError, match="does not know the language 'xx'"):
        recognizer.listen(iter([]), language="xx")


def test_unknown_backends(base_model: InstalledModel) -> None:
    with pytest.raises(ModelError, match="no backend 'tensorflow'"):
        Recognizer.open(base_model, backend="tensorflow")


@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is POSIX only")
def test_three_hours_in_bounded_memory(short_sample: Path, tmp_path: Path) -> None:
    """Speech at both ends of a three-hour recording; the whole of it would be 690 MB as float32."""
    speech = (load_audio(short_sample).samples * 32767).astype("<i2")
    path = tmp_path / "three-hours.wav"
    length = 3 * 3600 * SAMPLE_RATE_HZ
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(SAMPLE_RATE_HZ)
        recording.writeframes(speech.tobytes())
        rest = length - 2 * len(speech)
        for first in range(0, rest, 10_000_000):
            recording.writeframes(bytes(2 * min(10_000_000, rest - first)))
        recording.writeframes(speech.tobytes())
    code = (
        "import json, resource, sys; from pathlib import Path\n"
        "sys.path.insert(0, 'tests'); from model_fixtures import installed_base\n"
        "from speech.recognizer import Recognizer\n"
        "recognizer = Recognizer.open(installed_base())\n"
        "recognizer.transcribe(Path(sys.argv[1]))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "transcript = recognizer.transcribe(Path(sys.argv[2]))\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(json.dumps([grown, transcript.to_json()]))"
    )
    repository = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", code, str(short_sample), str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=repository).stdout
    grown_kib, transcript = json.loads(told)
    assert grown_kib < 200_000
    assert transcript["duration_s"] == 3 * 3600
    first, last = transcript["segments"]
    assert "dry cough" in first["text"] and first["text"] == last["text"]
    apart_s = (length - len(speech)) / SAMPLE_RATE_HZ
    assert last["start_s"] - first["start_s"] == pytest.approx(apart_s, abs=0.3)
    assert last["words"][-1]["end_s"] - first["words"][-1]["end_s"] == pytest.approx(apart_s, abs=0.3)


class Microphone:
    """Sound in blocks of a tenth of a second, and how much of it has been taken."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.taken = 0

    def __iter__(self) -> Iterator[Samples]:
        for first in range(0, len(self.samples), 1600):
            self.taken = first + 1600
            yield self.samples[first : first + 1600]

    @property
    def taken_s(self) -> float:
        return self.taken / SAMPLE_RATE_HZ


@pytest.fixture(scope="module")
def live(recognizer: Recognizer, sample: Sample) -> list[tuple[float, Partial | Final]]:
    """Each event with the seconds of sound that had been heard when it came."""
    microphone = Microphone(load_audio(sample.audio).samples[: round(FIRST_PART_S * SAMPLE_RATE_HZ)])
    return [(microphone.taken_s, event) for event in recognizer.listen(microphone)]


def test_finals_are_the_text_of_the_whole_file(
    live: list[tuple[float, Partial | Final]], dictation: Transcript
) -> None:
    text = " ".join(event.text for _, event in live if isinstance(event, Final))
    words = [word for segment in dictation.segments for word in segment.words if word.end_s < FIRST_PART_S]
    assert len(words) > 30
    assert wer(" ".join(word.text for word in words), text) < 0.10


def test_no_partial_comes_after_its_final(live: list[tuple[float, Partial | Final]]) -> None:
    settled_s = 0.0
    partials = 0
    for heard_s, event in live:
        assert settled_s <= event.end_s <= min(heard_s, FIRST_PART_S) + 1e-6
        if isinstance(event, Final):
            assert settled_s <= event.start_s
            settled_s = event.end_s
        else:
            partials += 1
            assert event.start_s >= settled_s - 0.021
    assert partials > 0 and isinstance(live[-1][1], Final)  # a busy machine gives few partials


def test_finals_come_soon_after_their_speech(live: list[tuple[float, Partial | Final]]) -> None:
    for heard_s, event in live[:-1]:
        if isinstance(event, Final):
            assert heard_s - event.end_s < 1.2  # the pause, and the detector's own inertia


def test_a_stream_that_ends_in_a_word_gives_its_final(recognizer: Recognizer, short_sample: Path) -> None:
    cut = load_audio(short_sample).samples[: round(2.75 * SAMPLE_RATE_HZ)]
    events = list(recognizer.listen(Microphone(cut)))
    assert isinstance(events[-1], Final) and "cough" in events[-1].text
    assert events[-1].end_s <= 2.75


def test_silence_gives_no_events(recognizer: Recognizer) -> None:
    assert list(recognizer.listen(Microphone(noise(4.0, 0.001)))) == []
    assert list(recognizer.listen([])) == []


def test_live_language_is_found(recognizer: Recognizer, short_sample: Path) -> None:
    events = list(recognizer.listen(Microphone(load_audio(short_sample).samples), language="auto"))
    finals = " ".join(event.text for event in events if isinstance(event, Final))
    assert "dry cough" in finals and "three times a day" in finals


def test_a_listener_that_stops_early_leaves_nothing_running(recognizer: Recognizer, short_sample: Path) -> None:
    threads = threading.active_count()
    microphone = Microphone(load_audio(short_sample).samples)
    events = recognizer.listen(microphone)
    next(iter(events))
    taken = microphone.taken
    events.close()  # type: ignore[attr-defined]
    assert microphone.taken == taken < len(microphone.samples)
    assert threading.active_count() == threads
