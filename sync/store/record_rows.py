"""Rows of records as values, and what a submission's XML says without its form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import cbor2
from sqlalchemy import Connection

from forms.entities.types import UUID4
from forms.xml import Element, local, parse
from sync.protocol import Attachment, Envelope
from sync.store.api import RecordRow, RecordState, StoredFile
from sync.vault.blobs import Blob

ROW = (
    "SELECT id, instance_id, form_id, form_version, area, ref, wall_time, state, reason, author, seq, deprecated_id,"
    " superseded_by, (SELECT count(*) FROM attachment WHERE record = record.id) AS files,"
    " (SELECT count(*) FROM attachment WHERE record = record.id AND (complete = 0 OR blob = '')) AS missing FROM record"
)

_UUID = 36  # signs


def record_row(row: Any) -> RecordRow:
    """From a row of `ROW`."""
    return RecordRow(
        instance_id=row.instance_id,
        form_id=row.form_id,
        form_version=row.form_version,
        area=row.area,
        ref=row.ref,
        finalised_at=row.wall_time,
        state=RecordState(row.state),
        reason=row.reason,
        author=row.author,
        seq=row.seq,
        deprecated_id=row.deprecated_id,
        superseded_by=row.superseded_by,
        attachments=row.files,
        missing=row.missing,
    )


def stored_file(row: Any) -> StoredFile:
    """From a row of attachment joined with its record's `instance_id`."""
    return StoredFile(
        instance_id=row.instance_id,
        name=row.name,
        hash=row.hash,
        size=row.size,
        here=bool(row.blob),
        received=row.received,
        complete=bool(row.complete),
    )


def named_files(connection: Connection) -> tuple[Blob, ...]:
    """Every encrypted file that a record or a draft names, once."""
    rows = connection.exec_driver_sql(
        "SELECT blob, key, hash, size FROM attachment WHERE blob <> ''"
        " UNION SELECT blob, key, hash, size FROM draft_file"
    )
    return tuple(Blob(row.blob, row.key, row.hash, row.size) for row in rows)


def envelope(connection: Connection, record: int) -> Envelope | None:
    """The record as it travels; None before it has its place in a chain. An erased one has neither XML nor salt."""
    row = connection.exec_driver_sql(
        "SELECT record.*, payload.xml, payload.salt FROM record LEFT JOIN payload ON payload.record = record.id"
        " WHERE record.id = ?",
        (record,),
    ).one()
    if row.seq is None:
        return None
    return Envelope(
        instance_id=row.instance_id,
        form_id=row.form_id,
        form_version=row.form_version,
        xml=row.xml or b"",
        salt=row.salt or b"",
        commit=row.commit_hash,
        attachments=attachments(connection, record),
        area=row.area,
        author=row.author,
        device=row.device,
        seq=row.seq,
        wall_time=row.wall_time,
        clock_offset=row.clock_offset,
        suite=row.suite,
        protocol=row.protocol,
        extra=cbor2.loads(row.extra) if row.extra else {},
    )


def attachments(connection: Connection, record: int) -> tuple[Attachment, ...]:
    rows = connection.exec_driver_sql(
        "SELECT name, hash, size FROM attachment WHERE record = ? ORDER BY position", (record,)
    )
    return tuple(Attachment(row.name, row.hash, row.size) for row in rows)


def answers(root: Element) -> Mapping[str, str]:
    """Leaf values by local name, meta excluded; of a name that occurs twice the first that is not blank."""
    found: dict[str, str] = {}
    apart = {inside for meta in root.iterdescendants("{*}meta") for inside in meta.iter("*")}
    for element in root.iterdescendants("*"):
        if len(element) or element in apart:
            continue
        name = local(element.tag)
        if not found.get(name):
            found[name] = element.text or ""
    return found


def _in_meta(element: Element) -> bool:
    parent = element.getparent()
    while parent is not None:
        if local(str(parent.tag)) == "meta":
            return True
        parent = parent.getparent()
    return False


def uuids(values: Mapping[str, str]) -> frozenset[str]:
    """Uuids that the answers name: entities that the record has to do with."""
    return frozenset([value for value in values.values() if len(value) == _UUID and UUID4.fullmatch(value)])


def declared(root: Element) -> tuple[tuple[str, str], ...]:
    """(dataset, uuid) of the entity blocks, without knowing the form."""
    found = []
    for element in root.iter():
        if isinstance(element.tag, str) and local(element.tag) == "entity" and _in_meta(element):
            dataset, uuid = element.get("dataset"), (element.get("id") or "").lower().removeprefix("uuid:")
            if dataset and uuid:
                found.append((dataset, uuid))
    return tuple(found)


def deprecated(root: Element) -> str:
    """The instanceID that this version replaces, "" where it replaces none."""
    for element in root.iter():
        if isinstance(element.tag, str) and local(element.tag) == "deprecatedID" and _in_meta(element):
            return (element.text or "").strip()
    return ""


def read(xml: bytes) -> Element:
    """The submission's root."""
    return parse(xml)


REF = re.compile(r"[A-Z]{2}-[0-9A-Z]{2,6}-\d{4,}-[0-9A-Z]")


def ref_in(values: Mapping[str, str]) -> str:
    """The short number among the answers, "" where there is none."""
    value = values.get("request_no", "")
    return value if REF.fullmatch(value) else ""
