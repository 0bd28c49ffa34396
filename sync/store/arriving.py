"""Names that came before the rest of their rows: kept until the rows are here, and residents are found by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import code
from sync import first_pull
from sync.first_pull import RESIDENTS, Name
from sync.protocol import Page, Row, RowKind
from sync.store import search_keys
from sync.store.context import Context
from sync.store.rows import ArrivingPerson
from sync.store.search_keys import Subject, Term

_END = "\n"  # between keys


class Missing(Exception):
    """A row came without its name, and the name is not here: the first pull has to begin again."""


def ask(connection: Connection) -> dict[str, Any]:
    """What a first pull says of what is here; nothing in a later one."""
    if connection.exec_driver_sql("SELECT cursor FROM peer").scalar_one():
        return {}
    media: dict[tuple[str, str], dict[str, bytes]] = {}
    for row in connection.exec_driver_sql("SELECT form_id, version, name, content FROM form_media"):
        media.setdefault((row.form_id, row.version), {})[row.name] = row.content
    forms = connection.exec_driver_sql("SELECT form_id, version, xform FROM form ORDER BY added_at DESC").all()
    lists = connection.exec_driver_sql("SELECT name, csv FROM list").all()
    known = [first_pull.list_digest(row.name, row.csv) for row in lists]
    for form_id, version, xform in forms:
        known.append(first_pull.form_digest(form_id, version, xform, media.get((form_id, version), {})))
    met = connection.exec_driver_sql("SELECT 1 FROM entity WHERE dataset = ? LIMIT 1", (RESIDENTS,)).scalar()
    return first_pull.ask(names=met is None, known=known[: first_pull.MOST_KNOWN])


def take(context: Context, connection: Connection, page: Page) -> tuple[Row, ...]:
    """Keep the names that a page brings, and give its rows with the names that came before them.

    Raises `Missing`; Fault sync.malformed where the names are.
    """
    if first_pull.NAMES in page.extra:
        if not connection.exec_driver_sql("SELECT cursor FROM peer").scalar_one():
            clear(connection)  # of a pull that broke off and begins again
        _put(context, connection, first_pull.unpack(page.extra[first_pull.NAMES]))
    return tuple(_completed(connection, row) if _lacks_name(row) else row for row in page.rows)


def clear(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM arriving")


def begin_again(connection: Connection) -> None:
    """The next pull is a first one."""
    clear(connection)
    connection.exec_driver_sql("UPDATE peer SET cursor = x''")


def find(context: Context, connection: Connection, text: str, *, near: str, limit: int) -> tuple[ArrivingPerson, ...]:
    """Those who fit all terms of the text and of whom only name and area are here; own village first."""
    if not search_keys.terms(text) or connection.exec_driver_sql("SELECT 1 FROM arriving LIMIT 1").scalar() is None:
        return ()
    readings, values = [], list[str]()
    for asked in search_keys.readings(text):
        conditions = []
        for term in asked:
            looked_for = _looked_for(term)
            conditions.append("(" + " OR ".join(["instr(keys, ?)"] * len(looked_for)) + ")")
            values += looked_for
        readings.append(f"({' AND '.join(conditions)})")
    rows = connection.exec_driver_sql(
        f"SELECT label, area, village FROM arriving WHERE ({' OR '.join(readings)})"  # noqa: S608
        " ORDER BY village = ? DESC, label = ? DESC, n LIMIT ?",
        (*values, near, text.strip(), limit),
    )
    return tuple(ArrivingPerson(row.label, row.area, code(row.village)) for row in rows)


def _looked_for(term: Term) -> list[str]:
    first = _END + search_keys.letter(RESIDENTS)
    return [first + key + (_END if key[0] in search_keys.EXACT else "") for key in term.keys]


def _put(context: Context, connection: Connection, names: Iterable[Name]) -> None:
    areas, known = context.areas(), context.names()
    rows = []
    for name in names:
        place = areas.label(code(name.area))
        keys = search_keys.keys(Subject(RESIDENTS, name.label, {}, place=place), known)
        text = _END + _END.join(sorted(keys)) + _END
        rows.append((name.n, name.mark, name.label, name.area, context.village_of(name.area), text))
    if rows:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO arriving (n, mark, label, area, village, keys) VALUES (?, ?, ?, ?, ?, ?)", rows
        )


def _lacks_name(row: Row) -> bool:
    return row.kind is RowKind.ENTITY and first_pull.NAMED in row.body


def _completed(connection: Connection, row: Row) -> Row:
    """The row with its name, which from now on is in the row alone."""
    digest = first_pull.key_digest(row.key)
    rows: Sequence[Any] = connection.exec_driver_sql("SELECT mark, label FROM arriving WHERE n = ?", (row.n,)).all()
    fitting = [each for each in rows if digest.startswith(each.mark)]
    if len(fitting) != 1:
        raise Missing
    connection.exec_driver_sql("DELETE FROM arriving WHERE n = ? AND mark = ?", (row.n, fitting[0].mark))
    return Row(row.n, row.kind, row.key, row.area, first_pull.with_name(row.body, fitting[0].label))
