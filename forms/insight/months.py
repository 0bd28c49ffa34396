"""Months as they are kept and counted: `2026-11`."""

from __future__ import annotations

import calendar
from datetime import date


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def plus(month: str, by: int) -> str:
    """The month `by` months later, or earlier where negative."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:7]) - 1 + by, 12)
    return f"{year:04d}-{number + 1:02d}"


def span(first: str, last: str) -> tuple[str, ...]:
    """Every month from `first` to `last`, both included; none where `last` comes before."""
    found = []
    while first <= last:
        found.append(first)
        first = plus(first, 1)
    return tuple(found)


def elapsed(day: date) -> float:
    """How much of the month of `day` has passed with that day, 0 to 1."""
    return day.day / calendar.monthrange(day.year, day.month)[1]
