"""The table that says what a chart shows: sorted by a heading, copied as lines for a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

from desktop.pages.overview.say import Twin, TwinRow
from desktop.theme.apply import Theme
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
SHARE = 6  # em of a column for which nothing is given


class TwinTable(DataTable[TwinRow]):
    """A click on the first heading brings back the order of the chart, in which nothing is ranked."""

    def __init__(self, theme: Theme, twin: Twin, *, name: str) -> None:
        self._twin = twin
        self._model = RowsModel([_column(twin, at, self._place) for at in range(len(twin.heads))], key=_key)
        super().__init__(theme, self._model, name=name, two_lines=False)
        self.put(twin)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy)

    def fits(self, twin: Twin) -> bool:
        """Whether `twin` has the same columns."""
        return (twin.heads, twin.widths) == (self._twin.heads, self._twin.widths)

    def put(self, twin: Twin) -> None:
        """Other figures, in the order that was chosen; who stands on a line stays on it."""
        at = self.selected()
        here = _key(self._model.row_at(at)) if at is not None else ""
        self._twin = twin
        self._places = {_key(row): place for place, row in enumerate(twin.rows)}
        self._model.put(twin.rows)
        found = self._model.find(here) if here else None
        if found is not None:
            self.choose(found)

    def row_at(self, at: int) -> TwinRow:
        return self._model.row_at(at)

    def copy(self) -> None:
        """Heads and lines as they stand, parted by tabs."""
        lines = [list(self._twin.heads)]
        for at in range(self._model.rowCount()):
            lines.append([cell.title for cell in self._model.row_at(at).cells])
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines) + "\n")

    def _place(self, row: TwinRow) -> int:
        return self._places.get(_key(row), 0)


def _key(row: TwinRow) -> str:
    """The words of a line, without figures: they are the same when the figures are others."""
    first, *others = (cell.title for cell in row.cells)
    return "\t".join((first, *(words for words in others if not _NUMBER.match(words))))


def _column(twin: Twin, at: int, place: Callable[[TwinRow], int]) -> Column[TwinRow]:
    width = twin.widths[at] if twin.widths else SHARE * bool(at)
    order: Callable[[TwinRow], object] = partial(_value, at) if at else place
    return Column(twin.heads[at], partial(_cell, at), width=width, order=order)


def _cell(at: int, row: TwinRow) -> Cell:
    return row.cells[at]


def _value(at: int, row: TwinRow) -> tuple[bool, tuple[float, ...], str]:
    """Figures by what they say, before words."""
    words = row.cells[at].title
    numbers = tuple(map(float, _NUMBER.findall(words))) if _NUMBER.match(words) else ()
    return (not numbers, numbers, words)
