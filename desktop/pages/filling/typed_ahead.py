"""Keys of somebody who types faster than a page opens: kept, and typed again where the focus goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class TypedAhead(QWidget):
    """Has the focus while a page is on its way; nothing is to be seen of it. Shortcuts work meanwhile."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._keys: list[QKeyEvent] = []
        self.setFixedSize(1, 1)
        self.setAccessibleName(page.accessibleName())

    def listen(self) -> None:
        """From now on keys are kept."""
        self._keys.clear()
        self.show()
        self.setFocus()

    def release(self) -> None:
        """Type them again; the focus is where it belongs."""
        kept, self._keys = self._keys, []
        self.hide()
        for key in kept:
            here = QApplication.focusWidget()
            if here is not None:
                QApplication.sendEvent(here, key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keys.append(QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text()))
        event.accept()
