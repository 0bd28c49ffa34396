"""The lanes: which thread works, who is told, what happens at stop and close."""

import sys
import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from shiboken6 import delete

from desktop.tasks import SLICE, Lane, Lanes, Stopped, Ticket


class Desk:
    """Stands for a connection: remembers which thread made, used and closed it."""

    made: list["Desk"] = []  # noqa: RUF012 - one list for one test module, cleared by the fixture

    def __init__(self, writer: bool) -> None:
        self.writer = writer
        self.thread = threading.get_ident()
        self.closed_in = 0
        self.written: list[int] = []
        Desk.made.append(self)

    def close(self) -> None:
        self.closed_in = threading.get_ident()


@pytest.fixture
def lanes(qapp: QCoreApplication) -> Iterator[Lanes[Desk]]:
    Desk.made.clear()
    made = Lanes(Desk)
    yield made
    made.close()


def test_each_store_lane_has_its_own_desk_in_its_own_thread(lanes: Lanes[Desk]) -> None:
    owner, seen = QObject(), []
    for _ in range(3):
        lanes.write(owner, lambda desk: (desk, threading.get_ident()), seen.append)
        lanes.read(owner, lambda desk: (desk, threading.get_ident()), seen.append)
        lanes.long(owner, lambda desk, _: (desk, threading.get_ident()), seen.append)
    assert lanes.wait()
    assert len(seen) == 9
    assert len(Desk.made) == 3
    assert [desk.writer for desk in Desk.made].count(True) == 1
    assert all(desk.thread == thread for desk, thread in seen)
    assert threading.get_ident() not in {desk.thread for desk in Desk.made}
    lanes.close()
    assert all(desk.closed_in == desk.thread for desk in Desk.made)


def test_results_arrive_in_the_gui_thread_and_in_order(lanes: Lanes[Desk]) -> None:
    owner = QObject()
    seen: list[tuple[int, int]] = []
    for number in range(50):
        lanes.write(owner, lambda _, n=number: n, lambda n: seen.append((n, threading.get_ident())))
    assert lanes.wait()
    assert seen == [(n, threading.get_ident()) for n in range(50)]


def test_a_dead_owner_gets_nothing_and_the_work_is_still_done(lanes: Lanes[Desk]) -> None:
    owner, seen, worked = QObject(), [], []
    lanes.write(owner, lambda _: worked.append(1), seen.append)
    delete(owner)
    assert lanes.wait()
    assert worked == [1]
    assert seen == []


def test_an_error_goes_to_its_caller_or_else_to_unclaimed(lanes: Lanes[Desk]) -> None:
    owner = QObject()
    claimed: list[BaseException] = []
    unclaimed: list[BaseException] = []
    lanes.unclaimed.connect(unclaimed.append)

    def fail(_: Desk) -> None:
        raise LookupError("not there")

    lanes.read(owner, fail, print, failed=claimed.append)
    lanes.read(owner, fail, print)
    assert lanes.wait()
    assert [type(error) for error in claimed] == [LookupError]
    assert [type(error) for error in unclaimed] == [LookupError]


def test_only_the_latest_of_a_name_is_delivered(lanes: Lanes[Desk]) -> None:
    owner, seen = QObject(), []
    hold = threading.Event()
    lanes.read(owner, lambda _: hold.wait(5), lambda _: None)
    for number in range(5):
        lanes.read(owner, lambda _, n=number: n, seen.append, latest="find")
    hold.set()
    assert lanes.wait()
    assert seen == [4]


def test_long_work_reports_and_stops(lanes: Lanes[Desk]) -> None:
    owner = QObject()
    steps: list[tuple[int, int]] = []
    stopped: list[BaseException] = []
    begun = threading.Event()

    def work(_: Desk, ticket: Ticket) -> None:
        for n in range(10_000):
            ticket.step(n, 10_000)
            begun.set()
            time.sleep(0.001)

    ticket = lanes.long(owner, work, print, failed=stopped.append, progress=lambda n, m: steps.append((n, m)))
    begun.wait(5)
    ticket.cancel()
    assert lanes.wait()
    assert [type(error) for error in stopped] == [Stopped]
    assert len(steps) < 10_000


def test_the_net_lane_asks_the_store_through_on_lane(lanes: Lanes[Desk]) -> None:
    owner, seen = QObject(), []
    lanes.net(owner, lambda _: lanes.on_lane(Lane.WRITE, lambda desk: desk.writer), seen.append)
    assert lanes.wait()
    assert seen == [True]


def test_close_writes_what_was_waiting(qapp: QCoreApplication) -> None:
    Desk.made.clear()
    lanes = Lanes(Desk)
    owner = QObject()
    for number in range(100):
        lanes.write(owner, lambda desk, n=number: desk.written.append(n))
    lanes.close()
    assert Desk.made[0].written == list(range(100))
    with pytest.raises(Stopped):
        lanes.on_lane(Lane.WRITE, lambda desk: desk)


def test_a_signal_costs_no_reference_to_true(qapp: QCoreApplication) -> None:
    class Bell(QObject):
        rung = Signal(bool)

    bell = Bell()
    before = sys.getrefcount(True)
    for _ in range(100):
        bell.rung.emit(True)
    assert abs(sys.getrefcount(True) - before) < 20


def test_work_in_slices_lets_events_through_and_ends_with_its_owner(lanes: Lanes[Desk]) -> None:
    owner, gone, done, heard = QObject(), QObject(), [], []

    def steps(into: list[int]) -> Iterator[None]:
        for number in range(4):
            time.sleep(SLICE)  # each is a turn of its own
            into.append(number)
            yield

    left: list[int] = []
    lanes.in_slices(owner, steps(done))
    lanes.in_slices(gone, steps(left))
    QTimer.singleShot(0, lambda: heard.append(len(done)))
    QTimer.singleShot(0, lambda: delete(gone))
    assert lanes.busy
    assert lanes.wait()
    assert done == [0, 1, 2, 3]
    assert heard
    assert heard[0] < len(done)
    assert len(left) < len(done)


def test_a_slice_that_fails_is_told(lanes: Lanes[Desk]) -> None:
    told: list[BaseException] = []
    lanes.unclaimed.connect(told.append)

    def steps() -> Iterator[None]:
        yield
        raise ValueError("no")

    lanes.in_slices(QObject(), iter(()))
    owner = QObject()
    lanes.in_slices(owner, steps())
    assert lanes.wait()
    assert [str(error) for error in told] == ["no"]
