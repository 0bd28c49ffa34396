"""Files of records that were handed on: which the hub above has, which it has not, and which only it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync.hub import attachments, sql
from sync.hub.attachments import Awaited
from sync.protocol import Outcome
from sync.receipts import Receipt
from sync.vault.blobs import Blob

_SIGNED_ABOVE = (
    "EXISTS (SELECT 1 FROM run WHERE run.device = record.device AND record.seq BETWEEN first AND last"
    " AND length(above) > 1)"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a record of `device`; `received` is how much of it is where it is to go."""

    instance_id: str
    name: str
    blob: Blob
    received: int
    device: str


def to_send(connection: Connection) -> tuple[File, ...]:
    """Files that are whole here and not above, whose record's run has a receipt from there."""
    query = (
        "SELECT attachment.*, record.device, coalesce(attachment_above.received, 0) AS there"  # noqa: S608  ours
        " FROM attachment JOIN record USING (instance_id) LEFT JOIN attachment_above USING (instance_id, name)"
        " WHERE attachment.complete = 1 AND blob_name <> '' AND coalesce(attachment_above.complete, 0) = 0"
        f" AND {_SIGNED_ABOVE} ORDER BY size, instance_id, name LIMIT 200"
    )
    return tuple(map(_file, sql.run(connection, query)))


def to_fetch(connection: Connection, *, known: bool) -> tuple[File, ...]:
    """Files of such runs that are not whole here, and may be above; only those `known` to be there, or all."""
    there = " AND attachment_above.complete = 1" if known else ""
    query = (
        "SELECT attachment.*, record.device, attachment.received AS there"  # noqa: S608  ours
        " FROM attachment JOIN record USING (instance_id) LEFT JOIN attachment_above USING (instance_id, name)"
        f" WHERE attachment.complete = 0 AND {_SIGNED_ABOVE}{there} ORDER BY size, instance_id, name"
    )
    return tuple(map(_file, sql.run(connection, query)))


def note(connection: Connection, file: File, *, received: int, complete: bool) -> None:
    """How much of it the hub above has."""
    sql.put(
        connection,
        "attachment_above",
        ["instance_id", "name"],
        instance_id=file.instance_id,
        name=file.name,
        received=received,
        complete=int(complete),
    )


def awaited(connection: Connection, receipt: Receipt) -> bool:
    """Whether a file of a run that was signed for above is not there yet, and will be.

    One that is not here either waits at a laptop, which keeps it until it has brought it. Where that one was shut
    out, or asks for the file itself, none will come; should it come all the same, it is waited for again.
    """
    query = (
        "SELECT instance_id, name, device, seq, attachment.complete, blob_name, awaited FROM attachment"
        " JOIN record USING (instance_id) LEFT JOIN attachment_above USING (instance_id, name)"
        " WHERE device = :device AND seq BETWEEN :first AND :last AND coalesce(attachment_above.complete, 0) = 0"
    )
    rows = sql.run(connection, query, device=receipt.device, first=receipt.first, last=receipt.last).all()
    return any(_comes(connection, row) for row in rows if receipt.outcome(row.seq).outcome is not Outcome.REJECTED)


def _comes(connection: Connection, row: Any) -> bool:
    """Whether a file will be above; one that was erased here has no bytes to send."""
    if row.complete:
        return bool(row.blob_name)
    return row.awaited != Awaited.LOST and attachments.may_come(connection, row.instance_id, of=row.device)


def send_again(connection: Connection, names: Iterable[tuple[str, str]]) -> None:
    """The hub above has not got these, whatever it said of them once."""
    query = "DELETE FROM attachment_above WHERE instance_id = :id AND name = :name AND complete = 1"
    sql.run_many(connection, query, [{"id": instance_id, "name": name} for instance_id, name in sorted(names)])


def _file(row: Any) -> File:
    blob = Blob(row.blob_name, bytes(row.blob_key), bytes(row.hash), row.size)
    return File(row.instance_id, row.name, blob, row.there, row.device)
