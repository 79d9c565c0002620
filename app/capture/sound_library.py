"""PortAudio, through sounddevice: loaded late, told of new devices only while nothing is open."""

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from app.capture.errors import CaptureError

_INSTALL = {
    "linux": "Install it with: sudo apt install libportaudio2 (Debian, Ubuntu), sudo dnf install portaudio (Fedora), "
    "sudo pacman -S portaudio (Arch) or sudo zypper install portaudio (openSUSE); then start again.",
    "darwin": "It comes with the sounddevice package: python -m pip install --force-reinstall sounddevice",
    "win32": "It comes with the sounddevice package: py -m pip install --force-reinstall sounddevice",
}

# Codes of PortAudio's portaudio.h.
INVALID_CHANNEL_COUNT = -9998
INVALID_SAMPLE_RATE = -9997
INVALID_DEVICE = -9996
SAMPLE_FORMAT_NOT_SUPPORTED = -9994
DEVICE_UNAVAILABLE = -9985

_ANSWER_LIMIT_S = 5.0
_CLOSE_LIMIT_S = 2.0

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_open_streams = 0


def sound_library() -> ModuleType:
    """The sounddevice module. Raises CaptureError that names the package to install when PortAudio is missing."""
    try:
        import sounddevice
    except OSError as error:
        next_step = _INSTALL.get(sys.platform, "Install PortAudio with your system's package manager.")
        raise CaptureError("The sound library PortAudio is missing", next_step) from error
    module: ModuleType = sounddevice
    return module


def reread_devices() -> None:
    """Let PortAudio see devices that came or went. Does nothing while a stream is open, since that would end it."""
    sounddevice = sound_library()
    with _alone():
        if _open_streams == 0:
            sounddevice._terminate()
            sounddevice._initialize()


def open_stream(stream_type: Callable[..., Any], **settings: Any) -> Any:
    """Make a stream that keeps the device list as it is until `close_stream`. Raises sounddevice.PortAudioError."""
    global _open_streams
    with _alone():
        stream = stream_type(**settings)
        _open_streams += 1
        return stream


def close_stream(stream: Any) -> None:
    """Close what `open_stream` made, at once; a device that is gone already is no error.

    A sound system that hangs gets two seconds; after that it is left to close when it can.
    """
    closing = threading.Thread(target=_close, args=(stream,), name="closing a sound device", daemon=True)
    closing.start()
    closing.join(_CLOSE_LIMIT_S)
    if closing.is_alive():
        _log.warning("the sound system does not let go of its device")


def _close(stream: Any) -> None:
    global _open_streams
    with _lock:
        stream.close(ignore_errors=True)
        _open_streams -= 1


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """PortAudio's devices and streams may be touched by one thread at a time."""
    if not _lock.acquire(timeout=_ANSWER_LIMIT_S):
        raise CaptureError(
            "The sound system of this computer does not answer",
            "Unplug the microphone and plug it in again, or restart the computer.",
        )
    try:
        yield
    finally:
        _lock.release()


def reason(error: Exception) -> str:
    """What PortAudio or the system below it says of a failure."""
    host_reason = error.args[2][2] if len(error.args) > 2 else ""
    return host_reason or str(error.args[0]).rpartition(": ")[2]


def error_code(error: Exception) -> int | None:
    """PortAudio's code in a sounddevice.PortAudioError; None where there is none (an unknown device)."""
    return error.args[1] if len(error.args) > 1 else None


def is_taken(error: Exception) -> bool:
    """Whether another program holds the device."""
    return error_code(error) == DEVICE_UNAVAILABLE or "busy" in str(error.args).lower()
