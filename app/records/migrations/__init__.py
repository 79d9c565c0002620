"""The steps that bring a database from any earlier version to this one.

To add a step: a module beside this one, numbered, with `revision`, `down_revision` and `upgrade()` as Alembic has
them, and its name in SCRIPTS. The scripts are imported as modules rather than found in a folder, so that they are
there in a frozen application too. There is no way down: the backup made before each step is that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.migration import MigrationStep
from alembic.script.base import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection

from app.records.migrations import (
    r0001_notes,
    r0002_learning,
    r0003_batch,
    r0004_confirmed_words,
    r0005_unfinished_dictations,
)

SCRIPTS = (r0001_notes, r0002_learning, r0003_batch, r0004_confirmed_words, r0005_unfinished_dictations)


def upgrade(connection: Connection) -> None:
    """Runs the missing steps inside the connection's own transaction: all of them happen, or none."""
    revisions = RevisionMap(lambda: [Script(module, module.revision, module.__name__) for module in SCRIPTS])

    def missing(heads: tuple[str, ...], _context: MigrationContext) -> Sequence[MigrationStep]:
        newest_first = revisions.iterate_revisions("heads", heads, implicit_base=True)
        return [MigrationStep.upgrade_from_script(revisions, cast(Script, step)) for step in newest_first][::-1]

    context = MigrationContext.configure(connection, opts={"fn": missing})
    with Operations.context(context):
        context.run_migrations()
