"""Dates in words, in both languages and both calendars."""

from __future__ import annotations

from datetime import date

from desktop.widgets.dates import Precision
from desktop.widgets.lunar import lunar_of
from forms.text import Text


def say_date(day: date, text: Text, *, precision: Precision = Precision.DAY) -> str:
    """2026年10月15日（周四）, or Thu 15 Oct 2026."""
    if precision is Precision.MONTH:
        return say_month(day.year, day.month, text)
    if precision is Precision.YEAR:
        return str(day.year)
    name, weekday = text(f"widgets.month_{day.month}"), text(f"widgets.weekday_{day.weekday()}")
    return text("widgets.date_day", year=day.year, day=day.day, name=name, weekday=weekday)


def say_month(year: int, month: int, text: Text) -> str:
    """2026年10月, or Oct 2026."""
    return text("widgets.date_month", year=year, name=text(f"widgets.month_{month}"))


def say_lunar(day: date, text: Text) -> str:
    """农历九月初五; "" where it is not computed."""
    lunar = lunar_of(day)
    return text("widgets.lunar", name=lunar.name) if lunar is not None else ""
