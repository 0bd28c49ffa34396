"""A table of frozen rows that asks for more when the view comes to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.models.cells import CELL, ROW, Cell

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
TOP = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its head, how a row shows in it, and its share of the spare width (0: as wide as `ems`)."""

    title: str
    cell: Callable[[R], Cell]
    ems: float = 6.0
    stretch: int = 0


class PagedTable(QAbstractTableModel, Generic[R]):
    """Rows by pages: `ask(last, count)` is called for what follows the row `last` and answers through `append`.

    `key` identifies a row, so that a chosen row stays chosen when the list is read anew.
    """

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], str],
        ask: Callable[[R | None, int], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._ask = ask
        self._rows: list[R] = []
        self._complete = True
        self._asking = False
        self._checked: set[str] = set()

    # what pages call

    @property
    def rows(self) -> Sequence[R]:
        return self._rows

    @property
    def columns(self) -> Sequence[Column[R]]:
        return self._columns

    @property
    def checked(self) -> tuple[R, ...]:
        """The ticked rows, in the order of the list."""
        return tuple(row for row in self._rows if self._key(row) in self._checked)

    def replace(self, rows: Sequence[R], *, complete: bool = True) -> None:
        """Show these rows from the beginning; ticks of rows that are gone go too."""
        self.beginResetModel()
        self._rows = list(rows)
        self._complete, self._asking = complete, False
        self._checked &= {self._key(row) for row in self._rows}
        self.endResetModel()

    def append(self, rows: Sequence[R], *, complete: bool) -> None:
        """What was asked for came."""
        self._asking, self._complete = False, complete or not rows
        if rows:
            first = len(self._rows)
            self.beginInsertRows(TOP, first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def row(self, number: int) -> R | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number(self, key: str) -> int:
        """Where the row of that key is; -1 where it is not."""
        return next((at for at, row in enumerate(self._rows) if self._key(row) == key), -1)

    def is_checked(self, row: R) -> bool:
        return self._key(row) in self._checked

    def check(self, number: int, *, on: bool | None = None) -> None:
        """Tick a row, or change its tick."""
        row = self.row(number)
        if row is None:
            return
        key = self._key(row)
        if on if on is not None else key not in self._checked:
            self._checked.add(key)
        else:
            self._checked.discard(key)
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(self._columns) - 1))

    def uncheck_all(self) -> None:
        self._checked.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))

    # what Qt calls

    def rowCount(self, parent: Index = TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = TOP) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._complete and not self._asking and self._ask is not None

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent) and self._ask is not None:
            self._asking = True
            self._ask(self._rows[-1] if self._rows else None, len(self._rows))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row())
        if row is None:
            return None
        if role == ROW:
            return row
        cell = self._columns[index.column()].cell(row)
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = self._columns[index.column()].title
            return f"{title}: {cell.spoken}" if title else cell.spoken
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None
