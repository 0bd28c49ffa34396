"""What an older program gave departments, put into their feed once more: a newer one says who asked."""

from __future__ import annotations

from sqlalchemy import Connection

from forms.entities.apply import REQUESTS
from sync.hub import sql
from sync.hub.book import Book
from sync.hub.log import Entry, Log
from sync.hub.service import Hub
from sync.protocol import RowKind
from sync.wire import cbor

_ASKERS = "askers"  # the log entry that says that it was done


def catch_up(hub: Hub) -> int:
    """Show departments again what an older program gave them without saying who asked; once. How many requests."""

    def show_again(connection: Connection) -> int:
        log = Log(connection, now=hub.now())
        shown = _show_again(connection, log)
        log.flush()
        return shown

    return hub.write(show_again) if hub.read(_given_before) else 0


def _given_before(connection: Connection) -> bool:
    """Whether anything was given to a department, and never shown again since."""
    done = "SELECT 1 FROM log WHERE kind = :kind AND key = :key"
    if sql.one(connection, done, kind=str(Entry.SHOWN), key=_ASKERS) is not None:
        return False
    return sql.one(connection, "SELECT 1 FROM request WHERE departments <> ''") is not None


def _show_again(connection: Connection, log: Log) -> int:
    given = "kind = :kind AND departments <> ''"
    kind = str(RowKind.ENTITY)
    bodies = sql.run(connection, f"SELECT body FROM feed WHERE {given}", kind=kind).scalars().all()  # noqa: S608  ours
    known = [body for body in map(cbor.loads, bodies) if body["dataset"] == REQUESTS]
    book = Book(connection)
    for body in known:
        book.put_asker((body.get("properties") or {}).get("resident", ""), body["uuid"])
    book.write()
    n = log.append(Entry.SHOWN, _ASKERS, bytes(32))
    sql.run(connection, f"UPDATE feed SET n = :n WHERE {given}", n=n, kind=kind)  # noqa: S608
    return len(known)
