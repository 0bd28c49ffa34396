"""What a device had finished before it was shut out: kept aside whole, and taken in once somebody has looked at it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync import crypto
from sync.hub import records, runs, sql
from sync.hub.accounts import Device
from sync.hub.identity import HubIdentity
from sync.hub.log import anchor
from sync.protocol import Envelope, Outcome, Result, Run, Suite
from sync.wire import cbor, read_envelope

REVOKED = "revoked"  # words under `sync.reason_revoked`


def keep_aside(
    connection: Connection, identity: HubIdentity, device: Device, run: Run, *, now: str
) -> tuple[Result, ...]:
    """Keep a run of a device that was shut out; each record is held until somebody accepts it.

    Fault hub.revoked for what the device did not sign.
    """
    links = _links(device, run)
    results = tuple(_keep(connection, envelope, now=now) for envelope in run.envelopes)
    rows = [
        {"device": device.id, "seq": envelope.seq, "link": link, "instance_id": envelope.instance_id}
        for envelope, link in zip(run.envelopes, links, strict=True)
    ]
    sql.put_many(connection, "chain", ["device", "seq", "link"], rows, keep=True)
    n = anchor(connection, identity.epoch).n
    runs.keep(connection, identity, run, results, link=links[-1], n=n, now=now)
    return results


def _links(device: Device, run: Run) -> Sequence[bytes]:
    sound = bool(run.envelopes) and run.device == device.id
    sound = sound and all(one.device == device.id and one.suite in set(Suite) for one in run.envelopes)
    if sound:
        links = crypto.links(run.before, run.envelopes)
        if crypto.verify(device.key, run.signature, purpose="run", data=links[-1]):
            return links
    raise Fault("hub.revoked", Kind.DENIED)


def _keep(connection: Connection, envelope: Envelope, *, now: str) -> Result:
    stored = records.get(connection, envelope.instance_id)
    if stored is not None and stored.commit == envelope.commit:
        return Result(envelope.instance_id, Outcome.DUPLICATE)
    records.quarantine(connection, envelope, reason=REVOKED, now=now)
    return Result(envelope.instance_id, Outcome.HELD, REVOKED)


def waiting(connection: Connection, id: str) -> Envelope:
    """A record that waits for review, by its id in the quarantine. Faults: hub.no_record, hub.not_in_review."""
    row = sql.one(connection, "SELECT reason, body FROM quarantine WHERE id = :id", id=id)
    if row is None:
        raise Fault("hub.no_record", Kind.USAGE, record=id)
    if row.reason != REVOKED:
        raise Fault("hub.not_in_review", Kind.USAGE, record=id)
    return read_envelope(cbor.loads(bytes(row.body)))


def settle(connection: Connection, id: str) -> None:
    """It was taken in."""
    sql.run(connection, "DELETE FROM quarantine WHERE id = :id", id=id)
