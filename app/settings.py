"""The user's settings, each declared once with its default and its help, kept as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from speech.errors import OtoscribeError


class SettingsError(OtoscribeError):
    """The settings file cannot be read or written, or holds a value of the wrong kind."""


@dataclass(frozen=True)
class Settings:
    """All settings; change them with dataclasses.replace and keep them with save."""

    microphone: str | None = None
    model: str = "whisper-base"
    language: str = "en"
    author: str = ""
    theme: str = "system"
    text_size: int = 12
    confidence_threshold: float = 0.6


def load(path: Path | None = None) -> Settings:
    """Reads paths.settings_file(), or the file given; defaults when there is none."""
    raise NotImplementedError


def save(settings: Settings, path: Path | None = None) -> None:
    """Writes the settings atomically, keeping keys that this version does not know."""
    raise NotImplementedError
