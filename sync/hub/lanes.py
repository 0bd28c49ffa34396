"""Threads that own a connection each: one that writes, a few that read. Work is handed in, its result handed back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], Any]


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
        self._waiting: SimpleQueue[tuple[Work, Future[Any]] | None] = SimpleQueue()
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
                self._do(source, *handed)
        finally:
            source.close()

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
