"""Letting go of what the top hub has in a verified backup: the bytes of old records and of their files.

The record, its commit and its place stay; what was derived from it stays too. A record is let go only with a receipt
of the top hub at or below the position that its backup reaches: a receipt alone is a promise of one disk.
"""

from __future__ import annotations

from sync.store.api import Pruned
from sync.store.context import Context

RELAY = "peer.relay"  # setting: "1" where the hub hands on to one above it
_AT_ONCE = 500

_READY = (
    "SELECT r.id FROM record r JOIN payload p ON p.record = r.id WHERE r.state = 'acknowledged' AND r.wall_time < ?"
    " AND r.seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.record = r.id AND a.complete = 0)"
)
_OF_TOP = " AND (SELECT t.n FROM receipt t WHERE t.instance_id = r.instance_id AND t.level = 'top') <= ?"
_OF_OURS = " AND r.n <= ?"


def prune(context: Context, *, before: str) -> Pruned:
    """Let go of records finalised before a moment, ISO 8601 in UTC, in one durable transaction."""
    files: list[str] = []
    with context.database.write() as connection:
        relay = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (RELAY,)).scalar() == "1"
        query = f"{_READY}{_OF_TOP if relay else _OF_OURS} ORDER BY r.id LIMIT {_AT_ONCE}"
        backed_up = connection.exec_driver_sql("SELECT backed_up_n FROM peer").scalar_one()
        found = tuple(connection.exec_driver_sql(query, (before, backed_up)).scalars())
        for record in found:
            rows = connection.exec_driver_sql(
                "SELECT blob FROM attachment WHERE record = ? AND blob <> ''", (record,)
            ).scalars()
            files += list(rows)
            connection.exec_driver_sql("DELETE FROM payload WHERE record = ?", (record,))
            connection.exec_driver_sql("UPDATE attachment SET blob = '', key = x'' WHERE record = ?", (record,))
        if found:
            context.audit("records.pruned", actor=context.identity().device, detail={"records": str(len(found))})
    for name in files:
        context.blobs.remove(name)
    return Pruned(len(found), len(files))
