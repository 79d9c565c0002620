"""Microphone to disk and disk to loudspeaker: nothing that was said is lost, whatever fails."""

from app.capture.errors import CaptureError
from app.capture.microphones import Microphone, microphones
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
