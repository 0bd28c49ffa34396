"""Stopping at once: a request may be on a slow line for a minute, and nobody waits for that who has said stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

EVERY = 0.1  # seconds between two looks at whether somebody has said stop


class Line:
    """The line of a connection, so that another thread can break it off."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None

    def opened(self, line: socket.socket) -> None:
        self._line = line

    def break_off(self) -> None:
        """The request that is under way fails, as where a line breaks."""
        if self._line is not None:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)  # not its TLS, which is the other thread's


@contextmanager
def breaking_off(abort: Callable[[], None], cancelled: Callable[[], bool]) -> Iterator[None]:
    """While the block lasts `abort` is called, from another thread, as soon as `cancelled` is true."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            if cancelled():
                abort()  # again and again: a new request may just have begun

    thread = threading.Thread(target=watch, name="stopping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
