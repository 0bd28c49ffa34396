"""What a person's timeline says of merges: whom they, and whose household theirs, were found to be one with, and until
when that can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from desktop.services.context import Context
from desktop.services.values import TimelineEntry, TimelineKind
from forms.casework.merging import DATASETS, DAYS_TO_UNDO, Act, Standing, can_be_undone
from sync.store.api import DecisionItem


def merge_entries(context: Context, standing: Standing, dataset: str, names: Iterable[str]) -> Iterator[TimelineEntry]:
    """Merges of residents or households that stand, and those that were undone; one that concerns two once."""
    told: set[str] = set()
    for uuid in names:
        for item in context.store.decisions.of(dataset, uuid):
            if item.decided.act is Act.MERGE and item.decided.instance_id not in told:
                told.add(item.decided.instance_id)
                yield from _entry(context, standing, item, uuid)


def _entry(context: Context, standing: Standing, item: DecisionItem, uuid: str) -> Iterator[TimelineEntry]:
    decided, when = item.decided, context.local(item.wall_time)
    if when is None:
        return
    undone = decided.instance_id in standing.undone
    other = context.store.entities.get(decided.other if decided.kept == uuid else decided.kept, decided.dataset)
    on = decided.on or when.date()
    open_ = not undone and can_be_undone(decided, context.today())
    until = on + timedelta(days=DAYS_TO_UNDO) if open_ else None
    kind = TimelineKind.PARTED if undone else TimelineKind.MERGED
    words = f"services.timeline_{kind}" if decided.dataset == DATASETS["resident"] else f"services.timeline_{kind}_home"
    yield TimelineEntry(
        when=when,
        kind=kind,
        title=context.text(words, name=other.label if other is not None else "？"),
        detail="",
        by=item.author,
        instance_id=decided.instance_id,
        pending=item.n is None,
        undo_until=until,
    )
