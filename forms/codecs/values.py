"""What a bind's type makes of a lexical value: its normal form, and whether a text is a value of the type at all.

Sources: ODK XForms, data types (a subset of XML Schema); XML Schema part 2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

from forms.xpath import dates
from forms.xpath.functions.geo import point_of

_INT = re.compile(r"[+-]?\d+\Z")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\s*\Z")
_MOST, _LEAST = 2**31 - 1, -(2**31)
_TIME_PART = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?\Z")


def _int(text: str) -> str | None:
    if _INT.match(text):
        value = int(text)
    elif _NUMBER.match(text):
        value = math.trunc(Decimal(text.strip()))
    else:
        days = dates.days_of(text)
        if math.isnan(days):
            return None
        value = math.floor(days)
    return str(value) if _LEAST <= value <= _MOST else None


def _decimal(text: str) -> str | None:
    """With a point always, as ODK's engines write decimals."""
    if not _NUMBER.match(text):
        return None
    number = Decimal(text.strip())
    if number == number.to_integral_value():
        return "-0.0" if number.is_zero() and number.is_signed() else f"{int(number)}.0"
    return format(number.normalize(), "f")


def _date(text: str) -> str | None:
    moment = dates.read(text)
    return None if moment is None or len(text) < 10 else text[:10]


def _date_time(text: str) -> str | None:
    if dates.read(text) is None:
        return None
    return text


def _time(text: str) -> str | None:
    found = _TIME_PART.match(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return None
    return text


def _point(text: str) -> str | None:
    if point_of(text) is None:
        return None
    parts = text.split()
    try:
        rest = [float(part) for part in parts[2:]]
    except ValueError:
        return None
    if any(math.isnan(value) or math.isinf(value) for value in rest):
        return None
    return " ".join(parts + ["0"] * (4 - len(parts)))


def _points(text: str, least: int, *, closed: bool) -> str | None:
    pieces = [piece.strip() for piece in text.split(";") if piece.strip()]
    points = [_point(piece) for piece in pieces]
    found = [point for point in points if point is not None]
    if len(found) != len(points) or len(found) < least:
        return None
    if closed and found[0].split()[:2] != found[-1].split()[:2]:
        return None
    return ";".join(found)


_RULES: dict[str, Callable[[str], str | None]] = {
    "int": _int,
    "decimal": _decimal,
    "date": _date,
    "time": _time,
    "dateTime": _date_time,
    "geopoint": _point,
    "geotrace": lambda text: _points(text, 2, closed=False),
    "geoshape": lambda text: _points(text, 3, closed=True),
}


def normal(type_: str, text: str) -> str:
    """The normal form of a value; "" where the text is no value of the type."""
    if text == "":
        return ""
    rule = _RULES.get(type_)
    if rule is None:
        return text
    return rule(text) or ""


def is_valid(type_: str, text: str) -> bool:
    """Whether a text, blank apart, is a lexical value of the type."""
    rule = _RULES.get(type_)
    return text == "" or rule is None or rule(text) is not None
