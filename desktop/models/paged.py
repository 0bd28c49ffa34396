"""Rows by pages: the table shows the first ones at once and asks for more when the view comes to their end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject

from desktop.widgets.table_model import Column, Index, RowsModel

Row = TypeVar("Row")
Ask = Callable[[Row | None, int], None]


class PagedRows(RowsModel[Row]):
    """`ask(last, count)` is called for what follows the row `last`; the answer comes through `append`."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        ask: Ask[Row],
        checkable: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=key, checkable=checkable, parent=parent)
        self._ask = ask
        self._complete = True
        self._asking = False

    def put(self, rows: Sequence[Row], *, complete: bool = True) -> None:
        """Show these rows from the beginning; `complete`: there are no more."""
        self._complete, self._asking = complete, False
        super().put(rows)

    def append(self, rows: Sequence[Row], *, complete: bool) -> None:
        """What was asked for came."""
        self._asking, self._complete = False, complete or not rows
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def row_or_none(self, at: int | None) -> Row | None:
        """The row at a place that may not be there."""
        return self._rows[at] if at is not None and 0 <= at < len(self._rows) else None

    @property
    def sortable(self) -> bool:
        return self._complete

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._complete and not self._asking

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._asking = True
            self._ask(self._rows[-1] if self._rows else None, len(self._rows))
