"""A share as a bar, with a line where it should be; the number stands beside it in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.apply import Theme


class Meter(QWidget):
    """`percent` of the whole is filled; `target` per cent is marked, 0 for none."""

    def __init__(self, theme: Theme, *, percent: int, target: int = 0, name: str = "") -> None:
        super().__init__()
        self._theme, self._percent, self._target = theme, min(100, max(0, percent)), target
        self.setFixedHeight(theme.scale.px(16))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, scale = self._theme.colours, self._theme.scale
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = scale.px(10)
        bar = QRectF(0.5, (self.height() - thick) / 2, self.width() - 1, thick)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.sunken))
        painter.drawRoundedRect(bar, thick / 2, thick / 2)
        if self._percent:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.primary))
            filled = QRectF(bar.left(), bar.top(), max(thick, bar.width() * self._percent / 100), bar.height())
            painter.drawRoundedRect(filled, thick / 2, thick / 2)
        if self._target:
            at = bar.left() + bar.width() * self._target / 100
            painter.setPen(QPen(QColor(colours.text), scale.px(2)))
            painter.drawLine(round(at), 0, round(at), self.height())
        painter.end()
