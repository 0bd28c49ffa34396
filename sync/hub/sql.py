"""Statements that SQLite and PostgreSQL both take: text with named values, made once.

SQLite's driver takes our way of naming values as it is: it is spoken to itself, since the library's books cost more
than a small statement does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause, bindparam, text

from sync.vault import database

_AT_ONCE = 500  # values of one IN, rows of one reading
_WANTED = ":wanted"
_LISTED = "(SELECT value FROM json_each(:wanted))"


@lru_cache(maxsize=512)
def _statement(sql: str) -> TextClause:
    return text(sql)


@lru_cache(maxsize=64)
def _among(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("wanted", expanding=True))


def is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def run(connection: Connection, sql: str, /, **values: Any) -> CursorResult[Any]:
    if is_sqlite(connection):
        return connection.exec_driver_sql(sql, values)
    return connection.execute(_statement(sql), values)


def run_many(connection: Connection, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
    if not rows:
        return
    if is_sqlite(connection):
        database.run_many(connection, sql, rows)
    else:
        connection.execute(_statement(sql), [dict(row) for row in rows])


def among(connection: Connection, sql: str, wanted: Sequence[str], /) -> Iterator[Any]:
    """Rows of a query with `IN :wanted`, however many values there are."""
    listed = sql.replace(_WANTED, _LISTED)
    for at in range(0, len(wanted), _AT_ONCE):
        some = list(wanted[at : at + _AT_ONCE])
        if is_sqlite(connection):  # one statement, however many there are: it stays prepared
            yield from database.fetch(connection, listed, {"wanted": json.dumps(some)})
        else:
            yield from connection.execute(_among(sql), {"wanted": some})


def stream(connection: Connection, sql: str, /, **values: Any) -> Iterator[Any]:
    """Rows as they are read, of a query that may find very many."""
    reading = {"yield_per": _AT_ONCE}
    if is_sqlite(connection):
        found = connection.exec_driver_sql(sql, values, reading)
    else:
        found = connection.execute(_statement(sql), values, execution_options=reading)
    with found:
        yield from found


def one(connection: Connection, sql: str, /, **values: Any) -> Any:
    """The first row that a query finds, None where it finds none."""
    if is_sqlite(connection):
        return database.fetch_one(connection, sql, values)
    return run(connection, sql, **values).first()


def scalar(connection: Connection, sql: str, /, **values: Any) -> Any:
    """The first column of the first row, None where there is none."""
    if is_sqlite(connection):
        return database.fetch_value(connection, sql, values)
    return run(connection, sql, **values).scalar()


def insert(connection: Connection, table: str, /, **values: Any) -> None:
    """Insert one row; table and columns are ours, never a message's."""
    insert_many(connection, table, [values])


def insert_many(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]], /) -> None:
    """Insert rows of like columns."""
    if rows:
        run_many(connection, f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({_places(rows[0])})", rows)  # noqa: S608


def put_many(
    connection: Connection, table: str, keys: Sequence[str], rows: Sequence[Mapping[str, Any]], /, *, keep: bool = False
) -> None:
    """Insert rows, or change those that have their keys; with `keep` those that are there stay as they are."""
    if not rows:
        return
    changes = ", ".join(f"{name} = excluded.{name}" for name in rows[0] if name not in keys)
    run_many(
        connection,
        f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({_places(rows[0])}) ON CONFLICT ({', '.join(keys)})"  # noqa: S608
        f" DO {'NOTHING' if keep or not changes else 'UPDATE SET ' + changes}",
        rows,
    )


def _places(row: Mapping[str, Any]) -> str:
    return ", ".join(f":{name}" for name in row)


def put(connection: Connection, table: str, keys: Sequence[str], /, **values: Any) -> None:
    """Insert one row, or change the one that has its keys."""
    put_many(connection, table, keys, [values])
