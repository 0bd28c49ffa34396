"""Rows of a table as values: what a cell shows, hears and sorts by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.theme.tokens import Tone
from desktop.widgets.mark import Mark

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
CELL = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Cell:
    """`second` is a second line, `mark` a chip instead of text, `tone` the colour of the text, `icon` before it."""

    title: str = ""
    second: str = ""
    mark: Mark | None = None
    tone: Tone | None = None
    strong: bool = False
    icon: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        parts = (self.title, self.mark.word if self.mark else "", self.second)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)  # slots and a generic alias do not go together in Python 3.11
class Column(Generic[Row]):
    """`width` in em; 0 takes what is left. `order` gives what to sort by, None: not sortable.

    `spare`: where the table is too narrow for all its columns, those with the highest number are left out first;
    it is where a column that takes what is left has less than `least` em.
    """

    title: str
    cell: Callable[[Row], Cell]
    width: float = 0
    order: Callable[[Row], object] | None = None
    spare: int = 0
    least: float = 8


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Any sequence of frozen rows as Qt's table; with `checkable` the first column carries a tick per row.

    Ticks belong to `key(row)`, so that they survive new rows and sorting. `ticks_changed`: they did.
    """

    ticks_changed = Signal()

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        checkable: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.checkable = checkable
        self._key = key
        self._rows: list[Row] = []
        self._ticked: dict[str, Row] = {}
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def put(self, rows: Sequence[Row]) -> None:
        """Show these rows, in their order or in the one that was chosen."""
        self.beginResetModel()
        self._rows = list(rows)
        self._arrange()
        now = {self._key(row): row for row in self._rows} if self._ticked else {}
        self._ticked = {key: now[key] for key in self._ticked if key in now}
        self.endResetModel()
        self.ticks_changed.emit()

    def row_at(self, at: int) -> Row:
        return self._rows[at]

    def find(self, key: str) -> int | None:
        """The row number of a key."""
        return next((at for at, row in enumerate(self._rows) if self._key(row) == key), None)

    @property
    def sortable(self) -> bool:
        """Whether all rows are here, so that an order chosen by a click is true of the whole."""
        return True

    @property
    def ticked(self) -> list[Row]:
        """The ticked rows, in the order in which they were ticked."""
        return list(self._ticked.values())

    def tick(self, at: int, *, on: bool | None = None) -> None:
        """Tick or untick a row; without `on` the other way round."""
        row = self._rows[at]
        key = self._key(row)
        if key not in self._ticked if on is None else on:
            self._ticked[key] = row
        else:
            self._ticked.pop(key, None)
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))
        self.ticks_changed.emit()

    def tick_all(self) -> None:
        """Tick every row that is here."""
        self._ticked = {self._key(row): row for row in self._rows}
        self._ticks_anew()

    def untick_all(self) -> None:
        self._ticked = {}
        self._ticks_anew()

    def _ticks_anew(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))
        self.ticks_changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and self.checkable and index.column() == 0:
            on = self._key(row) in self._ticked
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, CELL):
            return None
        cell = self.columns[index.column()].cell(row)
        if role == CELL:
            return cell
        return cell.spoken if role == Qt.ItemDataRole.AccessibleTextRole else cell.title or cell.spoken

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if side == Qt.Orientation.Horizontal and role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns) or self.columns[column].order is None:
            return
        self.layoutAboutToBeChanged.emit()
        old = {self._key(row): at for at, row in enumerate(self._rows)}
        self._sorted = (column, order)
        self._arrange()
        new = {old[self._key(row)]: at for at, row in enumerate(self._rows)}
        before = self.persistentIndexList()
        self.changePersistentIndexList(before, [self.index(new[i.row()], i.column()) for i in before])
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        if self._sorted is not None:
            column, direction = self._sorted
            order = self.columns[column].order
            if order is not None:
                self._rows.sort(key=order, reverse=direction == Qt.SortOrder.DescendingOrder)  # type: ignore[arg-type]
