"""Letting go of the bytes of old records that the highest platform has in a verified backup, after a hand-over."""

from __future__ import annotations

from datetime import UTC, timedelta

from desktop.services.clock import Clock
from sync.store.api import Store

DAYS = "prune_days"  # setting: how old a record must be, in days; "0" keeps all
DEFAULT_DAYS = 730
DONE_ON = "pruned_on"  # setting: the day on which it was last done


def let_go(store: Store, clock: Clock) -> int:
    """Once a day; how many records. What was derived from them stays, and so do their places and commits."""
    today, days = clock.now().date().isoformat(), age(store)
    if not days or store.settings.get(DONE_ON) == today:
        return 0
    before = (clock.instant() - timedelta(days=days)).astimezone(UTC)
    done = store.outbox.prune(before=before.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    store.settings.put(DONE_ON, today)
    return done.records


def age(store: Store) -> int:
    """In days, 0 for never; what cannot be read lets go of nothing."""
    told = store.settings.get(DAYS, str(DEFAULT_DAYS))
    return int(told) if told.isdecimal() and len(told) <= 6 else 0
