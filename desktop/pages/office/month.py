"""A month of the working calendar, drawn: worked days are marked, a press or Space changes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.services.office.office_values import CalendarDay
from desktop.theme.apply import Theme

WEEK, WEEKS = 7, 6
HEAD = 24  # pixels, for the names of the weekdays
CELL = 32  # pixels
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -WEEK, Qt.Key.Key_Down: WEEK}


class MonthGrid(QWidget):
    """`pressed(date)`: that day is to be worked, or not any more. Arrows go from day to day.

    `heads` are the weekdays in a letter or two, Monday first.
    """

    pressed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        title: str,
        days: Mapping[date, CalendarDay],
        say: Callable[[CalendarDay], str],
        *,
        heads: Sequence[str],
    ) -> None:
        super().__init__()
        self._theme, self._title, self._days, self._say, self._heads = theme, title, dict(days), say, heads
        self._first = min(days)
        self._at = self._first
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._speak()

    @property
    def at(self) -> date:
        """The day on which one stands."""
        return self._at

    def sizeHint(self) -> QSize:
        side = self._theme.scale.px(CELL)
        return QSize(WEEK * side, self._theme.scale.px(HEAD) + WEEKS * side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, scale = self._theme.colours, self._theme.scale
        self._paint_heads(painter)
        for each in self._days.values():
            box = self._box(each.day).adjusted(1, 1, -1, -1)
            here = self.hasFocus() and each.day == self._at
            painter.setPen(QPen(QColor(colours.focus if here else colours.line), scale.px(2) if here else 1))
            painter.setBrush(QColor(colours.chosen if each.works else colours.surface))
            painter.drawRoundedRect(box, scale.px(5), scale.px(5))
            painter.setPen(QColor(colours.text if each.works else colours.text2))
            painter.setFont(self._theme.font(bold=each.works))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(each.day.day))
        painter.end()

    def _paint_heads(self, painter: QPainter) -> None:
        side, high = self._theme.scale.px(CELL), self._theme.scale.px(HEAD)
        painter.setPen(QColor(self._theme.colours.text2))
        painter.setFont(self._theme.font(pixels=self._theme.scale.small))
        for at, words in enumerate(self._heads):
            painter.drawText(QRect(at * side, 0, side, high), Qt.AlignmentFlag.AlignCenter, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._go(self._at + timedelta(days=step))
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit(self._at)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position().toPoint())
        if day is not None:
            self._go(day)
            self.pressed.emit(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._speak()
        self.update()

    def _go(self, day: date) -> None:
        if day in self._days:
            self._at = day
            self._speak()
            self.update()

    def _speak(self) -> None:
        self.setAccessibleName(f"{self._title}, {self._say(self._days[self._at])}")
        self.setToolTip(self._say(self._days[self._at]))

    def _box(self, day: date) -> QRect:
        side = self._theme.scale.px(CELL)
        week = (day.day + self._first.weekday() - 1) // WEEK
        return QRect(day.weekday() * side, self._theme.scale.px(HEAD) + week * side, side, side)

    def _day_at(self, point: QPoint) -> date | None:
        return next((day for day in self._days if self._box(day).contains(point)), None)
