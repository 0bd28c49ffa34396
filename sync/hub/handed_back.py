"""Whole runs that a hub below handed on once, given back to it after it was put back: it may hand them on again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from sync import receipts
from sync.hub import below, runs, sql
from sync.hub.accounts import Device
from sync.hub.identity import HubIdentity
from sync.protocol import Row, RowKind
from sync.vouching import HandedOn


def whole(connection: Connection, identity: HubIdentity, relay: Device, *, after: int, to: int) -> tuple[HandedOn, ...]:
    """The runs of `relay`'s devices that came between two places of the log, as far as all of them is here."""
    query = (
        "SELECT run.* FROM run JOIN relayed ON relayed.device = run.device AND relay = :relay"
        " WHERE run.n > :after AND run.n <= :to ORDER BY run.n, run.device, first"
    )
    found = []
    for row in sql.run(connection, query, relay=relay.id, after=after, to=to).all():
        kept = runs.kept(row)
        run, device = runs.whole(connection, kept), below.writer(connection, kept.device)
        if run is not None and device is not None:
            refused = receipts.refused(kept.receipt, identity.public)
            found.append(HandedOn(below.shown(device), refused, run, kept.receipt))
    return tuple(found)


def others(rows: Sequence[Row], handed_on: Sequence[HandedOn]) -> tuple[Row, ...]:
    """Rows without the records that the runs bring."""
    brought = {envelope.instance_id for one in handed_on for envelope in one.run.envelopes}
    return tuple(row for row in rows if row.kind is not RowKind.RECORD or row.key not in brought)
