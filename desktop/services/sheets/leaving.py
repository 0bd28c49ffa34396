"""What tables of counts gave away when they left, remembered so that later ones are held beside them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from desktop.services.context import Context
from desktop.services.overview.releasing import EVERY, given_away
from desktop.services.sheets.export_values import ExportOrder
from forms.casework.areas import Areas
from forms.casework.disclosure import Level
from forms.export.releases import Release
from forms.export.sheet import REQUESTS
from sync.store.api import Store
from sync.store.office_values import ReleaseItem

T = TypeVar("T")
EXPORT = "export"


def writing(context: Context, work: Callable[[Store], T]) -> T:
    """Do a short piece of writing, from a reader's desk too."""
    if context.store.writer:
        return work(context.store)
    writer = context.open_writer()
    try:
        return work(writer)
    finally:
        writer.close()


def earlier(context: Context, what: str) -> tuple[Release, ...]:
    """Tables of the same things that left before, the oldest first: of requests those that were published, too."""
    found = list(context.store.releases.list(kinds=(f"{EXPORT}:{what}",), limit=EVERY))
    if what == REQUESTS:
        found += given_away(context)
    found.sort(key=lambda item: (item.made_at, item.id))
    return tuple(item.release for item in found if item.release is not None)


def remember(context: Context, what: str, since: date | None, until: date | None, release: Release | None) -> None:
    """Keep what an export at level statistics gave away, once where it is what left before."""
    if release is None or not release.sums or release in earlier(context, what):
        return
    first, last = _span(since, until)
    item = ReleaseItem(
        id=f"{EXPORT}-{context.clock.uuid()}",
        kind=f"{EXPORT}:{what}",
        title=what,
        state="approved",
        made_by=context.actor.user,
        made_at="",
        shown={"since": first, "until": last},
        release=release,
    )
    writing(context, lambda store: store.releases.propose(item))


def evened(order: ExportOrder, areas: Areas) -> ExportOrder:
    """Statistics leave by whole months and villages: a day more, or a group alone, would tell what is in it."""
    if order.level is not Level.STATISTICS:
        return order
    since = order.since.replace(day=1) if order.since else None
    until = order.until.replace(day=monthrange(order.until.year, order.until.month)[1]) if order.until else None
    return replace(order, since=since, until=until, area=areas.village(order.area) or order.area)


def _span(since: date | None, until: date | None) -> tuple[str, str]:
    return (since.isoformat() if since else "0000"), (until.isoformat() if until else "9999")
