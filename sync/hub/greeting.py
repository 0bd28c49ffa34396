"""The answer to a hello: who the hub is, whether it has lost anything, whether something waits, what was begun."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from sync import lacking, resuming, vouching
from sync.hub import above, attachments, below, feed, records
from sync.hub import log as hub_log
from sync.hub.accounts import Device
from sync.hub.bodies import Bodies
from sync.hub.identity import HubIdentity
from sync.protocol import PROTOCOL, Hello, HelloReply


def answer(
    connection: Connection,
    identity: HubIdentity,
    device: Device,
    message: Hello,
    *,
    fingerprint: bytes,
    bodies: Bodies,
    now: str,
) -> HelloReply:
    """An unsigned greeting. `fingerprint` is that of the certificate under which this hub is reached."""
    epoch = identity.epoch
    read_to = feed.read_cursor(identity.cursors, message.cursor, scope=device.scope)
    return HelloReply(
        nonce=message.nonce,
        version=PROTOCOL,
        fingerprint=fingerprint,
        hub=identity.hub,
        anchor=hub_log.anchor(connection, epoch),
        proven=all(hub_log.proven(connection, epoch, known) for known in (message.anchor, read_to)),
        waiting=not device.revoked and feed.waiting(connection, device, after=read_to.n),
        backed_up_n=records.backed_up_n(connection),
        now=now,
        revoked=device.revoked,
        signature=b"",
        extra={
            **_about_bodies(identity, bodies, device, message),
            **above.told(connection, identity),
            **lacking.tell([] if device.revoked else attachments.lacking_of(connection, device)),
            **(vouching.remind(below.told(connection, device)) if device.hub else {}),
        },
    )


def _about_bodies(identity: HubIdentity, bodies: Bodies, device: Device, message: Hello) -> dict[str, Any]:
    """What lets the device send large bodies on, and how much of the one that it asks after is here."""
    hash = resuming.asked(message.extra)
    found: dict[str, Any] = {resuming.PASS: resuming.make_pass(identity.cursors, device.id)}
    return found if hash is None else {**found, resuming.BODY: bodies.received(device.id, hash)}
