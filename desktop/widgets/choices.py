"""Choosing one of a few by a press or a digit, and ticking several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QCheckBox, QLayout, QPushButton, QWidget

from desktop.theme.apply import Theme
from desktop.widgets.basics import column
from desktop.widgets.flow import ColumnsLayout, FlowLayout
from desktop.widgets.wrapping import Segment, Tick

NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Down)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
CLEAR = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    picture: QPixmap | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Spread:
    """How options lie: side by side as wide as their words, or in `columns` of equal width (0: what finds room).

    `named` False: without words, under the head of a table that has them.
    """

    columns: int | None = None
    named: bool = True
    least_ems: float = 7

    def layout(self, theme: Theme, parent: QWidget, *, otherwise: Callable[[], QLayout]) -> QLayout:
        if self.columns is None:
            return otherwise()
        gap, least = theme.scale.s, theme.scale.em(self.least_ems)
        return ColumnsLayout(parent, gap=gap, columns=self.columns, least=least)

    def words(self, number: int, option: Option) -> str:
        if not self.named:
            return str(number)
        return f"{number}  {option.label}".rstrip() if number <= 9 else option.label


FLOWING = Spread()


def digit_of(event: QKeyEvent) -> int | None:
    """The digit 1 to 9 that was pressed without Ctrl or Alt, else None."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = event.key() - Qt.Key.Key_0.value
    return key if 1 <= key <= 9 and held == Qt.KeyboardModifier.NoModifier else None


class ChoiceButtons(QWidget):
    """Segments side by side, at most nine with digits. One stop for Tab; arrows move, Space or a digit chooses.

    `chosen(str)`: the value, "" when it was taken back with Backspace. `by_digit()`: a digit chose, after `chosen`.
    `confirmed()`: Enter.
    """

    chosen = Signal(str)
    by_digit = Signal()
    confirmed = Signal()

    def __init__(self, theme: Theme, *, name: str, spread: Spread = FLOWING) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._spread = spread
        self._flow = spread.layout(theme, self, otherwise=lambda: FlowLayout(self, gap=theme.scale.s))
        self._buttons: list[QPushButton] = []
        self._options: tuple[Option, ...] = ()
        self._value = ""
        self.setAccessibleName(name)

    @property
    def value(self) -> str:
        return self._value

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        return tuple(self._buttons)

    def offer(self, options: Sequence[Option]) -> None:
        """Show these options; the same ones again change nothing."""
        if tuple(options) == self._options:
            return
        focused = self._focused()
        self._options = tuple(options)
        for old in self._buttons:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = [self._make(number, option) for number, option in enumerate(options, 1)]
        self.set_value(self._value)
        if focused is not None and self._buttons:
            self._buttons[min(focused, len(self._buttons) - 1)].setFocus()

    def set_value(self, value: str) -> None:
        """Show `value` as chosen without a signal."""
        self._value = value
        for option, made in zip(self._options, self._buttons, strict=True):
            made.setChecked(option.value == value)
        self._stop_at_one()

    def focus_first(self) -> None:
        for made in self._buttons:
            if made.focusPolicy() == Qt.FocusPolicy.StrongFocus:
                made.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self._buttons:
            return self._pressed(self._buttons.index(watched), event)
        return super().eventFilter(watched, event)

    def _make(self, number: int, option: Option) -> QPushButton:
        made = Segment(self._theme, self._spread.words(number, option), option.picture)
        made.setAccessibleName(option.label)
        made.setAccessibleDescription(self._name)
        made.clicked.connect(lambda _checked, value=option.value: self._choose(value))
        made.installEventFilter(self)
        self._flow.addWidget(made)
        made.show()
        return made

    def _pressed(self, at: int, event: QKeyEvent) -> bool:
        digit = digit_of(event)
        if digit is not None and digit <= len(self._options):
            self._buttons[digit - 1].setFocus()  # before: the answer may lead on
            self._choose(self._options[digit - 1].value)
            self.by_digit.emit()
        elif event.key() in NEXT or event.key() in BACK:
            step = 1 if event.key() in NEXT else -1
            self._buttons[(at + step) % len(self._buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in CLEAR:
            self._choose("")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.confirmed.emit()
        else:
            return False
        return True

    def _choose(self, value: str) -> None:
        changed = value != self._value
        self.set_value(value)
        if changed:
            self.chosen.emit(value)

    def _stop_at_one(self) -> None:
        checked = next((i for i, made in enumerate(self._buttons) if made.isChecked()), 0)
        for index, made in enumerate(self._buttons):
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if index == checked else Qt.FocusPolicy.ClickFocus)

    def _focused(self) -> int | None:
        return next((i for i, made in enumerate(self._buttons) if made.hasFocus()), None)


class CheckRows(QWidget):
    """Ticks below each other; digits toggle the first nine. `exclusive` values untick all others.

    `ticked(tuple)`: the values in the options' order.
    """

    ticked = Signal(tuple)
    confirmed = Signal()

    def __init__(
        self, theme: Theme, *, name: str, exclusive: frozenset[str] = frozenset(), spread: Spread = FLOWING
    ) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._exclusive = exclusive
        self._spread = spread
        self._column = spread.layout(theme, self, otherwise=lambda: column(self, gap=theme.scale.xs))
        self._options: tuple[Option, ...] = ()
        self._boxes: list[QCheckBox] = []
        self.setAccessibleName(name)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(o.value for o, box in zip(self._options, self._boxes, strict=True) if box.isChecked())

    @property
    def boxes(self) -> tuple[QCheckBox, ...]:
        return tuple(self._boxes)

    def offer(self, options: Sequence[Option]) -> None:
        if tuple(options) == self._options:
            return
        kept = self.values
        self._options = tuple(options)
        for old in self._boxes:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._boxes = [self._make(number, option) for number, option in enumerate(options, 1)]
        self.set_values(kept)

    def set_values(self, values: Sequence[str]) -> None:
        for option, box in zip(self._options, self._boxes, strict=True):
            box.blockSignals(True)
            box.setChecked(option.value in values)
            box.blockSignals(False)

    def focus_first(self) -> None:
        if self._boxes:
            self._boxes[0].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self._boxes:
            return self._pressed(self._boxes.index(watched), event)
        return super().eventFilter(watched, event)

    def _make(self, number: int, option: Option) -> QCheckBox:
        box = Tick(self._theme, self._spread.words(number, option), option.picture)
        box.setAccessibleName(option.label)
        box.setAccessibleDescription(self._name)
        box.toggled.connect(lambda on, value=option.value: self._toggled(value, on=on))
        box.installEventFilter(self)
        self._column.addWidget(box)
        box.show()
        return box

    def _pressed(self, at: int, event: QKeyEvent) -> bool:
        digit = digit_of(event)
        if digit is not None and digit <= len(self._boxes):
            self._boxes[digit - 1].toggle()
            self._boxes[digit - 1].setFocus()
        elif event.key() in NEXT or event.key() in BACK:
            to = at + (1 if event.key() in NEXT else -1)
            if 0 <= to < len(self._boxes):
                self._boxes[to].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.confirmed.emit()
        else:
            return False
        return True

    def _toggled(self, value: str, *, on: bool) -> None:
        if on:
            alone = value in self._exclusive
            kept = [v for v in self.values if v == value or (not alone and v not in self._exclusive)]
            self.set_values(kept)
        self.ticked.emit(self.values)
