"""Counts that figures are made of, as they are kept beside the requests. Villages are paths of codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Requests recorded in a month (2026-11) in a village (path)."""

    village: str
    category: str
    matter: str
    department: str
    month: str
    n: int


@dataclass(frozen=True, slots=True)
class DueCount:
    """Open requests by due day; `due` is "" while no limit runs."""

    village: str
    department: str
    state: str
    due: str
    n: int


@dataclass(frozen=True, slots=True)
class WaitCount:
    """Requests answered in a month after so many calendar days from their receipt; 99 is that or more."""

    department: str
    month: str
    days: int
    n: int


@dataclass(frozen=True, slots=True)
class ToldCount:
    """Requests answered in a month, by telling (-1: not yet, 3: within three days, 9: later) and reaction."""

    department: str
    month: str
    told: int
    reaction: str
    n: int


@dataclass(frozen=True, slots=True)
class VisitCount:
    """Households by the month of their last visit; "" where none is known."""

    village: str
    month: str
    n: int
