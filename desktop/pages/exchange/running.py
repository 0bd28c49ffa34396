"""A hand-over as work for the lanes: the network in a NET thread, each use of the store on the WRITE lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from desktop.pages.exchange.exchange import Start
from desktop.services.api import Desk, Workspace
from desktop.services.clock import Clock
from desktop.services.exchange.hand_over_values import HandOverResult
from desktop.services.values import Progress
from desktop.tasks import Lane, Lanes, Stopped, Ticket
from sync.store.api import Store

T = TypeVar("T")
Before = Callable[[Ticket], None]


def hand_over_on(lanes: Lanes[Desk], clock: Clock, before: Before) -> Start:
    """Start one round, after `before`; progress, result and failure come back in the window's thread."""

    def on_store(work: Callable[[Store], T], /) -> T:
        return lanes.on_lane(Lane.WRITE, lambda desk: desk.hand_over.here(work))

    def start(
        owner: QObject,
        progress: Callable[[Progress], None],
        done: Callable[[HandOverResult], None],
        failed: Callable[[BaseException], None],
    ) -> Ticket:
        phase = [""]

        def say(ticket: Ticket, said: Progress) -> None:
            phase[0] = said.phase
            ticket.say(said.done, said.total)

        def work(ticket: Ticket) -> HandOverResult:
            from desktop.services.exchange.connection import exchange  # loads the network's libraries

            before(ticket)
            return exchange(
                on_store,
                clock=clock,
                progress=lambda said: say(ticket, said),
                cancelled=lambda: ticket.cancelled,
            )

        def show(count: int, total: int) -> None:
            progress(Progress(phase[0], count, total))

        return lanes.net(owner, work, done, failed=failed, progress=show)

    return start


def copy_of_the_day(lanes: Lanes[Desk], door: Workspace | None) -> Before:
    """What writes the day's second copy where it is not written yet, before anything leaves; on the LONG lane.

    To be called in a NET thread. A copy that fails keeps nobody from handing over: the page of the day says it.
    """

    def copy(ticket: Ticket) -> None:
        from desktop.services.keeping.backup import Backups
        from desktop.services.keeping.backup import Stopped as Broken
        from desktop.services.keeping.workspace import OpenWorkspace
        from desktop.services.trying.practice_place import is_practice

        if not isinstance(door, OpenWorkspace) or is_practice(door.folder):
            return
        backups = Backups(door)
        try:
            lanes.on_lane(Lane.LONG, lambda _desk: backups.run_if_due(cancelled=lambda: ticket.cancelled))
        except Broken:
            raise Stopped from None

    return copy
