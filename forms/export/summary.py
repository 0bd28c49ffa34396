"""The summary of a table as its rows pass: counts by every choice and by month for charts, and a table to pivot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from forms.export.charts import Chart
from forms.export.disclose import Shown
from forms.export.types import Cell, Column
from forms.text import Text

_MOST_WAYS = 8
"""Columns that are counted by."""
_MOST_BARS = 12
_MOST_LINES = 20_000
"""Lines of the table to pivot; where there would be more, its last column is left out."""
_MONTHS = ("asked_on", "received_on", "finalised", "registered_on")
"""Columns whose month counts, the first that is there."""
_FIRST = {"village": 0, "overdue": 1, "state": 2, "department": 3, "category": 4}
"""What stays longest when there are too many columns to count by."""


Block = list[Sequence[str]]
"""Some rows by columns."""


class Summary:
    """Counts rows that pass through `counted`, in the words in which they leave."""

    def __init__(self, table: Shown, text: Text) -> None:
        self._text = text
        self._ways = _ways(table.columns)
        self._month = _month(table.columns)
        self._places = [at for at, _ in self._ways] + ([self._month] if self._month is not None else [])
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._singles: list[Counter[str]] = [Counter() for _ in self._places]
        self._kept = len(self._places)

    def __bool__(self) -> bool:
        return bool(self._counts)

    def counted(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The blocks as they are."""
        for block in blocks:
            if self._places:
                self._count([block[at] for at in self._places])
            yield block

    def _count(self, columns: list[Sequence[str]]) -> None:
        if self._month is not None:
            columns[-1] = [value[:7] for value in columns[-1]]
        for single, values in zip(self._singles, columns, strict=True):
            single.update(values)
        self._counts.update(zip(*columns[: self._kept], strict=True))
        if len(self._counts) > _MOST_LINES:
            self._narrow()

    def _narrow(self) -> None:
        """The month comes last but one choice is worth less: leave columns out until the lines are few enough."""
        while len(self._counts) > _MOST_LINES and self._kept > 1:
            self._kept -= 1
            narrower: Counter[tuple[str, ...]] = Counter()
            for values, count in self._counts.items():
                narrower[values[: self._kept]] += count
            self._counts = narrower

    @property
    def _labels(self) -> list[str]:
        labels = [column.label for _, column in self._ways]
        if self._month is not None:
            labels.append(self._text("export.month"))
        return [" ".join(label.split()) for label in labels]

    def lines(self) -> tuple[list[tuple[str, str, str]], list[Chart]]:
        """Rows of (column, value, count), and a chart over the lines of each column."""
        lines: list[tuple[str, str, str]] = []
        charts: list[Chart] = []
        for at, (label, single) in enumerate(zip(self._labels, self._singles, strict=True)):
            month = self._month is not None and at == len(self._singles) - 1
            blank = "" if month else self._ways[at][1].blank
            bars = self._bars(single, month, blank or self._text("export.blank"))
            names, counts = [name for name, _ in bars], [count for _, count in bars]
            title = self._text("export.chart", column=label)
            charts.append(Chart(title, len(lines) + 2, names, counts, upright=month))
            lines += [(label, name, str(count)) for name, count in bars]
        return lines, charts

    def _bars(self, single: Counter[str], month: bool, blank: str) -> list[tuple[str, int]]:
        """Months in their order; of the others the largest first, and the many small ones together."""
        if month:
            return [(value or blank, count) for value, count in sorted(single.items())]
        ordered = sorted(single.items(), key=lambda each: (-each[1], each[0]))
        rest = sum(count for _, count in ordered[_MOST_BARS:])
        found = [(value or blank, count) for value, count in ordered[:_MOST_BARS]]
        return [*found, (self._text("export.others"), rest)] if rest else found

    def pivot(self) -> tuple[list[str], Iterator[Sequence[str]]]:
        """Headers, each another, and lines of one value for each and how many rows have them."""
        headers = _unlike([*self._labels[: self._kept], self._text("export.count")])
        return headers, ([*values, str(count)] for values, count in sorted(self._counts.items()))


def pivot_cells(headers: Sequence[str]) -> list[Cell]:
    return [Cell.TEXT] * (len(headers) - 1) + [Cell.WHOLE]


def _ways(columns: Sequence[Column]) -> list[tuple[int, Column]]:
    found = [(at, column) for at, column in enumerate(columns) if column.counted]
    return sorted(found, key=lambda each: _FIRST.get(each[1].key, len(_FIRST)))[:_MOST_WAYS]


def _month(columns: Sequence[Column]) -> int | None:
    places = {column.key: at for at, column in enumerate(columns) if column.cell in (Cell.DATE, Cell.MOMENT)}
    return next((places[key] for key in _MONTHS if key in places), None)


def _unlike(headers: Sequence[str]) -> list[str]:
    """As they are, with a number behind one that was there before: a table's columns need names of their own."""
    found: list[str] = []
    for header in headers:
        name, number = header, 2
        while name.lower() in {each.lower() for each in found}:
            name, number = f"{header} ({number})", number + 1
        found.append(name)
    return found
