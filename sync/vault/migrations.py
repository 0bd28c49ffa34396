"""Plain SQL files `NNNN_name.sql`, applied in order, each in one transaction together with its record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault.database import Database

_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_RECORD = (
    "CREATE TABLE IF NOT EXISTS schema_migration"
    " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL, applied_at TEXT NOT NULL) STRICT"
)


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def hash(self) -> bytes:
        return crypto.digest(self.sql.encode())

    def statements(self) -> Iterator[str]:
        """The file's statements; triggers, with their inner semicolons, stay whole."""
        held = ""
        for line in self.sql.splitlines(keepends=True):
            held += line
            if line.rstrip().endswith(";") and driver.complete_statement(held):
                yield held.strip()
                held = ""
        if held.strip():
            yield held.strip()


def read(folder: Traversable) -> tuple[Migration, ...]:
    """The migrations in a package folder, in order; their numbers run from 1 without a gap."""
    found = []
    for entry in folder.iterdir():
        match = _NAME.fullmatch(entry.name)
        if match:
            found.append(Migration(int(match[1]), match[2], entry.read_text("utf-8")))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are not numbered from 1 without a gap: {folder}")
    return tuple(found)


def current(database: Database) -> int:
    """The number of the last migration applied; 0 for a new file."""
    with database.read() as connection:
        return _current(connection)


def _current(connection: Connection) -> int:
    known = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'").scalar()
    if not known:
        return 0
    return int(connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM schema_migration").scalar_one())


def apply(database: Database, migrations: Iterable[Migration], *, now: str) -> int:
    """Bring the file up to the newest migration; returns how many ran. Fault vault.newer.

    A new file gets all of them in one transaction, an older one each in its own.
    """
    known = tuple(migrations)
    refuse_newer(database, known)
    if current(database) == 0:
        with database.write() as connection:
            return sum(_run(connection, migration, now=now) for migration in known)
    ran = 0
    for migration in known:
        with database.write() as connection:
            ran += _run(connection, migration, now=now)
    return ran


def _run(connection: Connection, migration: Migration, *, now: str) -> bool:
    """Whether it ran: somebody else may have been quicker."""
    if migration.number <= _current(connection):
        return False
    connection.exec_driver_sql(_RECORD)
    for statement in migration.statements():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO schema_migration (number, name, hash, applied_at) VALUES (?, ?, ?, ?)",
        (migration.number, migration.name, migration.hash, now),
    )
    return True


def refuse_newer(database: Database, migrations: Iterable[Migration]) -> None:
    """Fault vault.newer where a newer program wrote the file."""
    newest = max((migration.number for migration in migrations), default=0)
    found = current(database)
    if found > newest:
        raise Fault("vault.newer", Kind.DAMAGED, path=str(database.path), found=found, known=newest)


def require(database: Database, migrations: Iterable[Migration]) -> None:
    """For a reader: the file has exactly these migrations. Faults vault.newer, vault.older."""
    known = tuple(migrations)
    refuse_newer(database, known)
    found = current(database)
    if found < len(known):
        raise Fault("vault.older", Kind.DAMAGED, path=str(database.path), found=found, known=len(known))
