"""Work off the GUI thread and results back onto it: four lanes, as ARCHITECTURE's "Threads" says.

WRITE has one thread and the only connection that writes; READ serves what a person waits for; LONG exports and
tables; NET has a few threads and never a connection. Each store lane opens its own desk in its own thread at
first use. Results come back through one queued signal; a dead owner gets none; an exception that nobody claims
reaches `unclaimed`. Whatever a job holds is let go on the GUI thread: a widget must not end on another.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer, Signal, SignalInstance
from shiboken6 import isValid

R = TypeVar("R")
SLICE = 0.008  # seconds of work in the GUI thread before it looks at keys again
PROGRESS_EVERY = 0.05  # seconds: more often cannot be read and only fills the event queue


class Lane(Enum):
    WRITE = "write"
    READ = "read"
    LONG = "long"
    NET = "net"


STORE_LANES = (Lane.WRITE, Lane.READ, Lane.LONG)
KEEPS_RESULT = (Lane.WRITE, Lane.NET)  # what was done there is done, and said, though stop was pressed
NET_THREADS = 3
NET_ENDS_IN = 2.0  # seconds: the network may keep a thread longer than a window should stay for it
LOOK_AGAIN = 0.5  # seconds: whether a thread has ended


class Stopped(Exception):
    """The person pressed stop, or the window is closing."""


class Closable(Protocol):
    def close(self) -> None: ...


D = TypeVar("D", bound=Closable)


class Ticket:
    """One piece of work on its way: cancel it from the window, report from the lane how far it is."""

    def __init__(self, report: Callable[[int, int], None] | None = None) -> None:
        self._cancelled = threading.Event()
        self._report = report
        self._reported = 0.0

    def cancel(self) -> None:
        """Ask the work to stop at its next step; nothing of it is delivered any more."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def step(self, done: int, total: int) -> None:
        """Say that `done` of `total` are finished; raises `Stopped` when the person has asked to stop."""
        if self.cancelled:
            raise Stopped
        self.say(done, total)

    def say(self, done: int, total: int) -> None:
        """Say that `done` of `total` are finished, and go on."""
        now = time.monotonic()
        if self._report is not None and (done >= total or now - self._reported >= PROGRESS_EVERY):
            self._reported = now
            self._report(done, total)


@dataclass(slots=True)
class _Job(Generic[D]):
    """Its functions hold widgets, and so may what came of it. `answered`: who asked waits in a thread of its own."""

    work: Callable[[D | None], object]
    ticket: Ticket
    deliver: Callable[[object, BaseException | None], None] | None = None  # called in the GUI thread
    progress: Callable[[int, int], None] | None = None
    answered: threading.Event | None = None
    result: object = None
    error: BaseException | None = None


class _Post(QObject):
    """Lives in the GUI thread and keeps the jobs; a lane knows a job by its number.

    A lane holds a job only while it works on it, and says that it has ended after it has let go. So the last
    reference goes here, and with it a widget that only the job still held.
    """

    ended = Signal(int)
    said = Signal(int, object)
    unclaimed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._jobs: dict[int, _Job[Any]] = {}
        self._numbers = itertools.count(1)
        self._lasting: list[threading.Thread] = []
        self.ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.said.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def number(self) -> int:
        """Of a job that is still to be kept; in any thread, as the next four."""
        return next(self._numbers)

    def keep(self, number: int, job: _Job[Any]) -> None:
        self._jobs[number] = job

    def job(self, number: int) -> _Job[Any]:
        return self._jobs[number]

    def take(self, number: int) -> _Job[Any]:
        return self._jobs.pop(number)

    def end(self, number: int) -> None:
        """A lane has let go of a job."""
        answered = self._jobs[number].answered
        if answered is not None:
            answered.set()
        else:
            self.ended.emit(number)

    def outlast(self, threads: list[threading.Thread]) -> None:
        """Stay until these threads have ended and everything is delivered, whoever lets go meanwhile."""
        self._lasting = threads
        self.setParent(QCoreApplication.instance())
        timer = QTimer(self)
        timer.timeout.connect(self._leave)
        timer.start(int(LOOK_AGAIN * 1000))

    def _leave(self) -> None:
        if not self._jobs and not any(thread.is_alive() for thread in self._lasting):
            self.deleteLater()

    def _deliver(self, number: int) -> None:
        job = self.take(number)
        if job.deliver is not None:
            job.deliver(job.result, job.error)

    def _show(self, number: int, so_far: tuple[int, int]) -> None:
        job = self._jobs.get(number)
        if job is not None and job.progress is not None and not job.ticket.cancelled:
            job.progress(*so_far)


class Lanes(Generic[D]):
    """The worker threads of an unlocked workspace.

    `open_desk(writer)` is called in the lane's thread. Make and close in the GUI thread; `close` drains WRITE,
    stops the others at their next step, and closes every desk in its own thread.
    """

    def __init__(self, open_desk: Callable[[bool], D]) -> None:
        self._open_desk = open_desk
        self._post = _Post()
        self._queues: dict[Lane, SimpleQueue[int | None]] = {lane: SimpleQueue() for lane in Lane}
        self._threads: dict[Lane, list[threading.Thread]] = {}
        self._under_way: dict[Ticket, Lane] = {}
        self._latest: dict[tuple[int, str], Ticket] = {}
        self._in_slices: set[Ticket] = set()
        self._closed = False

    @property
    def unclaimed(self) -> SignalInstance:
        """Emitted in the GUI thread with the exception that no caller claimed."""
        return self._post.unclaimed

    @property
    def busy(self) -> bool:
        """Whether anything is under way or not yet delivered."""
        return bool(self._under_way or self._in_slices)

    def write(
        self,
        owner: QObject,
        work: Callable[[D], R],
        done: Callable[[R], None] | None = None,
        *,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        return self._store(Lane.WRITE, owner, lambda desk, _: work(desk), done, failed, None)

    def read(
        self,
        owner: QObject,
        work: Callable[[D], R],
        done: Callable[[R], None],
        *,
        failed: Callable[[BaseException], None] | None = None,
        latest: str = "",
    ) -> Ticket:
        """Read for `owner`; with `latest`, an earlier read of that name for the same owner is not delivered."""
        ticket = self._store(Lane.READ, owner, lambda desk, _: work(desk), done, failed, None)
        if latest:
            earlier = self._latest.get((id(owner), latest))
            if earlier is not None:
                earlier.cancel()
            self._latest[(id(owner), latest)] = ticket
        return ticket

    def long(
        self,
        owner: QObject,
        work: Callable[[D, Ticket], R],
        done: Callable[[R], None],
        *,
        failed: Callable[[BaseException], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Ticket:
        return self._store(Lane.LONG, owner, work, done, failed, progress)

    def net(
        self,
        owner: QObject,
        work: Callable[[Ticket], R],
        done: Callable[[R], None],
        *,
        failed: Callable[[BaseException], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Ticket:
        """Work without a connection; what it needs of the store it asks through `on_lane`."""
        return self._submit(Lane.NET, owner, lambda _, ticket: work(ticket), done, failed, progress)

    def in_slices(self, owner: QObject, steps: Iterator[object]) -> Ticket:
        """Go through `steps` in the GUI thread, a few milliseconds at a time: keys and paint come in between."""
        ticket = Ticket()
        self._in_slices.add(ticket)

        def turn() -> None:
            until = time.monotonic() + SLICE
            try:
                while isValid(owner) and not ticket.cancelled and not self._closed:
                    next(steps)
                    if time.monotonic() >= until:
                        QTimer.singleShot(0, self._post, turn)
                        return
            except StopIteration:
                pass
            except BaseException as error:  # every kind is delivered, the window lives on
                self._post.unclaimed.emit(error)
            self._in_slices.discard(ticket)

        QTimer.singleShot(0, self._post, turn)
        return ticket

    def on_lane(self, lane: Lane, work: Callable[[D], R]) -> R:
        """Run `work` on a store lane and wait for it: for NET threads, never for the GUI thread."""
        if self._closed:
            raise Stopped
        answered, number = threading.Event(), self._post.number()
        self._post.keep(number, _Job(lambda desk: work(_there(desk)), Ticket(), answered=answered))
        self._put(lane, number)
        ends = self._threads[lane]
        while not answered.wait(LOOK_AGAIN):
            if not any(thread.is_alive() for thread in ends):
                break  # closed between the question above and the putting
        job = self._post.take(number)
        if not answered.is_set():
            raise Stopped
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]

    def wait(self, seconds: float = 30.0) -> bool:
        """Process events until nothing is under way; whether that came true in time. For pictures and tests."""
        until = time.monotonic() + seconds
        while True:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if not self.busy:
                return True
            if time.monotonic() > until:
                return False

    def close(self) -> None:
        """Finish what is to be written, stop the rest, close every desk; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for lane in (Lane.NET, Lane.LONG, Lane.READ, Lane.WRITE):
            for _ in self._threads.get(lane, ()):
                self._queues[lane].put(None)
        for ticket, lane in self._under_way.items():
            if lane is not Lane.WRITE:
                ticket.cancel()
        for lane in (Lane.LONG, Lane.READ, Lane.WRITE):
            for thread in self._threads.get(lane, ()):
                thread.join()
        net = self._threads.get(Lane.NET, [])
        for thread in net:
            thread.join(NET_ENDS_IN)
        self._post.outlast(net)

    def _store(
        self,
        lane: Lane,
        owner: QObject,
        work: Callable[[D, Ticket], R],
        done: Callable[[R], None] | None,
        failed: Callable[[BaseException], None] | None,
        progress: Callable[[int, int], None] | None,
    ) -> Ticket:
        return self._submit(lane, owner, lambda desk, ticket: work(_there(desk), ticket), done, failed, progress)

    def _submit(
        self,
        lane: Lane,
        owner: QObject,
        work: Callable[[D | None, Ticket], R],
        done: Callable[[R], None] | None,
        failed: Callable[[BaseException], None] | None,
        progress: Callable[[int, int], None] | None,
    ) -> Ticket:
        post, number = self._post, self._post.number()
        ticket = Ticket(None if progress is None else lambda so_far, total: post.said.emit(number, (so_far, total)))
        if self._closed:
            return ticket
        self._under_way[ticket] = lane

        def deliver(result: object, error: BaseException | None) -> None:
            self._under_way.pop(ticket, None)
            if isinstance(error, Stopped) and failed is None:
                return
            wanted = isValid(owner) and (not ticket.cancelled or lane in KEEPS_RESULT or isinstance(error, Stopped))
            if error is None:
                if wanted and done is not None:
                    done(result)  # type: ignore[arg-type]
            elif wanted and failed is not None:
                failed(error)
            elif not ticket.cancelled:
                post.unclaimed.emit(error)

        def show(so_far: int, total: int) -> None:
            if progress is not None and isValid(owner):
                progress(so_far, total)

        post.keep(number, _Job(lambda desk: work(desk, ticket), ticket, deliver, show))
        self._put(lane, number)
        return ticket

    def _put(self, lane: Lane, number: int) -> None:
        threads = self._threads.setdefault(lane, [])
        if len(threads) < (NET_THREADS if lane is Lane.NET else 1):
            arguments = (lane, self._queues[lane], self._post, self._open_desk)
            thread = threading.Thread(target=_serve, args=arguments, name=f"hamlet-{lane.value}", daemon=True)
            threads.append(thread)
            thread.start()
        self._queues[lane].put(number)


def _serve(lane: Lane, queue: SimpleQueue[int | None], post: _Post, open_desk: Callable[[bool], D]) -> None:
    desk: D | None = None
    try:
        while (number := queue.get()) is not None:
            desk = _work_on(post.job(number), lane, desk, open_desk)
            post.end(number)
    finally:
        if desk is not None:
            desk.close()


def _work_on(job: _Job[D], lane: Lane, desk: D | None, open_desk: Callable[[bool], D]) -> D | None:
    """Work in a frame of its own, which holds the job and is gone when the lane says that it has ended."""
    if job.ticket.cancelled and lane is not Lane.WRITE:
        job.error = Stopped()
        return desk
    try:
        if desk is None and lane in STORE_LANES:
            desk = open_desk(lane is Lane.WRITE)
        job.result = job.work(desk)
    except BaseException as error:  # every kind is delivered, the lane lives on
        job.error = error
    del job  # an error holds this frame
    return desk


def _there(desk: D | None) -> D:
    if desk is None:
        raise RuntimeError("a store lane has a desk")
    return desk
