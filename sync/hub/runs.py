"""Runs as they came: what a relay hands on whole, and what this hub signed for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync import crypto, receipts
from sync.hub import records, sql
from sync.hub.identity import HubIdentity
from sync.protocol import Envelope, Outcome, Result, Run
from sync.receipts import Aside, Receipt


@dataclass(frozen=True, slots=True)
class Kept:
    """A run's place in its device's chain; `receipt` is this hub's, `above` that of the hub above, b"" until then."""

    device: str
    first: int
    last: int
    link: bytes
    before: bytes
    signature: bytes
    n: int
    receipt: bytes
    above: bytes


def keep(
    connection: Connection,
    identity: HubIdentity,
    run: Run,
    results: Sequence[Result],
    *,
    link: bytes,
    n: int,
    now: str,
) -> bytes:
    """Remember a run whose signature holds, `link` being its last; returns the receipt that this hub signs for it."""
    first, last = run.envelopes[0].seq, run.envelopes[-1].seq
    aside = tuple(
        Aside(envelope.seq, result.outcome, result.reason)
        for envelope, result in zip(run.envelopes, results, strict=True)
        if result.outcome in (Outcome.HELD, Outcome.REJECTED)
    )
    place = Receipt(identity.hub, identity.name, identity.epoch, run.device, first, last, link, n, now, aside)
    receipt = receipts.issue(place, identity.key)
    sql.put_many(
        connection,
        "run",
        ["device", "first", "link"],
        [
            {
                "device": run.device,
                "first": first,
                "last": last,
                "link": link,
                "before": run.before,
                "signature": run.signature,
                "n": n,
                "receipt": receipt,
                "above": b"",
            }
        ],
        keep=True,
    )
    return receipt


def waiting(connection: Connection, *, limit: int = 10_000) -> tuple[Kept, ...]:
    """Runs that the hub above has not signed for, oldest first; not those of which something waits for review here."""
    query = (
        "SELECT * FROM run WHERE length(above) = 0 AND NOT EXISTS (SELECT 1 FROM quarantine"
        " WHERE quarantine.device = run.device AND reason = 'revoked') ORDER BY n, device, first LIMIT :most"
    )
    return tuple(kept(row) for row in sql.run(connection, query, most=limit))


def of_device(connection: Connection, device: str, *, lowest: int) -> tuple[Kept, ...]:
    """Runs of a device that reach `lowest` or beyond, in the order of its chain."""
    query = "SELECT * FROM run WHERE device = :device AND last >= :lowest ORDER BY first, n"
    return tuple(kept(row) for row in sql.run(connection, query, device=device, lowest=lowest))


def find(connection: Connection, device: str, first: int, link: bytes) -> Kept | None:
    query = "SELECT * FROM run WHERE device = :device AND first = :first AND link = :link"
    row = sql.one(connection, query, device=device, first=first, link=link)
    return None if row is None else kept(row)


def signed_above(connection: Connection, kept: Kept, receipt: bytes) -> None:
    sql.run(
        connection,
        "UPDATE run SET above = :receipt WHERE device = :device AND first = :first AND link = :link",
        receipt=receipt,
        device=kept.device,
        first=kept.first,
        link=kept.link,
    )


def whole(connection: Connection, kept: Kept) -> Run | None:
    """The run again, byte for byte; None where one of its envelopes is not here any more.

    Of a clone's two envelopes at one place both may follow the same link: which was meant is seen at the run's end.
    """
    steps: list[dict[bytes, tuple[bytes, Envelope]]] = []
    ends = {kept.before}
    for seq in range(kept.first, kept.last + 1):
        found = [(before, each) for before in ends for each in _following(connection, kept.device, seq, before)]
        steps.append({crypto.link(before, each): (before, each) for before, each in found})
        ends = set(steps[-1])
    envelopes: list[Envelope] = []
    link = kept.link
    for step in reversed(steps):
        if link not in step:
            return None
        link, envelope = step[link]
        envelopes.append(envelope)
    return Run(kept.device, kept.before, tuple(reversed(envelopes)), kept.signature)


def _following(connection: Connection, device: str, seq: int, before: bytes) -> Iterator[Envelope]:
    """Envelopes at a place of a chain that were shown to follow `before`: stored, or in quarantine."""
    query = "SELECT link, instance_id FROM chain WHERE device = :device AND seq = :seq"
    links = {bytes(row.link): row.instance_id for row in sql.run(connection, query, device=device, seq=seq)}
    for envelope in _candidates(connection, device, seq, tuple(links.values())):
        if envelope.device == device and envelope.seq == seq and crypto.link(before, envelope) in links:
            yield envelope


def _candidates(connection: Connection, device: str, seq: int, ids: Sequence[str]) -> Iterator[Envelope]:
    for id in ids:
        stored = records.get(connection, id)
        if stored is not None:
            yield stored
        yield from records.quarantined(connection, id, device=device)
    yield from records.again(connection, device, seq)


def kept(row: Any) -> Kept:
    """A row of `run`."""
    return Kept(
        device=row.device,
        first=row.first,
        last=row.last,
        link=bytes(row.link),
        before=bytes(row.before),
        signature=bytes(row.signature),
        n=row.n,
        receipt=bytes(row.receipt),
        above=bytes(row.above),
    )
