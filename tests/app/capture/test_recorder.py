"""The recorder against a real sound server: what is played into its loudspeaker is what the microphone hears."""

import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from recorder_witness import Heard
from sound_server import SoundServer
from sounds import RATE_HZ, noise, place_of, read_wav, write_wav

from app.capture import CaptureError, Recorder, RecorderState, microphones, recover

pytestmark = pytest.mark.quiet

MakeRecorder = Callable[..., Recorder]


def assert_heard_without_gap(said: np.ndarray, recorded: np.ndarray) -> int:
    """Every half second of `said` is in `recorded`, each right behind the other; returns where it begins."""
    half = RATE_HZ // 2
    places = [
        (begin, *place_of(said[begin : begin + half], recorded)) for begin in range(0, said.size - half + 1, half)
    ]
    assert min(alike for _, _, alike in places) > 0.9
    assert {start - begin for begin, start, _ in places} == {places[0][1]}, "sound was dropped or doubled"
    return places[0][1]


def test_everything_that_is_said_is_recorded(
    sound_server: SoundServer, make_recorder: MakeRecorder, heard: Heard, tmp_path: Path
) -> None:
    said = noise(3)
    recorder = make_recorder()
    assert recorder.state is RecorderState.IDLE
    recorder.start()
    assert recorder.state is RecorderState.RECORDING
    sound_server.play(write_wav(tmp_path / "said.wav", said))
    assert recorder.elapsed_s == pytest.approx(3, abs=0.5)
    audio = recorder.stop()

    assert recorder.state is RecorderState.IDLE
    recorded = read_wav(audio.path)
    assert_heard_without_gap(said, recorded)
    assert (audio.sample_rate_hz, audio.problem, audio.overflows) == (RATE_HZ, None, 0)
    assert audio.duration_s == recorder.elapsed_s == recorded.size / RATE_HZ
    assert heard.problems == []
    assert 8 < len(heard.levels_dbfs) / audio.duration_s < 30
    loudness_dbfs = 20 * np.log10(np.sqrt(np.mean(said**2)))
    assert np.median(heard.levels_dbfs) == pytest.approx(loudness_dbfs, abs=1)
    assert [left.path for left in recover(tmp_path / "spool")] == [audio.path], "kept until a note takes it"


def keep_a_core_busy() -> None:
    while True:
        sum(range(10_000))


@pytest.mark.slow
def test_nothing_is_dropped_while_the_computer_and_the_writer_are_busy(
    sound_server: SoundServer, make_recorder: MakeRecorder, heard: Heard, tmp_path: Path
) -> None:
    said = noise(10)
    listened: list[np.ndarray] = []

    def listen_slowly(block: np.ndarray) -> None:
        time.sleep(0.5)  # keeps the writing thread from the queue, which must grow meanwhile
        listened.append(block)

    busy = [multiprocessing.get_context("spawn").Process(target=keep_a_core_busy, daemon=True) for _ in range(2)]
    for process in busy:
        process.start()
    try:
        recorder = make_recorder(listener=listen_slowly)
        recorder.start()
        sound_server.play(write_wav(tmp_path / "said.wav", said))
        audio = recorder.stop()
    finally:
        for process in busy:
            process.kill()
            process.join()
    recorded = read_wav(audio.path)
    assert audio.overflows == 0
    assert_heard_without_gap(said, recorded)
    assert np.allclose(np.concatenate(listened), recorded, atol=1e-4), "the listener hears what is recorded"
    assert all(block.dtype == np.float32 for block in listened)


def test_the_last_word_before_stop_is_kept(
    sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    recorder = make_recorder()
    with sound_server.playing(write_wav(tmp_path / "said.wav", noise(10))):
        recorder.start()
        began = time.monotonic()
        while recorder.elapsed_s < 1:
            time.sleep(0.01)
        until_stop_s = time.monotonic() - began
        audio = recorder.stop()
    assert audio.duration_s >= until_stop_s - 0.1
    assert np.abs(read_wav(audio.path)[-800:]).max() > 0.05


def test_nothing_is_heard_while_paused(sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path) -> None:
    before, meanwhile, after = (noise(1, seed) for seed in range(3))
    recorder = make_recorder()
    recorder.start()
    sound_server.play(write_wav(tmp_path / "before.wav", before))
    recorder.pause()
    assert recorder.state is RecorderState.PAUSED
    sound_server.play(write_wav(tmp_path / "meanwhile.wav", meanwhile))
    recorder.resume()
    sound_server.play(write_wav(tmp_path / "after.wav", after))
    recorded = read_wav(recorder.stop().path)

    assert_heard_without_gap(before, recorded)
    assert assert_heard_without_gap(after, recorded) >= before.size
    assert place_of(meanwhile, recorded)[1] < 0.3
    assert recorded.size < 2.6 * RATE_HZ


def test_a_paused_recording_can_be_stopped(sound_server: SoundServer, make_recorder: MakeRecorder) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.pause()
    assert recorder.stop().problem is None


def test_a_discarded_recording_leaves_nothing(
    sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    recorder = make_recorder()
    recorder.start()
    recorder.discard()
    assert recorder.state is RecorderState.IDLE
    assert list((tmp_path / "spool").iterdir()) == []
    recorder.start()
    assert recorder.stop().path.exists()


@pytest.mark.parametrize("mishap", ["unplug", "stop", pytest.param("freeze", marks=pytest.mark.slow)])
def test_a_lost_microphone_is_told_at_once_and_what_was_said_is_kept(
    sound_server: SoundServer, make_recorder: MakeRecorder, heard: Heard, tmp_path: Path, mishap: str
) -> None:
    said = noise(1)
    recorder = make_recorder()
    recorder.start()
    sound_server.play(write_wav(tmp_path / "said.wav", said))
    getattr(sound_server, mishap)()
    lost_at = time.monotonic()
    assert heard.told.wait(60)
    assert heard.told_at - lost_at < 2
    assert recorder.state is RecorderState.INTERRUPTED
    audio = recorder.stop()
    sound_server.restore()

    assert len(heard.problems) == 1
    assert "is gone" in heard.problems[0].what
    assert "go on recording, or stop" in heard.problems[0].next_step
    assert audio.problem is heard.problems[0]
    # The sound server itself may take its last tenth of a second with it.
    assert_heard_without_gap(said[: -RATE_HZ // 10], read_wav(audio.path))


def test_a_microphone_that_comes_back_goes_on_in_the_same_recording(
    sound_server: SoundServer, make_recorder: MakeRecorder, heard: Heard, tmp_path: Path
) -> None:
    before, after = noise(1, 0), noise(1, 1)
    recorder = make_recorder()
    recorder.start()
    sound_server.play(write_wav(tmp_path / "before.wav", before))
    sound_server.unplug()
    assert heard.told.wait(60)
    with pytest.raises(CaptureError, match="cannot be opened"):
        recorder.resume()
    assert recorder.state is RecorderState.INTERRUPTED
    sound_server.plug_in()
    recorder.resume()
    sound_server.play(write_wav(tmp_path / "after.wav", after))
    recorded = read_wav(recorder.stop().path)
    assert place_of(after, recorded)[0] > place_of(before[:8000], recorded)[0]
    assert_heard_without_gap(after, recorded)


@pytest.mark.slow
def test_a_system_that_hangs_does_not_hang_the_program(
    sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    said = noise(1)
    recorder = make_recorder()
    recorder.start()
    sound_server.play(write_wav(tmp_path / "said.wav", said))
    sound_server.freeze()
    began = time.monotonic()
    audio = recorder.stop()
    assert time.monotonic() - began < 5
    assert_heard_without_gap(said[: -RATE_HZ // 10], read_wav(audio.path))


def test_the_chosen_microphone_is_the_one_that_is_heard(
    sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    sound_server.plug_in("handheld")
    (chosen,) = [microphone for microphone in microphones() if microphone.name == "handheld"]
    to_desk, to_handheld = noise(2, 0), noise(1, 1)
    recorder = make_recorder(microphone_id=chosen.id)
    recorder.start()
    with sound_server.playing(write_wav(tmp_path / "desk.wav", to_desk), into="desk"):
        sound_server.play(write_wav(tmp_path / "handheld.wav", to_handheld), into="handheld")
    recorded = read_wav(recorder.stop().path)
    assert_heard_without_gap(to_handheld, recorded)
    assert place_of(to_desk[:RATE_HZ], recorded)[1] < 0.3


def test_a_microphone_that_changes_its_rate_in_the_middle_goes_on(
    sound_server: SoundServer, make_recorder: MakeRecorder, heard: Heard, tmp_path: Path
) -> None:
    before, after = noise(1, 0), noise(1, 1)
    sound_server.plug_in("handheld", rate_hz=44_100)
    recorder = make_recorder(microphone_id=None)
    recorder.start()
    sound_server.play(write_wav(tmp_path / "before.wav", before), into="handheld")
    sound_server.plug_in("headset", rate_hz=32_000)
    sound_server.hand_over("headset")
    sound_server.play(write_wav(tmp_path / "after.wav", after), into="headset")
    audio = recorder.stop()
    recorded = read_wav(audio.path)
    assert (heard.problems, audio.sample_rate_hz) == ([], RATE_HZ)
    at, _ = place_of(before, recorded)
    later, alike = place_of(after, recorded)
    assert alike > 0.8 and later >= at + before.size  # what goes through two rates is not the same any more


def test_a_microphone_that_is_not_there_is_told(
    sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    unknown = make_recorder(microphone_id="ALSA/Philips SpeechMike")
    with pytest.raises(CaptureError, match=r"Philips SpeechMike is not there. Plug it in or choose another"):
        unknown.start()
    unplugged = make_recorder(microphone_id="ALSA/handheld")
    with pytest.raises(CaptureError, match=r"handheld cannot be opened .*Plug it in again"):
        unplugged.start()
    assert unplugged.state is RecorderState.IDLE
    assert not list(tmp_path.glob("spool/*"))


def test_a_folder_that_takes_no_recording_is_told_and_lets_go_of_the_microphone(
    sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    recorder = make_recorder(tmp_path / "file")
    with pytest.raises(CaptureError, match="cannot be written"):
        recorder.start()
    (tmp_path / "file").unlink()
    recorder.start()
    assert recorder.stop().problem is None


def test_a_listener_that_fails_does_not_end_the_recording(
    sound_server: SoundServer, make_recorder: MakeRecorder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_block: np.ndarray) -> None:
        raise ZeroDivisionError

    said = noise(1)
    recorder = make_recorder(listener=fail)
    recorder.start()
    sound_server.play(write_wav(tmp_path / "said.wav", said))
    assert_heard_without_gap(said, read_wav(recorder.stop().path))
    assert "a listener failed" in caplog.text


def test_asking_for_what_the_state_does_not_allow_is_refused(
    sound_server: SoundServer, make_recorder: MakeRecorder
) -> None:
    recorder = make_recorder()
    for action in (recorder.pause, recorder.resume, recorder.stop, recorder.discard):
        with pytest.raises(RuntimeError, match="idle"):
            action()
    recorder.start()
    for action in (recorder.start, recorder.resume):
        with pytest.raises(RuntimeError, match="recording"):
            action()
