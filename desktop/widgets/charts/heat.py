"""A table of counts in which the larger ones are deeper; a dot marks what stands out."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.charts.chart import Chart, Hit
from desktop.widgets.charts.pens import CENTRE, RIGHT, Pens

LINES_OF_HEAD = 3
SLANT = 45.0  # degrees
GAP = 3.0  # pixels between cells


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`words` say it whole; `value` is what opening it hands on."""

    count: int
    surge: bool
    words: str
    value: object | None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """`note` stands below the label in small, in a warning tone."""

    label: str
    cells: tuple[HeatCell, ...]
    total: HeatCell
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    sums: tuple[HeatCell, ...]
    total: str
    """The heading of the totals."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Pixels: `side` is the column of names, `last` that of the totals, `head` the height of the headings."""

    box: QRectF
    side: float
    step: float
    last: float
    head: float
    high: float
    slanted: bool

    def left(self, column: int) -> float:
        return self.box.left() + self.side + column * self.step

    def top(self, row: int) -> float:
        return self.box.top() + self.head + row * self.high

    def cell(self, row: int, column: int) -> QRectF:
        return QRectF(self.left(column), self.top(row), self.step - GAP, self.high - GAP)

    def total(self, row: int) -> QRectF:
        return QRectF(self.box.right() - self.last, self.top(row), self.last, self.high - GAP)


class HeatTable(Chart):
    """See `Heat`."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name)
        self._heat = Heat((), (), (), "")

    def put(self, heat: Heat) -> None:
        self._heat = heat
        self.updateGeometry()
        self.update()

    def least_height(self) -> int:
        scale = self.theme.scale
        slanted = any(" " in name for name in self._heat.columns)
        return self._head(Pens(self.theme), slanted=slanted) + scale.px(37) * (len(self._heat.rows) + 1)

    def _head(self, pens: Pens, *, slanted: bool) -> int:
        scale = self.theme.scale
        if slanted:
            longest = max((pens.width(_short(name), pixels=scale.key) for name in self._heat.columns), default=0.0)
            return round((longest + scale.key) * math.sin(math.radians(SLANT))) + scale.s
        return round(scale.key * 1.25 * LINES_OF_HEAD) + scale.xs

    def _slants(self, step: float, pens: Pens) -> bool:
        """Whether some word is wider than its column."""
        words = [word for name in self._heat.columns for word in name.split(" ") if " " in name]
        return any(pens.width(word, pixels=self.theme.scale.key) > step for word in words)

    def draw(self, painter: QPainter, box: QRectF, pens: Pens) -> list[Hit]:
        if not self._heat.rows:
            return []
        grid = self._grid(box, pens)
        self._draw_head(painter, grid, pens)
        return [*self._draw_rows(painter, grid, pens), *self._draw_foot(painter, grid, pens)]

    def _grid(self, box: QRectF, pens: Pens) -> Grid:
        """Where head, rows, columns and totals lie."""
        heat, scale = self._heat, self.theme.scale
        widest = max(
            max(pens.width(row.label, pixels=scale.base), pens.width(row.note, pixels=scale.key)) for row in heat.rows
        )
        side = min(box.width() * 0.24, widest + scale.m)
        last = pens.width("0000", pixels=scale.base, bold=True) + scale.s
        step = (box.width() - side - last) / max(1, len(heat.columns))
        slanted = self._slants(step, pens)
        head = self._head(pens, slanted=slanted)
        high = min(scale.px(44), (box.height() - head) / (len(heat.rows) + 1))
        return Grid(box, side=side, step=step, last=last, head=head, high=high, slanted=slanted)

    def _draw_head(self, painter: QPainter, grid: Grid, pens: Pens) -> None:
        heat, scale = self._heat, self.theme.scale
        write = self._slanted if grid.slanted else self._heading
        for at, name in enumerate(heat.columns):
            write(painter, QRectF(grid.left(at), grid.box.top(), grid.step - GAP, grid.head), name, pens)
        lines = scale.key * 2
        right = QRectF(grid.box.right() - grid.last, grid.box.top() + grid.head - lines, grid.last, lines)
        pens.write(painter, right, heat.total, pixels=scale.key, ink=pens.text2, side=RIGHT)

    def _draw_rows(self, painter: QPainter, grid: Grid, pens: Pens) -> list[Hit]:
        heat, scale, hits = self._heat, self.theme.scale, []
        most = max((cell.count for row in heat.rows for cell in row.cells), default=0)
        for down, line in enumerate(heat.rows):
            name = QRectF(grid.box.left(), grid.top(down), grid.side - scale.s, grid.high - GAP)
            self._label(painter, name, line, pens)
            for at, cell in enumerate(line.cells):
                place = grid.cell(down, at)
                self._cell(painter, place, cell, cell.count / most if most else 0.0, pens)
                hits.append(Hit(place, cell.words, cell.value))
            total = grid.total(down)
            pens.write(painter, total, str(line.total.count), pixels=scale.base, bold=True, side=RIGHT)
            hits.append(Hit(total, line.total.words, line.total.value))
        return hits

    def _draw_foot(self, painter: QPainter, grid: Grid, pens: Pens) -> list[Hit]:
        """What each column comes to, and everything."""
        heat, scale, hits = self._heat, self.theme.scale, []
        below = len(heat.rows)
        name = QRectF(grid.box.left(), grid.top(below), grid.side, grid.high)
        pens.write(painter, name, heat.total, pixels=scale.small, ink=pens.text2)
        for at, cell in enumerate(heat.sums):
            place = grid.cell(below, at)
            pens.write(painter, place, str(cell.count), pixels=scale.small, bold=True, ink=pens.text2, side=CENTRE)
            hits.append(Hit(place, cell.words, cell.value))
        whole = sum(cell.count for cell in heat.sums)
        pens.write(painter, grid.total(below), str(whole), pixels=scale.base, bold=True, side=RIGHT)
        return hits

    def _heading(self, painter: QPainter, box: QRectF, name: str, pens: Pens) -> None:
        """A column's name on up to three lines, at the bottom of the head."""
        pixels = self.theme.scale.key
        lines = _broken(name, box.width(), pixels, pens)
        high = pixels * 1.25
        top = box.bottom() - high * len(lines) - self.theme.scale.xs
        for at, line in enumerate(lines):
            place = QRectF(box.left() - 2, top + at * high, box.width() + 4, high)
            pens.write(painter, place, line, pixels=pixels, ink=pens.text2, side=CENTRE)

    def _slanted(self, painter: QPainter, box: QRectF, name: str, pens: Pens) -> None:
        """A column's first words, rising to the right."""
        pixels, short = self.theme.scale.key, _short(name)
        painter.save()
        painter.translate(box.center().x() - pixels * 0.2, box.bottom() - self.theme.scale.xs)
        painter.rotate(-SLANT)
        room = QRectF(0, -pixels, pens.width(short, pixels=pixels) + 2, pixels * 1.3)
        pens.write(painter, room, short, pixels=pixels, ink=pens.text2)
        painter.restore()

    def _label(self, painter: QPainter, box: QRectF, line: HeatRow, pens: Pens) -> None:
        scale = self.theme.scale
        if not line.note:
            pens.write(painter, box, line.label, pixels=scale.base, side=RIGHT)
            return
        first, second = scale.base * 1.25, scale.key * 1.2
        top = box.center().y() - (first + second) / 2
        upper = QRectF(box.left(), top, box.width(), first)
        lower = QRectF(box.left(), top + first, box.width(), second)
        pens.write(painter, upper, line.label, pixels=scale.base, side=RIGHT)
        pens.write(painter, lower, line.note, pixels=scale.key, ink=pens.tone(Tone.WARN), side=RIGHT)

    def _cell(self, painter: QPainter, box: QRectF, cell: HeatCell, share: float, pens: Pens) -> None:
        scale = self.theme.scale
        ground, ink = pens.heat(share)
        painter.setPen(QPen(pens.line, 1) if pens.paper else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, scale.px(4), scale.px(4))
        words = str(cell.count) if cell.count else "·"
        bold = share > 0.5 or cell.surge
        pens.write(
            painter, box, words, pixels=scale.base, bold=bold, ink=ink if cell.count else pens.text2, side=CENTRE
        )
        if cell.surge:
            radius = scale.px(5)
            painter.setPen(QPen(pens.ground, 1.5))
            painter.setBrush(pens.dot)
            painter.drawEllipse(QPointF(box.right() - radius - 2, box.top() + radius + 2), radius, radius)


def _short(name: str) -> str:
    """A name's first words, which stand for it where there is little room; the whole is in the table."""
    return re.split(r",| and ", name)[0]


def _broken(name: str, width: float, pixels: int, pens: Pens) -> list[str]:
    """The name on as few lines as fit; words stay whole, Chinese breaks before 与 and after 、 where it can."""
    joint = " " if " " in name else ""
    lines: list[str] = []
    for part in _pieces(name, width, pixels, pens):
        longer = f"{lines[-1]}{joint}{part}" if lines else part
        if lines and pens.width(longer, pixels=pixels) <= width + 4:
            lines[-1] = longer
        elif len(lines) < LINES_OF_HEAD:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]}{joint}{part}"
    return lines


def _pieces(name: str, width: float, pixels: int, pens: Pens) -> list[str]:
    if " " in name:
        return name.split(" ")
    found = []
    for piece in re.findall(r"与[^与、]+、?|[^与、]+、?", name):
        found += [piece] if pens.width(piece, pixels=pixels) <= width + 4 else list(piece)
    return found
