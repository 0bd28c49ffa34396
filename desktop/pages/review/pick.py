"""One fact of which several values are there: each as a choice with who said it, both where that means something,
or written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QWidget

from desktop.pages.parts.page import PageContext
from desktop.widgets.basics import column, label, reveal
from desktop.widgets.flow import FlowLayout

WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Option:
    """One value: `words` as it is read, `second` who said it and when, `raw` what is kept."""

    key: str
    words: str
    second: str
    raw: str


class Choice(QPushButton):
    """A button as high as two lines, so that those with one stand level with the others."""

    least = QSize()

    def sizeHint(self) -> QSize:
        return self.least

    def minimumSizeHint(self) -> QSize:
        return self.least


def in_columns(picks: Iterable[PickRow]) -> None:
    """Let the choices of all facts stand in columns."""
    rows = list(picks)
    columns = [max(widths) for widths in zip_longest(*(row.widths() for row in rows), fillvalue=0)]
    for row in rows:
        row.widen(columns)


class PickRow(QWidget):
    """`changed`: another value was chosen. `value` is None while nothing is."""

    changed = Signal()

    def __init__(
        self, context: PageContext, name: str, options: Sequence[Option], *, chosen: str = "", free: bool = True
    ) -> None:
        super().__init__()
        scale, t = context.theme.scale, context.text
        self._theme = context.theme
        self._options = {option.key: option for option in options}
        self._name = name
        lines = column(self, gap=scale.xs, margins=(0, scale.xs, 0, scale.s))
        lines.addWidget(label(name, "strong"))
        holder = QWidget()
        flow = FlowLayout(holder, gap=scale.s)
        lines.addWidget(holder)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Choice] = {}
        for option in options:
            flow.addWidget(self._button(option.key, option.words or t("review.blank"), option.second))
        self._text = QLineEdit()
        self._text.setAccessibleName(t("review.written_name", name=name))
        self._text.hide()
        self._text.textChanged.connect(lambda _: self.changed.emit())
        lines.addWidget(self._text)
        if free:
            flow.addWidget(self._button(WRITTEN, t("review.written"), ""))
        if chosen in self._buttons:
            self._buttons[chosen].setChecked(True)
        self._group.buttonClicked.connect(self._chosen)

    def widths(self) -> list[int]:
        """How wide each choice is at least, in their order."""
        return [button.least.width() for button in self._buttons.values()]

    def widen(self, widths: Sequence[int]) -> None:
        """So wide at least: that choices of several facts stand under each other."""
        for button, width in zip(self._buttons.values(), widths, strict=False):
            button.least = button.least.expandedTo(QSize(width, 0))
            button.updateGeometry()

    @property
    def key(self) -> str:
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    @property
    def value(self) -> str | None:
        if self.key == WRITTEN:
            return self._text.text().strip()
        option = self._options.get(self.key)
        return option.raw if option is not None else None

    def choose(self, key: str) -> None:
        """As if it had been pressed."""
        self._buttons[key].setChecked(True)
        self._chosen(self._buttons[key])

    def _button(self, key: str, words: str, second: str) -> Choice:
        made = Choice(f"{words}\n{second}" if second else words)
        scale, metrics = self._theme.scale, QFontMetrics(self._theme.font(bold=True))
        wide = max(metrics.horizontalAdvance(line) for line in (words, second))
        made.least = QSize(wide + scale.px(36), 2 * metrics.height() + scale.m)
        made.setProperty("kind", "segment")
        made.setCheckable(True)
        made.setAutoDefault(True)
        made.setAccessibleName(", ".join(filter(None, (self._name, words, second))))
        self._group.addButton(made)
        self._buttons[key] = made
        return made

    def _chosen(self, button: QPushButton) -> None:
        written = button is self._buttons.get(WRITTEN)
        reveal(self._text, written)
        if written:
            self._text.setFocus()
        self.changed.emit()
