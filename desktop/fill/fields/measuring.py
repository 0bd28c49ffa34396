"""A number between two ends, and an order of things."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSlider

from desktop.fill.fields.base import Field, mark_bad
from desktop.fill.fields.writing import Line
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.widgets.basics import button, column, fill, label, reveal, row
from forms.api import Node

RANGE_EMS = 7


class RangeField(Field):
    """A slider and the number itself; empty until one of them is used."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self._start = decimal_of(node.parameters.get("start"), "0")
        self._end = decimal_of(node.parameters.get("end"), "10")
        step = abs(decimal_of(node.parameters.get("step"), "1"))
        self._step = step or Decimal(1)
        self._whole = node.type == "int"
        name = plain_words(node.label)
        self.line = Line()
        self.line.setAccessibleName(name)
        self.line.setMaximumWidth(kit.theme.scale.em(RANGE_EMS))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(name)
        self.slider.setRange(0, int(abs(self._end - self._start) / self._step))
        line = row(gap=kit.theme.scale.m)
        fill(
            line,
            [
                self.line,
                label(number_words(self._start), "small"),
                self.slider,
                label(number_words(self._end), "small"),
            ],
        )
        line.setStretch(2, 1)
        self.box.addLayout(line)
        self.line.textEdited.connect(lambda words: self.answered.emit(words.strip()))
        self.line.confirmed.connect(self.confirmed)
        self.slider.valueChanged.connect(self._slid)

    def show_node(self, node: Node) -> None:
        if self.line.text().strip() != node.value:
            self.line.setText(node.value)
        self.slider.blockSignals(True)
        way = self._end - self._start
        value = decimal_of(node.value, str(self._start))
        self.slider.setValue(int((value - self._start) / self._step * (1 if way >= 0 else -1)))
        self.slider.blockSignals(False)
        self.line.setReadOnly(node.readonly)
        self.slider.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def _slid(self, steps: int) -> None:
        way = 1 if self._end >= self._start else -1
        value = self._start + self._step * steps * way
        words = str(int(value)) if self._whole else number_words(value)
        self.line.setText(words)
        self.answered.emit(words)


class RankField(Field):
    """Things in order: Alt+Up and Alt+Down or the buttons move the chosen one."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self.rows = QListWidget()
        self.rows.setAccessibleName(plain_words(node.label))
        self.rows.setProperty("kind", "popup")
        self.rows.installEventFilter(self)
        self.up = button(kit.theme, "", icon="arrow-up", small=True, name=kit.text("fill.rank_up"), tip="Alt+↑")
        self.down = button(kit.theme, "", icon="arrow-down", small=True, name=kit.text("fill.rank_down"), tip="Alt+↓")
        self.keep = button(kit.theme, kit.text("fill.rank_keep"), small=True)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.keep.clicked.connect(self._tell)
        side = column(gap=kit.theme.scale.xs)
        fill(side, [self.up, self.down, self.keep, None])
        line = row(gap=kit.theme.scale.s)
        fill(line, [self.rows, side])
        self.box.addLayout(line)

    def show_node(self, node: Node) -> None:
        choices = {c.value: plain_words(c.label) for c in self.kit.session.choices(node.ref)}
        order = [v for v in node.value.split() if v in choices]
        order += [v for v in choices if v not in order]
        if order != self._order():
            self.rows.clear()
            for value in order:
                item = QListWidgetItem(choices[value])
                item.setData(Qt.ItemDataRole.UserRole, value)
                self.rows.addItem(item)
        height = sum(self.rows.sizeHintForRow(at) for at in range(self.rows.count()))
        self.rows.setFixedHeight(min(height + self.kit.theme.scale.s, self.kit.theme.scale.em(20)))
        reveal(self.keep, not node.value)
        for each in (self.rows, self.up, self.down, self.keep):
            each.setEnabled(not node.readonly)

    def take_focus(self) -> None:
        self.rows.setFocus(Qt.FocusReason.TabFocusReason)
        if self.rows.currentRow() < 0:
            self.rows.setCurrentRow(0)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.confirmed.emit()
                return True
        return False

    def _move(self, by: int) -> None:
        at = self.rows.currentRow()
        to = at + by
        if at >= 0 and 0 <= to < self.rows.count():
            item = self.rows.takeItem(at)
            self.rows.insertItem(to, item)
            self.rows.setCurrentRow(to)
            self._tell()

    def _tell(self) -> None:
        self.answered.emit(" ".join(self._order()))

    def _order(self) -> list[str]:
        return [self.rows.item(at).data(Qt.ItemDataRole.UserRole) for at in range(self.rows.count())]


def decimal_of(words: str | None, otherwise: str) -> Decimal:
    try:
        return Decimal(words or otherwise)
    except InvalidOperation:
        return Decimal(otherwise)


def number_words(value: Decimal) -> str:
    return format(value.normalize(), "f")
