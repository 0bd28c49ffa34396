"""What a clerk or administrator asks of a hub; works beside a running `serve`, in a process of its own."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import Areas
from forms.errors import Fault, Kind
from sync import enrolment
from sync.enrolment import EnrolmentFile
from sync.hub import accounts, attachments, log, records, review, sql
from sync.hub.accounts import CODE_LIFE, FILE_LIFE, Device, Invitation
from sync.hub.identity import fingerprint_words
from sync.hub.service import Hub
from sync.protocol import Outcome, Result, Role
from sync.vault import audit, files

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Invited:
    """A code to read out (`ABCDE-FGHJK`), until when it serves, and the hub's fingerprint to compare."""

    code: str
    expires: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Stats:
    """`records` are all that are stored, `held` those among them that cannot be read yet."""

    records: int
    duplicates: int
    quarantined: int
    held: int
    head_n: int
    epoch: str
    backed_up_n: int
    devices: int
    alarms: int
    attachments_missing: int


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A line of the hub's list; `area` is a path."""

    instance_id: str
    n: int
    state: str
    form_id: str
    form_version: str
    area: str
    device: str
    wall_time: str


def invite(
    hub: Hub,
    *,
    area: str,
    role: Role,
    departments: Sequence[str] = (),
    file: Path | None = None,
    urls: Sequence[str] = (),
    entropy: Entropy = os.urandom,
) -> Invited:
    """Make an invitation for `area` (a code): 15 minutes by its code alone, 7 days with an enrolment file.

    Faults: hub.area_unknown, hub.area_outside, hub.no_department, vault.unwritable.
    """
    path = _place(hub, area)
    if role is Role.DEPARTMENT and not departments:
        raise Fault("hub.no_department", Kind.USAGE)
    code = enrolment.new_code()
    key = enrolment.stretch(code, hub.identity.hub)
    now = datetime.datetime.fromisoformat(hub.now())
    invitation = Invitation(
        id=entropy(16).hex(),
        key=key,
        role=role,
        area=path,
        departments=tuple(departments),
        device="" if file is None else accounts.new_device_id(),
        letters="",
        expires_at=accounts.stamp(now + (CODE_LIFE if file is None else FILE_LIFE)),
    )

    areas = None if file is None else hub.areas()
    made = hub.write(lambda connection: _add(connection, hub, invitation, areas))
    if file is not None:
        files.write(file, enrolment.seal_file(_file(hub, made, urls), key, entropy=entropy))
    return Invited(f"{code[:5]}-{code[5:]}", made.expires_at, fingerprint_words(hub.identity.public))


def _place(hub: Hub, area: str) -> str:
    """The path of an area that this hub may invite for."""
    areas = hub.areas()
    path = areas.path(area)
    if area not in areas:
        raise Fault("hub.area_unknown", Kind.USAGE, area=area)
    if not (path == hub.identity.area or path.startswith(hub.identity.area + "/")):
        raise Fault("hub.area_outside", Kind.USAGE, area=area)
    return path


def _add(connection: Connection, hub: Hub, invitation: Invitation, areas: Areas | None) -> Invitation:
    """Write an invitation down; with `areas` it says now which letters the device will have, as a file must."""
    made = invitation
    if areas is not None:
        made = replace(invitation, letters=accounts.next_letters(connection, invitation.area, areas))
    accounts.add_invitation(connection, made, now=hub.now())
    detail = {"role": str(invitation.role)}
    audit.add(connection, "device.invited", at=hub.now(), actor="hub", subject=made.id, detail=detail)
    return made


def _file(hub: Hub, invitation: Invitation, urls: Sequence[str]) -> EnrolmentFile:
    return EnrolmentFile(
        hub=hub.identity.hub,
        hub_name=hub.identity.name,
        identity=hub.identity.public,
        backup_identity=hub.identity.backup,
        urls=tuple(urls),
        device=invitation.device,
        role=invitation.role,
        area=invitation.area,
        departments=invitation.departments,
        letters=invitation.letters,
        expires_at=invitation.expires_at,
    )


def stats(hub: Hub) -> Stats:
    def read(connection: Connection) -> Stats:
        head = log.anchor(connection, hub.identity.epoch)
        return Stats(
            records=_count(connection, "SELECT count(*) FROM record"),
            duplicates=_count(connection, "SELECT value FROM counter WHERE name = 'duplicates'"),
            quarantined=_count(connection, "SELECT count(*) FROM quarantine"),
            held=_count(connection, "SELECT count(*) FROM record WHERE state = 'held'"),
            head_n=head.n,
            epoch=head.epoch,
            backed_up_n=_count(connection, "SELECT value FROM counter WHERE name = 'backed_up_n'"),
            devices=_count(connection, "SELECT count(*) FROM device WHERE revoked_at = ''"),
            alarms=_count(connection, "SELECT count(*) FROM alarm"),
            attachments_missing=attachments.missing(connection),
        )

    return hub.read(read)


def _count(connection: Connection, query: str) -> int:
    return int(sql.scalar(connection, query) or 0)


def devices(hub: Hub) -> tuple[Device, ...]:
    return hub.read(accounts.devices)


def revoke(hub: Hub, device: str) -> Device:
    """Shut a device out from its next request on. Fault hub.no_device."""

    def shut(connection: Connection) -> Device:
        found = accounts.revoke(connection, device, now=hub.now())
        audit.add(connection, "device.revoked", at=hub.now(), actor="hub", subject=device)
        return found

    return hub.write(shut)


def list_records(hub: Hub, *, after: int = 0, limit: int = 1_000) -> tuple[StoredRecord, ...]:
    """Stored records in the log's order; hand the last one's `n` in as `after` to go on."""

    def read(connection: Connection) -> tuple[StoredRecord, ...]:
        return tuple(StoredRecord(*row) for row in records.listed(connection, after=after, limit=limit))

    return hub.read(read)


def export_record(hub: Hub, instance_id: str) -> bytes:
    """The exact bytes that the device sent. Fault hub.no_record."""
    found = hub.read(lambda connection: records.get(connection, instance_id))
    if found is None:
        raise Fault("hub.no_record", Kind.USAGE, record=instance_id)
    return found.xml


@dataclass(frozen=True, slots=True)
class Quarantined:
    id: str
    at: str
    device: str
    instance_id: str
    reason: str


def list_quarantined(hub: Hub) -> tuple[Quarantined, ...]:
    def read(connection: Connection) -> tuple[Quarantined, ...]:
        query = "SELECT id, at, device, instance_id, reason FROM quarantine ORDER BY at, id"
        rows: Any = sql.run(connection, query)
        return tuple(Quarantined(*row) for row in rows)

    return hub.read(read)


def export_quarantined(hub: Hub, id: str) -> bytes:
    """The XML of what was refused. Fault hub.no_record."""
    xml = hub.read(lambda connection: records.quarantined_xml(connection, id))
    if xml is None:
        raise Fault("hub.no_record", Kind.USAGE, record=id)
    return xml


def export_any(hub: Hub, id: str) -> bytes:
    """The exact bytes of a stored record by instanceID, or of one in quarantine by its id. Fault hub.no_record."""
    stored = hub.read(lambda connection: records.get(connection, id))
    return export_quarantined(hub, id) if stored is None else stored.xml


def accept(hub: Hub, id: str) -> Result:
    """Take in a record of a device that was shut out, by its id in the quarantine. Faults: hub.no_record,
    hub.not_in_review.

    It is judged as if its device were still in use; what is refused stays where it is, with the reason.
    """
    envelope = hub.read(lambda connection: review.waiting(connection, id))
    device = hub.read(lambda connection: accounts.find_device(connection, envelope.device))
    if device is None:
        raise Fault("hub.no_record", Kind.USAGE, record=id)
    result = hub.take_loose(device, envelope)
    if result.outcome is not Outcome.REJECTED:

        def settle(connection: Connection) -> None:
            review.settle(connection, id)
            audit.add(connection, "record.accepted", at=hub.now(), actor="hub", subject=device.id)

        hub.write(settle)
    return result


def alarms(hub: Hub) -> tuple[tuple[str, str, str, str], ...]:
    """(at, kind, device, subject) of what somebody should look at, oldest first."""

    def read(connection: Connection) -> tuple[tuple[str, str, str, str], ...]:
        rows: Any = sql.run(connection, "SELECT at, kind, device, subject FROM alarm ORDER BY at, id")
        return tuple((row.at, row.kind, row.device, row.subject) for row in rows)

    return hub.read(read)
