"""Counts that figures are made of, as they are kept beside the requests. Villages are paths of codes.

Named tuples: there are ten thousands of them, and they are made faster than anything else with names.
"""

from __future__ import annotations

from typing import NamedTuple


class MonthCount(NamedTuple):
    """Requests recorded in a month (2026-11) in a village (path)."""

    village: str
    category: str
    matter: str
    department: str
    month: str
    n: int


class DueCount(NamedTuple):
    """Open requests by due day; `due` is "" while no limit runs."""

    department: str
    state: str
    due: str
    n: int


class WaitCount(NamedTuple):
    """Requests answered in a month after so many calendar days from their receipt; 99 is that or more."""

    department: str
    month: str
    days: int
    n: int


class ToldCount(NamedTuple):
    """Requests answered in a month, by telling (-1: not yet, 3: within three days, 9: later) and reaction."""

    department: str
    month: str
    told: int
    reaction: str
    n: int


class VisitCount(NamedTuple):
    """Households by the month of their last visit; "" where none is known."""

    village: str
    month: str
    n: int
