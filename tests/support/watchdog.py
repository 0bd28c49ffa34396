"""How long the window's thread was busy at a stretch: a timer that should come every few milliseconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 5


@dataclass(slots=True)
class Gaps:
    """Milliseconds between two beats beyond the beat itself, the thread's own work in them, what was being done.

    On a machine that has other things to do the first grows; the second says what the window itself took.
    """

    found: list[tuple[float, float, str]] = field(default_factory=list)

    def percentile(self, of: float) -> tuple[float, float]:
        at = min(len(self.found) - 1, int(len(self.found) * of / 100))
        return sorted(gap for gap, _, _ in self.found)[at], sorted(work for _, work, _ in self.found)[at]

    def worst(self) -> tuple[float, float]:
        return max(gap for gap, _, _ in self.found), max(work for _, work, _ in self.found)

    def longest(self, count: int) -> list[tuple[float, float, str]]:
        """By the thread's own work."""
        return sorted(self.found, key=lambda each: each[1], reverse=True)[:count]


class Watchdog(QObject):
    """Beats while events are processed; `doing` names the step for the report."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps = Gaps()
        self.doing = ""
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        gap, work = (now - self._last) * 1000 - EVERY_MS, (worked - self._worked) * 1000
        self.gaps.found.append((max(0.0, gap), work, self.doing))
        self._last, self._worked = now, worked
