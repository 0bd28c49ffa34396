"""Attachments: taken in pieces into the database, then as one encrypted file once their hash is right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import Connection

from forms.casework.areas import contains
from forms.errors import Fault, Kind
from sync import crypto, lacking
from sync.hub import accounts, below, sql
from sync.hub.accounts import Device
from sync.hub.feed import READS_RECORDS
from sync.hub.log import Entry, Log
from sync.protocol import AttachmentPart, RowKind
from sync.vault.blobs import Blob, Blobs

SIZE_LIMIT = 50 * 1024 * 1024


class Awaited(IntEnum):
    """Whether somebody waits to hear of a file that is not whole here."""

    BY_NOBODY = 0
    BY_READERS = 1
    LOST = 2  # its own laptop asks for it: it is nowhere, unless somebody finds it on another one


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a file is here; `blob` is set once it is complete. `device` wrote the record."""

    instance_id: str
    name: str
    hash: bytes
    size: int
    received: int
    blob: Blob | None
    device: str = ""
    awaited: Awaited = Awaited.BY_NOBODY


def find(connection: Connection, device: Device, message: AttachmentPart, *, own: bool) -> Held:
    """The file that a message names, if this device may send (`own`) or read it. Fault hub.no_attachment.

    A laptop that has enrolled anew and handed the record in again may finish what it began.
    Nobody learns whether a file that is none of theirs exists.
    """
    row = sql.one(
        connection,
        "SELECT attachment.*, record.device, record.area FROM attachment JOIN record USING (instance_id)"
        " WHERE instance_id = :id AND name = :name",
        id=message.instance_id,
        name=message.name,
    )
    allowed = row is not None and (
        row.device in (device.id, *device.continues)
        or (own and _handed_in(connection, device, message.instance_id, of=row.device))
        or (not own and device.role in READS_RECORDS and contains(device.area, row.area))
    )
    if row is None or not allowed or row.hash != message.hash:
        raise Fault("hub.no_attachment", Kind.USAGE, name=message.name)
    blob = Blob(row.blob_name, row.blob_key, row.hash, row.size) if row.complete else None
    awaited = Awaited(row.awaited)
    return Held(row.instance_id, row.name, row.hash, row.size, row.received, blob, row.device, awaited)


def _handed_in(connection: Connection, device: Device, instance_id: str, *, of: str) -> bool:
    """Whether the device has shown this record in its own chain, or is the hub below that handed on its writer's."""
    shown = "SELECT 1 FROM chain WHERE instance_id = :id AND device = :device"
    if sql.one(connection, shown, id=instance_id, device=device.id) is not None:
        return True
    relayed = "SELECT 1 FROM relayed WHERE device = :writer AND relay = :device"
    return sql.one(connection, relayed, writer=of, device=device.id) is not None


def take(connection: Connection, held: Held, message: AttachmentPart, blobs: Blobs) -> tuple[int, bool]:
    """Append a piece; returns how many bytes are here, and whether the file is complete and stored durably.

    A piece that does not follow what is here changes nothing: the sender goes on from what it is told. A file whose
    content is another than the record says begins anew.
    """
    if held.blob is not None:
        return held.size, True
    if message.size != held.size or held.size > SIZE_LIMIT:
        raise Fault("hub.attachment_size", Kind.DAMAGED, name=held.name, limit=SIZE_LIMIT)
    if message.offset != held.received or held.received + len(message.data) > held.size:
        return held.received, False
    received = held.received + len(message.data)
    if message.data:
        sql.insert(
            connection,
            "attachment_part",
            instance_id=held.instance_id,
            name=held.name,
            start=held.received,
            data=message.data,
        )
    if received == held.size:
        return _finish(connection, held, blobs)
    _set(connection, held, received=received)
    return received, False


def _finish(connection: Connection, held: Held, blobs: Blobs) -> tuple[int, bool]:
    parts = sql.run(
        connection,
        "SELECT data FROM attachment_part WHERE instance_id = :id AND name = :name ORDER BY start",
        id=held.instance_id,
        name=held.name,
    ).scalars()
    content = b"".join(parts)
    sql.run(
        connection,
        "DELETE FROM attachment_part WHERE instance_id = :id AND name = :name",
        id=held.instance_id,
        name=held.name,
    )
    if crypto.digest(content) != held.hash:
        _set(connection, held, received=0)
        return 0, False
    _set(connection, held, received=held.size, blob=blobs.write(content))
    return held.size, True


def _set(connection: Connection, held: Held, *, received: int, blob: Blob | None = None) -> None:
    sql.run(
        connection,
        "UPDATE attachment SET received = :received, complete = :complete, blob_name = :blob, blob_key = :key,"
        " came_after = (SELECT n FROM log_head) WHERE instance_id = :id AND name = :name",
        received=received,
        complete=0 if blob is None else 1,
        blob="" if blob is None else blob.name,
        key=b"" if blob is None else blob.key,
        id=held.instance_id,
        name=held.name,
    )


def read(held: Held, blobs: Blobs, *, offset: int, size: int) -> bytes:
    """At most `size` bytes from `offset`. Fault hub.attachment_missing while it is not whole here."""
    if held.blob is None:
        raise Fault("hub.attachment_missing", Kind.USAGE, name=held.name)
    try:
        return blobs.read_part(held.blob, offset=offset, size=size)
    except Fault as fault:
        if fault.code not in ("vault.damaged", "vault.missing"):
            raise
        raise Fault("hub.attachment_missing", Kind.USAGE, name=held.name) from fault


def wait(connection: Connection, device: Device, message: AttachmentPart, *, now: str) -> Fault:
    """Note that a file that is not whole here was asked for: whoever did hears of it when that changes.

    Asked for by the laptop that wrote it, which has it no more, it is lost.
    """
    held = find(connection, device, message, own=False)
    if held.blob is not None:  # it came meanwhile
        return Fault("hub.attachment_missing", Kind.USAGE, name=held.name)
    own = held.device in (device.id, *device.continues)
    found = max(held.awaited, Awaited.LOST if own else Awaited.BY_READERS)
    if found is not held.awaited:
        _note(connection, held, found)
        if held.awaited is Awaited.BY_READERS:
            _tell(connection, Log(connection, now=now), held)
    code = "hub.attachment_lost" if found is Awaited.LOST else "hub.attachment_awaited"
    return Fault(code, Kind.USAGE, name=held.name)


def came(connection: Connection, held: Held, *, now: str) -> None:
    """A file is whole now: tell those who wait to hear of it."""
    if held.awaited is not Awaited.BY_NOBODY:
        _note(connection, held, Awaited.BY_NOBODY)
        _tell(connection, Log(connection, now=now), held)


def _note(connection: Connection, held: Held, awaited: Awaited) -> None:
    query = "UPDATE attachment SET awaited = :awaited WHERE instance_id = :id AND name = :name"
    sql.run(connection, query, awaited=int(awaited), id=held.instance_id, name=held.name)


def _tell(connection: Connection, log: Log, held: Held) -> None:
    n = log.append(Entry.FILE, f"{held.instance_id}/{held.name}", held.hash)
    show_again(connection, held.instance_id, n=n)
    log.flush()


def show_again(connection: Connection, instance_id: str, *, n: int) -> None:
    """Give a record's row to its readers once more: they ask for its files anew."""
    query = "UPDATE feed SET n = :n WHERE kind = :kind AND key = :key"
    sql.run(connection, query, n=n, kind=str(RowKind.RECORD), key=instance_id)


def lacking_of(connection: Connection, device: Device) -> list[tuple[str, str]]:
    """Files that are not whole here, of records that `device` wrote, handed in again or hands on, small ones first.

    Those that are lost are not among them: it has been asked for them.
    """
    values = {f"own{at}": one for at, one in enumerate((device.id, *device.continues))}
    own = f"record.device IN ({', '.join(f':{name}' for name in values)})"
    again = "instance_id IN (SELECT instance_id FROM envelope_again WHERE device = :own0)"
    relayed = "record.device IN (SELECT device FROM relayed WHERE relay = :own0)"
    rows = sql.run(
        connection,
        "SELECT instance_id, name FROM attachment JOIN record USING (instance_id)"  # noqa: S608  ours
        f" WHERE complete = 0 AND awaited <> :lost AND ({own} OR {again} OR {relayed})"
        " ORDER BY size, instance_id, name LIMIT :most",
        lost=int(Awaited.LOST),
        most=lacking.MOST,
        **values,
    )
    return [(row.instance_id, row.name) for row in rows]


def lost(connection: Connection, instance_id: str, name: str) -> None:
    """The file on the disk is gone or damaged: it is not whole here any more, and greetings name it."""
    query = (
        "UPDATE attachment SET complete = 0, received = 0"
        " WHERE instance_id = :id AND name = :name AND blob_name <> ''"  # an erased one has none
    )
    sql.run(connection, query, id=instance_id, name=name)


def may_come(connection: Connection, instance_id: str, *, of: str) -> bool:
    """Whether anybody is left who may bring a file of a record of device `of`: a laptop that handed it in, or its heir.

    Who was shut out brings nothing, nor does a device in whose place another is.
    """
    query = "SELECT device FROM chain WHERE instance_id = :id"
    return any(
        accounts.speaks(connection, device) or below.speaks(connection, device)
        for device in {of, *sql.run(connection, query, id=instance_id).scalars()}
    )


def missing(connection: Connection) -> int:
    """Files that records name and that are not complete here."""
    return int(sql.scalar(connection, "SELECT count(*) FROM attachment WHERE complete = 0"))
