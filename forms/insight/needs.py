"""How much is asked where, of what kind, and how that compares with the place's own history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.insight.months import plus, span
from forms.insight.sums import Recorded
from forms.insight.surges import Expected, expected


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
    known: Sequence[Recorded], *, lines: Sequence[str], categories: Sequence[str], months: Sequence[str], share: float
) -> Mapping[tuple[str, str], Need]:
    """(line, category) -> its need in `months`, of whose last one `share` has passed."""
    history: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    since: dict[str, str] = {}
    for each in sorted(known, key=lambda each: each.month):
        for cell, n in each.cells.items():
            history[cell][each.month] = n
            since.setdefault(cell[0], each.month)
    last = months[-1]
    found = {}
    for line in lines:
        for category in categories:
            counts = history.get((line, category), {})
            here = sum(counts.get(month, 0) for month in months)
            now = counts.get(last, 0)
            usual = expected(counts, last, since=since[line], share=share) if line in since else None
            found[line, category] = Need(here, usual is not None and usual.is_surge(now), now, usual)
    return found


def trend(known: Sequence[Recorded], *, months: Sequence[str], share: float) -> tuple[MonthPoint, ...]:
    """All requests by month, with what was usual before each; `share` of the last month is over."""
    counts = {each.month: each.total for each in known if each.total}
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


def growth(known: Sequence[Recorded], *, month: str, share: float, most: int = 3) -> tuple[Growth, ...]:
    """Matters that are furthest above what their own history leads one to expect, only those that are above it."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for each in known:
        for matter, n in each.matters.items():
            counts[matter][each.month] = n
    since = min((each.month for each in known if each.total), default=month)
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
