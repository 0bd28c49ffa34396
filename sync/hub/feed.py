"""The change feed: the newest row of each key, cut by area, role and field for the device that asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from sync import crypto, first_pull
from sync.hub import askers, records, sql
from sync.hub.accounts import Device
from sync.protocol import Anchor, Role, Row, RowKind
from sync.wire import ROW_LIMIT, cbor, envelope_fields

_MOST = ROW_LIMIT // 2  # rows of a page before its last position
_MAC = 16
NOTHING = Anchor("", 0, b"")
"""What one knows of the log who has read nothing of the feed."""
_BY_AREA: Mapping[Role, tuple[RowKind, ...]] = {
    Role.VILLAGE: (RowKind.ENTITY, RowKind.EVENT, RowKind.NOTICE),
    Role.TOWNSHIP: (RowKind.ENTITY, RowKind.EVENT, RowKind.RECORD),
    Role.SUPERVISOR: (RowKind.ENTITY, RowKind.EVENT, RowKind.RECORD),
    Role.DEPARTMENT: (RowKind.ENTITY, RowKind.EVENT),
}
# A hub below derives its rows itself, from records; those that it handed on it has. Receipts it carries down.
_FOR_HUBS = "kind IN ('record', 'form', 'list', 'notice')"
_FROM_ELSEWHERE = (
    f"{_FOR_HUBS} AND (kind <> 'record' OR NOT EXISTS (SELECT 1 FROM record"  # noqa: S608  ours
    " JOIN relayed ON relayed.device = record.device WHERE record.instance_id = feed.key AND relayed.relay = :me))"
)
_FOR_THOSE_BELOW = "kind = 'receipt' AND device IN (SELECT device FROM relayed WHERE relay = :me)"
READS_RECORDS = frozenset(role for role, kinds in _BY_AREA.items() if RowKind.RECORD in kinds)
"""Roles that read every field of their area."""


@dataclass(frozen=True, slots=True)
class Named:
    """How far a device has names of residents whose rows are still to come; `done` where it has all up to there."""

    to: Anchor
    done: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a device stands in a feed; what it sees of it is its own business with the hub."""

    scope: int
    anchor: Anchor  # of the log where the feed was read to, which may be newer than what the device knew at hello
    named: Named | None = None

    def seal(self, key: bytes) -> bytes:
        fields = [self.scope, self.anchor.epoch, self.anchor.n, self.anchor.head]
        if self.named is not None:
            fields += [self.named.to.n, self.named.to.head, self.named.done]
        plain = cbor.dumps(fields)
        return crypto.keyed(key, plain)[:_MAC] + plain


def read_cursor(key: bytes, sealed: bytes, *, scope: int) -> Anchor:
    """After what to go on. A cursor that is not this hub's, or of another scope, starts again: `NOTHING`."""
    match _opened(key, sealed):
        case [int(known), str(epoch), int(n), bytes(head), *_] if known == scope:
            return Anchor(epoch, n, head)
    return NOTHING


def read_named(key: bytes, sealed: bytes, *, scope: int) -> Named | None:
    """How far the device has names without rows; None where it has none."""
    match _opened(key, sealed):
        case [int(known), str(epoch), int(), bytes(), int(n), bytes(head), bool(done)] if known == scope:
            return Named(Anchor(epoch, n, head), done)
    return None


def _opened(key: bytes, sealed: bytes) -> Any:
    if len(sealed) <= _MAC or not crypto.same(crypto.keyed(key, sealed[_MAC:])[:_MAC], sealed[:_MAC]):
        return None
    return cbor.loads(sealed[_MAC:], field="cursor")


def visible(device: Device, *, lost: bool = False) -> tuple[str, dict[str, Any]]:
    """The condition on `feed` under which `device` may see a row, and its values.

    A hub below that has `lost` something sees what it handed on itself, too.
    """
    values: dict[str, Any] = {"me": device.id, "area": device.area}
    values |= {"below": device.area + "/", "beyond": device.area + "0"}  # "0" follows "/"
    inside = "({0} = :area OR ({0} > :below AND {0} < :beyond))"
    kinds = ", ".join(f"'{kind}'" for kind in _BY_AREA[device.role])
    own = f"kind IN ({kinds}) AND {inside.format('area')}"
    own += f" AND (moved_to = '' OR NOT {inside.format('moved_to')})"
    if device.role is Role.DEPARTMENT:
        wanted = []
        for at, code in enumerate(device.departments):
            values[f"department{at}"] = f"%|{code}|%"
            wanted.append(f"departments LIKE :department{at}")
        own += f" AND ({' OR '.join(wanted) or '1 = 0'})"
    own = f"({own} AND device = '') OR (kind = 'form' AND {inside.format('area')})"  # that somebody there brought
    mine = [":me"]
    for at, former in enumerate(device.continues):
        values[f"former{at}"] = former
        mine.append(f":former{at}")
    own += f" OR (kind IN ('record', 'receipt', 'notice') AND device IN ({', '.join(mine)}))"
    if device.hub:
        own = f"(({own}) AND {_FOR_HUBS if lost else _FROM_ELSEWHERE}) OR ({_FOR_THOSE_BELOW})"
    return f"({own} OR (kind IN ('form', 'list', 'notice') AND area = '' AND device = ''))", values


def waiting(connection: Connection, device: Device, *, after: int) -> bool:
    """Whether a pull would bring anything."""
    condition, values = visible(device)
    query = f"SELECT 1 FROM feed WHERE n > :after AND {condition} LIMIT 1"  # noqa: S608  the condition is ours
    found = sql.one(connection, query, after=after, **values)
    return found is not None


def page(
    connection: Connection,
    device: Device,
    *,
    after: int,
    max_bytes: int,
    named: int = 0,
    known: Collection[bytes] = (),
    lost: bool = False,
) -> tuple[tuple[Row, ...], int, bool]:
    """Rows after a position, about `max_bytes` of bodies, never a position half; where they end, and whether more is.

    At the end the position is that of the whole log, so that rows of others are not looked through again. Up to
    position `named` rows go without the name that has gone before; forms and lists among `known` don't go at all.
    `lost` as in `visible`.
    """
    head: int = sql.scalar(connection, "SELECT n FROM log_head")
    condition, values = visible(device, lost=lost)
    columns = "kind, key, area, n, body, departments"
    query = f"SELECT {columns} FROM feed WHERE n > :after AND {condition} ORDER BY n, kind, key"  # noqa: S608
    rows: list[Row] = []
    size = 0
    for item in sql.stream(connection, query, after=after, **values):
        full = size >= max_bytes or len(rows) >= _MOST
        if full and item.n != rows[-1].n:
            return tuple(rows), rows[-1].n, True
        row, weight = _row(connection, item)
        if known and _is_known(row, known):
            continue
        if device.role is Role.DEPARTMENT:
            row = askers.for_department(connection, device, row, item.departments)
        rows.append(replace(row, body=first_pull.nameless(row.body)) if row.n <= named else row)
        size += weight
    return tuple(rows), head, False


def _row(connection: Connection, item: Any) -> tuple[Row, int]:
    kind = RowKind(item.kind)
    if kind is RowKind.RECORD:
        envelope = records.get(connection, item.key)
        if envelope is None:
            raise LookupError(item.key)
        return Row(item.n, kind, item.key, item.area, envelope_fields(envelope)), len(envelope.xml) + 200
    return Row(item.n, kind, item.key, item.area, cbor.stored(item.body)), len(item.body) + len(item.key)


def _is_known(row: Row, known: Collection[bytes]) -> bool:
    """Whether the device has a form or list already, byte for byte."""
    body = row.body
    if row.kind is RowKind.FORM:
        return first_pull.form_digest(body["form_id"], body["version"], body["xform"], body["media"]) in known
    return row.kind is RowKind.LIST and first_pull.list_digest(row.key, body["csv"]) in known
