"""What a window asks of the store when somebody comes in, and what it leaves there when they go in good order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.services.api import Desk
from desktop.services.clock import Clock
from desktop.services.filling.filling_values import DraftRow
from desktop.services.keeping.idle import SETTING as LOCK_MINUTES
from desktop.services.keeping.idle import minutes_of
from desktop.services.rights import REVOKED
from desktop.services.values import Me
from forms.errors import Fault

ALONE = "hand_over.alone"  # setting: "no" where a hand-over begins only when somebody asks for it
SINCE = "session.since:"  # setting, with a person's name: since when their window is open, "" when it was closed


@dataclass(frozen=True, slots=True)
class Arrived:
    """`cut_off` is what this person was writing when their last session ended without being closed.

    `shut_out`: this computer knows that its township has shut it out, and its desks show nobody's data.
    """

    me: Me
    lock_minutes: int
    alone: bool
    cut_off: DraftRow | None = None
    shut_out: bool = False


def arrive(desk: Desk, clock: Clock) -> Arrived:
    """On the WRITE lane, once for each time that a window is unlocked."""
    me, settings = desk.me, desk.settings
    since = settings.get(SINCE + me.user)
    settings.put(SINCE + me.user, clock.utc())
    return Arrived(
        me=me,
        lock_minutes=minutes_of(settings.get(LOCK_MINUTES)),
        alone=settings.get(ALONE) != "no",
        cut_off=_cut_off(desk, since) if since else None,
        shut_out=bool(settings.get(REVOKED)),
    )


def leave(desk: Desk) -> None:
    """The window is locked or closed, and everything is kept."""
    desk.settings.put(SINCE + desk.me.user, "")


def _cut_off(desk: Desk, since: str) -> DraftRow | None:
    """What was saved last in the session that began at `since`, if it is still a draft."""
    try:
        mine = [draft for draft in desk.filling.drafts() if draft.mine]
    except Fault:  # a computer that was shut out shows nobody's drafts
        return None
    newest = max(mine, key=lambda draft: draft.saved, default=None)
    return newest if newest is not None and newest.saved >= datetime.fromisoformat(since) else None
