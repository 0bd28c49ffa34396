"""A township's own lists, checked before anybody works by them: areas, calendar, categories, departments, matters.

A list is a csv in UTF-8, or as a Chinese Excel saves it, with the columns of the pack's own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forms.errors import Fault, Kind
from forms.text import Text

AREAS, CALENDAR, CATEGORIES = "areas.csv", "calendar.csv", "categories.csv"
DEPARTMENTS, MATTERS = "departments.csv", "matters.csv"
NAMES = (AREAS, CALENDAR, CATEGORIES, DEPARTMENTS, MATTERS)
MOST = 1000  # problems that are told at once

Row = Mapping[str, str]
Check = Callable[[Sequence[Row], Mapping[str, Sequence[Row]]], Iterator["ListProblem"]]

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    AREAS: ("name", "label", "level", "parent"),
    CALENDAR: ("name", "kind", "seq", "state"),
    CATEGORIES: ("name", "label"),
    DEPARTMENTS: ("name", "label"),
    MATTERS: ("name", "category", "label", "dept", "days", "urgency", "sensitive", "emergency", "place", "public"),
}
_DIGITS = {"county": 6, "township": 9, "village": 12, "group": 14}
_ABOVE = {"township": "county", "village": "township", "group": "village"}
_URGENCY = ("normal", "urgent", "emergency")
_FLAGS = ("sensitive", "emergency", "place", "public")
_CODE = re.compile(r"[A-Z0-9_]{1,12}")
_MATTER = re.compile(r"[A-Z][0-9]{2}")


@dataclass(frozen=True, slots=True)
class ListProblem:
    """What is wrong in one cell: `row` as a spreadsheet counts, the head being 1; words under `lists.CODE`."""

    code: str
    row: int
    column: str
    value: str = ""

    def message(self, text: Text) -> str:
        where = text("lists.place", row=self.row, column=self.column)
        return where + text(f"lists.{self.code}", value=self.value, column=self.column)


class BadList(Fault):
    """A list that cannot be used; `problems` from the top down."""

    def __init__(self, name: str, problems: Sequence[ListProblem], /) -> None:
        super().__init__("lists.bad", Kind.DAMAGED, name=name, count=len(problems))
        self.problems = tuple(problems)

    def message(self, text: Text) -> str:
        return "\n".join([super().message(text), *(problem.message(text) for problem in self.problems)])


def plain(data: bytes) -> bytes:
    """The list in UTF-8, whichever of the two usual encodings it came in. Fault lists.encoding for any other."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise Fault("lists.encoding", Kind.DAMAGED)


def check(name: str, data: bytes, others: Mapping[str, bytes], *, needed: Sequence[str] = ()) -> None:
    """Raise BadList where the list `name` cannot be worked by; `data` as `plain` gives it.

    `others` are the lists that it refers to, by name; `needed` are codes that forms name and that must stay.
    Fault lists.unknown for a list of another name.
    """
    if name not in _COLUMNS:
        raise Fault("lists.unknown", Kind.USAGE, name=name, known=", ".join(NAMES))
    columns, rows = _read(data)
    missing = [ListProblem("column", 1, column) for column in _COLUMNS[name] if column not in columns]
    if missing:
        raise BadList(name, missing)
    known = {other: _read(content)[1] for other, content in others.items()}
    found = [*_names(rows), *_CHECKS[name](rows, known)]
    there = {row["name"] for row in rows}
    found += [ListProblem("needed", len(rows) + 1, "name", code) for code in needed if code not in there]
    if found:
        raise BadList(name, sorted(found, key=lambda problem: problem.row)[:MOST])


def _read(data: bytes) -> tuple[Sequence[str], list[Row]]:
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), restval="")
    rows: list[Row] = [
        {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)} for row in reader
    ]
    return tuple(reader.fieldnames or ()), rows


def _numbered(rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    return enumerate(rows, 2)


def _names(rows: Sequence[Row]) -> Iterator[ListProblem]:
    """Names and labels are there, and no name twice."""
    seen: set[str] = set()
    if not rows:
        yield ListProblem("empty", 2, "name")
    for number, row in _numbered(rows):
        if not row["name"]:
            yield ListProblem("blank", number, "name")
        elif row["name"] in seen:
            yield ListProblem("twice", number, "name", row["name"])
        seen.add(row["name"])
        if not row.get("label", "-") and "kind" not in row:  # most days have no label
            yield ListProblem("blank", number, "label")


def _areas(rows: Sequence[Row], _: Mapping[str, Sequence[Row]]) -> Iterator[ListProblem]:
    levels = {row["name"]: row["level"] for row in rows}
    for number, row in _numbered(rows):
        level, parent = row["level"], row["parent"]
        if level not in _DIGITS:
            yield ListProblem("level", number, "level", level)
            continue
        if not (row["name"].isascii() and row["name"].isdigit() and len(row["name"]) == _DIGITS[level]):
            yield ListProblem(f"digits_{level}", number, "name", row["name"])
        if parent and parent not in levels:
            yield ListProblem("parent", number, "parent", parent)
        elif parent and levels[parent] != _ABOVE.get(level):
            yield ListProblem("parent_level", number, "parent", parent)
        elif parent and not row["name"].startswith(parent):
            yield ListProblem("parent_code", number, "name", row["name"])
        elif not parent and level in ("village", "group"):
            yield ListProblem("blank", number, "parent")


def _calendar(rows: Sequence[Row], _: Mapping[str, Sequence[Row]]) -> Iterator[ListProblem]:
    before: date | None = None
    worked: int | None = None
    for number, row in _numbered(rows):
        day = _day(row["name"])
        if day is None:
            yield ListProblem("day", number, "name", row["name"])
            continue
        if before is not None and day != before + timedelta(1):
            yield ListProblem("day_missing", number, "name", (before + timedelta(1)).isoformat())
        before = day
        if row["kind"] not in ("work", "rest"):
            yield ListProblem("kind", number, "kind", row["kind"])
        if row["state"] not in ("official", "provisional"):
            yield ListProblem("calendar_state", number, "state", row["state"])
        count = _whole(row["seq"])
        if count is None or (worked is not None and count != worked + (row["kind"] == "work")):
            yield ListProblem("seq", number, "seq", row["seq"])
        worked = count


def _categories(rows: Sequence[Row], _: Mapping[str, Sequence[Row]]) -> Iterator[ListProblem]:
    for number, row in _numbered(rows):
        if not re.fullmatch("[A-Z]", row["name"]):
            yield ListProblem("letter", number, "name", row["name"])


def _departments(rows: Sequence[Row], _: Mapping[str, Sequence[Row]]) -> Iterator[ListProblem]:
    for number, row in _numbered(rows):
        if not _CODE.fullmatch(row["name"]):
            yield ListProblem("code", number, "name", row["name"])


def _matters(rows: Sequence[Row], others: Mapping[str, Sequence[Row]]) -> Iterator[ListProblem]:
    categories, departments = ({row["name"] for row in others.get(name, ())} for name in (CATEGORIES, DEPARTMENTS))
    for number, row in _numbered(rows):
        if not _MATTER.fullmatch(row["name"]):
            yield ListProblem("matter", number, "name", row["name"])
        elif row["name"][0] != row["category"]:
            yield ListProblem("matter_category", number, "category", row["category"])
        if row["category"] not in categories:
            yield ListProblem("category", number, "category", row["category"])
        if row["dept"] not in departments:
            yield ListProblem("dept", number, "dept", row["dept"])
        days, hours = _whole(row["days"]), row.get("hours", "")
        if days is None or not 1 <= days <= 365:
            yield ListProblem("days", number, "days", row["days"])
        if hours and _whole(hours) is None:
            yield ListProblem("whole", number, "hours", hours)
        if row["urgency"] not in _URGENCY:
            yield ListProblem("urgency", number, "urgency", row["urgency"])
        for flag in _FLAGS:
            if row[flag] not in ("0", "1"):
                yield ListProblem("flag", number, flag, row[flag])


_CHECKS: Mapping[str, Check] = {
    AREAS: _areas,
    CALENDAR: _calendar,
    CATEGORIES: _categories,
    DEPARTMENTS: _departments,
    MATTERS: _matters,
}


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _whole(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() else None
