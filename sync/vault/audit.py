"""A hash-chained log of who did what: removal, change, reordering and cutting off the end are detected.

Stands on two tables that a migration of its user makes, by the words of `SCHEMA`. Entries hold codes and
identifiers, never a personal value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cbor2
from sqlalchemy import Connection

from sync import crypto
from sync.vault.database import fetch_one, run, run_many

SCHEMA = """
CREATE TABLE audit (
    n INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    link BLOB NOT NULL
) STRICT;
CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    n INTEGER NOT NULL,
    link BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (one, n, link) VALUES (1, 0, zeroblob(32));
"""
_INSERT = "INSERT INTO audit (n, at, actor, action, subject, detail, link) VALUES (?, ?, ?, ?, ?, ?, ?)"
_PURPOSE = b"hamlet/audit\0"
_SIX = b"\x86"  # an array of six
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Entry:
    n: int
    at: str
    actor: str
    action: str
    subject: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    """`broken` is the number of the first entry that does not fit, None when all do."""

    ok: bool
    entries: int
    broken: int | None
    head: bytes


def add(
    connection: Connection,
    action: str,
    *,
    at: str,
    actor: str,
    subject: str = "",
    detail: Mapping[str, str] | None = None,
) -> int:
    """Append an entry in the caller's transaction; returns its number."""
    n, before = _head(connection)
    said = dict(detail or {})
    made = _link(before, n + 1, at, actor, action, subject, said)
    run(connection, _INSERT, (n + 1, at, actor, action, subject, _ENCODER.encode(said), made))
    run(connection, "UPDATE audit_head SET n = ?, link = ?", (n + 1, made))
    return n + 1


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry is to say, before it has its number."""

    action: str
    at: str
    actor: str
    subject: str
    detail: Mapping[str, str]


def extend(connection: Connection, said: Sequence[Said]) -> None:
    """Append many entries, in their order, in the caller's transaction."""
    last, link = _head(connection)
    made, told = [], dict[object, tuple[bytes, bytes, str]]()
    for n, each in enumerate(said, start=last + 1):
        alike = each.at, each.actor, each.action, id(each.detail)
        known = told.get(alike)
        if known is None:
            known = told[alike] = _told(each)
        before, after, detail = known
        link = crypto.digest(b"".join((_PURPOSE, link, _SIX, cbor2.dumps(n), before, cbor2.dumps(each.subject), after)))
        made.append((n, each.at, each.actor, each.action, each.subject, detail, link))
    run_many(connection, _INSERT, made)
    run(connection, "UPDATE audit_head SET n = ?, link = ?", (last + len(made), link))


def _told(said: Said) -> tuple[bytes, bytes, str]:
    """What many entries have alike: the fields before and after the subject, and the detail as it is stored."""
    detail = dict(said.detail)
    before = b"".join(map(cbor2.dumps, (said.at, said.actor, said.action)))
    return before, cbor2.dumps(detail, canonical=True), _ENCODER.encode(detail)


def _head(connection: Connection) -> tuple[int, bytes]:
    found: tuple[int, bytes] | None = fetch_one(connection, "SELECT n, link FROM audit_head")
    if found is None:
        raise RuntimeError("the audit log has lost its head")
    return found


def entries(connection: Connection, *, after: int = 0, limit: int = 100) -> tuple[Entry, ...]:
    """Entries in order, those after number `after`."""
    rows = connection.exec_driver_sql(
        "SELECT n, at, actor, action, subject, detail FROM audit WHERE n > ? ORDER BY n LIMIT ?", (after, limit)
    )
    return tuple(
        Entry(n, at, actor, action, subject, json.loads(detail)) for n, at, actor, action, subject, detail in rows
    )


def verify(connection: Connection) -> Verified:
    """Follow the chain from its start to its recorded head."""
    count, head = connection.exec_driver_sql("SELECT n, link FROM audit_head").one()
    before, expected = crypto.NO_LINK, 1
    rows = connection.exec_driver_sql("SELECT n, at, actor, action, subject, detail, link FROM audit ORDER BY n")
    for n, at, actor, action, subject, detail, link in rows:
        if n != expected or not _fits(before, link, (n, at, actor, action, subject, detail)):
            return Verified(False, count, expected, head)
        before, expected = link, expected + 1
    if expected != count + 1 or before != head:
        return Verified(False, count, expected, head)
    return Verified(True, count, None, head)


def _fits(before: bytes, link: bytes, row: tuple[int, str, str, str, str, str]) -> bool:
    n, at, actor, action, subject, detail = row
    try:
        return link == _link(before, n, at, actor, action, subject, json.loads(detail))
    except ValueError:
        return False


def _link(before: bytes, *fields: object) -> bytes:
    """Over the six fields of an entry in canonical CBOR (RFC 8949, 4.2)."""
    return crypto.digest(_PURPOSE + before + cbor2.dumps(fields, canonical=True))
