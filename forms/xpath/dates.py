"""Dates and times as strings and as days since 1970-01-01, in the zone of the session's clock.

A date or date-time value inside an expression is its lexical form; it becomes days when a number is wanted.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)\Z")
_DATETIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?\Z"
)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?\Z")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - days are counted on the wall calendar
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = 86_400.0


def zone_of(text: str) -> timezone:
    if text == "Z":
        return timezone.utc  # noqa: UP017
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def read(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The moment that a date or date-time string means; without an offset it is wall time (in `zone` if given).

    With `zone`, a string with an offset is brought into it; without, it keeps its own. None for anything else.
    """
    found = _DATE.match(text)
    try:
        if found:
            moment = datetime(int(found[1]), int(found[2]), int(found[3]))  # noqa: DTZ001
            return moment.replace(tzinfo=zone)
        found = _DATETIME.match(text)
        if not found:
            return None
        fraction = (found[7] or "0").ljust(6, "0")[:6]
        parts = [int(found[at] or 0) for at in range(1, 7)]
        moment = datetime(*parts[:6], int(fraction))  # type: ignore[arg-type,call-arg]  # noqa: DTZ001
        if not found[8]:
            return moment.replace(tzinfo=zone)
        moment = moment.replace(tzinfo=zone_of(found[8]))
        return moment.astimezone(zone) if zone is not None else moment
    except (ValueError, OverflowError):
        return None


def days_of(text: str, zone: tzinfo | None = None) -> float:
    """Days since 1970-01-01 of a date or date-time string by the wall clock of `zone`, else its own; else NaN."""
    if len(text) == 10:
        try:
            return float(date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL)
        except ValueError:
            pass
    moment = read(text, zone)
    if moment is None:
        return math.nan
    return (moment.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)


def days_in_utc(text: str, zone: tzinfo) -> float:
    """Days since 1970-01-01T00:00Z, as decimal-date-time wants them."""
    moment = read(text, zone)
    if moment is None:
        return math.nan
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(days=1)


def days_of_time(text: str, now: datetime) -> float:
    """The part of a day that a time string means in the zone of `now`; without an offset it is meant there."""
    found = _TIME.match(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return math.nan
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0) + float(f"0.{found[4] or 0}")
    if found[5]:
        here, there = now.utcoffset(), zone_of(found[5]).utcoffset(None)
        seconds = (seconds + ((here or timedelta()) - there).total_seconds()) % DAY
    return seconds / DAY


def date_text(moment: datetime) -> str:
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"


def datetime_text(moment: datetime) -> str:
    """`2026-03-04T10:00:00.000+08:00`."""
    offset = moment.strftime("%z") or "+0000"
    base = f"{date_text(moment)}T{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
    return f"{base}.{moment.microsecond // 1000:03d}{offset[:3]}:{offset[3:5]}"


def time_text(moment: datetime) -> str:
    return datetime_text(moment)[11:]


def from_days(days: float, zone: tzinfo) -> str:
    """The date (for whole days) or date-time string of a number of days."""
    if math.isnan(days) or math.isinf(days):
        return ""
    try:
        moment = _EPOCH + timedelta(days=days)
    except OverflowError:
        return ""
    if days == int(days):
        return date_text(moment)
    return datetime_text(moment.replace(tzinfo=zone))


def format_moment(moment: datetime, pattern: str) -> str:
    """By ODK's letters: %Y %y %m %n %b %d %e %a %H %h %M %S %3; a date's time is midnight."""
    values = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": str(moment.month),
        "b": _MONTHS[moment.month - 1],
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "a": _DAYS[moment.weekday()],
        "H": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": f"{moment.microsecond // 1000:03d}",
    }
    return re.sub(r"%(.)", lambda m: values.get(m[1], m[0]), pattern)
