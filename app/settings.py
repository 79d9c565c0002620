"""The user's settings, each declared once with its default and its help, kept as JSON.

To add a setting: one line in `Settings`. A file with a key that this version does not know keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from app import paths
from app.dictation.options import PUNCTUATIONS, RULES, FormattingOptions
from app.files import replace_file
from app.translation import LANGUAGES
from speech.errors import OtoscribeError

VERSION = 1
THEMES = ("system", "light", "dark")
AUTO = "auto"
TRANSFER_WAYS = ("paste", "type", "hand")
INTERFACE_LANGUAGES = (AUTO, *LANGUAGES)


class SettingsError(OtoscribeError):
    """The settings file cannot be read or written, or holds a value of the wrong kind."""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _are_rules(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) and name in RULES for name in value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _setting(default: Any, help: str, expected: str, is_valid: Callable[[object], bool]) -> Any:
    """A field whose metadata carry its help, what is expected in words, and the check for it."""
    return field(default=default, metadata={"help": help, "expected": expected, "is_valid": is_valid})


@dataclass(frozen=True)
class Settings:
    """All settings; change them with dataclasses.replace and keep them with save."""

    microphone: str | None = _setting(
        None,
        "Microphone to record from; none means the system's default.",
        "a microphone's name or null",
        lambda value: value is None or _is_name(value),
    )
    model: str = _setting(
        AUTO,
        "Model that writes; auto takes otoscribe-base for English and whisper-base for other languages.",
        "a model's name or auto",
        _is_name,
    )
    language: str = _setting(
        "en", "Language spoken, as a code such as en or de; auto detects it.", "a language code or auto", _is_name
    )
    author: str = _setting("", "Name that notes are written and signed under.", "a name", _is_text)
    theme: str = _setting(
        "system", "Colours of the window.", "one of " + ", ".join(THEMES), lambda value: value in THEMES
    )
    text_size: int = _setting(
        12,
        "Size of the note's text in points.",
        "a whole number from 6 to 72",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 6 <= value <= 72,
    )
    confidence_threshold: float | None = _setting(
        None,
        "Words less likely to be right than this are marked for checking; none takes what was learned for the model.",
        "a number from 0 to 1 or null",
        lambda value: (
            value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1)
        ),
    )
    formatting: bool = _setting(
        True, "Write dictated text the way medicine writes it; see otoscribe format.", "true or false", _is_truth
    )
    formatting_off: tuple[str, ...] = _setting(
        ("ranges",),
        "Formatting rules to leave out; see otoscribe format --help.",
        "a list of formatting rules",
        _are_rules,
    )
    punctuation: str = _setting(
        "both",
        "Whose marks count: those said, those the recogniser sets, or both.",
        "one of " + ", ".join(PUNCTUATIONS),
        lambda value: value in PUNCTUATIONS,
    )
    site_templates: str | None = _setting(
        None,
        "Folder with templates for everybody, such as one on a network share; none means this machine's.",
        "a folder or null",
        lambda value: value is None or _is_name(value),
    )
    learning: bool = _setting(
        False,
        "Gather what you correct in dictated notes, so that Otoscribe can learn from it; see otoscribe adapt.",
        "true or false",
        _is_truth,
    )
    waveform: bool = _setting(False, "Show the recording with its words under the note.", "true or false", _is_truth)
    watched_folder: str | None = _setting(
        None,
        "Folder whose audio files are written down by themselves; none watches nothing.",
        "a folder's path or null",
        lambda value: value is None or _is_name(value),
    )
    batch_paused: bool = _setting(False, "Write no audio files down for now.", "true or false", _is_truth)
    interface_language: str = _setting(
        AUTO,
        "Language of the window from its next start on; auto takes the system's where there is a translation.",
        "one of " + ", ".join(INTERFACE_LANGUAGES),
        lambda value: value in INTERFACE_LANGUAGES,
    )
    transfer_way: str = _setting(
        "paste",
        "How text gets into another program: pasted, typed, or pasted by hand.",
        "one of " + ", ".join(TRANSFER_WAYS),
        lambda value: value in TRANSFER_WAYS,
    )
    pedals: bool = _setting(False, "Use pedals and microphones with buttons.", "true or false", _is_truth)
    cues: bool = _setting(False, "Sounds when a recording begins and ends.", "true or false", _is_truth)
    talk_key: str = _setting(
        "", "Key for the whole screen that records: held, or pressed to begin and to end.", "a key's name", _is_text
    )
    transfer_key: str = _setting("", "Key for the whole screen that transfers the text.", "a key's name", _is_text)

    @property
    def model_name(self) -> str:
        """The model that `model` means."""
        from speech.store import default_model

        return default_model(self.language) if self.model == AUTO else self.model

    @property
    def formatting_options(self) -> FormattingOptions | None:
        """How dictated text is to be written; None where it stays as the recogniser wrote it."""
        return FormattingOptions(frozenset(self.formatting_off), self.punctuation) if self.formatting else None


def load(path: Path | None = None) -> Settings:
    """Reads paths.settings_file(), or the file given; the defaults when there is none.

    Raises SettingsError, naming file and key, when the file cannot be read or holds a wrong value; the file is left
    as it is.
    """
    path = path or paths.settings_file()
    stored = _read(path)
    values: dict[str, Any] = {}
    for item in fields(Settings):
        if item.name in stored:
            value = stored[item.name]
            values[item.name] = tuple(value) if isinstance(value, list) else value
    settings = Settings(**values)
    _check(settings, path)
    return settings


def save(settings: Settings, path: Path | None = None) -> None:
    """Writes the settings atomically, keeping keys that this version does not know.

    Raises SettingsError when a value is wrong, when the present file is damaged (it is not overwritten), or when the
    new one cannot be written.
    """
    path = path or paths.settings_file()
    _check(settings, path)
    values = {item.name: getattr(settings, item.name) for item in fields(Settings)}
    text = json.dumps({**_read(path), "version": VERSION, **values}, ensure_ascii=False, indent=2) + "\n"
    content = text.encode("utf-8", "replace")
    try:
        replace_file(path, lambda temporary: temporary.write_bytes(content), private=True)
    except OSError as error:
        raise SettingsError(
            f"The settings cannot be written to {path} ({error.strerror or error})",
            "Make the folder writable or free some space; the old settings are kept.",
        ) from error


def _read(path: Path) -> dict[str, Any]:
    """The file's object, empty when there is no file."""
    remedy = "Correct the file, or move it away to start with the defaults."
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} cannot be read ({error.strerror})", "Make it readable."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The settings file {path} is not UTF-8 text", remedy) from error
    except json.JSONDecodeError as error:
        raise SettingsError(
            f"The settings file {path} is not JSON at line {error.lineno}: {error.msg}", remedy
        ) from error
    except RecursionError as error:
        raise SettingsError(f"The settings file {path} is nested too deeply", remedy) from error
    if not isinstance(content, dict):
        raise SettingsError(f"The settings file {path} holds no JSON object", remedy)
    version = content.get("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SettingsError(f"In the settings file {path}, version is not a whole number", remedy)
    if version > VERSION:
        raise SettingsError(f"The settings file {path} is from a newer version of Otoscribe", "Update Otoscribe.")
    return content


def _check(settings: Settings, path: Path) -> None:
    for item in fields(Settings):
        if not item.metadata["is_valid"](getattr(settings, item.name)):
            raise SettingsError(
                f"In the settings file {path}, {item.name} must be {item.metadata['expected']}",
                "Correct that line, or remove it for the default.",
            )
