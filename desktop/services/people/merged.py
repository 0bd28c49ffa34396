"""What a person's timeline says of merges: with whom they were found to be one, until when that can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from desktop.services.context import Context
from desktop.services.values import TimelineEntry, TimelineKind
from forms.casework.merging import DAYS_TO_UNDO, Act, Standing, can_be_undone
from sync.store.api import DecisionItem

DATASET = "residents"


def merge_entries(context: Context, standing: Standing, uuid: str) -> Iterator[TimelineEntry]:
    """Merges of a resident that stand, and those that were undone."""
    for item in context.store.decisions.of(DATASET, uuid):
        entry = _entry(context, standing, item, uuid) if item.decided.act is Act.MERGE else None
        if entry is not None:
            yield entry


def _entry(context: Context, standing: Standing, item: DecisionItem, uuid: str) -> TimelineEntry | None:
    decided, when = item.decided, context.local(item.wall_time)
    if when is None:
        return None
    undone = decided.instance_id in standing.undone
    other = context.store.entities.get(decided.other if decided.kept == uuid else decided.kept, DATASET)
    on = decided.on or when.date()
    open_ = not undone and can_be_undone(decided, context.today())
    until = on + timedelta(days=DAYS_TO_UNDO) if open_ else None
    kind = TimelineKind.PARTED if undone else TimelineKind.MERGED
    return TimelineEntry(
        when=when,
        kind=kind,
        title=context.text(f"services.timeline_{kind}", name=other.label if other is not None else "？"),
        detail="",
        by=item.author,
        instance_id=decided.instance_id,
        pending=item.n is None,
        undo_until=until,
    )
