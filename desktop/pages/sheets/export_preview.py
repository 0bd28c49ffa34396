"""The first rows as the file will have them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QStackedWidget

from desktop.pages.parts.page import PageContext
from desktop.services.sheets.export_values import ExportPreview
from desktop.widgets.basics import label
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

ROWS = 6
LEAST, MOST = 4.5, 13.0  # em that a column takes
LAST = 9.5  # em that the last one shown takes at least, with the card's edges
WIDE_FROM = "\u2e80"  # signs from here on are as wide as they are high
NARROW = 0.58  # em of the others
BESIDE = 1.6  # em between columns

Line = tuple[int, tuple[str, ...]]


class PreviewCard(Card):
    """A table with as many of the columns as there is room for; the heading says how many there are."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("board.preview_rows", count=ROWS))
        self._context = context
        self._shown: ExportPreview | None = None
        self._size = label("", "small")
        if self.header is not None:
            self.header.add_action(self._size)
        self._stack = QStackedWidget()
        self._stack.setFixedHeight((ROWS + 1) * context.theme.scale.row + context.theme.scale.xs)
        self._empty = EmptyState(context.theme, "", icon="file")
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack)

    def say(self, words: str) -> None:
        """No rows, and why."""
        self._shown = None
        self._size.setText("")
        self._empty.sentence.setText(words)
        self._stack.setCurrentWidget(self._empty)

    def put(self, preview: ExportPreview) -> None:
        if not preview.rows:
            self.say(self._context.text("board.preview_empty"))
            return
        self._shown = preview
        t, columns = self._context.text, len(preview.columns)
        count = t("board.preview_size", n=preview.total, m=columns)
        self._size.setText(count if preview.total else t("board.preview_columns", m=columns))
        old = self._stack.currentWidget()
        table = self._table(preview)
        self._stack.addWidget(table)
        self._stack.setCurrentWidget(table)
        if old is not None and old is not self._empty:
            self._stack.removeWidget(old)
            old.deleteLater()

    def _table(self, preview: ExportPreview) -> DataTable[Line]:
        widths = [_wide((name, *(line[at] for line in preview.rows))) for at, name in enumerate(preview.columns)]
        shown = _fitting(widths, self.width() / self._context.theme.scale.em(1.0))
        last = len(shown) - 1
        columns: list[Column[Line]] = [
            Column(preview.columns[at], partial(_cell, at), 0 if at == last else width)
            for at, width in enumerate(shown)
        ]
        model = RowsModel(columns, key=lambda line: str(line[0]))
        model.put(list(enumerate(preview.rows)))
        return DataTable(
            self._context.theme, model, name=self._context.text("board.preview_rows", count=ROWS), two_lines=False
        )


def _wide(words: Sequence[str]) -> float:
    """Em that the longest of these takes."""
    longest = max(sum(1.0 if sign >= WIDE_FROM else NARROW for sign in each) for each in words)
    return min(MOST, max(LEAST, longest + BESIDE))


def _fitting(widths: Sequence[float], room: float) -> list[float]:
    """As many of the first columns as there is room for, at least one."""
    found: list[float] = []
    for width in widths:
        if found and sum(found) + max(width, LAST) > room:
            break
        found.append(width)
    return found


def _cell(at: int, line: Line) -> Cell:
    return Cell(line[1][at] or "—")
