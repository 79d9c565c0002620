import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from permissions import binding_permissions
from sqlalchemy import create_engine

from app.records import RecordsError, RecordStore, backups, database, migrations, revision
from app.records.models import Base


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def make_note(path: Path, text: str = "kept") -> int:
    with RecordStore.open(path) as store:
        return store.create_note("T", "P", author="A", text=text).id


def test_a_new_database_is_durable_and_private(database_file: Path) -> None:
    make_note(database_file)
    with raw(database_file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    if os.name != "nt":
        assert stat.S_IMODE(database_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(database_file.parent.stat().st_mode) == 0o700


def test_the_default_place_is_the_records_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path))
    with RecordStore.open() as store:
        store.create_note(author="A")
    assert len(list(tmp_path.rglob("notes.db"))) == 1


def test_the_migrations_make_what_the_models_say(database_file: Path) -> None:
    make_note(database_file)
    with closing(create_engine(f"sqlite:///{database_file}").connect()) as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or "note_search" not in name}
        )
        assert compare_metadata(context, Base.metadata) == []
        connection.engine.dispose()


def test_the_known_revisions_are_those_of_the_scripts() -> None:
    assert tuple(script.revision for script in migrations.SCRIPTS) == revision.KNOWN_REVISIONS


def test_a_database_of_a_newer_version_is_left_alone(database_file: Path) -> None:
    make_note(database_file)
    with raw(database_file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = database_file.read_bytes()
    with pytest.raises(RecordsError, match=r"newer version.*Update"):
        RecordStore.open(database_file)
    assert database_file.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(database_file: Path) -> None:
    database_file.parent.mkdir()
    with raw(database_file) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = database_file.read_bytes()
    with pytest.raises(RecordsError, match="another program"):
        RecordStore.open(database_file)
    assert database_file.read_bytes() == before


@pytest.mark.parametrize("damage", ["text", "pages", "overflow page", "truncated", "empty", "gone"])
def test_a_damaged_database_is_named_with_its_newest_backup(database_file: Path, damage: str) -> None:
    number = make_note(database_file, "x" * 200_000)
    make_note(database_file)
    (backup,) = backups.list_backups(database_file)
    content = database_file.read_bytes()
    damaged = {
        "text": b"These are not the notes you are looking for. " * 100,
        "pages": content[:4096] + os.urandom(4096 * 8) + content[4096 * 9 :],
        "overflow page": content[: (middle := content.index(b"x" * 4092) - 4)] + os.urandom(4) + content[middle + 4 :],
        "truncated": content[: len(content) // 2],
        "empty": b"",
    }.get(damage)
    if damaged is None:
        database_file.unlink()
    else:
        database_file.write_bytes(damaged)
    with pytest.raises(RecordsError) as caught:
        RecordStore.open(database_file)
    assert str(database_file) in caught.value.what
    assert str(backup) in caught.value.next_step
    if damaged is None:
        assert not database_file.exists()
    else:
        assert database_file.read_bytes() == damaged
    database_file.write_bytes(backup.read_bytes())
    with RecordStore.open(database_file) as store:
        assert len(store.get_note(number).text) == 200_000


def test_a_damaged_database_without_a_backup_says_so(database_file: Path) -> None:
    database_file.parent.mkdir()
    database_file.write_bytes(b"garbage " * 1000)
    with pytest.raises(RecordsError, match="no backup"):
        RecordStore.open(database_file)


def test_a_day_has_one_backup_and_the_last_few_are_kept(database_file: Path) -> None:
    make_note(database_file)
    assert backups.list_backups(database_file) == []
    number = make_note(database_file)
    make_note(database_file)
    (first,) = backups.list_backups(database_file)
    with raw(first) as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (1,)
    yesterday = datetime.now(UTC) - timedelta(days=1, minutes=1)
    for days in range(backups.KEPT):
        name = (yesterday - timedelta(days=days)).strftime("%Y-%m-%dT%H-%M-%S-%fZ") + "-notes.db"
        first.with_name(name).write_bytes(first.read_bytes())
    first.unlink()
    stranger = first.with_name("before the move-notes.db")
    stranger.write_bytes(b"mine")
    make_note(database_file)
    assert stranger.read_bytes() == b"mine"
    kept = backups.list_backups(database_file)
    assert len(kept) == backups.KEPT
    with raw(kept[-1]) as connection:
        assert connection.execute("SELECT max(id) FROM notes").fetchone()[0] > number
    if os.name != "nt":
        assert stat.S_IMODE(kept[-1].stat().st_mode) == 0o600


def add_revision(monkeypatch: pytest.MonkeyPatch, upgrade: object) -> None:
    """A further step as a later version of Otoscribe would bring it."""
    script = ModuleType("r9999")
    script.revision, script.down_revision, script.upgrade = "9999", revision.NEWEST_REVISION, upgrade  # type: ignore[attr-defined]
    monkeypatch.setattr(migrations, "SCRIPTS", (*migrations.SCRIPTS, script))
    monkeypatch.setattr(database, "KNOWN_REVISIONS", (*revision.KNOWN_REVISIONS, "9999"))
    monkeypatch.setattr(database, "NEWEST_REVISION", "9999")


def test_a_migration_is_preceded_by_a_backup(database_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = make_note(database_file)
    add_revision(monkeypatch, lambda: op.execute("ALTER TABLE notes ADD COLUMN ward TEXT"))
    with RecordStore.open(database_file) as store:
        assert store.get_note(number).text == "kept"
    with raw(database_file) as connection:
        assert connection.execute("SELECT ward FROM notes").fetchall() == [(None,)]
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    (backup,) = backups.list_backups(database_file)
    with raw(backup) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision.NEWEST_REVISION,)]
        assert connection.execute("SELECT text FROM note_versions").fetchall() == [("kept",)]


def test_a_migration_that_fails_half_way_changes_nothing(database_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = make_note(database_file)

    def upgrade() -> None:
        op.execute("ALTER TABLE notes ADD COLUMN ward TEXT")
        raise RuntimeError("half-way")

    with monkeypatch.context() as patch:
        add_revision(patch, upgrade)
        with pytest.raises(RuntimeError, match="half-way"):
            RecordStore.open(database_file)
    with RecordStore.open(database_file) as store:
        assert store.get_note(number).text == "kept"
    with raw(database_file) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(notes)")]
    assert "ward" not in columns


def test_a_database_locked_by_another_writer(database_file: Path) -> None:
    number = make_note(database_file)
    with raw(database_file) as other:
        other.execute("BEGIN IMMEDIATE")
        with RecordStore.open(database_file, busy_timeout_s=0.2) as store:
            assert store.get_note(number).text == "kept"
            with pytest.raises(RecordsError, match=r"in use by another program.*Nothing was changed"):
                store.save(number, text="new", author="A")
            other.execute("ROLLBACK")
            assert store.save(number, text="new", author="A").version == 2


def test_a_database_locked_for_good(database_file: Path) -> None:
    make_note(database_file)
    with raw(database_file) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(RecordsError, match="in use"):
            RecordStore.open(database_file, busy_timeout_s=0.2)


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise there")
def test_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    number = make_note(folder / "notes.db")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    with binding_permissions(), pytest.raises(RecordsError, match="cannot be opened for writing") as caught:
        RecordStore.open(folder / "notes.db", busy_timeout_s=0.2)
    assert "writable" in caught.value.next_step
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with RecordStore.open(folder / "notes.db") as store:
        assert store.get_note(number).text == "kept"


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise there")
def test_a_read_only_file_can_be_read_but_not_changed(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    number = make_note(folder / "notes.db")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777)
    (folder / "notes.db").chmod(0o444)
    with (
        binding_permissions(),
        pytest.raises(RecordsError, match="for writing"),
        RecordStore.open(folder / "notes.db") as store,
    ):
        assert store.get_note(number).text == "kept"
        store.save(number, text="new", author="A")
    (folder / "notes.db").chmod(0o644)
    with RecordStore.open(folder / "notes.db") as store:
        assert store.get_note(number).text == "kept"


def test_a_folder_in_the_place_of_the_database(database_file: Path) -> None:
    database_file.mkdir(parents=True)
    with pytest.raises(RecordsError, match="for writing"):
        RecordStore.open(database_file)


def test_errors_carry_nothing_of_the_notes(database_file: Path) -> None:
    number = make_note(database_file)
    with raw(database_file) as other, RecordStore.open(database_file, busy_timeout_s=0.1) as store:
        # What nobody foresaw: not told to the user, but logged as a bug.
        other.execute(
            "CREATE TRIGGER surprise BEFORE INSERT ON note_versions BEGIN SELECT RAISE(ABORT, 'surprise'); END"
        )
        with pytest.raises(Exception, match="surprise") as caught:
            store.save(number, text="confidential", patient="Doe", author="A")
    error: BaseException | None = caught.value
    while error is not None:
        assert "confidential" not in str(error) and "Doe" not in str(error)
        error = error.__cause__ or error.__context__
