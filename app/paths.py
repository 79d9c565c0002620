"""Where Otoscribe's files lie; every folder is made when first asked for, private to the user.

OTOSCRIBE_HOME in the environment puts all of them under one folder: a portable installation, or a test's own world.
Without it they lie where the operating system keeps such files (platformdirs).
"""

import os
from pathlib import Path

import platformdirs

from speech.errors import OtoscribeError

APPLICATION = "Otoscribe"
HOME_VARIABLE = "OTOSCRIBE_HOME"


def data_folder() -> Path:
    """The record, the recordings and the models lie under this folder."""
    home = _home()
    return private_folder(home / "data" if home else platformdirs.user_data_path(APPLICATION, appauthor=False))


def models_folder() -> Path:
    """The installed models."""
    return private_folder(data_folder() / "models")


def spool_folder() -> Path:
    """Recordings under way, and those that a crash left behind."""
    return private_folder(data_folder() / "spool")


def controls_folder() -> Path:
    """Layouts of pedals and microphones that were taught."""
    return private_folder(data_folder() / "controls")


def unfinished_folder() -> Path:
    """What has been recognised of long files that are not done yet."""
    return private_folder(data_folder() / "unfinished")


def recordings_folder() -> Path:
    """The audio that belongs to notes; the record knows each file by name and SHA-256."""
    return private_folder(data_folder() / "recordings")


def waveforms_folder() -> Path:
    """How loud recordings are from moment to moment; whatever is missing there is measured anew."""
    return private_folder(data_folder() / "waveforms")


def lexicons_folder() -> Path:
    """The user's, department's and patients' lexicons, and what the user has switched and counted."""
    return private_folder(data_folder() / "lexicons")


def compiled_lexicons_folder() -> Path:
    """Lexicons made ready for recognition; whatever is missing there is made anew."""
    return private_folder(lexicons_folder() / "compiled")


def site_lexicons_folder() -> Path:
    """Lexicons that an admin lays down for all users of the machine; only read, and it need not be there."""
    home = _home()
    site = home / "site" if home else platformdirs.site_data_path(APPLICATION, appauthor=False)
    return site / "lexicons"


def templates_folder() -> Path:
    """The user's own templates and short forms."""
    return private_folder(data_folder() / "templates")


def site_templates_folder() -> Path:
    """Templates that an admin lays down for all users of the machine; only read, and it need not be there."""
    return site_lexicons_folder().with_name("templates")


def own_commands_file() -> Path:
    """The user's own voice commands; the file itself may not be there yet."""
    return settings_file().with_name("commands.toml")


def site_commands_file() -> Path:
    """Voice commands that an admin lays down for all users of the machine; only read, and it need not be there."""
    return site_lexicons_folder().with_name("commands.toml")


def adapters_folder() -> Path:
    """What models have learned from authors; personal data."""
    return private_folder(data_folder() / "adapters")


def trainings_folder() -> Path:
    """Trainings under way, each in a folder of its own with what it needs to go on after a kill."""
    return private_folder(data_folder() / "trainings")


def window_folder() -> Path:
    """Who has the window open on the notes, and the calls to show it."""
    return private_folder(data_folder() / "window")


def records_file() -> Path:
    """The database of notes; the file itself may not be there yet."""
    return data_folder() / "notes.db"


def documents_folder() -> Path:
    """Where exported documents go unless the user says otherwise."""
    home = _home()
    return private_folder(home / "documents" if home else platformdirs.user_documents_path() / APPLICATION)


def log_folder() -> Path:
    """Logs and crash reports; never with text, audio or patient data in them."""
    home = _home()
    return private_folder(home / "logs" if home else platformdirs.user_log_path(APPLICATION, appauthor=False))


def settings_file() -> Path:
    """The user's settings; the file itself may not be there yet."""
    home = _home()
    folder = home / "settings" if home else platformdirs.user_config_path(APPLICATION, appauthor=False)
    return private_folder(folder) / "settings.json"


def private_folder(folder: Path) -> Path:
    """Makes the folder and its missing parents, readable by the user alone (0700 on POSIX); a folder that is there
    already keeps its permissions. Raises OtoscribeError when it cannot be made."""
    missing = []
    for candidate in (folder, *folder.parents):
        if candidate.exists():
            break
        missing.append(candidate)
    try:
        for candidate in reversed(missing):
            candidate.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_dir():
            raise NotADirectoryError("a file is in the way")
    except OSError as error:
        raise OtoscribeError(
            f"The folder {folder} cannot be made ({error.strerror or error})",
            f"Make it writable, or set {HOME_VARIABLE} to a folder that is.",
        ) from error
    return folder


def _home() -> Path | None:
    """The folder named by OTOSCRIBE_HOME as an absolute path, or None when it is unset or empty."""
    value = os.environ.get(HOME_VARIABLE, "")
    return Path(value).expanduser().absolute() if value else None
