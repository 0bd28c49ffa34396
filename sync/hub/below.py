"""Hubs below this one: who they are, and the devices for which they vouch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import contains
from forms.errors import Fault, Kind
from sync.hub import sql
from sync.hub.accounts import Device, find_device, joined, split
from sync.protocol import Anchor, Role
from sync.vouching import HubBelow, Vouched

_ABOVE = ""  # who vouches for a device that is known from the hub above alone


def enter(connection: Connection, device: Device, below: HubBelow) -> None:
    """A hub enrolled as `device`. Fault hub.no_right unless it was invited as a township's."""
    if device.role is not Role.TOWNSHIP:
        raise Fault("hub.no_right", Kind.DENIED, role=str(device.role))
    sql.put(connection, "hub_below", ["device"], device=device.id, hub=below.hub, key=below.identity)


def is_hub(connection: Connection, device: str) -> bool:
    return sql.one(connection, "SELECT 1 FROM hub_below WHERE device = :device", device=device) is not None


def told(connection: Connection, relay: Device) -> Anchor:
    """What a hub below told last of its own log."""
    row = sql.one(connection, "SELECT epoch, n, head FROM hub_below WHERE device = :device", device=relay.id)
    return Anchor("", 0, b"") if row is None else Anchor(row.epoch, row.n, bytes.fromhex(row.head))


def note(connection: Connection, relay: str, was: Anchor, now: Anchor) -> None:
    """A hub below tells how far its log is, with what it hands on or once it has back what it had lost.

    A message of its past that comes late changes nothing: what was told since is another, and further.
    """
    sql.run(
        connection,
        "UPDATE hub_below SET epoch = :epoch, n = :n, head = :head WHERE device = :device"
        " AND ((epoch = :epoch AND n < :n) OR (epoch = :was_epoch AND n = :was_n AND head = :was_head))",
        device=relay,
        epoch=now.epoch,
        n=now.n,
        head=now.head.hex(),
        was_epoch=was.epoch,
        was_n=was.n,
        was_head=was.head.hex(),
    )


def author(connection: Connection, device: str) -> Device | None:
    """A device of this hub, or of one below it: who may hand something in."""
    found = find_device(connection, device)
    if found is not None:
        return found
    query = "SELECT * FROM relayed WHERE device = :device AND relay <> :above"
    row = sql.one(connection, query, device=device, above=_ABOVE)
    return None if row is None else _device(row)


def writer(connection: Connection, device: str) -> Device | None:
    """Whoever wrote a record that is here, be it known from the hub above alone."""
    found = find_device(connection, device)
    if found is not None:
        return found
    row = sql.one(connection, "SELECT * FROM relayed WHERE device = :device", device=device)
    return None if row is None else _device(row)


def speaks(connection: Connection, device: str) -> bool:
    """Whether a hub below hands on what this device of its own writes."""
    query = "SELECT 1 FROM relayed WHERE device = :device AND relay <> :above AND revoked_at = ''"
    return sql.one(connection, query, device=device, above=_ABOVE) is not None


def remember(connection: Connection, device: Device) -> None:
    """Note a device of which this hub knows from the one above alone. It may hand in nothing here.

    Its records may be read when their form has come, and its runs be handed on again.
    """
    if author(connection, device.id) is None:
        row = {**_row(device), "relay": _ABOVE}
        sql.put_many(connection, "relayed", ["device"], [row], keep=not device.key)


def accept(connection: Connection, relay: Device, shown: Vouched) -> Device:
    """The device of a run that `relay` hands on.

    Faults: hub.no_right (it is no hub, or vouches for an area that is not its own), hub.device_known (a device of
    this hub or of another one below, or one whose key was another).
    """
    if not is_hub(connection, relay.id) or not contains(relay.area, shown.area):
        raise Fault("hub.no_right", Kind.DENIED, role=str(relay.role))
    if find_device(connection, shown.device) is not None:
        raise Fault("hub.device_known", Kind.DENIED)
    known = sql.one(connection, "SELECT relay, key FROM relayed WHERE device = :device", device=shown.device)
    if known is not None and known.relay != _ABOVE and (known.relay, bytes(known.key)) != (relay.id, shown.key):
        raise Fault("hub.device_known", Kind.DENIED)
    device = vouched_for(shown)
    row = {**_row(device), "relay": relay.id, "revoked_at": shown.revoked_at}
    sql.put(connection, "relayed", ["device"], **row)
    return device


def hands_on(connection: Connection, relay: Device, device: str) -> bool:
    """Whether `device` speaks here through `relay`."""
    query = "SELECT 1 FROM relayed WHERE device = :device AND relay = :relay"
    return sql.one(connection, query, device=device, relay=relay.id) is not None


def vouched_for(shown: Vouched) -> Device:
    """The device that another hub describes.

    What was finished before a device was shut out is accepted: its own hub has reviewed it.
    """
    return Device(
        id=shown.device,
        key=shown.key,
        person="",
        role=shown.role,
        area=shown.area,
        departments=shown.departments,
        letters="",
        scope=0,
        created_at=shown.created_at,
        revoked_at="",
        seen_at="",
    )


def shown(device: Device) -> Vouched:
    """What a hub says of a device, to the one above it or to the one below from which it knows it."""
    return Vouched(
        device.id, device.key, device.role, device.area, device.departments, device.created_at, device.revoked_at
    )


def _device(row: Any) -> Device:
    role, departments = Role(row.role), split(row.departments)
    return vouched_for(Vouched(row.device, bytes(row.key), role, row.area, departments, row.created_at, row.revoked_at))


def _row(device: Device) -> dict[str, Any]:
    return {
        "device": device.id,
        "key": device.key,
        "role": str(device.role),
        "area": device.area,
        "departments": joined(device.departments),
        "created_at": device.created_at,
        "revoked_at": device.revoked_at,
    }
