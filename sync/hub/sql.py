"""Statements that SQLite and PostgreSQL both take: text with named values, made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, TextClause, text


@lru_cache(maxsize=512)
def statement(sql: str) -> TextClause:
    return text(sql)


def run(connection: Connection, sql: str, /, **values: Any) -> CursorResult[Any]:
    return connection.execute(statement(sql), values)


def run_many(connection: Connection, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
    if rows:
        connection.execute(statement(sql), [dict(row) for row in rows])


def one(connection: Connection, sql: str, /, **values: Any) -> Row[Any] | None:
    return run(connection, sql, **values).first()


def scalar(connection: Connection, sql: str, /, **values: Any) -> Any:
    return run(connection, sql, **values).scalar()


def insert(connection: Connection, table: str, /, **values: Any) -> None:
    """Insert one row; table and columns are ours, never a message's."""
    columns = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    run(connection, f"INSERT INTO {table} ({columns}) VALUES ({places})", **values)  # noqa: S608


def put(connection: Connection, table: str, keys: Sequence[str], /, **values: Any) -> None:
    """Insert one row, or change the one that has its keys."""
    columns = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values if name not in keys)
    run(
        connection,
        f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}",
        **values,
    )
