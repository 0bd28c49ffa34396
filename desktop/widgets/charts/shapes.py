"""Areas as shapes, filled by the class of their number; classes differ in depth and in hatching, for paper too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen

from desktop.theme.apply import Theme
from desktop.widgets.charts.chart import Chart, Hit
from desktop.widgets.charts.pens import CENTRE, Pens

HATCHES = (
    Qt.BrushStyle.NoBrush, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.DiagCrossPattern, Qt.BrushStyle.Dense4Pattern,
)  # fmt: skip
"""By class, the lowest first; the number stands in the shape as well."""
UNKNOWN = Qt.BrushStyle.HorPattern
LEGEND = 9.5  # em
LINE = 1.5  # of a letter's size, so that nothing of it is cut


@dataclass(frozen=True, slots=True)
class Shape:
    """`rings` in a box 1 wide; `grade` is the class of its number from 1, 0 for none, None where nothing is known."""

    label: str
    figure: str
    grade: int | None
    rings: tuple[tuple[tuple[float, float], ...], ...]
    words: str
    value: object | None


@dataclass(frozen=True, slots=True)
class Shapes:
    """`height` of the box that is 1 wide; `legend` says each class in words: (grade, words)."""

    height: float
    shapes: tuple[Shape, ...]
    legend: tuple[tuple[int | None, str], ...]
    grades: int


class ShapeMap(Chart):
    """See `Shapes`. No ground below them, nothing from a network."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name)
        self._shapes = Shapes(1.0, (), (), 0)
        self._paths: Sequence[QPainterPath] = ()

    def put(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self.updateGeometry()
        self.update()

    def least_height(self) -> int:
        return self.theme.scale.em(24)

    def draw(self, painter: QPainter, box: QRectF, pens: Pens) -> list[Hit]:
        shown, scale = self._shapes, self.theme.scale
        if not shown.shapes:
            self._paths = ()
            return []
        room = box.adjusted(2, 2, -scale.em(LEGEND), -2)
        side = min(room.width(), room.height() / max(0.05, shown.height))
        left = room.left() + (room.width() - side) / 2  # shapes and legend stand in the middle together
        top = room.top() + (room.height() - side * shown.height) / 2
        self._paths = [_path(shape, left, top, side) for shape in shown.shapes]
        hits = []
        for shape, path in zip(shown.shapes, self._paths, strict=True):
            self._fill(painter, path, shape.grade, pens)
            hits.append(Hit(path.boundingRect(), shape.words, shape.value))
        for shape, path in zip(shown.shapes, self._paths, strict=True):
            self._name(painter, path.boundingRect().center(), shape, pens)
        self._legend(painter, QRectF(left + side + scale.l, top, scale.em(LEGEND) - scale.l, 0), pens)
        return hits

    def _fill(self, painter: QPainter, path: QPainterPath, grade: int | None, pens: Pens) -> None:
        share = (grade or 0) / max(1, self._shapes.grades)
        painter.setPen(QPen(pens.text2, 1.2))
        painter.setBrush(pens.heat(share * 0.6)[0] if grade is not None else pens.ground)
        painter.drawPath(path)
        hatch = UNKNOWN if grade is None else HATCHES[min(grade, len(HATCHES)) - 1] if grade else HATCHES[0]
        if hatch is not Qt.BrushStyle.NoBrush:
            painter.setBrush(QBrush(pens.text2, hatch))
            painter.drawPath(path)

    def _name(self, painter: QPainter, centre: QPointF, shape: Shape, pens: Pens) -> None:
        """On a ground of its own, so that no hatch runs through the letters."""
        scale = self.theme.scale
        wide = max(pens.width(shape.label, pixels=scale.small), pens.width(shape.figure, pixels=scale.base, bold=True))
        high = LINE * (scale.small + scale.base)
        plate = QRectF(centre.x() - wide / 2 - 4, centre.y() - high / 2, wide + 8, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pens.ground)
        painter.drawRoundedRect(plate, scale.px(4), scale.px(4))
        upper = QRectF(plate.left(), plate.top(), plate.width(), scale.small * LINE)
        lower = QRectF(plate.left(), upper.bottom(), plate.width(), scale.base * LINE)
        pens.write(painter, upper, shape.label, pixels=scale.small, side=CENTRE)
        pens.write(painter, lower, shape.figure, pixels=scale.base, bold=True, side=CENTRE)

    def _legend(self, painter: QPainter, place: QRectF, pens: Pens) -> None:
        scale = self.theme.scale
        step, swatch = scale.em(1.9), scale.em(1.4)
        for at, (grade, words) in enumerate(self._shapes.legend):
            top = place.top() + at * step
            path = QPainterPath()
            path.addRect(QRectF(place.left(), top + 2, swatch * 1.5, swatch))
            self._fill(painter, path, grade, pens)
            room = QRectF(place.left() + swatch * 1.5 + scale.s, top, place.width() - swatch * 2, swatch + 4)
            pens.write(painter, room, words, pixels=scale.small)

    def _under(self, point: QPointF) -> Hit | None:
        """The shape itself: boxes of neighbours overlap."""
        for hit, path in zip(self._hits, self._paths, strict=False):
            if path.contains(point):
                return hit
        return None


def _path(shape: Shape, left: float, top: float, side: float) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in shape.rings:
        for at, (x, y) in enumerate(ring):
            point = QPointF(left + x * side, top + y * side)
            if at:
                path.lineTo(point)
            else:
                path.moveTo(point)
        path.closeSubpath()
    return path
