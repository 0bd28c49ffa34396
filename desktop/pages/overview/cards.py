"""Tiles with one figure, and cards that show a chart or the table that says the same."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QStackedWidget

from desktop.pages.overview.say import Twin, TwinRow
from desktop.pages.overview.twin_table import TwinTable
from desktop.theme.apply import Theme, restyle
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, label
from desktop.widgets.card import Card
from desktop.widgets.charts.chart import Chart


class Tile(QFrame):
    """One figure. `opened(object)`: what stands behind it was asked for."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        scale = theme.scale
        self._theme = theme
        self.setProperty("kind", "card")
        self._value: object | None = None
        inside = column(self, gap=2, margins=(scale.l, scale.s, scale.m, scale.s))
        self._label, self._figure = label("", "small", wrap=True), label("", "number")
        self._words = label("", "small", wrap=True)
        for part in (self._label, self._figure, self._words):
            inside.addWidget(part)
        inside.addStretch(1)

    def put(self, name: str, figure: str, words: str, tone: Tone | None, value: object | None) -> None:
        self._label.setText(name)
        self._figure.setText(figure)
        self._words.setText(words)
        restyle(self._words, tone=tone.value if tone else "")
        self._value = value
        self.setAccessibleName(" ".join(filter(None, (name, figure, words))))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if value is not None else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if value is not None else Qt.CursorShape.ArrowCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            width, radius = self._theme.colours.ring, self._theme.scale.card_radius
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.colours.focus), width))
            painter.drawRoundedRect(self.rect().adjusted(width, width, -width, -width), radius, radius)
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._value is not None and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._value is not None:
            self.opened.emit(self._value)
        else:
            super().keyPressEvent(event)


class ChartCard(Card):
    """A chart under its title. `opened(object)`: a mark of it, or a line of its table, was opened."""

    opened = Signal(object)

    def __init__(self, theme: Theme, chart: Chart, title: str, *, second: str = "") -> None:
        super().__init__(theme)
        self.title = title
        self.chart = chart
        scale = theme.scale
        self.body.setSpacing(scale.xs)
        self._second = label(second, "small", wrap=True)
        self.body.addWidget(label(title, "h3", wrap=True))
        self.body.addWidget(self._second)
        self._stack = QStackedWidget()
        self._stack.addWidget(chart)
        self.body.addWidget(self._stack, 1)
        self._twin = Twin((), ())
        self._table: TwinTable | None = None
        chart.opened.connect(self.opened)
        self.setAccessibleName(title)

    def say(self, second: str) -> None:
        self._second.setText(second)

    @property
    def second(self) -> str:
        """What the marks mean."""
        return self._second.text()

    def twin(self, twin: Twin) -> None:
        """What the table says."""
        self._twin = twin
        if self._table is not None:
            self._show_table(shown=self._stack.currentWidget() is self._table)

    def as_table(self, *, on: bool) -> None:
        if on:
            self._show_table(shown=True)
        else:
            self._stack.setCurrentWidget(self.chart)

    def take_focus(self) -> None:
        """Into the chart, or the table in its place."""
        (self._stack.currentWidget() or self.chart).setFocus()

    @property
    def table(self) -> TwinTable | None:
        return self._table

    @property
    def twin_rows(self) -> Twin:
        return self._twin

    def _show_table(self, *, shown: bool) -> None:
        old, table = self._table, self._table
        if table is not None and table.fits(self._twin):
            table.put(self._twin)
        else:
            table = TwinTable(self._theme, self._twin, name=self.title)
            table.opened.connect(lambda at, of=table: self._open(of.row_at(at)))
            self._table = table
            self._stack.addWidget(table)
        if shown:
            self._stack.setCurrentWidget(table)
        if old is not None and old is not table:
            self._stack.removeWidget(old)
            old.deleteLater()

    def _open(self, row: TwinRow) -> None:
        if row.value is not None:
            self.opened.emit(row.value)
