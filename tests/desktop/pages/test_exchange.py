"""The window's one hand-over: who asked for it, how long it still takes, how it ended."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop.pages.exchange.exchange import Ending, Exchange
from desktop.pages.exchange.unattended import how_it_ended
from desktop.services.exchange.by_itself import Ended
from desktop.services.exchange.hand_over_values import HandOverResult
from desktop.services.values import Progress
from desktop.tasks import Stopped, Ticket
from forms.errors import Fault, Kind

DONE = HandOverResult(
    pushed=3, duplicate=0, held=0, rejected=0, pulled=1, bytes_up=9, bytes_down=9, requests=2, seconds=1.0
)


class Line:
    """A hand-over that the test brings to its end; `now` is the clock."""

    now = 0.0
    began = 0

    def start(self, _owner, progress, done, failed) -> Ticket:
        self.began += 1
        self.progress, self.done, self.failed = progress, done, failed
        self.ticket = Ticket()
        return self.ticket

    def exchange(self) -> Exchange:
        return Exchange(self.start, lambda: self.now)


@pytest.fixture
def line(qapp: QApplication) -> Line:
    return Line()


def test_only_one_runs_and_its_person_takes_over_what_began_by_itself(line: Line) -> None:
    exchange = line.exchange()
    endings: list[Ending] = []
    exchange.ended.connect(endings.append)
    exchange.begin(alone=True)
    assert exchange.alone
    exchange.begin(alone=True)
    assert exchange.alone
    exchange.begin()
    assert not exchange.alone
    exchange.begin(alone=True)
    assert not exchange.alone
    assert line.began == 1
    line.done(DONE)
    assert not exchange.running
    assert [(ending.alone, ending.stopped) for ending in endings] == [(False, False)]


def test_how_long_it_takes_is_said_only_when_it_can_be(line: Line) -> None:
    exchange = line.exchange()
    exchange.begin()
    assert exchange.seconds_left is None
    line.progress(Progress("push", 1, 10))
    line.now += 1
    assert exchange.seconds_left is None  # too soon
    line.now += 3
    line.progress(Progress("push", 2, 10))
    assert exchange.seconds_left == pytest.approx(16)
    line.progress(Progress("pull", 5, 0))
    line.now += 10
    assert exchange.seconds_left is None  # nobody knows of how many


def test_stop_reaches_the_work(line: Line) -> None:
    exchange = line.exchange()
    exchange.begin()
    exchange.stop()
    assert line.ticket.cancelled


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Ending(result=DONE), Ended.THROUGH),
        (Ending(error=Stopped()), Ended.STOPPED),
        (Ending(error=Fault("sync.unreachable", Kind.UNREACHABLE)), Ended.UNREACHABLE),
        (Ending(error=Fault("hub.revoked", Kind.DENIED)), Ended.REFUSED),
        (Ending(error=Fault("services.not_enrolled", Kind.USAGE)), Ended.REFUSED),
        (Ending(error=Fault("vault.disk_full", Kind.DAMAGED)), Ended.UNREACHABLE),
        (Ending(error=RuntimeError("a bug")), Ended.UNREACHABLE),
    ],
)
def test_whose_turn_it_is_afterwards(ending: Ending, expected: Ended) -> None:
    assert how_it_ended(ending) is expected
