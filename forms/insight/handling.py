"""How requests fare at the office: what is late, how long an answer takes, who was told, who can keep up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.insight.rows import DueCount
from forms.insight.sums import Answered, Recorded

CLOSED = ("told", "closed")
ANSWERED = "answered"


class Age(StrEnum):
    """How late, or how near; words under `overview.age_KEY`."""

    LONG_OVER = "long_over"  # more than five days
    OVER = "over"
    TODAY = "today"
    SOON = "soon"  # within three days
    LATER = "later"
    STANDING = "standing"  # no limit runs: not assigned yet, or waiting for village or county


class Wait(StrEnum):
    """How long an answer took, in calendar days; words under `overview.wait_KEY`."""

    DAYS_3 = "days_3"
    DAYS_7 = "days_7"
    DAYS_15 = "days_15"
    DAYS_30 = "days_30"
    LONGER = "longer"


_UP_TO = {Wait.DAYS_3: 3, Wait.DAYS_7: 7, Wait.DAYS_15: 15, Wait.DAYS_30: 30}


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open requests by how late they are, the latest first; `oldest` is the earliest due day that is over."""

    by_age: tuple[tuple[Age, int], ...]
    overdue: int
    open: int
    oldest: date | None
    oldest_department: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Days to answer, and how many were told: `told` of `answered`, `in_time` within `sums.TOLD_WITHIN` days."""

    by_wait: tuple[tuple[Wait, int], ...]
    answered: int
    median: int | None
    told: int
    in_time: int
    unsatisfied: int
    asked: int  # whose reaction is known


@dataclass(frozen=True, slots=True)
class Load:
    """A department: requests that come and are answered in a month, what is open, months until that is done.

    `months_left` is None where nothing was answered lately, so that nothing can be said.
    """

    department: str
    coming: float
    answered: float
    open: int
    overdue: int
    months_left: float | None


def ageing(rows: Iterable[DueCount], today: date) -> Ageing:
    """What of the open ones is late on `today`; answered ones wait for nobody at the office and are left out."""
    counts = dict.fromkeys(Age, 0)
    oldest, whose = None, ""
    for row in rows:
        if row.state == ANSWERED:
            continue
        due = date.fromisoformat(row.due) if row.due else None
        counts[age_of(due, today)] += row.n
        if due is not None and due < today and (oldest is None or due < oldest):
            oldest, whose = due, row.department
    overdue = counts[Age.LONG_OVER] + counts[Age.OVER]
    return Ageing(tuple(counts.items()), overdue, sum(counts.values()), oldest, whose)


def age_of(due: date | None, today: date) -> Age:
    if due is None:
        return Age.STANDING
    left = (due - today).days
    if left < 0:
        return Age.LONG_OVER if left < -5 else Age.OVER
    return Age.TODAY if left == 0 else Age.SOON if left <= 3 else Age.LATER


def answers(known: Iterable[Answered], months: Sequence[str]) -> Answers:
    """Of those answered in `months`."""
    inside = [each for each in known if each.month in set(months)]
    days = defaultdict[int, int](int)
    for each in inside:
        for taken, n in each.days.items():
            days[taken] += n
    counts = dict.fromkeys(Wait, 0)
    for taken, n in days.items():
        counts[next((wait for wait, most in _UP_TO.items() if taken <= most), Wait.LONGER)] += n
    return Answers(
        by_wait=tuple(counts.items()),
        answered=sum(days.values()),
        median=_median(days),
        told=sum(each.told for each in inside),
        in_time=sum(each.in_time for each in inside),
        unsatisfied=sum(each.unsatisfied for each in inside),
        asked=sum(each.asked for each in inside),
    )


def _median(counts: dict[int, int]) -> int | None:
    half, seen = sum(counts.values()) / 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= half:
            return value
    return None


def loads(
    coming: Iterable[Recorded], done: Iterable[Answered], due: Iterable[DueCount], *, months: Sequence[str],
    departments: Sequence[str], today: date,
) -> tuple[Load, ...]:  # fmt: skip
    """Needs against capacity over complete `months`, in the order of `departments`; those without work are left out."""
    wanted, count = set(months), max(1, len(months))
    arriving, answered = defaultdict[str, int](int), defaultdict[str, int](int)
    standing, late = defaultdict[str, int](int), defaultdict[str, int](int)
    for into, known_months in ((arriving, coming), (answered, done)):
        for month in known_months:
            for department, n in month.departments.items() if month.month in wanted else ():
                into[department] += n
    for each in due:
        if each.state != ANSWERED:
            standing[each.department] += each.n
            late[each.department] += each.n if each.due and each.due < today.isoformat() else 0
    known = {name for counts in (arriving, answered, standing) for name, n in counts.items() if n and name}
    order = [name for name in departments if name in known] + sorted(known - set(departments))
    return tuple(
        Load(
            name,
            arriving[name] / count,
            answered[name] / count,
            standing[name],
            late[name],
            standing[name] * count / answered[name] if answered[name] else None,
        )
        for name in order
    )
