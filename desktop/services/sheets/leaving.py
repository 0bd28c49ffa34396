"""What tables of counts gave away when they left, remembered so that later ones are held beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from desktop.services.context import Context
from forms.export.releases import Release
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


def earlier(context: Context, what: str, since: date | None, until: date | None) -> tuple[Release, ...]:
    """Statistics of the same records that left before, of times that overlap, the oldest first."""
    found = context.store.releases.list(kinds=(f"{EXPORT}:{what}",))
    here = _span(since, until)
    return tuple(
        item.release
        for item in reversed(found)
        if item.release is not None and _overlap(here, (item.shown["since"], item.shown["until"]))
    )


def remember(context: Context, what: str, since: date | None, until: date | None, release: Release | None) -> None:
    """Keep what an export at level statistics gave away, once where it is what left before."""
    if release is None or not release.sums or release in earlier(context, what, since, until):
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


def _span(since: date | None, until: date | None) -> tuple[str, str]:
    return (since.isoformat() if since else "0000"), (until.isoformat() if until else "9999")


def _overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
