"""A hand-over as a piece of work for the lanes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.pages.page import StartHandOver
from desktop.services.api import Desk
from desktop.services.values import HandOverResult, Progress
from desktop.tasks import Lanes, Ticket


def hand_over_on(lanes: Lanes[Desk]) -> StartHandOver:
    """Start one round; progress, result and failure come back in the window's thread."""

    def start(
        owner: QObject,
        progress: Callable[[Progress], None],
        done: Callable[[HandOverResult], None],
        failed: Callable[[BaseException], None],
    ) -> Ticket:
        def work(desk: Desk, ticket: Ticket) -> HandOverResult:
            return desk.hand_over.run(
                progress=lambda p: ticket.say(p.done, p.total), cancelled=lambda: ticket.cancelled
            )

        return lanes.write_long(
            owner, work, done, failed=failed, progress=lambda n, m: progress(Progress("records", n, m))
        )

    return start
