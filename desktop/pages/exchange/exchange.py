"""The window's one hand-over: whether it runs, how far it is, how it ended; begun by its person or by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.services.exchange.hand_over_values import HandOverResult
from desktop.services.values import Progress
from desktop.tasks import Stopped, Ticket

KNOWN_AFTER = 2.0  # seconds: an estimate from less is none

Start = Callable[
    [QObject, Callable[[Progress], None], Callable[[HandOverResult], None], Callable[[BaseException], None]], Ticket
]


@dataclass(frozen=True, slots=True)
class Ending:
    """`result` where it came to an end, else `error`. `alone`: it began by itself and nobody asked for it since."""

    result: HandOverResult | None = None
    error: BaseException | None = None
    alone: bool = False

    @property
    def stopped(self) -> bool:
        """By its person."""
        return isinstance(self.error, Stopped) or (self.result is not None and self.result.stopped)


class Exchange(QObject):
    """`changed`: it began, went on or ended. `ended(Ending)`. At most one runs; its person may join one that runs."""

    changed = Signal()
    ended = Signal(object)

    def __init__(self, start: Start, seconds: Callable[[], float]) -> None:
        super().__init__()
        self._start, self._seconds = start, seconds
        self._ticket: Ticket | None = None
        self._began = 0.0
        self.alone = False
        self.allowed = True  # to begin by itself: a person switches it
        self.progress: Progress | None = None

    @property
    def running(self) -> bool:
        return self._ticket is not None

    @property
    def seconds_left(self) -> float | None:
        """How long this step still takes if it goes on as it did; None while that cannot be said."""
        now, passed = self.progress, self._seconds() - self._began
        if now is None or not 0 < now.done < now.total or passed < KNOWN_AFTER:
            return None
        return passed / now.done * (now.total - now.done)

    def begin(self, *, alone: bool = False) -> None:
        """One round; where one runs already, the person who asks for it takes it over."""
        self.alone = alone and (self.alone or not self.running)
        if not self.running:
            self.progress, self._began = None, self._seconds()
            self._ticket = self._start(self, self._went_on, self._done, self._failed)
        self.changed.emit()

    def stop(self) -> None:
        """At the next step; what is not handed over stays here."""
        if self._ticket is not None:
            self._ticket.cancel()

    def _went_on(self, progress: Progress) -> None:
        if self.progress is None or self.progress.phase != progress.phase:
            self._began = self._seconds()
        self.progress = progress
        self.changed.emit()

    def _done(self, result: HandOverResult) -> None:
        self._end(Ending(result=result, alone=self.alone))

    def _failed(self, error: BaseException) -> None:
        self._end(Ending(error=error, alone=self.alone))

    def _end(self, ending: Ending) -> None:
        self._ticket = self.progress = None
        self.alone = False
        self.changed.emit()
        self.ended.emit(ending)
