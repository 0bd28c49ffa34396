"""How much a device may hand in on one day: no laptop, lost or gone wild, fills the hub for all others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync.hub import sql
from sync.protocol import Run

KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one device on one day. A township's first register is some 10,000 records; photographs are 200 KB each."""

    records: int = 200_000
    bytes: int = 2 * 1024**3


def spend(connection: Connection, limits: Limits, device: str, *, records: int = 0, size: int = 0, now: str) -> None:
    """Count what a device hands in, in the transaction that stores it. Fault hub.quota where it is too much."""
    day = now[:10]
    spent = sql.one(
        connection, "SELECT records, bytes FROM quota WHERE device = :device AND day = :day", device=device, day=day
    )
    records += spent.records if spent else 0
    size += spent.bytes if spent else 0
    if records > limits.records or size > limits.bytes:
        raise Fault("hub.quota", Kind.DENIED, records=limits.records, megabytes=limits.bytes // 1024**2)
    sql.put(connection, "quota", ["device", "day"], device=device, day=day, records=records, bytes=size)
    if spent is None:
        query = "DELETE FROM quota WHERE device = :device AND day NOT IN (SELECT day FROM quota AS known"
        query += " WHERE known.device = :device ORDER BY day DESC LIMIT :most)"
        sql.run(connection, query, device=device, most=KEPT_DAYS)


def spend_run(connection: Connection, limits: Limits, device: str, run: Run, *, now: str) -> None:
    """Count a run, as `spend`."""
    size = sum(len(envelope.xml) for envelope in run.envelopes)
    if run.envelopes:
        spend(connection, limits, device, records=len(run.envelopes), size=size, now=now)
