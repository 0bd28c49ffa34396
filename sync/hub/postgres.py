"""The hub's database on PostgreSQL, by `--database URL`: the same statements and migrations, translated a little.

PostgreSQL encrypts nothing at rest by itself: the disk below it must. The hub's own secrets are sealed under its data
key all the same, and files stay encrypted in the hub's folder.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from forms.errors import Fault, Kind
from sync.hub.lanes import Source
from sync.vault.migrations import Migration

_RECORD = (
    "CREATE TABLE IF NOT EXISTS schema_migration"
    " (number BIGINT PRIMARY KEY, name TEXT NOT NULL, hash BYTEA NOT NULL, applied_at TEXT NOT NULL)"
)
_LOCK = 7_264_533  # any number of our own: two processes that start at once migrate one after the other


class PostgresSource:
    """One connection: see `lanes.Source`."""

    def __init__(self, url: str, *, writer: bool) -> None:
        self._writer = writer
        self._url = url
        with _faults(url):
            self._engine = _engine(url)
            self._connection = self._engine.connect()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        if not self._writer:
            raise RuntimeError("this connection only reads")
        with _faults(self._url), self._connection.begin():
            yield self._connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        with _faults(self._url), self._connection.begin():
            yield self._connection

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


def opener(url: str, migrations: Iterable[Migration], *, now: str) -> Callable[[bool], Source]:
    """Opens connections; the first writing one migrates. Faults: hub.database_url, hub.database, vault.newer."""
    known = tuple(migrations)

    def open_source(writer: bool) -> Source:
        source = PostgresSource(url, writer=writer)
        try:
            if writer:
                _migrate(source, known, now=now)
        except BaseException:
            source.close()
            raise
        return source

    return open_source


def translated(sql: str) -> str:
    """A migration's statement as PostgreSQL takes it. Text sorts by its bytes, as SQLite's does."""
    for pattern, meant in (
        (r"\bBLOB\b", "BYTEA"),
        (r"\bINTEGER\b", "BIGINT"),
        (r"\bTEXT\b", 'TEXT COLLATE "C"'),
        (r"\)\s*STRICT\b", ")"),
    ):
        sql = re.sub(pattern, meant, sql)
    return sql


def _migrate(source: PostgresSource, known: tuple[Migration, ...], *, now: str) -> None:
    with source.write() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        connection.exec_driver_sql(_RECORD)
        found = int(connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM schema_migration").scalar_one())
        if found > len(known):
            raise Fault("vault.newer", Kind.DAMAGED, path="PostgreSQL", found=found, known=len(known))
        for migration in known[found:]:
            for statement in migration.statements():
                connection.exec_driver_sql(translated(statement))
            connection.exec_driver_sql(
                "INSERT INTO schema_migration (number, name, hash, applied_at) VALUES (?, ?, ?, ?)",
                (migration.number, migration.name, migration.hash, now),
            )


def _engine(url: str) -> Engine:
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in ("postgres", "postgresql"):
        raise Fault("hub.database_url", Kind.USAGE)
    engine = create_engine(f"postgresql+psycopg://{rest}", pool_size=1, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _marks(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> tuple[str, Any]:
        """The audit log's statements carry SQLite's marks."""
        if isinstance(parameters, tuple) and parameters:
            statement = statement.replace("?", "%s")
        return statement, parameters

    return engine


@contextlib.contextmanager
def _faults(url: str) -> Iterator[None]:
    """Turn what the server or the line refuses into Faults; the URL, which may hold a password, is in none of them."""
    try:
        yield
    except ArgumentError as problem:
        raise Fault("hub.database_url", Kind.USAGE) from problem
    except (OperationalError, InterfaceError) as problem:
        raise Fault("hub.database", Kind.UNREACHABLE, reason=str(problem.orig).partition("\n")[0]) from problem
