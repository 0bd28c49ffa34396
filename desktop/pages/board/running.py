"""One step of many requests being written a few at a time, so that one sees how far they are and can stop."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from desktop.pages.board.plans import Deed
from desktop.pages.parts.page import PageContext
from desktop.services.api import Desk

AT_ONCE = 5


class Running(QObject):
    """`progress(int, int)`: so many of so many. `finished(Mapping, int)`: "" or why not for each that was tried, and
    how many there were to be.
    """

    progress = Signal(int, int)
    finished = Signal(object, int)

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._stopped = threading.Event()
        self._outcome: dict[str, str] = {}
        self._left = 0
        self._wanted = 0

    def begin(self, deed: Deed) -> None:
        """All pieces are given to the writer at once: what was asked for is written though the window closes."""
        self._stopped = threading.Event()
        self._outcome = {}
        refs = deed.refs
        pieces = [refs[at : at + AT_ONCE] for at in range(0, len(refs), AT_ONCE)]
        self._left, self._wanted = len(pieces), len(refs)
        if len(pieces) > 1:
            self.progress.emit(0, self._wanted)
        for piece in pieces:
            self._write(piece, deed)

    def stop(self) -> None:
        """No more of it; what was written stays written."""
        self._stopped.set()

    def _write(self, piece: Sequence[str], deed: Deed) -> None:
        stopped = self._stopped

        def work(desk: Desk) -> Mapping[str, str]:
            if stopped.is_set():
                return {}
            return deed.write(desk, piece)

        self._context.lanes.write(self, work, self._took, failed=self._failed)

    def _took(self, outcome: Mapping[str, str]) -> None:
        self._outcome.update(outcome)
        self._left -= 1
        if self._left:
            self.progress.emit(len(self._outcome), self._wanted)
        else:
            self.finished.emit(dict(self._outcome), self._wanted)

    def _failed(self, error: BaseException) -> None:
        self._stopped.set()
        self._context.failed(error)
        self._took({})
