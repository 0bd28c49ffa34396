"""Envelopes as the hub keeps them: verbatim, once, and what was refused beside them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from sync import crypto
from sync.hub import sql
from sync.protocol import Attachment, Envelope
from sync.wire import cbor, envelope_fields, read_envelope


class State(StrEnum):
    APPLIED = "applied"
    HELD = "held"  # kept, not read: its form is unknown, or reading it failed


class Alarm(StrEnum):
    """What somebody should look at."""

    SAME_ID = "same_id"  # one instanceID with two contents
    CLONE = "clone"  # two records at one place of a device's chain
    GAP = "gap"  # a chain goes on from a link that never came
    NO_RIGHT = "no_right"  # a held record turned out to be of an area or role that its device has not
    UNREADABLE = "unreadable"  # reading a stored record failed
    SUCCEEDED = "succeeded"  # a device that a restored one goes on from is still in use
    CHAIN = "chain"  # a run whose signature or links don't hold


@dataclass(frozen=True, slots=True)
class Stored:
    """An envelope at its place in the log; `area` is that of its subject as the hub knows it."""

    envelope: Envelope
    n: int
    state: State
    area: str
    reason: str = ""  # why it is held


def insert(connection: Connection, stored: Sequence[Stored]) -> None:
    """Store envelopes, with a row for each file that they name."""
    sql.insert_many(connection, "record", [_row(one) for one in stored])
    files = [
        {
            "instance_id": one.envelope.instance_id,
            "name": file.name,
            "hash": file.hash,
            "size": file.size,
            "received": 0,
            "complete": 0,
            "blob_name": "",
            "blob_key": b"",
        }
        for one in stored
        for file in one.envelope.attachments
    ]
    sql.put_many(connection, "attachment", ["instance_id", "name"], files, keep=True)


def _row(stored: Stored) -> dict[str, Any]:
    envelope = stored.envelope
    return {
        "instance_id": envelope.instance_id,
        "n": stored.n,
        "state": str(stored.state),
        "reason": stored.reason,
        "form_id": envelope.form_id,
        "form_version": envelope.form_version,
        "device": envelope.device,
        "seq": envelope.seq,
        "area": stored.area,
        "claimed_area": envelope.area,
        "author": envelope.author,
        "wall_time": envelope.wall_time,
        "clock_offset": envelope.clock_offset,
        "suite": int(envelope.suite),
        "protocol": envelope.protocol,
        "attachments": cbor.dumps([[file.name, file.hash, file.size] for file in envelope.attachments]),
        "extra": cbor.dumps(dict(envelope.extra)),
        "xml": envelope.xml,
        "salt": envelope.salt,
        "hash": envelope.commit,
    }


def get(connection: Connection, instance_id: str) -> Envelope | None:
    row = sql.one(connection, "SELECT * FROM record WHERE instance_id = :id", id=instance_id)
    return None if row is None else _envelope(row)


def listed(connection: Connection, *, after: int = 0, limit: int = 1_000) -> Iterator[Any]:
    """instance_id, n, state, form_id, form_version, area, device, wall_time in the log's order."""
    yield from sql.run(
        connection,
        "SELECT instance_id, n, state, form_id, form_version, area, device, wall_time FROM record"
        " WHERE n > :after ORDER BY n LIMIT :most",
        after=after,
        most=limit,
    )


def keep_again(connection: Connection, envelope: Envelope, *, link: bytes) -> None:
    """Keep the envelope under which a stored record came again on another chain; its payload is there already."""
    body = cbor.dumps(envelope_fields(replace(envelope, xml=b"", salt=b"")))
    sql.put_many(
        connection,
        "envelope_again",
        ["device", "seq", "link"],
        [
            {
                "device": envelope.device,
                "seq": envelope.seq,
                "link": link,
                "instance_id": envelope.instance_id,
                "body": body,
            }
        ],
        keep=True,
    )


def again(connection: Connection, device: str, seq: int) -> Iterator[Envelope]:
    """Envelopes at a place of a chain whose records are stored under other ones."""
    query = "SELECT instance_id, body FROM envelope_again WHERE device = :device AND seq = :seq"
    for row in sql.run(connection, query, device=device, seq=seq).all():
        stored = get(connection, row.instance_id)
        if stored is not None:
            yield replace(read_envelope(cbor.loads(row.body)), xml=stored.xml, salt=stored.salt)


def quarantine(connection: Connection, envelope: Envelope, *, reason: str, now: str) -> None:
    """Keep aside what cannot be taken, whole, so that it can be looked at and exported; the same one once only."""
    body = cbor.dumps(envelope_fields(envelope))
    hash = crypto.digest(body)
    same = "SELECT 1 FROM quarantine WHERE instance_id = :id AND reason = :reason AND hash = :hash"
    if sql.one(connection, same, id=envelope.instance_id, reason=reason, hash=hash) is not None:
        return
    sql.insert(
        connection,
        "quarantine",
        id=secrets.token_hex(16),
        at=now,
        device=envelope.device,
        instance_id=envelope.instance_id,
        reason=reason,
        hash=hash,
        body=body,
    )


def quarantined_xml(connection: Connection, id: str) -> bytes | None:
    body = sql.scalar(connection, "SELECT body FROM quarantine WHERE id = :id", id=id)
    return None if body is None else bytes(cbor.loads(body)["xml"])


def quarantined(connection: Connection, instance_id: str, *, device: str) -> Iterator[Envelope]:
    """Envelopes of `device` that were kept aside under an instanceID, whole."""
    query = "SELECT body FROM quarantine WHERE instance_id = :id AND device = :device ORDER BY at, id"
    for body in sql.run(connection, query, id=instance_id, device=device).scalars().all():
        yield read_envelope(cbor.loads(body))


def alarm(connection: Connection, kind: Alarm, *, device: str, subject: str, now: str) -> None:
    """Note an alarm; the same one once only."""
    same = "SELECT 1 FROM alarm WHERE kind = :kind AND device = :device AND subject = :subject"
    if sql.one(connection, same, kind=str(kind), device=device, subject=subject) is None:
        sql.insert(
            connection, "alarm", id=secrets.token_hex(16), at=now, kind=str(kind), device=device, subject=subject
        )


def count(connection: Connection, name: str, *, more: int) -> None:
    sql.run(
        connection,
        "INSERT INTO counter (name, value) VALUES (:name, :more)"
        " ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value",
        name=name,
        more=more,
    )


def backed_up_n(connection: Connection) -> int:
    """How far everything is in a verified backup; 0 where there was none.

    A file may come after the backup that has its record.
    """
    told = int(sql.scalar(connection, "SELECT value FROM counter WHERE name = 'backed_up_n'") or 0)
    if not told:
        return 0
    later = "SELECT min(n) FROM record JOIN attachment USING (instance_id) WHERE complete = 1 AND came_after >= :told"
    first = sql.scalar(connection, later, told=told)
    return told if first is None else min(told, int(first) - 1)


def backed_up(connection: Connection, n: int) -> None:
    """Note how far a verified backup reaches."""
    sql.run(
        connection,
        "INSERT INTO counter (name, value) VALUES ('backed_up_n', :n)"
        " ON CONFLICT (name) DO UPDATE SET value = CASE WHEN excluded.value > counter.value THEN excluded.value"
        " ELSE counter.value END",
        n=n,
    )


def _envelope(row: Any) -> Envelope:
    return Envelope(
        instance_id=row.instance_id,
        form_id=row.form_id,
        form_version=row.form_version,
        xml=row.xml,
        salt=row.salt,
        commit=row.hash,
        attachments=tuple(Attachment(*file) for file in cbor.loads(row.attachments)),
        area=row.claimed_area,
        author=row.author,
        device=row.device,
        seq=row.seq,
        wall_time=row.wall_time,
        clock_offset=row.clock_offset,
        suite=row.suite,
        protocol=row.protocol,
        extra=cbor.loads(row.extra),
    )
