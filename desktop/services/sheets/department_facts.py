"""What is known for the lines of a department's workbook: people, households, villages, records of a form, requests.

The facts are the columns of the exports, so that levels, choices and labels are those; joined to them are the facts of
the household or its head, the last visit and the visits of each month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.services.context import Context
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.sheets.exporting import ExportDesk
from desktop.services.values import Level
from forms.casework.disclosure import Level as Needed
from forms.errors import Fault, Kind
from forms.export import Column, Table
from forms.export.department import Line
from forms.export.types import Cell

Row = Mapping[str, str]

_OWN = ("residents", "households", "villages", "requests")
_NOWHERE = Path("nowhere.xlsx")
_HEAD = "head"
_BIRTH = "birth"
_PARTS = ("year", "month", "day")
_WAYS = ("door", "met", "video", "phone", "nobody")
"""Ways of a visit, the one that says most first."""
_PLACE = "place"
_GONE = ("died", "moved", "gone", "void", "erased")
"""States of people and households that a department no longer counts."""
_MOST_COUNTED = 60
"""Choices of a question up to which each is counted by itself."""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one kind of line, and the lines themselves, read when they are asked for."""

    columns: Mapping[str, Column]
    lines: Callable[[], Iterable[Line]]


class Facts:
    """What a workspace knows, within `area`; tables are read once."""

    def __init__(self, context: Context, exports: ExportDesk, area: str) -> None:
        self._context, self._exports, self._area = context, exports, area
        self._year = context.today().year
        self.lookup = exports.lookup
        self.joint = "、" if context.language == "zh" else "; "
        self._tables: dict[str, Table] = {}
        self._read: dict[str, list[Row]] = {}

    def kinds(self) -> tuple[str, ...]:
        """What a line can be: people, households, villages, requests, or a record of one of the forms."""
        return tuple(dict.fromkeys((*_OWN, *(form.form_id for form in self._context.store.forms.list()))))

    def known(self, kind: str) -> Known:
        """The facts of one kind of line. Raises Fault for a kind that is none."""
        if kind == "residents":
            return Known(self._resident_columns(), self._residents)
        if kind == "households":
            return Known(self._household_columns(), self._households)
        if kind == "villages":
            return Known(self._village_columns(), self._villages)
        if kind not in self.kinds():
            raise Fault("services.department_lines", Kind.USAGE, lines=kind, known=", ".join(self.kinds()))
        return Known(self._columns(kind), lambda: self._plain(kind, "request_no" if kind == "requests" else "ref"))

    def _table(self, what: str) -> Table:
        if what not in self._tables:
            order = ExportOrder(what, _NOWHERE, level=Level.HANDLING, area=self._area)
            self._tables[what] = self._exports.tables(order)[0]
        return self._tables[what]

    def _columns(self, what: str) -> dict[str, Column]:
        found: dict[str, Column] = {}
        for column in self._table(what).columns:
            found.setdefault(column.key, column)  # what the export computes stands before a question of its name
        if "group" in found:
            text = self._context.text
            found[_PLACE] = found.get(_PLACE) or Column(_PLACE, text("export.group"), level=Needed.STATISTICS)
        return found

    def _rows(self, what: str) -> list[Row]:
        if what not in self._read:
            keys = [column.key for column in self._table(what).columns][::-1]
            rows = self._table(what).rows()
            self._read[what] = [self._placed(dict(zip(keys, row[::-1], strict=True))) for row in rows]
        return self._read[what]

    @staticmethod
    def _placed(row: dict[str, str]) -> Row:
        """With village and group as one text, and the group without the village's name before it."""
        village, group = row.get("village", ""), row.get("group", "")
        if "group" in row:
            row.setdefault(_PLACE, group if group.startswith(village) else village + group)
            row["group"] = group.removeprefix(village)
        return row

    def _line(self, row: Row, label: str) -> Line:
        return Line(row, row.get(label, ""), row.get("village", ""))

    def _plain(self, what: str, label: str) -> Iterator[Line]:
        return (self._line(row, label) for row in self._rows(what))

    def _resident_columns(self) -> dict[str, Column]:
        months = {f"visit_{month:02}": _way(self._context, month) for month in range(1, 13)}
        of_household = _prefixed("household", self._columns("households"))
        own = self._columns("residents")
        return {**of_household, **months, **self._last_visit(), **_parts_of(self._context, own), **own}

    def _last_visit(self) -> dict[str, Column]:
        label = self._context.text("export.last_visit")
        return {"last_visit": Column("last_visit", label, Cell.DATE, Needed.STATISTICS)}

    def _residents(self) -> Iterator[Line]:
        households = {row["uuid"]: row for row in self._rows("households")}
        visits = self._visits()
        for row in self._rows("residents"):
            if row.get("state") in _GONE:
                continue
            home = households.get(row.get("household", ""), {})
            joined = {f"household.{key}": value for key, value in home.items()}
            facts = {**joined, **visits.get(row.get("household", ""), {}), **_parted(row.get(_BIRTH, "")), **row}
            yield self._line(facts, "full_name")

    def _household_columns(self) -> dict[str, Column]:
        of_head = _prefixed(_HEAD, self._columns("residents"))
        return {**of_head, **self._last_visit(), **self._columns("households")}

    def _households(self) -> Iterator[Line]:
        heads = {row.get("household", ""): row for row in self._rows("residents") if row.get("relation") == _HEAD}
        visits = self._visits()
        for row in self._rows("households"):
            if row.get("state") in _GONE:
                continue
            joined = {f"{_HEAD}.{key}": value for key, value in heads.get(row["uuid"], {}).items()}
            yield self._line({**joined, **visits.get(row["uuid"], {}), **row}, "head_name")

    def _visits(self) -> dict[str, dict[str, str]]:
        """Household -> last visit, and of each month of the year the way that says most."""
        if self._context.store.forms.get("visit") is None:
            return {}
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._rows("visit"):
            day, way = row.get("visited_on", ""), row.get("way", "")
            facts = found[row.get("household", "")]
            if way != "nobody":
                facts["last_visit"] = max(facts.get("last_visit", ""), day)
            if day[:4] == str(self._year):
                month = f"visit_{day[5:7]}"
                facts[month] = min((facts.get(month, way), way), key=_rank)
        return found

    def _village_columns(self) -> dict[str, Column]:
        text = self._context.text
        found = {"village": Column("village", text("export.village"), level=Needed.STATISTICS)}
        for what in ("residents", "households"):
            found[what] = _count(what, text(f"export.{what}"))
            for column in self._table(what).columns:
                if column.cell is Cell.WHOLE:
                    found[f"{what}.{column.key}"] = _count(f"{what}.{column.key}", column.label)
                if len(column.choices) <= _MOST_COUNTED:
                    for value, label in column.choices.items():
                        key = f"{what}.{column.key}.{value}"
                        found[key] = _count(key, f"{column.label}: {label}")
        return found

    def _villages(self) -> Iterator[Line]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for what in ("residents", "households"):
            columns = [c for c in self._table(what).columns if c.choices or c.cell is Cell.WHOLE]
            for row in (each for each in self._rows(what) if each.get("state") not in _GONE):
                _tally(counts[row.get("village", "")], what, columns, row)
        for village in sorted(counts):
            facts = {key: str(value) for key, value in counts[village].items()}
            yield Line({**self._zeros(), **facts, "village": village}, village, village)

    def _zeros(self) -> dict[str, str]:
        return dict.fromkeys((key for key in self._village_columns() if key != "village"), "0")


def selected(lines: Iterable[Line], where: Mapping[str, Sequence[str]]) -> list[Line]:
    """The lines of which each fact of `where` has, or holds among several, one of the values; by place and name."""
    kept = [
        line
        for line in lines
        if all(set(values) & set(line.facts.get(fact, "").split()) for fact, values in where.items())
    ]
    return sorted(kept, key=lambda line: (line.facts.get("village", ""), line.facts.get(_PLACE, ""), line.label))


def _tally(count: Counter[str], what: str, columns: Sequence[Column], row: Row) -> None:
    count[what] += 1
    for column in columns:
        value = row.get(column.key, "")
        if column.cell is Cell.WHOLE and value.isdigit():
            count[f"{what}.{column.key}"] += int(value)
        for one in value.split() if column.several else [value]:
            if one in column.choices:
                count[f"{what}.{column.key}.{one}"] += 1


def _parts_of(context: Context, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Year, month and day of birth, for sheets that ask for them in columns of their own."""
    birth = columns.get(_BIRTH)
    if birth is None:
        return {}
    keys = {part: f"{_BIRTH}.{part}" for part in _PARTS}
    return {
        key: replace(birth, key=key, label=f"{birth.label}: {context.text(f'export.{part}')}", cell=Cell.WHOLE)
        for part, key in keys.items()
    }


def _parted(day: str) -> dict[str, str]:
    """The parts of a day in ISO 8601 that are there: of `1968-03` year and month."""
    return {f"{_BIRTH}.{part}": each.lstrip("0") for part, each in zip(_PARTS, day.split("-"), strict=False) if each}


def _count(key: str, label: str) -> Column:
    return Column(key, label, Cell.WHOLE, Needed.STATISTICS)


def _prefixed(prefix: str, columns: Mapping[str, Column]) -> dict[str, Column]:
    return {f"{prefix}.{key}": replace(column, key=f"{prefix}.{key}") for key, column in columns.items()}


def _way(context: Context, month: int) -> Column:
    choices = {way: context.text(f"export.visit_{way}") for way in _WAYS}
    label = context.text("export.visited_in", month=month)
    return Column(f"visit_{month:02}", label, level=Needed.HANDLING, choices=choices)


def _rank(way: str) -> int:
    return _WAYS.index(way) if way in _WAYS else len(_WAYS)
