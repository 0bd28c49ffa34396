"""Stopping at once: a request may be on a slow line for a minute, and nobody waits for that who has said stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 0.1  # seconds between two looks at whether somebody has said stop


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
