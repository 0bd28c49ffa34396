"""The township's working days: due dates, days left, pauses. Source of the rules: Civil Code 201 and 203.

Day 0 is the day on which a limit starts, whatever the hour; counting begins with the next working day.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from forms.errors import Fault, Kind


@dataclass(frozen=True, slots=True)
class Due:
    """The day until the end of which something is in time; `provisional` while that year's holidays are not known."""

    day: date
    provisional: bool = False


class Calendar:
    """Working days by date. Days outside the rows: Monday to Friday are worked, and the result is provisional."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """`rows` as in calendar.csv: `name` (ISO date), `kind` (work, rest), `state` (official, provisional)."""
        self._work: dict[date, bool] = {}
        self._provisional: set[date] = set()
        for number, row in enumerate(rows, 2):
            day = _day(row.get("name", ""), number)
            if row.get("kind") not in ("work", "rest"):
                raise Fault("casework.calendar_kind", Kind.DAMAGED, row=number, value=row.get("kind", ""))
            self._work[day] = row["kind"] == "work"
            if row.get("state", "official") != "official":
                self._provisional.add(day)
        known = sorted(self._work)
        self._first, self._last = (known[0], known[-1]) if known else (date.min, date.min)
        self._worked = [day for day in known if self._work[day]]

    @classmethod
    def read(cls, data: bytes) -> Calendar:
        """From the bytes of calendar.csv."""
        return cls(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    def works(self, day: date) -> bool:
        return self._work.get(day, day.weekday() < 5)

    def provisional(self, day: date) -> bool:
        return day in self._provisional or day not in self._work

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where `end` is before `start`."""
        if end < start:
            return -self.between(end, start)
        if self._first <= start and end <= self._last:
            return bisect_left(self._worked, end + timedelta(1)) - bisect_left(self._worked, start + timedelta(1))
        return sum(self.works(start + timedelta(n)) for n in range(1, (end - start).days + 1))

    def due(self, start: date, days: int, paused: int = 0) -> Due:
        """The last day of a limit of `days` working days from day 0 `start`, `paused` working days not counted."""
        left = days + paused
        if left <= 0:
            return Due(start, self.provisional(start))
        at = bisect_left(self._worked, start + timedelta(1)) + left - 1
        if self._first <= start and at < len(self._worked):
            return Due(self._worked[at], self.provisional(self._worked[at]))
        day = start
        while left:
            day += timedelta(1)
            left -= self.works(day)
        return Due(day, self.provisional(day))

    def days_left(self, today: date, due: date) -> int:
        """Working days from tomorrow to `due`; 0 on the last day, negative once it is over, on a rest day too."""
        left = self.between(today, due)
        return min(left, -1) if today > due else left


def _day(written: str, number: int) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Fault("casework.calendar_day", Kind.DAMAGED, row=number, value=written) from None
