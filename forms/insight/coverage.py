"""Whom the village has seen: households visited within the last months, and how old what is known of a place is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forms.insight.months import plus
from forms.insight.rows import VisitCount

MONTHS = 6
TARGET = 0.8
SILENT = 7
"""Days without a record from a place from which it is named."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Households of a line, and how many of them were visited within the last `MONTHS` months."""

    line: str
    visited: int
    households: int

    @property
    def share(self) -> float | None:
        return self.visited / self.households if self.households else None


def coverage(
    rows: Iterable[VisitCount], *, lines: Sequence[str], place: Callable[[str], str], month: str
) -> tuple[Covered, ...]:
    """By line, in the order given; the month that runs and the `MONTHS` - 1 before it count."""
    since = plus(month, 1 - MONTHS)
    visited, known = dict.fromkeys(lines, 0), dict.fromkeys(lines, 0)
    for row in rows:
        line = place(row.village)
        if line in known:
            known[line] += row.n
            visited[line] += row.n if row.month >= since else 0
    return tuple(Covered(line, visited[line], known[line]) for line in lines)


def ages(
    newest: Mapping[str, str], *, lines: Sequence[str], place: Callable[[str], str], now: datetime
) -> Mapping[str, int | None]:
    """Line -> days since its newest record, None where there is none; a clock that ran ahead counts as today."""
    last: dict[str, datetime] = {}
    for area, at in newest.items():
        line = place(area)
        moment = min(now, datetime.fromisoformat(at.replace("Z", "+00:00"))) if at else None
        if moment is not None and (line not in last or moment > last[line]):
            last[line] = moment
    zone = now.tzinfo
    return {line: (now.date() - last[line].astimezone(zone).date()).days if line in last else None for line in lines}
