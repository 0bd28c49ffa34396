"""A hand-over as work for the lanes: the network in a NET thread, each use of the store on the WRITE lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from desktop.pages.page import StartHandOver
from desktop.services.api import Desk
from desktop.services.clock import Clock
from desktop.services.values import HandOverResult, Progress
from desktop.tasks import Lane, Lanes, Ticket
from sync.store.api import Store

T = TypeVar("T")


def hand_over_on(lanes: Lanes[Desk], clock: Clock) -> StartHandOver:
    """Start one round; progress, result and failure come back in the window's thread, and one can write meanwhile."""

    def on_store(work: Callable[[Store], T], /) -> T:
        return lanes.on_lane(Lane.WRITE, lambda desk: desk.hand_over.here(work))

    def start(
        owner: QObject,
        progress: Callable[[Progress], None],
        done: Callable[[HandOverResult], None],
        failed: Callable[[BaseException], None],
    ) -> Ticket:
        def work(ticket: Ticket) -> HandOverResult:
            from desktop.services.connection import exchange  # loads the network's libraries

            return exchange(
                on_store,
                clock=clock,
                progress=lambda said: ticket.say(said.done, said.total),
                cancelled=lambda: ticket.cancelled,
            )

        def show(count: int, total: int) -> None:
            progress(Progress("push", count, total))

        return lanes.net(owner, work, done, failed=failed, progress=show)

    return start
