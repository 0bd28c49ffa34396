"""The only motion in the program: what came with an answer slides in, where nobody wants everything to stay still."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QObject, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.theme.apply import Theme

SLIDE_MS = 120


class Curtain(QWidget):
    """Lies over a widget in the colour of its ground and slides off downwards, then goes.

    What is under it has its place, the focus and all keys from the first moment; nothing is laid out while it moves.
    """

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._over, self._ground = over, theme.colour("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._slide = QVariantAnimation(self)
        self._slide.setStartValue(0.0)
        self._slide.setEndValue(1.0)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(lambda _: self._lie())
        self._slide.finished.connect(self.deleteLater)
        over.installEventFilter(self)
        self._lie()
        self.show()
        self.raise_()
        self._slide.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._lie()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ground)
        painter.end()

    def _lie(self) -> None:
        """Over what has not been uncovered yet."""
        box = self._over.rect()
        gone = round(float(self._slide.currentValue() or 0.0) * box.height())
        self.setGeometry(0, gone, box.width(), box.height() - gone)


def slide_in(theme: Theme, widget: QWidget) -> None:
    """Let the widget come from its upper edge down; at once where nothing is to move."""
    if theme.motion:
        Curtain(theme, widget)
