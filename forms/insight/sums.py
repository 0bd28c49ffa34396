"""What the counts of one month come to: small enough to be kept, so that a look reads only months that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from forms.insight.rows import MonthCount, ToldCount, WaitCount

TOLD_WITHIN = 3
"""Days after the answer within which the resident should be told."""

Place = Callable[[str], str]
"""Village (path) -> the line of the table that it belongs to."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Requests that were recorded in `month` (2026-11): by line and category, by matter, by department, all."""

    month: str
    cells: Mapping[tuple[str, str], int]
    matters: Mapping[str, int]
    departments: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Requests that were answered in `month`: by calendar days from receipt, by department; `told` at all,
    `in_time` within `TOLD_WITHIN` days, `asked` whose reaction is known."""

    month: str
    days: Mapping[int, int]
    departments: Mapping[str, int]
    told: int
    in_time: int
    unsatisfied: int
    asked: int


def recorded(month: str, rows: Iterable[MonthCount], place: Place) -> Recorded:
    """Of the rows of one month."""
    cells, total = defaultdict[tuple[str, str], int](int), 0
    matters, departments = defaultdict[str, int](int), defaultdict[str, int](int)
    for row in rows:
        cells[place(row.village), row.category] += row.n
        matters[row.matter] += row.n
        departments[row.department] += row.n
        total += row.n
    return Recorded(month, dict(cells), dict(matters), dict(departments), total)


def answered(month: str, waits: Iterable[WaitCount], told: Iterable[ToldCount]) -> Answered:
    """Of the rows of one month."""
    days, departments = defaultdict[int, int](int), defaultdict[str, int](int)
    for wait in waits:
        days[wait.days] += wait.n
    known = list(told)
    for row in known:
        departments[row.department] += row.n
    return Answered(
        month,
        dict(days),
        dict(departments),
        told=sum(row.n for row in known if row.told >= 0),
        in_time=sum(row.n for row in known if 0 <= row.told <= TOLD_WITHIN),
        unsatisfied=sum(row.n for row in known if row.reaction == "unsatisfied"),
        asked=sum(row.n for row in known if row.reaction),
    )
