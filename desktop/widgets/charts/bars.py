"""Bars one below the other: a label, a length, the figure in words; perhaps a line for the goal, or a second bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.charts.chart import Chart, Hit
from desktop.widgets.charts.pens import RIGHT, Pens


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` of the full length, 0 to 1; `second` is the thin bar below, None where there is none."""

    label: str
    share: float
    figure: str
    words: str
    value: object | None = None
    tone: Tone | None = None
    second: float | None = None


class BarList(Chart):
    """`goal` is a share marked by a dashed line through all bars."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name)
        self._bars: Sequence[Bar] = ()
        self._goal: float | None = None

    def put(self, bars: Sequence[Bar], *, goal: float | None = None) -> None:
        self._bars, self._goal = tuple(bars), goal
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if bars else Qt.FocusPolicy.NoFocus)  # nothing to go through
        self.updateGeometry()
        self.update()

    def least_height(self) -> int:
        return self.theme.scale.px(28) * max(1, len(self._bars))

    def draw(self, painter: QPainter, box: QRectF, pens: Pens) -> list[Hit]:
        scale, bars = self.theme.scale, self._bars
        if not bars:
            return []
        left = min(box.width() * 0.42, max(pens.width(bar.label, pixels=scale.base) for bar in bars) + scale.m)
        right = min(
            box.width() * 0.45, max(pens.width(bar.figure, pixels=scale.base, bold=True) for bar in bars) + scale.m
        )
        high = min(scale.px(48), box.height() / len(bars))
        trough = QRectF(box.left() + left, 0, max(1.0, box.width() - left - right), min(scale.px(14), high / 2))
        hits = []
        for at, bar in enumerate(bars):
            line = QRectF(box.left(), box.top() + at * high, box.width(), high)
            label = QRectF(line.left(), line.top(), left - scale.m, high)
            pens.write(painter, label, bar.label, pixels=scale.base, side=RIGHT)
            trough.moveTop(line.center().y() - trough.height() / 2 - (scale.px(3) if bar.second is not None else 0))
            self._paint(painter, trough, bar, pens)
            figure = QRectF(trough.right() + scale.s, line.top(), right - scale.s, high)
            late = bar.tone if bar.tone in (Tone.BAD, Tone.WARN) else None
            pens.write(painter, figure, bar.figure, pixels=scale.base, bold=True, ink=pens.tone(late))
            hits.append(Hit(line.adjusted(0, 1, 0, -1), bar.words, bar.value))
        if self._goal is not None:
            x = trough.left() + trough.width() * self._goal
            painter.setPen(QPen(pens.text, 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.top() + high * len(bars)))
        return hits

    def _paint(self, painter: QPainter, trough: QRectF, bar: Bar, pens: Pens) -> None:
        scale = self.theme.scale
        radius = scale.px(3)
        painter.setPen(QPen(pens.line, 1) if pens.paper else Qt.PenStyle.NoPen)
        painter.setBrush(pens.trough)
        painter.drawRoundedRect(trough, radius, radius)
        if bar.share > 0:
            filled = QRectF(trough)
            filled.setWidth(max(2.0 * radius, trough.width() * min(1.0, bar.share)))
            painter.setPen(pens.edge() if pens.paper else Qt.PenStyle.NoPen)
            painter.setBrush(pens.bar(bar.tone))
            painter.drawRoundedRect(filled, radius, radius)
        if bar.second is not None:
            thin = QRectF(trough.left(), trough.bottom() + 2, trough.width() * min(1.0, bar.second), scale.px(4))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(pens.text2)
            painter.drawRoundedRect(thin, 2, 2)
