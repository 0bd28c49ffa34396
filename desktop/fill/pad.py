"""A surface to draw on with mouse, finger or pen."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.apply import Theme

PEN = 2.6  # pixels


class Pad(QWidget):
    """Strokes over a picture, or over white. `drawn()`: a stroke ended or was taken back.

    Ink is dark on white in every look, as on paper, and is kept in `size` pixels whatever the screen.
    """

    drawn = Signal()

    def __init__(self, theme: Theme, size: QSize, *, name: str, ink: Qt.GlobalColor = Qt.GlobalColor.black) -> None:
        super().__init__()
        self._theme = theme
        self._ink = QColor(ink)
        self._base: QImage | None = None
        self._strokes: list[list[QPointF]] = []
        self._open = False
        self._locked = False
        self.setFixedSize(size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents, False)  # a finger draws as a mouse does
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(name)

    @property
    def strokes(self) -> int:
        return len(self._strokes)

    def show_image(self, image: QImage | None, *, locked: bool = False) -> None:
        """Draw over this; the strokes are gone."""
        self._base, self._strokes, self._locked = image, [], locked
        if image is not None and not image.isNull():
            self.setFixedSize(image.size().scaled(self.maximumSize(), Qt.AspectRatioMode.KeepAspectRatio))
        self.update()

    def lock(self, *, locked: bool) -> None:
        self._locked = locked

    def take_back(self) -> None:
        """The last stroke away."""
        if self._strokes:
            self._strokes.pop()
            self.update()
            self.drawn.emit()

    def image(self) -> QImage:
        """What is to be seen, on white, in the base's pixels where there is one."""
        size = self._base.size() if self._base is not None else self.size()
        found = QImage(size, QImage.Format.Format_RGB888)
        found.fill(QColor(Qt.GlobalColor.white))
        painter = QPainter(found)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(size.width() / self.width(), size.height() / self.height())
        self._draw(painter)
        painter.end()
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._locked:
            self._strokes.append([event.position()])
            self._open = True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._open:
            self._strokes[-1].append(event.position())
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._open:
            self._open = False
            self.drawn.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.take_back()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        self._draw(painter)
        colours = self._theme.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        wide = colours.ring if self.hasFocus() else 1
        painter.setPen(QPen(QColor(colours.focus if self.hasFocus() else colours.field), wide))
        painter.drawRect(self.rect().adjusted(wide // 2, wide // 2, -1 - wide // 2, -1 - wide // 2))
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        if self._base is not None:
            painter.drawImage(self.rect(), self._base)
        pen = QPen(self._ink, PEN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in self._strokes:
            path = QPainterPath(stroke[0])
            for before, after in pairwise(stroke):
                path.quadTo(before, (before + after) * 0.5)
            path.lineTo(stroke[-1] if len(stroke) > 1 else stroke[0] + QPointF(0.1, 0.1))
            painter.drawPath(path)
