import queue
import subprocess
import sys

import numpy as np
import pytest
import sounddevice
from sound_server import SoundServer

from app.capture import microphones
from app.capture.microphone_stream import Block, MicrophoneStream
from app.capture.sound_library import is_taken, reason

# What a machine without PortAudio looks like to sounddevice: the system finds no such library.
WITHOUT_PORTAUDIO = """
import ctypes.util
ctypes.util.find_library = lambda name: None
from app.capture import CaptureError, microphones
try:
    microphones()
except CaptureError as error:
    print(error)
"""
WITHOUT_SOUND = "from app.capture import microphones; print(microphones())"


def test_the_default_microphone_comes_first(sound_server: SoundServer) -> None:
    first, *others = microphones()
    assert (first.id, first.name, first.is_default) == ("ALSA/default", "default", True)
    assert first.channels >= 1
    assert first.default_sample_rate_hz > 0
    assert not any(microphone.is_default for microphone in others)
    assert len({microphone.id for microphone in [first, *others]}) == 1 + len(others)
    assert microphones() == [first, *others]


def test_a_machine_without_sound_has_no_microphones(sound_server: SoundServer) -> None:
    sound_server.stop()
    said = subprocess.run([sys.executable, "-c", WITHOUT_SOUND], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PortAudio comes inside the sounddevice package")
def test_without_portaudio_the_package_to_install_is_named() -> None:
    said = subprocess.run([sys.executable, "-c", WITHOUT_PORTAUDIO], check=True, capture_output=True, text=True)
    assert "PortAudio is missing" in said.stdout
    assert "sudo apt install libportaudio2" in said.stdout


def test_a_microphone_that_another_program_holds_is_recognised() -> None:
    unavailable = sounddevice.PortAudioError("Error opening RawInputStream: Device unavailable", -9985)
    busy = sounddevice.PortAudioError("Error opening", -9999, (0, -16, "Device or resource busy"))
    other = sounddevice.PortAudioError("Error opening", -9999, (0, -2, "No such entity"))
    assert is_taken(unavailable)
    assert is_taken(busy)
    assert not is_taken(other)
    assert [reason(unavailable), reason(other)] == ["Device unavailable", "No such entity"]


def test_a_microphone_can_be_opened_at_the_rate_of_a_recording(sound_server: SoundServer) -> None:
    events: queue.SimpleQueue[Block] = queue.SimpleQueue()
    stream = MicrophoneStream(None, events, 48_000)
    stream.start()
    block = events.get(timeout=60)
    stream.close()
    assert stream.sample_rate_hz == 48_000
    assert block.mono().dtype == np.int16


def test_what_is_still_in_the_device_when_it_is_closed_is_taken_in(sound_server: SoundServer) -> None:
    events: queue.SimpleQueue[Block] = queue.SimpleQueue()
    stream = MicrophoneStream(None, events)
    stream.start()
    events.get(timeout=60)
    before = events.qsize()
    stream.close()
    taken_in = [events.get_nowait().mono().size for _ in range(events.qsize())][before:]
    assert sum(taken_in) >= 300, "the device's buffer holds 35 ms: the last sound of a word"


def test_channels_are_mixed_without_overflow() -> None:
    frames = np.array([[32767, 32767], [-32768, -32768], [100, -50], [0, 3]], dtype=np.int16)
    assert Block(frames.tobytes(), 2, False).mono().tolist() == [32767, -32768, 25, 2]
