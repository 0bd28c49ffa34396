"""A painted chart whose marks can be reached, heard and opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.theme.apply import Theme
from desktop.widgets.charts.pens import Pens

_STEPS = {
    int(Qt.Key.Key_Left): (-1, 0),
    int(Qt.Key.Key_Right): (1, 0),
    int(Qt.Key.Key_Up): (0, -1),
    int(Qt.Key.Key_Down): (0, 1),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A mark: where it is, what it says in words, and what opening it hands on (None: it cannot be opened)."""

    box: QRectF
    words: str
    value: object | None


class Chart(QWidget):
    """`opened(object)`: the value of a mark that was clicked, or on which Enter was pressed."""

    opened = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self._hits: Sequence[Hit] = ()
        self._at = 0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def draw(self, painter: QPainter, box: QRectF, pens: Pens) -> list[Hit]:
        """Paint into `box`; what can be pointed at comes back."""
        raise NotImplementedError

    def least_height(self) -> int:
        """Pixels below which it cannot be read."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(self.theme.scale.em(20), self.least_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.scale.em(12), self.least_height())

    @property
    def hits(self) -> Sequence[Hit]:
        return self._hits

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._hits = self.draw(painter, QRectF(self.rect()), Pens(self.theme))
        self._at = min(self._at, max(0, len(self._hits) - 1))
        if self.hasFocus() and self._hits:
            width = self.theme.colours.ring
            painter.setPen(QPen(QColor(self.theme.colours.focus), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = self._hits[self._at].box.adjusted(-2, -2, 2, 2) & QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(box, self.theme.scale.px(4), self.theme.scale.px(4))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS and not event.modifiers():
            self._step(*_STEPS[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._hits:
            self._open(self._hits[self._at])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._say()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hit = self._under(event.position())
        self.setCursor(
            Qt.CursorShape.PointingHandCursor
            if hit is not None and hit.value is not None
            else Qt.CursorShape.ArrowCursor
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._under(event.position())
        if hit is not None and event.button() is Qt.MouseButton.LeftButton:
            self._at = list(self._hits).index(hit)
            self.update()
            self._open(hit)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            hit = self._under(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), hit.words if hit is not None else "", self)
            return True
        return super().event(event)

    def _under(self, point: QPointF) -> Hit | None:
        return next((hit for hit in self._hits if hit.box.contains(point)), None)

    def _open(self, hit: Hit) -> None:
        if hit.value is not None:
            self.opened.emit(hit.value)

    def _step(self, across: int, down: int) -> None:
        """To the nearest mark in that direction."""
        if not self._hits:
            return
        here = self._hits[self._at].box.center()
        best, least = self._at, float("inf")
        for at, hit in enumerate(self._hits):
            way = hit.box.center() - here
            along, aside = way.x() * across + way.y() * down, abs(way.x() * down) + abs(way.y() * across)
            if along > 1 and along + 3 * aside < least:
                best, least = at, along + 3 * aside
        self._at = best
        self._say()
        self.update()

    def _say(self) -> None:
        """What a screen reader says of the mark on which one stands."""
        if self._hits:
            self.setAccessibleDescription(self._hits[self._at].words)
