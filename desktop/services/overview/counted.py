"""What the months came to, kept between two looks: a month that nobody counted anew is not read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from forms.insight.rows import DueCount
from forms.insight.sums import Answered, Place, Recorded, answered, recorded
from sync.store.office_values import Tallies, Tally


class _Row(Protocol):
    @property
    def department(self) -> str: ...

    @property
    def month(self) -> str: ...


class _OfDepartment(Protocol):
    @property
    def department(self) -> str: ...


R = TypeVar("R", bound=_Row)
D = TypeVar("D", bound=_OfDepartment)
Stamp = tuple[int, ...]
"""How often the counts of a month had changed when they were read."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: below the path `area`, of `departments` where not None; `lines` are those of the table."""

    area: str
    departments: tuple[str, ...] | None
    lines: tuple[str, ...]


@dataclass(slots=True)
class Counted:
    """One for each connection; not to be asked inside a transaction that may be undone."""

    _scope: Scope | None = None
    _recorded: dict[str, tuple[Stamp, Recorded]] = field(default_factory=dict, repr=False)
    _answered: dict[str, tuple[Stamp, Answered]] = field(default_factory=dict, repr=False)

    def recorded(self, tallies: Tallies, scope: Scope, months: Sequence[str], *, place: Place) -> tuple[Recorded, ...]:
        """What was recorded in each of `months`; `place` gives the line of `scope` to which a village belongs."""
        self._enter(scope)
        stamps = _stamps(tallies, (Tally.MONTH,), months)
        old = [month for month in months if month not in self._recorded or self._recorded[month][0] != stamps[month]]
        rows = _by_month(tallies.months(old, area=scope.area), scope) if old else {}
        for month in old:
            self._recorded[month] = stamps[month], recorded(month, rows.get(month, ()), place)
        return tuple(self._recorded[month][1] for month in months)

    def answered(self, tallies: Tallies, scope: Scope, months: Sequence[str]) -> tuple[Answered, ...]:
        """What was answered in each of `months`."""
        self._enter(scope)
        stamps = _stamps(tallies, (Tally.WAIT, Tally.TOLD), months)
        old = [month for month in months if month not in self._answered or self._answered[month][0] != stamps[month]]
        waits = _by_month(tallies.waits(old, area=scope.area), scope) if old else {}
        told = _by_month(tallies.told(old, area=scope.area), scope) if old else {}
        for month in old:
            self._answered[month] = stamps[month], answered(month, waits.get(month, ()), told.get(month, ()))
        return tuple(self._answered[month][1] for month in months)

    def due(self, tallies: Tallies, scope: Scope) -> tuple[DueCount, ...]:
        return tuple(_of(tallies.due(area=scope.area), scope))

    def _enter(self, scope: Scope) -> None:
        if scope != self._scope:
            self._scope = scope
            self._recorded.clear()
            self._answered.clear()


def _stamps(tallies: Tallies, of: Collection[Tally], months: Sequence[str]) -> Mapping[str, Stamp]:
    """Read before the counts: what changes in between is read once more the next time."""
    changed = tallies.changed()
    return {month: tuple(changed.get((tally, month), 0) for tally in of) for month in months}


def _by_month(rows: Collection[R], scope: Scope) -> Mapping[str, Sequence[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for row in _of(rows, scope):
        found[row.month].append(row)
    return found


def _of(rows: Collection[D], scope: Scope) -> Collection[D]:
    """A department sees its own figures only."""
    if scope.departments is None:
        return rows
    return [row for row in rows if row.department in scope.departments]
