"""Locks an untouched window: hears every key and click of the application and asks the clock every few seconds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.services.clock import Clock
from desktop.services.keeping.idle import Idle

LOOK_MS = 2_000
TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,  # an input method may keep the keys for itself
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Calls `lock` when nobody touched keyboard or pointer for `minutes`. Watches from `start` until it locks."""

    def __init__(self, app: QApplication, clock: Clock, lock: Callable[[], None]) -> None:
        super().__init__(app)
        self._app, self._idle, self._lock = app, Idle(clock), lock
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def minutes(self) -> int:
        return self._idle.minutes

    def wait_for(self, minutes: int) -> None:
        """How long from now on."""
        self._idle.minutes = minutes

    def start(self) -> None:
        self._idle.touched()
        self._timer.start()
        self._app.installEventFilter(self)

    def stop(self) -> None:
        """Nothing is open that could be locked."""
        self._timer.stop()
        self._app.removeEventFilter(self)

    def look(self) -> None:
        """Lock now if it is due."""
        if self._idle.due():
            self.stop()
            self._lock()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self._idle.touched()
        return False
