"""The rows of a table as they are counted: how often each combination of answers came, and the keys that stand for it.

A cell of a table that leaves can be worked out from other tables that count the same rows in another way. Where one
answer follows from a finer one (the category from the matter, the town from the street) a table by the coarser one is
a table of the finer one's keys as well, so that both can be held against each other, in this export or in a later one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from operator import itemgetter

from forms.export.releases import Parts, group
from forms.export.types import Cell, Column, Table

VILLAGE = "village"
Watched = Callable[[Iterable[Sequence[str]]], Iterator[Sequence[str]]]


Key = Callable[[tuple[str, ...]], str]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The places in a row of what goes down and what goes across, and the line and column of each value."""

    down: int
    row_of: Mapping[str, int]
    across: int
    column_of: Mapping[str, int]

    def empty(self) -> list[list[dict[str, int]]]:
        width = max(self.column_of.values()) + 1
        return [[{} for _ in range(width)] for _ in range(max(self.row_of.values()) + 1)]


@dataclass(frozen=True, slots=True)
class Seen:
    """`rows` counts combinations of: the month, the table's finest groups, and each of `columns`, the village first."""

    table: Table
    columns: tuple[Column, ...]
    rows: Mapping[tuple[str, ...], int]

    @classmethod
    def of(cls, table: Table, rows: Iterable[Sequence[str]], zone: tzinfo | None) -> Seen:
        """Read all rows once; a moment belongs to the month that it is in at `zone`."""
        place = {column.key: at for at, column in enumerate(table.columns)}
        columns = sorted((each for each in table.columns if each.counted), key=lambda each: each.key != VILLAGE)
        wanted = [place[key] for key in (*table.finest, *(column.key for column in columns))]
        when, month = place.get(table.period), _month(table, zone)
        found: Counter[tuple[str, ...]] = Counter()
        pick = itemgetter(*wanted, *wanted[-1:]) if wanted else lambda _row: ("",)  # always a tuple
        for row in rows:
            found[("" if when is None else month(row[when]), *pick(row)[:-1])] += 1
        return cls(table, tuple(columns), found)

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def margin(self, column: Column) -> Counter[str]:
        at, found = self._at(column), Counter[str]()
        for row, count in self.rows.items():
            found[row[at]] += count
        return found

    def crossed(self, down: Column, across: Column) -> Counter[tuple[str, str]]:
        one, other, found = self._at(down), self._at(across), Counter[tuple[str, str]]()
        for row, count in self.rows.items():
            found[row[one], row[other]] += count
        return found

    def parts(
        self, down: Column, row_of: Mapping[str, int], across: Column, column_of: Mapping[str, int]
    ) -> tuple[Parts, ...]:
        """A table of these two in its own keys, in those of every column that it follows from, and in the shared ones.

        `row_of`, `column_of` say where in the table a value is counted.
        """
        frame = _Frame(self._at(down), row_of, self._at(across), column_of)
        finer = [each for each in self.columns if each is across or (each is not down and self._tells(each, across))]
        made = [self._in(frame, self._key(down, each)) for each in finer]
        if self.table.finest and self._follows(range(1, 1 + len(self.table.finest)), frame.across):
            return (*made, self._in(frame, self._shared(down)))
        return (*made, self.lines(down, row_of))

    def lines(self, down: Column, row_of: Mapping[str, int]) -> Parts:
        """The lines of a table, by `down` alone, in the keys that all tables of these rows share."""
        at = self._at(down)
        made = self._in(_Frame(at, row_of, at, dict.fromkeys(row_of, 0)), self._shared(down))
        return Parts(made.grid, whole=False)

    def _in(self, frame: _Frame, key: Key) -> Parts:
        grid = frame.empty()
        for row, count in self.rows.items():
            cell, name = grid[frame.row_of[row[frame.down]]][frame.column_of[row[frame.across]]], key(row)
            cell[name] = cell.get(name, 0) + count
        return Parts(grid)

    def _key(self, down: Column, across: Column) -> Key:
        one, other, codes = self._at(down), self._at(across), down.codes
        start = f"{self._of(down)}\t{across.key}"
        return lambda row: f"{start}\t{codes.get(row[one], row[one])}\t{row[other]}\t{row[0]}"

    def _shared(self, down: Column) -> Key:
        at, codes, last = self._at(down), down.codes, 1 + len(self.table.finest)
        return lambda row: group(self._of(down), row[0], codes.get(row[at], row[at]), *row[1:last])

    def _of(self, down: Column) -> str:
        """What is counted, and by what where it is not by village."""
        return self.table.key if down.key == VILLAGE else f"{self.table.key}:{down.key}"

    def _tells(self, finer: Column, coarser: Column) -> bool:
        """Whether what `coarser` says follows from `finer`, which has more to say."""
        one, other = self._at(finer), self._at(coarser)
        return self._follows((one,), other) and len({row[one] for row in self.rows}) > len(
            {row[other] for row in self.rows}
        )

    def _follows(self, places: Iterable[int], other: int) -> bool:
        known: dict[tuple[str, ...], str] = {}
        wanted = tuple(places)
        return all(known.setdefault(tuple(row[at] for at in wanted), row[other]) == row[other] for row in self.rows)

    def _at(self, column: Column) -> int:
        return 1 + len(self.table.finest) + self.columns.index(column)


def _month(table: Table, zone: tzinfo | None) -> Callable[[str], str]:
    moment = any(column.key == table.period and column.cell is Cell.MOMENT for column in table.columns)

    def month(value: str) -> str:
        if moment and zone is not None:
            try:
                return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m")
            except ValueError:
                pass
        return value[:7]

    return month
