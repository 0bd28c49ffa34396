"""The hub signs the ends of laptops' audit logs, and remembers them."""

from __future__ import annotations

from sqlalchemy import Connection

from sync import countersigning
from sync.countersigning import Checkpoint, End
from sync.hub import sql
from sync.hub.identity import HubIdentity
from sync.vault import audit


def countersign(connection: Connection, identity: HubIdentity, device: str, shown: End, *, now: str) -> Checkpoint:
    """Sign what continues the last end that was signed; another log of the same length or a shorter one is not."""
    last = sql.one(
        connection,
        "SELECT n, link, at FROM audit_checkpoint WHERE device = :device ORDER BY n DESC LIMIT 1",
        device=device,
    )
    if last is not None and (shown.n < last.n or (shown.n == last.n and shown.link != last.link)):
        audit.add(connection, "device.audit_differs", at=now, actor=device, subject=device, detail={"n": str(last.n)})
        return Checkpoint(End(last.n, last.link), last.at, b"")
    at = now if last is None or shown.n > last.n else last.at
    if last is None or shown.n > last.n:
        sql.insert(connection, "audit_checkpoint", device=device, n=shown.n, link=shown.link, at=at)
    signature = identity.key.sign(countersigning.PURPOSE, countersigning.signed_data(device, shown, at))
    return Checkpoint(shown, at, signature)
