"""The versions of the database's form, known without loading Alembic, which takes a while."""

# Oldest first; the last is what this version of Otoscribe reads and writes. A test compares them with the scripts.
KNOWN_REVISIONS = ("0001", "0002", "0003", "0004", "0005")
NEWEST_REVISION = KNOWN_REVISIONS[-1]
