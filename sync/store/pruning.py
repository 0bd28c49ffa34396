"""Letting go of what the top hub has in a verified backup: the bytes of old records and of their files.

The record, its commit and its place stay; what was derived from it stays too. A record is let go only with a receipt
of the top hub at or below the position that its backup reaches: a receipt alone is a promise of one disk.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from sync import receipts as signed
from sync.protocol import HelloReply, Outcome
from sync.store.api import Pruned
from sync.store.context import Context

ABOVE_BACKED_UP = "backed_up_above"  # in a greeting's extra part: how far those above have the own hub's log in backups
BACKED_UP_ABOVE = "peer.backed_up_above"  # setting: what was told last
_AT_ONCE = 500

_READY = (
    "SELECT r.id, r.device, r.seq FROM record r JOIN payload p ON p.record = r.id WHERE r.state = 'acknowledged'"
    " AND r.wall_time < ? AND r.seq IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.record = r.id AND a.complete = 0)"
)


def backed_up_above(reply: HelloReply) -> int:
    """Up to which place of its log the own hub says that those above have everything in backups."""
    told = reply.extra.get(ABOVE_BACKED_UP)
    return told if isinstance(told, int) and told > 0 else 0


def file_sent(connection: Connection, record: int) -> None:
    """A file of a record is at the hub now: what was told of backups before is about the record without it."""
    before = "(SELECT max(coalesce(n, 1) - 1, 0) FROM record WHERE id = ?)"
    connection.exec_driver_sql(f"UPDATE peer SET backed_up_n = min(backed_up_n, {before})", (record,))  # noqa: S608
    connection.exec_driver_sql(
        f"UPDATE setting SET value = CAST(min(CAST(value AS INTEGER), {before}) AS TEXT) WHERE name = ?",  # noqa: S608
        (record, BACKED_UP_ABOVE),
    )


def prune(context: Context, *, before: str) -> Pruned:
    """Let go of records finalised before a moment, ISO 8601 in UTC, in one durable transaction."""
    files: list[str] = []
    with context.database.write() as connection:
        found = tuple(_ready(connection, before))
        for record in found:
            blobs = "SELECT blob FROM attachment WHERE record = ? AND blob <> ''"
            files += connection.exec_driver_sql(blobs, (record,)).scalars()
            connection.exec_driver_sql("DELETE FROM payload WHERE record = ?", (record,))
            connection.exec_driver_sql("UPDATE attachment SET blob = '', key = x'' WHERE record = ?", (record,))
        if found:
            context.audit("records.pruned", actor=context.identity().device, detail={"records": str(len(found))})
    for name in files:
        context.blobs.remove(name)
    return Pruned(len(found), len(files))


def _ready(connection: Connection, before: str) -> Iterable[int]:
    top = connection.exec_driver_sql("SELECT hub, identity FROM hub_above ORDER BY place DESC LIMIT 1").one_or_none()
    if top is None:
        backed_up = connection.exec_driver_sql("SELECT backed_up_n FROM peer").scalar_one()
        query = f"{_READY} AND r.n <= ? ORDER BY r.id LIMIT {_AT_ONCE}"
        return [row.id for row in connection.exec_driver_sql(query, (before, backed_up))]
    covered = _covered(connection, top)
    told = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (BACKED_UP_ABOVE,)).scalar()
    rows = connection.exec_driver_sql(f"{_READY} AND r.n <= ? ORDER BY r.id", (before, int(told or 0))).all()
    ready = (row.id for row in rows if any(low <= row.seq <= high for low, high in covered.get(row.device, ())))
    return [id for id, _ in zip(ready, range(_AT_ONCE), strict=False)]


def _covered(connection: Connection, top: Any) -> dict[str, list[tuple[int, int]]]:
    """Places of each chain that the highest hub signed for; not those that it refused."""
    found: dict[str, list[tuple[int, int]]] = {}
    for (body,) in connection.exec_driver_sql("SELECT body FROM signed_receipt WHERE hub = ?", (top.hub,)):
        receipt = signed.read(bytes(body), bytes(top.identity))
        if receipt is not None:
            refused = [one.seq for one in receipt.aside if one.outcome is Outcome.REJECTED]
            edges = [receipt.first - 1, *refused, receipt.last + 1]
            spans = found.setdefault(receipt.device, [])
            spans += [(low + 1, high - 1) for low, high in itertools.pairwise(edges) if low + 1 < high]
    return found
