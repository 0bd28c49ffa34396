"""A restored laptop goes on as another device, and gets back the records of its own that it has forgotten."""

from __future__ import annotations

from sqlalchemy import Connection

from forms.casework.areas import Areas
from sync import crypto
from sync.hub import accounts, sql
from sync.hub.accounts import Device
from sync.hub.book import Book
from sync.hub.log import Entry, Log
from sync.protocol import RowKind
from sync.succession import Asked
from sync.vault import audit


def succeed(connection: Connection, log: Log, old: Device, asked: Asked, *, areas: Areas, now: str) -> Device:
    """Make the new device, once; asked again it is the same. Fault hub.device_known."""
    device, new = accounts.succeed(connection, old, asked.key, areas=areas, now=now)
    if new:
        key = f"{old.id}/{asked.seq}/{device.id}"
        n = log.append(Entry.CONTINUE, key, crypto.digest(key.encode()))
        give_back(connection, key, n=n)
        audit.add(connection, "device.continued", at=now, actor=device.id, subject=old.id)
    return device


def give_back(connection: Connection, key: str, *, n: int) -> None:
    """Show the new device, at position `n`, the old one's records after the place that it knows. `key` as logged."""
    old, seq, device = key.split("/")
    book = Book(connection)
    query = "SELECT instance_id, area FROM record WHERE device = :old AND seq > :seq AND n < :n ORDER BY n"
    for row in sql.run(connection, query, old=old, seq=int(seq), n=n).all():
        book.show(RowKind.RECORD, row.instance_id, n=n, body=None, area=row.area, device=device)
    book.write()
