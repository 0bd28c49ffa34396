"""What hubs signed for: kept as they came, believed only under an identity that the own hub vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from sync import crypto
from sync import receipts as signed
from sync.protocol import HelloReply
from sync.receipts import STATEMENT as STATEMENT
from sync.receipts import Receipt
from sync.store.carried import Above
from sync.store.context import Context

ABOVE = "above"  # in a greeting's extra part: [[hub, name, identity], ...], the lowest first
MOST_ABOVE = 8
HEARD = "heard"  # setting: the latest time that the hub is known to have told


class Receipts:
    """Where a record is, by what was signed for it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, instance_id: str) -> tuple[Receipt, ...]:
        """Receipts that cover a record of this laptop, the own hub's first."""
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT device, seq, link FROM record WHERE instance_id = ?", (instance_id,)
            ).one_or_none()
            if row is None or row.seq is None:
                return ()
            found = connection.exec_driver_sql(
                "SELECT signed_receipt.body, signed_receipt.hub, hub_above.identity FROM signed_receipt"
                " LEFT JOIN hub_above USING (hub) WHERE device = ? AND first <= ? AND last >= ?"
                " ORDER BY coalesce(place, -1), first DESC",
                (row.device, row.seq, row.seq),
            ).all()
            own = self._context.identity()
        read: dict[str, Receipt] = {}
        for each in found:
            public = own.hub_identity if each.hub == own.hub else each.identity
            receipt = signed.read(bytes(each.body), bytes(public)) if public else None
            if receipt is not None:
                read.setdefault(receipt.hub, receipt)
        return tuple(read.values())

    def above(self) -> tuple[Above, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT hub, name, identity FROM hub_above ORDER BY place").all()
        return tuple(Above(row.hub, row.name, bytes(row.identity)) for row in rows)


def put(context: Context, connection: Connection, body: Mapping[str, Any]) -> bool:
    """Keep a signed receipt; False where `body` is none. One that nobody known signed is left out."""
    data = body.get(STATEMENT)
    if not isinstance(data, bytes):
        return False
    own = context.identity()
    known = [(own.hub, own.hub_identity)]
    known += connection.exec_driver_sql("SELECT hub, identity FROM hub_above").all()
    for hub, identity in known:
        receipt = signed.read(data, bytes(identity))
        if receipt is not None and receipt.hub == hub:
            _keep(connection, receipt, data)
            return True
    context.audit("receipt.refused", actor=own.device)
    return True


def _keep(connection: Connection, receipt: Receipt, data: bytes) -> None:
    """A receipt for a chain of this laptop, whose link is the one that was sent."""
    ours = connection.exec_driver_sql(
        "SELECT link FROM record WHERE device = ? AND seq = ?", (receipt.device, receipt.last)
    ).scalar()
    if ours is not None and bytes(ours) == receipt.link:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO signed_receipt (hub, device, first, last, link, body) VALUES (?, ?, ?, ?, ?, ?)",
            (receipt.hub, receipt.device, receipt.first, receipt.last, receipt.link, data),
        )


def settled_from(connection: Connection, device: str) -> int:
    """The first place of the chain that has no end-to-end receipt; one past the end where all have.

    End to end is the own hub's acknowledgement, or where it has hubs above the receipt of the highest. What the own
    hub has lost goes again, whatever was signed above: that may be lost too.
    """
    top = connection.exec_driver_sql("SELECT hub FROM hub_above ORDER BY place DESC LIMIT 1").scalar()
    if top is None:
        open_ones = "state = 'sent' OR state = 'held'"
        values: tuple[object, ...] = (device,)
    else:
        covered = "SELECT 1 FROM signed_receipt WHERE hub = ? AND device = record.device"
        open_ones = (
            "state IN ('sent', 'held') OR state = 'acknowledged' AND NOT EXISTS"
            f" ({covered} AND record.seq BETWEEN first AND last)"
        )
        values = (device, top)
    lowest = connection.exec_driver_sql(
        f"SELECT min(seq) FROM record WHERE device = ? AND seq IS NOT NULL AND ({open_ones})",  # noqa: S608
        values,
    ).scalar()
    if lowest is not None:
        return int(lowest)
    end = connection.exec_driver_sql("SELECT seq FROM chain WHERE device = ?", (device,)).scalar()
    return int(end or 0) + 1


def heard(connection: Connection, reply: HelloReply) -> None:
    """What the own hub's greeting tells beside the rest: the time, and the hubs above it."""
    if reply.now:
        connection.exec_driver_sql(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
            (HEARD, reply.now),
        )
    told = reply.extra.get(ABOVE, [])
    found = [one for one in told if _is_above(one)][:MOST_ABOVE] if isinstance(told, list) else []
    connection.exec_driver_sql("DELETE FROM hub_above")
    for place, (hub, name, identity) in enumerate(found):
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO hub_above (hub, place, name, identity) VALUES (?, ?, ?, ?)",
            (hub, place, name, identity),
        )


def _is_above(plain: object) -> bool:
    match plain:
        case [str(hub), str(name), bytes(identity)]:
            return 0 < len(hub) <= 100 and len(name) <= 200 and len(identity) == crypto.KEY_SIZE
    return False


def leave(connection: Connection, epoch: str, *, to: str) -> None:
    """An epoch of the hub is over: what it said is not believed any more; `to` is the present one."""
    connection.exec_driver_sql("DELETE FROM left_epoch WHERE epoch = ?", (to,))
    if epoch and epoch != to:
        connection.exec_driver_sql("INSERT OR IGNORE INTO left_epoch (epoch) VALUES (?)", (epoch,))
