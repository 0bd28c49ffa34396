"""The township's outlines as a plain picture on which one points: no tiles, no network."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.apply import Theme
from forms.casework.outlines import Ring

WIDE_EMS, MOST_HIGH_EMS, EDGE = 30, 20, 8
FINE, COARSE = 0.005, 0.05  # of the width, an arrow and Shift and an arrow
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
TAKE = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MapPad(QWidget):
    """`shapes`: rings of longitude and latitude by the name of their area. `pointed(latitude, longitude)`: here.

    A press points; the arrows move the cross, with Shift further, and Space or Enter point where it is.
    """

    pointed = Signal(float, float)

    def __init__(self, theme: Theme, shapes: Mapping[str, tuple[Ring, ...]], *, name: str, keys: str) -> None:
        super().__init__()
        self._theme, self._shapes = theme, shapes
        points = [point for rings in shapes.values() for ring in rings for point in ring]
        self._west, self._north = min(x for x, _ in points), max(y for _, y in points)
        east, south = max(x for x, _ in points), min(y for _, y in points)
        self._narrow = max(0.01, math.cos(math.radians((south + self._north) / 2)))
        wide, high = max(1e-6, (east - self._west) * self._narrow), max(1e-6, self._north - south)
        room = (theme.scale.em(WIDE_EMS), theme.scale.em(MOST_HIGH_EMS))
        self._scale = min(room[0] / wide, room[1] / high)  # pixels a degree of latitude
        self.setFixedSize(round(wide * self._scale) + 2 * EDGE, round(high * self._scale) + 2 * EDGE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(name)
        self.setAccessibleDescription(keys)
        self.cross = QPointF(self.width() / 2, self.height() / 2)

    def show_point(self, latitude: float, longitude: float) -> None:
        """The cross to a place, as near as the picture has it."""
        self._move(self._at(longitude, latitude))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        self._move(event.position())
        self._point()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = ARROWS.get(Qt.Key(event.key()))
        if way is not None:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step = self.width() * (COARSE if shift else FINE)
            self._move(self.cross + QPointF(way[0] * step, way[1] * step))
        elif event.key() in TAKE:
            self._point()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, scale = self._theme.colours, self._theme.scale
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colours.surface))
        for name, rings in self._shapes.items():
            painter.setPen(QPen(QColor(colours.field), 1.4))
            painter.setBrush(QColor(colours.sunken))
            around = QRectF()
            for ring in rings:
                shape = QPolygonF([self._at(*point) for point in ring])
                painter.drawPolygon(shape)
                around = around.united(shape.boundingRect())
            painter.setPen(QColor(colours.text))
            painter.setFont(self._theme.font(pixels=scale.small))
            painter.drawText(around, Qt.AlignmentFlag.AlignCenter, name)
        edge = colours.focus if self.hasFocus() else colours.line
        painter.setPen(QPen(QColor(edge), colours.ring if self.hasFocus() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.setPen(QPen(QColor(colours.bad.text), 2.4))
        arm = scale.px(9)
        painter.drawLine(self.cross - QPointF(arm, 0), self.cross + QPointF(arm, 0))
        painter.drawLine(self.cross - QPointF(0, arm), self.cross + QPointF(0, arm))
        painter.end()

    def _at(self, longitude: float, latitude: float) -> QPointF:
        x, y = (longitude - self._west) * self._narrow * self._scale, (self._north - latitude) * self._scale
        return QPointF(EDGE + x, EDGE + y)

    def _move(self, to: QPointF) -> None:
        self.cross = QPointF(min(max(to.x(), 0), self.width()), min(max(to.y(), 0), self.height()))
        self.update()

    def _point(self) -> None:
        longitude = self._west + (self.cross.x() - EDGE) / (self._narrow * self._scale)
        self.pointed.emit(self._north - (self.cross.y() - EDGE) / self._scale, longitude)
