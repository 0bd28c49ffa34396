"""Work off the GUI thread and results back onto it: four lanes, as ARCHITECTURE's "Threads" says.

WRITE has one thread and the only connection that writes; READ serves what a person waits for; LONG exports and
tables; NET has a few threads and never a connection. Each store lane opens its own desk in its own thread at
first use. Results come back through one queued signal; a dead owner gets none; an exception that nobody claims
reaches `unclaimed`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

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


@dataclass(frozen=True, slots=True)
class _Job(Generic[D]):
    work: Callable[[D | None], object]
    ticket: Ticket
    settle: Callable[[object, BaseException | None], None]  # called in the lane's thread


class _Post(QObject):
    """Lives in the GUI thread; whatever is posted runs there, in order."""

    posted = Signal(object)
    unclaimed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def _run(self, call: Callable[[], None]) -> None:
        call()


class Lanes(Generic[D]):
    """The worker threads of an unlocked workspace.

    `open_desk(writer)` is called in the lane's thread. Make and close in the GUI thread; `close` drains WRITE,
    stops the others at their next step, and closes every desk in its own thread.
    """

    def __init__(self, open_desk: Callable[[bool], D]) -> None:
        self._open_desk = open_desk
        self._post = _Post()
        self._queues: dict[Lane, SimpleQueue[_Job[D] | None]] = {lane: SimpleQueue() for lane in Lane}
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
        ticket = self._ticket(owner, progress)
        self._submit(Lane.NET, owner, lambda _: work(ticket), ticket, done, failed)
        return ticket

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
        answered = threading.Event()
        outcome: list[object] = [None, None]

        def settle(result: object, error: BaseException | None) -> None:
            outcome[:] = [result, error]
            answered.set()

        self._put(lane, _Job(lambda desk: work(_there(desk)), Ticket(), settle))
        answered.wait()
        if isinstance(outcome[1], BaseException):
            raise outcome[1]
        return outcome[0]  # type: ignore[return-value]

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
        for thread in self._threads.get(Lane.NET, ()):
            thread.join(2.0)

    def _store(
        self,
        lane: Lane,
        owner: QObject,
        work: Callable[[D, Ticket], R],
        done: Callable[[R], None] | None,
        failed: Callable[[BaseException], None] | None,
        progress: Callable[[int, int], None] | None,
    ) -> Ticket:
        ticket = self._ticket(owner, progress)
        self._submit(lane, owner, lambda desk: work(_there(desk), ticket), ticket, done, failed)
        return ticket

    def _ticket(self, owner: QObject, progress: Callable[[int, int], None] | None) -> Ticket:
        if progress is None:
            return Ticket()

        def report(done: int, total: int) -> None:
            def show() -> None:
                if isValid(owner) and not ticket.cancelled:
                    progress(done, total)

            self._post.posted.emit(show)

        ticket = Ticket(report)
        return ticket

    def _submit(
        self,
        lane: Lane,
        owner: QObject,
        work: Callable[[D | None], R],
        ticket: Ticket,
        done: Callable[[R], None] | None,
        failed: Callable[[BaseException], None] | None,
    ) -> None:
        if self._closed:
            return
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
                self._post.unclaimed.emit(error)

        def settle(result: object, error: BaseException | None) -> None:
            self._post.posted.emit(lambda: deliver(result, error))

        self._put(lane, _Job(work, ticket, settle))

    def _put(self, lane: Lane, job: _Job[D]) -> None:
        threads = self._threads.setdefault(lane, [])
        if len(threads) < (NET_THREADS if lane is Lane.NET else 1):
            thread = threading.Thread(target=self._serve, args=(lane,), name=f"hamlet-{lane.value}", daemon=True)
            threads.append(thread)
            thread.start()
        self._queues[lane].put(job)

    def _serve(self, lane: Lane) -> None:
        desk: D | None = None
        try:
            while (job := self._queues[lane].get()) is not None:
                if job.ticket.cancelled and lane is not Lane.WRITE:
                    job.settle(None, Stopped())
                    continue
                try:
                    if desk is None and lane in STORE_LANES:
                        desk = self._open_desk(lane is Lane.WRITE)
                    result = job.work(desk)
                except BaseException as error:  # every kind is delivered, the lane lives on
                    job.settle(None, error)
                else:
                    job.settle(result, None)
        finally:
            if desk is not None:
                desk.close()


def _there(desk: D | None) -> D:
    if desk is None:
        raise RuntimeError("a store lane has a desk")
    return desk
