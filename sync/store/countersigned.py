"""Checkpoints of the audit log that the hub signed, and what they prove of the log as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync import countersigning, crypto
from sync.countersigning import Checkpoint, End
from sync.store import settings
from sync.store.context import Context

TOWNSHIP = "recovery.township"  # setting: the hub's public recovery key in hexadecimal
BROKEN = "audit.broken"  # setting: the hub has signed another log: up to which entry

_ALL = "SELECT n, link, at, signature, device FROM audit_checkpoint ORDER BY n"


@dataclass(frozen=True, slots=True)
class Proven:
    """The first `entries` entries are as the hub signed them; `broken` is the first one that cannot be."""

    entries: int
    broken: int | None


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
            context.audit("audit.not_countersigned", actor=identity.device, detail={"n": str(checkpoint.end.n)})
        elif countersigning.fits(identity.device, checkpoint, hub=identity.hub_identity):
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO audit_checkpoint (n, link, at, device, signature) VALUES (?, ?, ?, ?, ?)",
                (checkpoint.end.n, checkpoint.end.link, checkpoint.at, identity.device, checkpoint.signature),
            )


def prove(context: Context) -> Proven:
    """Compare the log with every checkpoint: its link must stand where it stood, and the hub must have signed it."""
    hub = context.identity().hub_identity
    proven = 0
    with context.database.read() as connection:
        told = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (BROKEN,)).scalar()
        if told:
            return Proven(0, int(told))
        for row in connection.exec_driver_sql(_ALL).all():
            known = Checkpoint(End(row.n, row.link), row.at, row.signature)
            link = connection.exec_driver_sql("SELECT link FROM audit WHERE n = ?", (row.n,)).scalar()
            if row.n == 0:
                link = crypto.NO_LINK
            if link != row.link or not countersigning.fits(row.device, known, hub=hub):
                return Proven(proven, proven + 1)
            proven = row.n
    return Proven(proven, None)
