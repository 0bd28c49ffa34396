"""A line over the months with the range that was usual, and one sentence on what stands out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.charts.chart import Chart, Hit
from desktop.widgets.charts.pens import CENTRE, RIGHT, Pens

STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)


@dataclass(frozen=True, slots=True)
class Point:
    """`low`, `high`: what was usual, None where nobody can say."""

    label: str
    count: int
    low: int | None
    high: int | None
    out: bool
    words: str
    value: object | None = None


class TrendLine(Chart):
    """`said` stands beside the last point."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name)
        self._points: Sequence[Point] = ()
        self._said = ""

    def put(self, points: Sequence[Point], *, said: str = "") -> None:
        self._points, self._said = tuple(points), said
        self.update()

    def least_height(self) -> int:
        return self.theme.scale.px(150)

    def draw(self, painter: QPainter, box: QRectF, pens: Pens) -> list[Hit]:
        scale, points = self.theme.scale, self._points
        if not points:
            return []
        top_count, step = _scale_of(max(max(p.count, p.high or 0) for p in points))
        side = pens.width(str(top_count), pixels=scale.key) + scale.s
        foot = scale.key * 1.5
        area = box.adjusted(side, scale.m, -scale.l, -foot)
        for count in range(0, top_count + 1, step):
            self._level(painter, box, area, count, of=top_count, pens=pens)
        across = area.width() / max(1, len(points) - 1)

        def at(number: int, count: float) -> QPointF:
            return QPointF(area.left() + number * across, area.bottom() - area.height() * count / top_count)

        usual = [(n, p.low, p.high) for n, p in enumerate(points) if p.low is not None and p.high is not None]
        self._band(painter, [(at(n, low), at(n, high)) for n, low, high in usual], pens)
        spots = [at(n, point.count) for n, point in enumerate(points)]
        painter.setPen(QPen(pens.primary, 2))
        painter.drawPolyline(QPolygonF(spots))
        hits = self._spots(painter, spots, area, across=across, pens=pens)
        if self._said:
            self._say_last(painter, spots[-1], box, pens)
        return hits

    def _level(self, painter: QPainter, box: QRectF, area: QRectF, count: int, *, of: int, pens: Pens) -> None:
        """A hairline across at a count, with its number at the left."""
        scale = self.theme.scale
        y = area.bottom() - area.height() * count / of
        painter.setPen(QPen(pens.line, 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(box.right(), y))
        place = QRectF(box.left(), y - scale.key, area.left() - box.left() - scale.s, 2 * scale.key)
        pens.write(painter, place, str(count), pixels=scale.key, ink=pens.text2, side=RIGHT)

    def _spots(
        self, painter: QPainter, spots: Sequence[QPointF], area: QRectF, *, across: float, pens: Pens
    ) -> list[Hit]:
        """The points, and the names of as many as find room, the last one's always."""
        scale, points = self.theme.scale, self._points
        wide = max(pens.width(point.label, pixels=scale.key) for point in points) + scale.xs
        every = max(1, math.ceil(wide / across)) if across else 1
        hits = []
        for number, (spot, point) in enumerate(zip(spots, points, strict=True)):
            self._spot(painter, spot, point, pens)
            if (len(points) - 1 - number) % every == 0:
                place = QRectF(spot.x() - wide / 2, area.bottom() + scale.xs / 2, wide, scale.key * 1.5)
                pens.write(painter, place, point.label, pixels=scale.key, ink=pens.text2, side=CENTRE)
            reach = max(across, scale.px(24))
            around = QRectF(spot.x() - reach / 2, spot.y() - scale.px(12), reach, scale.px(24))
            hits.append(Hit(around, point.words, point.value))
        return hits

    def _band(self, painter: QPainter, edges: list[tuple[QPointF, QPointF]], pens: Pens) -> None:
        if len(edges) > 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(pens.band)
            painter.drawPolygon(QPolygonF([low for low, _ in edges] + [high for _, high in reversed(edges)]))

    def _spot(self, painter: QPainter, spot: QPointF, point: Point, pens: Pens) -> None:
        scale = self.theme.scale
        radius = scale.px(6) if point.out else scale.px(4)
        painter.setPen(QPen(pens.ground, 1.5))
        painter.setBrush(pens.tone(Tone.BAD) if point.out else pens.primary)
        painter.drawEllipse(spot, radius, radius)

    def _say_last(self, painter: QPainter, spot: QPointF, box: QRectF, pens: Pens) -> None:
        """Left of the last point, above the line where there is room."""
        scale = self.theme.scale
        wide = min(pens.width(self._said, pixels=scale.small, bold=True) + 2, spot.x() - box.left() - scale.l)
        top = max(box.top(), spot.y() - scale.small * 0.9)
        place = QRectF(spot.x() - wide - scale.m, top, wide, scale.small * 1.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pens.ground)
        painter.setOpacity(0.85)
        painter.drawRoundedRect(place.adjusted(-2, 0, 2, 0), 3, 3)
        painter.setOpacity(1.0)
        pens.write(painter, place, self._said, pixels=scale.small, bold=True, ink=pens.tone(Tone.BAD), side=RIGHT)


def _scale_of(most: int) -> tuple[int, int]:
    """The top of the scale and its step: three or four lines."""
    step = next((step for step in STEPS if most <= step * 4), None)
    if step is None:
        step = 10 ** max(0, int(math.log10(most / 4)))
        while step * 4 < most:
            step *= 2
    return max(step, -(-most // step) * step), step
