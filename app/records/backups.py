"""Copies of the database in the folder `backups` beside it, made while it may be in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.files import replace_file
from app.paths import private_folder

KEPT = 7
DAILY = timedelta(days=1)
_TIME = "%Y-%m-%dT%H-%M-%S-%fZ"


def backup_folder(database: Path) -> Path:
    """Where the backups of this database lie; it need not be there."""
    return database.parent / "backups"


def list_backups(database: Path) -> list[Path]:
    """Oldest first; their names begin with the time in UTC, and a file with another name is none of ours."""
    return [path for path in sorted(backup_folder(database).glob(f"*-{database.name}")) if _made_at(path, database)]


def newest_backup(database: Path) -> Path | None:
    """The last backup made, or None."""
    return next(reversed(list_backups(database)), None)


def is_backup_due(database: Path) -> bool:
    """True when the newest backup is older than a day or there is none."""
    newest = newest_backup(database)
    made_at = _made_at(newest, database) if newest else None
    return made_at is None or datetime.now(UTC) - made_at >= DAILY


def make_backup(database: Path) -> Path:
    """Copies the database with SQLite's online backup, then drops the oldest copies beyond KEPT.

    Raises OSError or sqlite3.Error; a copy under its final name is complete.
    """
    name = datetime.now(UTC).strftime(_TIME) + f"-{database.name}"
    backup = private_folder(backup_folder(database)) / name

    def copy(temporary: Path) -> None:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(temporary)) as target:
            source.backup(target)
            # The copy inherits WAL mode, in which even reading it would need a writable folder.
            target.execute("PRAGMA journal_mode = DELETE")

    replace_file(backup, copy, private=True)
    for outdated in list_backups(database)[:-KEPT]:
        outdated.unlink(missing_ok=True)
    return backup


def _made_at(backup: Path, database: Path) -> datetime | None:
    """The time in the backup's name, None when there is none."""
    try:
        return datetime.strptime(backup.name.removesuffix(f"-{database.name}"), _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
