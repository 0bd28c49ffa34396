"""The hub above this one, as this one remembers it: who it is, how far each has read the other, what it signed for."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync import crypto, receipts
from sync.hub import relay_files, sql
from sync.hub.book import Book
from sync.hub.identity import HubIdentity
from sync.hub.log import Entry, Log
from sync.hub.runs import Kept, signed_above
from sync.protocol import Anchor, RowKind
from sync.vouching import ABOVE, RELAY
from sync.wire import cbor

Entropy = Callable[[int], bytes]

BACKED_UP = "backed_up_above"  # in a greeting's extra part: how far hubs above have this hub's log in backups
NOT_WHOLE = b"\0"  # instead of a receipt: the run is not here whole any more, and cannot be handed on


@dataclass(frozen=True, slots=True)
class HubAbove:
    """Where it is, who it is, and this hub's own device there. `area` is a path; `key` the seed of the device's key."""

    url: str
    hub: str
    name: str
    identity: bytes
    device: str
    area: str
    key: bytes

    def __repr__(self) -> str:
        return f"HubAbove({self.name!r}, {self.url!r})"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the exchange with it has come; `trouble` is the code of what went wrong last, "" where nothing did."""

    anchor: Anchor
    cursor: bytes
    backed_up_n: int
    seen_at: str
    trouble: str


def remember(connection: Connection, own: HubIdentity, above: HubAbove, *, entropy: Entropy = os.urandom) -> None:
    """Belong to a hub above from now on. Fault hub.has_above where that is another one already."""
    known = find(connection, own)
    if known is not None and known.hub != above.hub:
        raise Fault("hub.has_above", Kind.USAGE, name=known.name)
    sql.put(
        connection,
        "hub_above",
        ["one"],
        one=1,
        identity=_sealed(own, above, entropy),
        epoch="",
        n=0,
        head=b"",
        cursor=b"",
        backed_up_n=0,
        seen_at="",
        trouble="",
    )


def note_address(connection: Connection, own: HubIdentity, above: HubAbove, *, entropy: Entropy = os.urandom) -> None:
    """It answers at another address now; nothing else changes."""
    sql.run(connection, "UPDATE hub_above SET identity = :identity", identity=_sealed(own, above, entropy))


def moved(above: HubAbove, url: str) -> HubAbove:
    return replace(above, url=url)


def _sealed(own: HubIdentity, above: HubAbove, entropy: Entropy) -> bytes:
    fields = [above.url, above.hub, above.name, above.identity, above.device, above.area, above.key]
    return crypto.seal(_key(own), cbor.dumps(fields), nonce=entropy(12), about=own.hub.encode())


def find(connection: Connection, own: HubIdentity) -> HubAbove | None:
    row = sql.one(connection, "SELECT identity FROM hub_above")
    if row is None:
        return None
    plain = crypto.unseal(_key(own), bytes(row.identity), about=own.hub.encode())
    if plain is None:
        raise Fault("hub.other_database", Kind.DAMAGED)
    return HubAbove(*cbor.loads(plain))


def standing(connection: Connection) -> Standing:
    row = sql.run(connection, "SELECT * FROM hub_above").one()
    anchor = Anchor(row.epoch, row.n, bytes(row.head))
    return Standing(anchor, bytes(row.cursor), row.backed_up_n, row.seen_at, row.trouble)


def told(connection: Connection, own: HubIdentity) -> dict[str, Any]:
    """What a greeting says to the hub's own devices of the hubs above it, and of what those have in backups."""
    above = find(connection, own)
    if above is None:
        return {}
    settled = int(sql.scalar(connection, "SELECT settled_n FROM hub_above"))
    return {RELAY: True, ABOVE: [[above.hub, above.name, above.identity]], BACKED_UP: settled}


# ---- steps, each inside one writing transaction


def known(connection: Connection, anchor: Anchor) -> None:
    """What it says of its log, in the transaction of what follows from that."""
    sql.run(
        connection,
        "UPDATE hub_above SET epoch = :epoch, n = :n, head = :head",
        epoch=anchor.epoch,
        n=anchor.n,
        head=anchor.head,
    )


def seen(connection: Connection, *, backed_up_n: int, trouble: str, now: str) -> None:
    """An exchange went through; `trouble` is what of it could not be used."""
    query = "UPDATE hub_above SET backed_up_n = :n, seen_at = :now, trouble = :trouble"
    sql.run(connection, query, n=backed_up_n, now=now, trouble=trouble)


def settle(connection: Connection, to: HubAbove, *, backed_up_n: int) -> None:
    """It greets, and says how far its backup reaches: what goes up after this greeting is not meant."""
    settled = _settled(connection, to, backed_up_n)
    sql.run(connection, "UPDATE hub_above SET settled_n = :settled", settled=settled)


def file_came(connection: Connection, instance_id: str) -> None:
    """A file is whole here of a record that was settled without it: it has to get into the backup above first."""
    query = "UPDATE hub_above SET settled_n = :before WHERE settled_n > :before"
    n = sql.scalar(connection, "SELECT n FROM record WHERE instance_id = :id", id=instance_id)
    sql.run(connection, query, before=int(n) - 1)


def _settled(connection: Connection, to: HubAbove, backed_up_n: int) -> int:
    """The place of the own log up to which every run has a receipt that the backup above reaches.

    Positions of the log above are told to no laptop: there they would outlive a log that was put back.
    """
    row = sql.run(connection, "SELECT epoch, settled_n FROM hub_above").one()
    settled = found = int(row.settled_n)
    query = "SELECT n, above FROM run WHERE n > :settled AND above <> :gone ORDER BY n"
    for run in sql.run(connection, query, settled=settled, gone=NOT_WHOLE):
        if run.n > found:
            settled, found = found, run.n
        receipt = receipts.read(bytes(run.above), to.identity)
        if (
            receipt is None
            or receipt.epoch != row.epoch
            or receipt.n > backed_up_n
            or relay_files.awaited(connection, receipt)
        ):
            return settled
    return found


def in_trouble(connection: Connection, code: str) -> None:
    sql.run(connection, "UPDATE hub_above SET trouble = :code", code=code)


def read_to(connection: Connection, cursor: bytes) -> None:
    sql.run(connection, "UPDATE hub_above SET cursor = :cursor", cursor=cursor)


def start_again(connection: Connection, anchor: Anchor) -> None:
    """It went back in time: nothing that it signed for is believed any more, and all of it is read anew."""
    sql.run(connection, "UPDATE run SET above = :none", none=b"")
    sql.run(connection, "DELETE FROM attachment_above")
    sql.run(connection, "UPDATE hub_above SET cursor = :none, backed_up_n = 0, settled_n = 0", none=b"")
    known(connection, anchor)


def carry_down(connection: Connection, log: Log, kept: Kept, receipt: bytes, *, hub: str) -> None:
    """Keep a receipt from above and put it into the feed of the device that it is for."""
    signed_above(connection, kept, receipt)
    key = f"{kept.device}/{kept.first}/{kept.link[:8].hex()}/{hub}"
    n = log.append(Entry.RECEIPT, key, crypto.digest(receipt))
    book = Book(connection)
    book.show(RowKind.RECEIPT, key, n=n, body={receipts.STATEMENT: receipt}, device=kept.device)
    book.write()


def _key(own: HubIdentity) -> bytes:
    return crypto.derive(own.cursors, "hub above")
