"""Cyclic garbage is collected on the GUI thread only, and all of it only while nobody works.

Python collects on whichever thread happens to allocate. A widget that a worker thread destroys that way leaves its
timers with the GUI thread, and the next of them calls into freed memory. To look through everything takes longer
than a person should wait for a key: what is young is looked through at once, the rest in a pause.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QCoreApplication, QObject, QTimerEvent

EVERY_MS = 250
PAUSE = 8.0  # seconds in which hardly anything was made: nobody works
LONGEST = 600.0  # seconds after which everything is looked through though somebody works
YOUNG, ALL = 1, 2


class GuiGarbage(QObject):
    """Takes the automatic collection's place from its making until the application ends."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        gc.disable()
        self._busy = self._whole = time.monotonic()
        self.startTimer(EVERY_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        now = time.monotonic()
        if collect_due(YOUNG):
            self._busy = now
        elif now - self._busy > PAUSE:
            if collect_due(ALL):
                self._whole = now
            return
        if now - self._whole > LONGEST:
            gc.collect()
            self._whole = now


def collect_due(oldest: int = ALL) -> bool:
    """Collect the oldest generation up to this that the interpreter's own thresholds call for; whether one was due.

    To be called on the GUI thread.
    """
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in range(oldest, -1, -1):
        if limits[generation] and counts[generation] > limits[generation]:
            gc.collect(generation)
            return True
    return False
