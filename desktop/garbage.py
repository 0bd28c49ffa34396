"""Cyclic garbage is collected on the GUI thread only.

Python collects on whichever thread happens to allocate. A widget that a worker thread destroys that way leaves its
timers with the GUI thread, and the next of them calls into freed memory.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimerEvent

EVERY_MS = 250


class GuiGarbage(QObject):
    """Takes the automatic collection's place from its making until the application ends."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        gc.disable()
        self.startTimer(EVERY_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        collect_due()


def collect_due() -> None:
    """Collect the oldest generation that the interpreter's own thresholds call for; to be called on the GUI thread."""
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if limits[generation] and counts[generation] > limits[generation]:
            gc.collect(generation)
            return
