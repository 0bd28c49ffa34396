"""What only a job still holds is let go on the GUI thread: a widget that ends on another takes the window with it."""

import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from desktop.tasks import Lane, Lanes, Ticket

ROUNDS = 30


class Desk:
    def __init__(self, writer: bool) -> None:
        self.writer = writer

    def close(self) -> None:
        """Nothing is open."""


class Ends:
    """In which threads the widgets ended that were given away."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self._watched: list[weakref.ref[QWidget]] = []

    def widget(self) -> QWidget:
        made = QWidget()
        self._watched.append(weakref.ref(made, lambda _: self.threads.append(threading.get_ident())))
        return made


@pytest.fixture
def lanes(qapp: QCoreApplication) -> Iterator[Lanes[Desk]]:
    made = Lanes(Desk)
    yield made
    made.close()


def reading(lanes: Lanes[Desk], owner: QObject, held: QWidget) -> None:
    lanes.read(owner, lambda _: held is not None, lambda _: held.objectName())


def failing(lanes: Lanes[Desk], owner: QObject, held: QWidget) -> None:
    def fail(_: Desk) -> None:
        raise LookupError(held.objectName())

    lanes.write(owner, fail, failed=lambda _: held.objectName())


def reporting(lanes: Lanes[Desk], owner: QObject, held: QWidget) -> None:
    def work(_: Desk, ticket: Ticket) -> QWidget:
        ticket.step(1, 1)
        return held

    lanes.long(owner, work, lambda _: None, progress=lambda _n, _m: held.objectName())


def asking(lanes: Lanes[Desk], owner: QObject, held: QWidget) -> None:
    def work(_: Ticket) -> bool:
        return lanes.on_lane(Lane.READ, lambda desk: held is not None and desk.writer)

    lanes.net(owner, work, lambda _: None)


def stopping(lanes: Lanes[Desk], owner: QObject, held: QWidget) -> None:
    lanes.read(owner, lambda _: held, lambda _: None).cancel()


@pytest.mark.parametrize("give", [reading, failing, reporting, asking, stopping])
def test_no_lane_lets_go_of_a_widget(lanes: Lanes[Desk], give: Callable[[Lanes[Desk], QObject, QWidget], None]) -> None:
    ends, owner = Ends(), QObject()
    for _ in range(ROUNDS):
        give(lanes, owner, ends.widget())
        assert lanes.wait()
    lanes.close()
    assert ends.threads == [threading.get_ident()] * ROUNDS


def test_a_thread_that_outlasts_the_window_lets_go_of_nothing(
    qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.tasks.NET_ENDS_IN", 0.0)
    ends, owner, hold, under_way = Ends(), QObject(), threading.Event(), threading.Event()
    lanes = Lanes(Desk)

    def give(lanes: Lanes[Desk], held: QWidget) -> None:
        def work(_: Ticket) -> QWidget:
            under_way.set()
            hold.wait(20)
            return held

        lanes.net(owner, work, lambda _: None)

    give(lanes, ends.widget())
    assert under_way.wait(20)
    lanes.close()
    del lanes
    threads = [thread for thread in threading.enumerate() if thread.name == "hamlet-net"]
    hold.set()
    for thread in threads:
        thread.join()
    until = time.monotonic() + 20
    while not ends.threads and time.monotonic() < until:
        qapp.processEvents()
    assert ends.threads == [threading.get_ident()]
