"""What the store holds and how much of it has arrived, from counts that triggers keep."""

from __future__ import annotations

from dataclasses import dataclass

from sync.store.api import RecordState, StoreStatus
from sync.store.context import Context

BACKUP = "backup.last"  # setting: when the last backup was made


@dataclass(frozen=True, slots=True)
class LastSeen:
    """By which a date is judged: when something was recorded last (ISO 8601), and how far ahead the hub's clock was."""

    recorded_at: str
    hub_ahead: int


def last_seen(context: Context) -> LastSeen:
    with context.database.read() as connection:
        at = connection.exec_driver_sql("SELECT wall_time FROM record ORDER BY id DESC LIMIT 1").scalar()
        ahead = connection.exec_driver_sql("SELECT clock_offset FROM peer").scalar_one()
    return LastSeen(at or "", int(ahead))


def status(context: Context) -> StoreStatus:
    """See `api.StoreStatus`."""
    with context.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT state, records FROM record_count").all()
        counts = {row.state: row.records for row in rows}
        drafts = connection.exec_driver_sql("SELECT count(*) FROM draft").scalar_one()
        peer = connection.exec_driver_sql("SELECT last_contact, backed_up_n FROM peer").one()
        backup = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (BACKUP,)).scalar()
    pulled = counts.pop(RecordState.PULLED.value, 0)
    return StoreStatus(
        records=sum(counts.values()),
        waiting=counts.get(RecordState.WAITING.value, 0),
        sent=counts.get(RecordState.SENT.value, 0),
        acknowledged=counts.get(RecordState.ACKNOWLEDGED.value, 0),
        held=counts.get(RecordState.HELD.value, 0),
        rejected=counts.get(RecordState.REJECTED.value, 0),
        pulled=pulled,
        drafts=drafts,
        last_contact=peer.last_contact,
        backup=backup or "",
        backed_up_n=peer.backed_up_n,
    )
