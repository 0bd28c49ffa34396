"""Numbers in other clothes: with groups of thousands, with a button for one more, as stars."""

from __future__ import annotations

import re
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.fill.fields.base import Field
from desktop.fill.fields.measuring import decimal_of, number_words
from desktop.fill.fields.writing import ENTER, LineField
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.theme.apply import Theme
from desktop.widgets.basics import button, fill, label, row
from desktop.widgets.choices import BACK, CLEAR, NEXT, digit_of
from forms.api import Node

WHOLE = re.compile(r"([+-]?)(\d+)(\.\d*)?")
STAR = (0.0, -1.0, 0.235, -0.324, 0.951, -0.309, 0.38, 0.124, 0.588, 0.809, 0.0, 0.4)  # right half, from the top
STAR_EMS = 2.2


class GroupedField(LineField):
    """A number that shows its thousands apart while nobody writes in it."""

    def _write(self, value: str) -> str:
        found = WHOLE.fullmatch(value)
        if found is None or self.line.hasFocus():
            return value
        return f"{found[1]}{int(found[2]):,}{found[3] or ''}"

    def settle(self) -> None:
        value = self._read(self.line.text())
        found = WHOLE.fullmatch(value)
        self.line.setText(f"{found[1]}{int(found[2]):,}{found[3] or ''}" if found else value)


class CounterField(LineField):
    """A number with one less and one more beside it."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit, node)
        name = plain_words(node.label)
        self.less = button(kit.theme, "", icon="minus", small=True, name=kit.text("fill.one_less", label=name))
        self.more = button(kit.theme, "", icon="plus", small=True, name=kit.text("fill.one_more", label=name))
        self.box.removeWidget(self.line)
        line = row(gap=kit.theme.scale.xs)
        fill(line, [self.less, self.line, self.more, None])
        self.box.addLayout(line)
        self.less.clicked.connect(lambda: self._step(-1))
        self.more.clicked.connect(lambda: self._step(1))

    def show_node(self, node: Node) -> None:
        super().show_node(node)
        for each in (self.less, self.more):
            each.setEnabled(not node.readonly)

    def _step(self, by: int) -> None:
        words = str(int(decimal_of(self._read(self.line.text()), "0")) + by)
        self.line.setText(words)
        self._edited(words)


class StarsField(Field):
    """A mark in stars, one for each step of the range."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self._start = decimal_of(node.parameters.get("start"), "1")
        end = decimal_of(node.parameters.get("end"), "5")
        self._step = abs(decimal_of(node.parameters.get("step"), "1")) or Decimal(1)
        count = max(1, min(20, int((end - self._start) / self._step) + 1))
        self.stars = Stars(kit.theme, count=count, name=plain_words(node.label))
        self.words = label("", "second")
        line = row(gap=kit.theme.scale.m)
        fill(line, [self.stars, self.words, None])
        self.box.addLayout(line)
        self.stars.chosen.connect(self._chosen)
        self.stars.confirmed.connect(self.confirmed)

    def show_node(self, node: Node) -> None:
        at = int((decimal_of(node.value, "0") - self._start) / self._step) + 1 if node.value else 0
        self.stars.show_count(at)
        self.stars.setEnabled(not node.readonly)
        said = self.kit.text("fill.stars", n=at, m=self.stars.count) if at else self.kit.text("fill.stars_none")
        self.words.setText(said)
        self.stars.setAccessibleDescription(said)

    def take_focus(self) -> None:
        self.stars.setFocus(Qt.FocusReason.TabFocusReason)

    def _chosen(self, at: int) -> None:
        self.answered.emit(number_words(self._start + self._step * (at - 1)) if at else "")


class Stars(QWidget):
    """Stars in a line: a press, a digit or the arrows choose, Backspace takes back. `chosen(int)`: 0 for none."""

    chosen = Signal(int)
    confirmed = Signal()

    def __init__(self, theme: Theme, *, count: int, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.count = count
        self.at = 0
        self._side = theme.scale.em(STAR_EMS)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_count(self, at: int) -> None:
        self.at = at
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side * self.count + 2 * self._theme.scale.xs, self._theme.scale.control)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int((event.position().x() - self._theme.scale.xs) // self._side) + 1
        self._choose(0 if at == self.at else min(max(at, 1), self.count))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = digit_of(event)
        if digit is not None and digit <= self.count:
            self._choose(digit)
        elif event.key() in NEXT or event.key() in BACK:
            self._choose(min(max(self.at + (1 if event.key() in NEXT else -1), 1), self.count))
        elif event.key() in CLEAR:
            self._choose(0)
        elif event.key() in ENTER and not event.modifiers():
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, at: int) -> None:
        if at != self.at:
            self.show_count(at)
            self.chosen.emit(at)

    def paintEvent(self, _event: object) -> None:
        colours, scale = self._theme.colours, self._theme.scale
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), colours.ring))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), scale.radius, scale.radius)
        edge = QColor(colours.primary if self.isEnabled() else colours.field)
        painter.setPen(QPen(edge, 1.6))
        for at in range(self.count):
            painter.setBrush(edge if at < self.at else QColor(colours.surface))
            middle = QPointF(scale.xs + self._side * (at + 0.5), self.height() / 2)
            painter.drawPolygon(_star(middle, self._side * 0.4))
        painter.end()


def _star(middle: QPointF, radius: float) -> QPolygonF:
    right = [QPointF(x, y) for x, y in zip(STAR[::2], STAR[1::2], strict=True)]
    left = [QPointF(-point.x(), point.y()) for point in reversed(right[1:-1])]
    return QPolygonF([middle + point * radius for point in [*right, *left]])
