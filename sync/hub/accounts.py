"""Invitations and devices: who may speak to the hub, in which role, for which area."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from forms.casework import numbers
from forms.casework.areas import Areas
from forms.errors import Fault, Kind
from sync import crypto, enrolment, succession
from sync.hub import sql
from sync.protocol import Enrol, Role
from sync.wire import signed_part

CODE_LIFE = datetime.timedelta(minutes=15)
FILE_LIFE = datetime.timedelta(days=7)
TRIES = 20  # wrong codes within CODE_LIFE, over all who try: 2^50 codes stay out of reach


@dataclass(frozen=True, slots=True)
class Device:
    """A laptop that has enrolled. `area` is a path; `scope` grows when what it may see changes."""

    id: str
    key: bytes
    person: str
    role: Role
    area: str
    departments: tuple[str, ...]
    letters: str
    scope: int
    created_at: str
    revoked_at: str
    seen_at: str
    continues: tuple[str, ...] = ()  # devices of the same laptop before it was restored
    hub: bool = False  # a hub below, that hands on what its own devices wrote

    @property
    def revoked(self) -> bool:
        return bool(self.revoked_at)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code stands for. `device` and `letters` are given at once where a file is to work before first contact."""

    id: str
    key: bytes
    role: Role
    area: str
    departments: tuple[str, ...]
    device: str
    letters: str
    expires_at: str


def add_invitation(connection: Connection, invitation: Invitation, *, now: str) -> None:
    sql.insert(
        connection,
        "invitation",
        id=invitation.id,
        key=invitation.key,
        role=str(invitation.role),
        area=invitation.area,
        departments=joined(invitation.departments),
        device=invitation.device,
        letters=invitation.letters,
        created_at=now,
        expires_at=invitation.expires_at,
        used_at="",
    )


def match(connection: Connection, message: Enrol, *, fingerprint: bytes, now: str) -> Invitation:
    """The live invitation whose code the sender knows. Faults: hub.too_many_tries, hub.code_expired, hub.code_unknown.

    A wrong try is counted by `note_failure`, in a transaction that stays.
    """
    floor = _before(now, CODE_LIFE)
    if sql.scalar(connection, "SELECT count(*) FROM failed_try WHERE at > :floor", floor=floor) >= TRIES:
        raise Fault("hub.too_many_tries", Kind.DENIED, minutes=int(CODE_LIFE.total_seconds() // 60))
    covered = signed_part(message)
    for row in sql.run(connection, "SELECT * FROM invitation ORDER BY created_at DESC, id"):
        if not crypto.same(
            enrolment.proof(row.key, enrolment.CLIENT, fingerprint=fingerprint, message=covered), message.proof
        ):
            continue
        if row.used_at and not _same_device(connection, row.id, message.device_key):
            raise Fault("hub.code_used", Kind.DENIED)
        came_before = row.used_at and row.device  # by file: its laptop asks until it has heard the answer
        if row.expires_at <= now and not came_before:
            raise Fault("hub.code_expired", Kind.DENIED)
        return _invitation(row)
    raise Fault("hub.code_unknown", Kind.DENIED)


def note_failure(connection: Connection, *, now: str) -> None:
    sql.run(connection, "DELETE FROM failed_try WHERE at <= :floor", floor=_before(now, CODE_LIFE))
    sql.insert(connection, "failed_try", id=secrets.token_hex(16), at=now)


def admit(connection: Connection, invitation: Invitation, message: Enrol, *, areas: Areas, now: str) -> Device:
    """Make the device of an invitation, once; the same laptop asking again, its answer lost, gets the same device."""
    known = sql.one(connection, "SELECT * FROM device WHERE invitation = :id", id=invitation.id)
    if known is not None:
        if known.key != message.device_key or known.revoked_at:
            raise Fault("hub.code_used", Kind.DENIED)
        return _device(known)
    if sql.one(connection, "SELECT id FROM device WHERE key = :key", key=message.device_key) is not None:
        raise Fault("hub.device_known", Kind.DENIED)
    used = sql.run(
        connection, "UPDATE invitation SET used_at = :now WHERE id = :id AND used_at = ''", now=now, id=invitation.id
    )
    if used.rowcount != 1:
        raise Fault("hub.code_used", Kind.DENIED)
    device = Device(
        id=invitation.device or new_device_id(),
        key=message.device_key,
        person=message.user,
        role=invitation.role,
        area=invitation.area,
        departments=invitation.departments,
        letters=invitation.letters or next_letters(connection, invitation.area, areas),
        scope=1,
        created_at=now,
        revoked_at="",
        seen_at=now,
    )
    sql.insert(connection, "device", **_row(device), invitation=invitation.id)
    return device


def succeed(connection: Connection, old: Device, key: bytes, *, areas: Areas, now: str) -> tuple[Device, bool]:
    """The device that a restored laptop goes on as, with the rights of `old`; whether it is new.

    Its letters are new too: short numbers that the laptop has forgotten are given to nobody again.
    """
    known = sql.one(connection, "SELECT * FROM device WHERE key = :key", key=key)
    if known is not None:
        found = _device(known)
        if old.id not in found.continues or found.revoked:
            raise Fault("hub.device_known", Kind.DENIED)
        return found, False
    device = replace(
        old,
        id=succession.device_of(key),
        key=key,
        letters=next_letters(connection, old.area, areas),
        scope=1,
        created_at=now,
        seen_at=now,
        continues=(*old.continues, old.id),
    )
    sql.insert(connection, "device", **_row(device), invitation="")
    return device, True


def succeeded(connection: Connection, device: str) -> bool:
    """Whether another device goes on where this one was."""
    query = "SELECT 1 FROM device WHERE continues LIKE :one"
    return sql.one(connection, query, one=f"%|{device}|%") is not None


def speaks(connection: Connection, device: str) -> bool:
    """Whether a device, or the newest of those that go on where it was, is let in."""
    query = (
        "SELECT 1 FROM device WHERE revoked_at = '' AND (id = :id OR continues LIKE :one) AND NOT EXISTS"
        " (SELECT 1 FROM device AS later WHERE later.continues LIKE '%|' || device.id || '|%')"
    )
    return sql.one(connection, query, id=device, one=f"%|{device}|%") is not None


def new_device_id() -> str:
    return "D" + "".join(secrets.choice(enrolment.ALPHABET) for _ in range(12))


def next_letters(connection: Connection, area: str, areas: Areas) -> str:
    """The area's two letters and the next device letter in it: what makes short numbers unique without a network."""
    row = sql.one(connection, "SELECT letters, given FROM area_letters WHERE area = :area", area=area)
    letters, given = (_free_letters(connection, area, areas), 0) if row is None else (row.letters, row.given)
    taken = set(sql.run(connection, "SELECT letters FROM device").scalars())
    while letters + _device_letters(given) in taken:  # given by a hub that was put back since
        given += 1
    sql.put(connection, "area_letters", ["area"], area=area, letters=letters, given=given + 1)
    return letters + _device_letters(given)


def find_device(connection: Connection, device: str) -> Device | None:
    both = "device LEFT JOIN hub_below ON hub_below.device = device.id"
    row = sql.one(connection, f"SELECT device.*, hub_below.hub FROM {both} WHERE id = :id", id=device)  # noqa: S608
    return None if row is None else replace(_device(row), hub=bool(row.hub))


def devices(connection: Connection) -> tuple[Device, ...]:
    return tuple(_device(row) for row in sql.run(connection, "SELECT * FROM device ORDER BY created_at, id"))


def revoke(connection: Connection, device: str, *, now: str) -> Device:
    """Shut a device out from now on. Fault hub.no_device."""
    found = find_device(connection, device)
    if found is None:
        raise Fault("hub.no_device", Kind.USAGE, device=device)
    if not found.revoked:
        sql.run(connection, "UPDATE device SET revoked_at = :now WHERE id = :id", now=now, id=device)
    return found


def seen(connection: Connection, device: str, *, now: str) -> None:
    sql.run(connection, "UPDATE device SET seen_at = :now WHERE id = :id", now=now, id=device)


def _free_letters(connection: Connection, area: str, areas: Areas) -> str:
    """The initials of the area's name, or the nearest pair that no other area has."""
    found = areas.get(area.rpartition("/")[2])
    wanted = numbers.letters_of(found.initials if found else "")
    taken = set(sql.run(connection, "SELECT letters FROM area_letters").scalars())
    candidates = [wanted, *(wanted[0] + second for second in numbers.LETTERS)]
    candidates += [first + second for first in numbers.LETTERS for second in numbers.LETTERS]
    free = next((pair for pair in candidates if pair not in taken), None)
    if free is None:
        raise Fault("hub.no_letters", Kind.DAMAGED)
    return free


def _device_letters(given: int) -> str:
    """A, B, C ... and after the last letter AA, AB. Four letters belong to devices that nobody gave any."""
    base = len(numbers.LETTERS)
    if given >= base + base**2 + base**3:
        raise Fault("hub.no_letters", Kind.DAMAGED)
    letters = numbers.LETTERS[given % base]
    while given >= base:
        given = given // base - 1
        letters = numbers.LETTERS[given % base] + letters
    return letters


def _same_device(connection: Connection, invitation: str, key: bytes) -> bool:
    row = sql.one(connection, "SELECT key, revoked_at FROM device WHERE invitation = :id", id=invitation)
    return row is not None and row.key == key and not row.revoked_at


def _before(now: str, span: datetime.timedelta) -> str:
    return stamp(datetime.datetime.fromisoformat(now) - span)


def stamp(moment: datetime.datetime) -> str:
    """ISO 8601 in UTC to the second, which sorts as text."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def joined(departments: Sequence[str]) -> str:
    return "".join(f"|{code}" for code in departments) + ("|" if departments else "")


def split(joined: str) -> tuple[str, ...]:
    return tuple(code for code in joined.split("|") if code)


def _invitation(row: Any) -> Invitation:
    return Invitation(
        id=row.id,
        key=row.key,
        role=Role(row.role),
        area=row.area,
        departments=split(row.departments),
        device=row.device,
        letters=row.letters,
        expires_at=row.expires_at,
    )


def _device(row: Any) -> Device:
    return Device(
        id=row.id,
        key=row.key,
        person=row.person,
        role=Role(row.role),
        area=row.area,
        departments=split(row.departments),
        letters=row.letters,
        scope=row.scope,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        seen_at=row.seen_at,
        continues=split(row.continues),
    )


def _row(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "key": device.key,
        "person": device.person,
        "role": str(device.role),
        "area": device.area,
        "departments": joined(device.departments),
        "letters": device.letters,
        "scope": device.scope,
        "created_at": device.created_at,
        "revoked_at": device.revoked_at,
        "seen_at": device.seen_at,
        "continues": joined(device.continues),
    }
