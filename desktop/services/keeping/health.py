"""What the page of the day warns of: a disk nearly full, a date that cannot be right, a second copy that fails."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from desktop.services.keeping.backup import OVERDUE_DAYS, Backups, Place
from desktop.services.keeping.workspace import OpenWorkspace
from sync.vault import files

LEAST_FREE = 500_000_000  # bytes
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # this program did not exist before
MOST_AHEAD = timedelta(days=1)  # of what the hub said, or before what was recorded last


class Alarm(StrEnum):
    """Words under services.alarm_NAME, with the trouble's values."""

    DISK = "disk"  # {free_mb}
    CLOCK = "clock"  # {now}
    CLOCK_BACK = "clock_back"  # {now, last}: before the last record
    CLOCK_HUB = "clock_hub"  # {hours}: the hub says otherwise
    BACKUP = "backup"  # {code}: the last attempt failed
    BACKUP_OLD = "backup_old"  # {days}: since the last copy
    BACKUP_AWAY = "backup_away"  # {folder}: its disk or stick is not plugged in


@dataclass(frozen=True, slots=True)
class Trouble:
    alarm: Alarm
    values: Mapping[str, str] = field(default_factory=dict)


def troubles(workspace: OpenWorkspace) -> tuple[Trouble, ...]:
    """What is wrong now, the worst first. Opens a connection of its own; for the READ or LONG lane."""
    return (*_disk(workspace), *_clock(workspace), *_backup(workspace))


def _disk(workspace: OpenWorkspace) -> tuple[Trouble, ...]:
    free = files.free(workspace.folder)
    return () if free >= LEAST_FREE else (Trouble(Alarm.DISK, {"free_mb": str(free // 1_000_000)}),)


def _clock(workspace: OpenWorkspace) -> tuple[Trouble, ...]:
    now = workspace.clock.now()
    shown = now.isoformat(sep=" ", timespec="minutes")[:16]
    if now < EARLIEST:
        return (Trouble(Alarm.CLOCK, {"now": shown}),)
    store = workspace.store(writer=False)
    try:
        seen = store.last_seen()
    finally:
        store.close()
    if abs(seen.hub_ahead) >= MOST_AHEAD.total_seconds():
        return (Trouble(Alarm.CLOCK_HUB, {"hours": str(round(abs(seen.hub_ahead) / 3600))}),)
    if seen.recorded_at and now < datetime.fromisoformat(seen.recorded_at) - MOST_AHEAD:
        return (Trouble(Alarm.CLOCK_BACK, {"now": shown, "last": seen.recorded_at[:10]}),)
    return ()


def _backup(workspace: OpenWorkspace) -> tuple[Trouble, ...]:
    found = Backups(workspace).status()
    if found.failed:
        return (Trouble(Alarm.BACKUP, {"code": found.failed}),)
    if found.place is Place.AWAY:
        return (Trouble(Alarm.BACKUP_AWAY, {"folder": os.fspath(found.folder)}),)
    days = (workspace.clock.now() - found.last).days if found.last is not None else 0
    return (Trouble(Alarm.BACKUP_OLD, {"days": str(days)}),) if days >= OVERDUE_DAYS else ()
