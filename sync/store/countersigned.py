"""Checkpoints of the audit log that the hub signed, and what they prove of the log as it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync import countersigning, crypto
from sync.countersigning import Checkpoint, End
from sync.store import settings
from sync.store.context import Context

TOWNSHIP = "recovery.township"  # setting: the hub's public recovery key in hexadecimal
RESTORED = "workspace.restored"  # action of the entry with which a backup that was put back goes on
BROKEN = "audit.broken"  # setting: the hub has signed another log: up to which entry

NOT_SIGNED = "audit.not_countersigned"  # action of the entry that goes with it

_ALL = "SELECT n, link, at, signature, device FROM audit_checkpoint ORDER BY n"


@dataclass(frozen=True, slots=True)
class Proven:
    """The first `entries` entries are as the hub signed them; `broken` is the first one that cannot be.

    `restored` is from when the backup was that was put back here, ISO 8601, "" for none.
    """

    entries: int
    broken: int | None
    restored: str = ""


def to_show(context: Context) -> dict[str, Any]:
    """What a hello asks to be signed: once a day, where the log has grown."""
    with context.database.read() as connection:
        n, link = connection.exec_driver_sql("SELECT n, link FROM audit_head").one()
        last = connection.exec_driver_sql("SELECT n, at FROM audit_checkpoint ORDER BY n DESC LIMIT 1").one_or_none()
    if last is not None and (last.n == n or context.day(last.at) == context.today()):
        return {}
    return countersigning.ask(End(n, link))


def keep(context: Context, extra: Mapping[str, Any]) -> None:
    """Take what the reply says of the log. A signature that does not fit changes nothing."""
    found = countersigning.given(extra)
    if found is None:
        return
    checkpoint, recovery = found
    identity = context.identity()
    with context.database.write() as connection:
        settings.put(connection, TOWNSHIP, recovery.hex())
        if not checkpoint.signature:
            settings.put(connection, BROKEN, str(checkpoint.end.n))
            context.audit(NOT_SIGNED, actor=identity.device, detail={"n": str(checkpoint.end.n)})
        elif countersigning.fits(identity.device, checkpoint, hub=identity.hub_identity):
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO audit_checkpoint (n, link, at, device, signature) VALUES (?, ?, ?, ?, ?)",
                (checkpoint.end.n, checkpoint.end.link, checkpoint.at, identity.device, checkpoint.signature),
            )


def prove(context: Context) -> Proven:
    """Compare the log with every checkpoint: its link must stand where it stood, and the hub must have signed it.

    Of a backup that was put back the hub may know later ends, so that it signs no shorter one: that breaks nothing
    here, is said, and stands in the hub's own log. What the hub did not sign before that is broken.
    """
    hub = context.identity().hub_identity
    proven = 0
    with context.database.read() as connection:
        told = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (BROKEN,)).scalar()
        when, restored = _restored(connection)
        first = connection.exec_driver_sql("SELECT min(n) FROM audit WHERE action = ?", (NOT_SIGNED,)).scalar()
        if told and not (restored and first and first > restored):
            return Proven(0, int(told), when)
        for row in connection.exec_driver_sql(_ALL).all():
            known = Checkpoint(End(row.n, row.link), row.at, row.signature)
            link = connection.exec_driver_sql("SELECT link FROM audit WHERE n = ?", (row.n,)).scalar()
            if row.n == 0:
                link = crypto.NO_LINK
            if link != row.link or not countersigning.fits(row.device, known, hub=hub):
                return Proven(proven, proven + 1, when)
            proven = row.n
    return Proven(proven, None, when)


def _restored(connection: Connection) -> tuple[str, int]:
    """From when the backup was that was put back last, and the number of the entry that says so; "" and 0 for none."""
    query = "SELECT n, at, detail FROM audit WHERE action = ? ORDER BY n DESC LIMIT 1"
    row = connection.exec_driver_sql(query, (RESTORED,)).one_or_none()
    if row is None:
        return "", 0
    try:
        made_at = json.loads(row.detail).get("made_at")
    except (ValueError, AttributeError):  # damaged, which the chain shows
        made_at = ""
    return str(made_at or row.at), int(row.n)
