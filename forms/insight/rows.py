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
class AnswerCount:
    """Requests answered in a month: calendar days from receipt to answer, and to telling (-1: not told yet)."""

    village: str
    category: str
    department: str
    month: str
    days: int
    told: int
    reaction: str
    n: int


@dataclass(frozen=True, slots=True)
class VisitCount:
    """Households by the month of their last visit; "" where none is known."""

    village: str
    month: str
    n: int
