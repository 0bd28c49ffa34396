"""Statements that SQLite and PostgreSQL both take: text with named values, made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, TextClause, bindparam, text

_AT_ONCE = 500  # values of one IN


@lru_cache(maxsize=512)
def statement(sql: str) -> TextClause:
    return text(sql)


def run(connection: Connection, sql: str, /, **values: Any) -> CursorResult[Any]:
    return connection.execute(statement(sql), values)


def run_many(connection: Connection, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
    if not rows:
        return
    given = [dict(row) for row in rows]
    if connection.dialect.name == "sqlite":  # it takes our way of naming values as it is: a third of the time
        connection.exec_driver_sql(sql, given)
    else:
        connection.execute(statement(sql), given)


def among(connection: Connection, sql: str, wanted: Sequence[str], /) -> Iterator[Any]:
    """Rows of a query with `IN :wanted`, however many values there are."""
    prepared = text(sql).bindparams(bindparam("wanted", expanding=True))
    for at in range(0, len(wanted), _AT_ONCE):
        yield from connection.execute(prepared, {"wanted": list(wanted[at : at + _AT_ONCE])})


def one(connection: Connection, sql: str, /, **values: Any) -> Row[Any] | None:
    return run(connection, sql, **values).first()


def scalar(connection: Connection, sql: str, /, **values: Any) -> Any:
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
