"""Dates and times. A value is its lexical form, see forms.xpath.dates."""

from __future__ import annotations

from typing import Any

from forms.xpath import compare, dates
from forms.xpath.functions.library import worldly
from forms.xpath.nodes import Context


def _zone(c: Context) -> Any:
    return c.world.now().tzinfo


def _date(c: Context, value: Any) -> str:
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return dates.from_days(value, _zone(c))
    text = compare.string_of(value)
    moment = dates.read(text, _zone(c))
    if moment is None:
        return ""
    return dates.datetime_text(moment) if "T" in text else dates.date_text(moment)


def _format(c: Context, value: Any, pattern: str) -> str:
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        value = dates.from_days(value, _zone(c))
    text = compare.string_of(value)
    moment = dates.read(text, _zone(c))
    return "" if moment is None else dates.format_moment(moment, pattern)


def _decimal_date_time(c: Context, value: Any) -> float:
    if isinstance(value, (float, int)):
        return value
    return dates.days_in_utc(compare.string_of(value), _zone(c))


FUNCTIONS = (
    worldly("today", "string", "", lambda c: dates.date_text(c.world.now())),
    worldly("now", "string", "", lambda c: dates.datetime_text(c.world.now())),
    worldly("date", "string", "v", _date),
    worldly("date-time", "string", "v", _date),
    worldly("format-date", "string", "vs", _format),
    worldly("format-date-time", "string", "vs", _format),
    worldly("decimal-date-time", "number", "v", _decimal_date_time),
    worldly("decimal-time", "number", "s", lambda c, text: dates.days_of_time(text, c.world.now())),
)
