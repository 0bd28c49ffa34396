"""Threads that own a connection each: one that writes, a few that read. Work is handed in, its result handed back.

What waits to be written together is committed together: a durable commit costs the same for one as for thirty. Nobody
has a result before the commit. Where the database itself fails, all is undone and each piece of work tried alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from forms.errors import Fault

T = TypeVar("T")
Work = Callable[[Connection], Any]
Handed = tuple[Work, "Future[Any]"]

TOGETHER = 64  # pieces of work in one transaction at most
_OF_THE_DATABASE = ("vault.", "hub.database")


class Source(Protocol):
    """A database on one connection, as `vault.database.Database` is."""

    def read(self) -> AbstractContextManager[Connection]: ...
    def write(self) -> AbstractContextManager[Connection]: ...
    def close(self) -> None: ...


class Lane:
    """`size` threads, each with a connection of its own from `open`; every piece of work is one transaction."""

    def __init__(self, open: Callable[[], Source], *, name: str, writes: bool, size: int = 1) -> None:
        self._open = open
        self._writes = writes
        self._waiting: SimpleQueue[Handed | None] = SimpleQueue()
        started = [Future[None]() for _ in range(size)]
        self._threads = [
            threading.Thread(target=self._serve, args=(ready,), name=f"{name}-{at}", daemon=True)
            for at, ready in enumerate(started)
        ]
        for thread in self._threads:
            thread.start()
        try:
            for ready in started:
                ready.result()
        except BaseException:
            self.close()
            raise

    def run(self, work: Callable[[Connection], T]) -> T:
        """The result of `work` in a transaction of its own; what it raises, after the transaction was undone."""
        done: Future[T] = Future()
        self._waiting.put((work, done))
        return done.result()

    def close(self) -> None:
        """Let what was handed in finish, then close the connections."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, ready: Future[None]) -> None:
        try:
            source = self._open()
        except BaseException as problem:
            ready.set_exception(problem)
            return
        ready.set_result(None)
        try:
            while (handed := self._waiting.get()) is not None:
                together, last = self._together(handed)
                if len(together) == 1 or not self._do_together(source, together):
                    for one in together:
                        self._do(source, *one)
                if last:
                    return
        finally:
            source.close()

    def _together(self, first: Handed) -> tuple[list[Handed], bool]:
        """What is committed in one transaction, and whether the lane ends with it."""
        found = [first]
        while self._writes and len(found) < TOGETHER:
            try:
                handed = self._waiting.get_nowait()
            except Empty:
                break
            if handed is None:
                return found, True
            found.append(handed)
        return found, False

    def _do_together(self, source: Source, together: Sequence[Handed]) -> bool:
        """Do all in one transaction, each undone by itself where it is refused; False where nothing was done."""
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with source.write() as connection:
                for work, done in together:
                    try:
                        with connection.begin_nested():
                            answers.append((done, work(connection), None))
                    except Fault as fault:
                        if fault.code.startswith(_OF_THE_DATABASE):
                            raise
                        answers.append((done, None, fault))
        except Exception:
            return False
        for done, result, refused in answers:
            if refused is None:
                done.set_result(result)
            else:
                done.set_exception(refused)
        return True

    def _do(self, source: Source, work: Work, done: Future[Any]) -> None:
        try:
            with source.write() if self._writes else source.read() as connection:
                result = work(connection)
        except BaseException as problem:
            done.set_exception(problem)
        else:
            done.set_result(result)


class Lanes:
    """A hub's one writing lane and its reading lane."""

    def __init__(self, open: Callable[[bool], Source], *, readers: int = 2) -> None:
        """`open(writer)` gives a connection to whichever thread calls it."""
        self._writing = Lane(lambda: open(True), name="hub-write", writes=True)
        try:
            self._reading = Lane(lambda: open(False), name="hub-read", writes=False, size=readers)
        except BaseException:
            self._writing.close()
            raise

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._reading.run(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._writing.run(work)

    def close(self) -> None:
        self._reading.close()
        self._writing.close()
