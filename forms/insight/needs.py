"""How much is asked where, of what kind, and how that compares with the place's own history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from forms.insight.months import plus, span
from forms.insight.rows import MonthCount
from forms.insight.surges import Expected, expected

Place = Callable[[str], str]
"""Village (path) -> the line of the table that it belongs to."""


@dataclass(frozen=True, slots=True)
class Need:
    """One cell: requests of the period; `surge` says that its last month stands out, `expected` what was expected."""

    count: int
    surge: bool = False
    last: int = 0
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """One month of the trend with the range that is usual; `low`, `high` are None where there is no history yet."""

    month: str
    count: int
    low: int | None
    high: int | None
    surge: bool = False


@dataclass(frozen=True, slots=True)
class Growth:
    """A matter that grew: its count in the month, and what was expected."""

    matter: str
    count: int
    expected: float
    surge: bool


def needs(
    rows: Iterable[MonthCount], *, lines: Sequence[str], categories: Sequence[str], place: Place, months: Sequence[str],
    share: float,
) -> Mapping[tuple[str, str], Need]:  # fmt: skip
    """(line, category) -> its need in `months`, of whose last one `share` has passed."""
    history: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    since: dict[str, str] = {}
    for row in rows:
        line = place(row.village)
        history[line, row.category][row.month] += row.n
        if row.month and (line not in since or row.month < since[line]):
            since[line] = row.month
    wanted, last = set(months), months[-1]
    found = {}
    for line in lines:
        for category in categories:
            counts = history.get((line, category), {})
            here = sum(counts.get(month, 0) for month in wanted)
            now = counts.get(last, 0)
            usual = expected(counts, last, since=since[line], share=share) if line in since else None
            found[line, category] = Need(here, usual is not None and usual.is_surge(now), now, usual)
    return found


def trend(rows: Iterable[MonthCount], *, months: Sequence[str], share: float) -> tuple[MonthPoint, ...]:
    """All requests by month, with what was usual before each; `share` of the last month is over."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.month:
            counts[row.month] += row.n
    if not counts:
        return tuple(MonthPoint(month, 0, None, None) for month in months)
    since = min(counts)
    found = []
    for month in months:
        usual = expected(counts, month, since=since, share=share if month == months[-1] else 1.0)
        low, high = usual.usual() if usual.months > 2 else (None, None)
        count = counts.get(month, 0)
        found.append(MonthPoint(month, count, low, high, usual.is_surge(count)))
    return tuple(found)


def growth(rows: Iterable[MonthCount], *, month: str, share: float, most: int = 3) -> tuple[Growth, ...]:
    """Matters that are furthest above what their own history leads one to expect, only those that are above it."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    since = month
    for row in rows:
        counts[row.matter][row.month] += row.n
        since = min(since, row.month) if row.month else since
    found = []
    for matter, by_month in counts.items():
        usual, now = expected(by_month, month, since=since, share=share), by_month.get(month, 0)
        if now > usual.mean:
            found.append((usual.chance(now), Growth(matter, now, usual.mean, usual.is_surge(now))))
    found.sort(key=lambda each: (each[0], each[1].matter))
    return tuple(each for _, each in found[:most])


def months_until(last: str, count: int) -> tuple[str, ...]:
    """`count` months, the last of them `last`."""
    return span(plus(last, 1 - count), last)
