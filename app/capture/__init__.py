"""Microphone to disk and disk to loudspeaker: nothing that was said is lost, whatever fails."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.capture.errors import CaptureError
    from app.capture.microphone_list import Microphone, microphones
    from app.capture.playback import Player
    from app.capture.recorder import RecordedAudio, Recorder, RecorderState
    from app.capture.recovery import RecoveredRecording, recover
    from app.capture.spool import SpoolWriter

__all__ = [
    "CaptureError",
    "Microphone",
    "Player",
    "RecordedAudio",
    "Recorder",
    "RecorderState",
    "RecoveredRecording",
    "SpoolWriter",
    "microphones",
    "recover",
]

_HOMES = {
    "CaptureError": "errors",
    "Microphone": "microphone_list",
    "microphones": "microphone_list",
    "Player": "playback",
    "RecordedAudio": "recorder",
    "Recorder": "recorder",
    "RecorderState": "recorder",
    "RecoveredRecording": "recovery",
    "recover": "recovery",
    "SpoolWriter": "spool",
}


def __getattr__(name: str) -> Any:
    """Loads what is asked for when it is: with NumPy it takes a fifth of a second that the window's start can spare."""
    if name in _HOMES:
        return getattr(import_module(f"app.capture.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
