"""Opening the database: looked at before it is touched, backed up before it is changed, then ready for sessions."""

from __future__ import annotations

import errno
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from app.paths import private_folder
from app.records.backups import is_backup_due, make_backup, newest_backup
from app.records.errors import RecordsError, damaged, explain, locked, not_writable
from app.records.revision import KNOWN_REVISIONS, NEWEST_REVISION

_log = logging.getLogger(__name__)


def open_database(database: Path, busy_timeout_s: float) -> Engine:
    """An engine on the database, made or brought up to date first; raises RecordsError.

    Connections of an engine with the execution option `is_writing` take SQLite's write lock when their transaction
    begins, so that two processes wait for each other instead of failing half-way.
    """
    private_folder(database.parent)
    with explained(database), _alone(database, busy_timeout_s):
        _refuse_lost(database)
        revision = _examine(database, busy_timeout_s) if database.exists() else None
        if not database.exists():
            database.touch(mode=0o600)
        engine = _engine(database, busy_timeout_s)
        try:
            if revision != NEWEST_REVISION:
                _bring_up_to_date(engine, database, revision)
            elif is_backup_due(database):
                _back_up_daily(database)
        except BaseException:
            engine.dispose()
            raise
    return engine


@contextmanager
def explained(database: Path) -> Iterator[None]:
    """Turns what SQLite and the system say about the database into RecordsError."""
    try:
        yield
    except DBAPIError as error:
        told = explain(error.orig, database) if isinstance(error.orig, sqlite3.Error) else None
        if told is None:
            raise
        raise told from error
    except sqlite3.Error as error:
        told = explain(error, database)
        if told is None:
            raise
        raise told from error
    except OSError as error:
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise not_writable(database) from error
        raise RecordsError(
            f"The notes in {database} cannot be opened ({error.strerror or error})",
            "Check the disk and its free space, then try again; everything saved before is safe.",
        ) from error


@contextmanager
def _alone(database: Path, timeout_s: float) -> Iterator[None]:
    """Keeps other processes from opening the database at the same time, so that one of them migrates it."""
    try:
        with FileLock(database.with_name(database.name + ".lock"), timeout=timeout_s, mode=0o600):
            yield
    except Timeout as error:
        raise locked(database) from error


def _refuse_lost(database: Path) -> None:
    """An empty or missing file beside backups is a loss, not a first start."""
    is_empty = not database.exists() or database.stat().st_size == 0
    backup = newest_backup(database)
    if is_empty and backup:
        raise RecordsError(
            f"The notes' database {database} is missing or empty, but it has been there before",
            f"Copy the newest backup, {backup}, to its place (move away {database.name}-wal first if it is there), "
            "or move the backups away to start anew.",
        )


def _examine(database: Path, busy_timeout_s: float) -> str | None:
    """The revision of a sound database of this or an earlier version, None of an empty one; writes nothing."""
    with closing(sqlite3.connect(database, timeout=busy_timeout_s)) as connection:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise damaged(database)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return None
        if "alembic_version" not in tables or "notes" not in tables:
            raise RecordsError(
                f"The file {database} is a database of another program",
                "Move it to where it belongs; Otoscribe makes its own.",
            )
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise damaged(database)
    revision = str(row[0])
    if revision not in KNOWN_REVISIONS:
        raise RecordsError(
            f"The notes in {database} were written by a newer version of Otoscribe",
            "Update Otoscribe on this computer; nothing was changed.",
        )
    return revision


def _engine(database: Path, busy_timeout_s: float) -> Engine:
    # hide_parameters: an error's text goes into logs, and the parameters are what was dictated.
    engine = create_engine(
        URL.create("sqlite", database=str(database)),
        connect_args={"timeout": busy_timeout_s},
        hide_parameters=True,
        json_serializer=_write_json,
        json_deserializer=_read_json,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not begin transactions of its own, as begin() below does that.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {round(busy_timeout_s * 1000)}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get("is_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _write_json(value: Any) -> str:
    """Piece by piece, and so in Python: written at once, a transcript of two hours stops all threads for 60 ms."""
    return "".join(json.JSONEncoder().iterencode(value))


def _read_json(text: str) -> Any:
    """Calls into Python for each object: the C code alone stops all threads until the whole text is read."""
    return json.loads(text, object_hook=lambda each: each)


def _bring_up_to_date(engine: Engine, database: Path, revision: str | None) -> None:
    """Runs the missing migrations in one transaction, after a backup of what is there."""
    from app.records.migrations import upgrade

    if revision is not None:
        make_backup(database)
    with engine.execution_options(is_writing=True).begin() as connection:
        upgrade(connection)


def _back_up_daily(database: Path) -> None:
    """A disk too full for a copy must not keep anybody from their notes."""
    try:
        make_backup(database)
    except (OSError, sqlite3.Error) as error:
        _log.warning("No daily backup of the notes was made: %s", error)
