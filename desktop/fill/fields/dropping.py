"""The frame on which a file may be dropped."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame

from desktop.theme.apply import restyle


class Taker(Protocol):
    def take_mime(self, mime: QMimeData) -> bool: ...


class DropArea(QFrame):
    """Lights up while something is over it."""

    def __init__(self, owner: Taker) -> None:
        super().__init__()
        self._owner = owner
        self.setProperty("kind", "drop")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()
            restyle(self, state="over")

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        restyle(self, state="")

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, state="")
        if self._owner.take_mime(event.mimeData()):
            event.acceptProposedAction()
