"""Conversions between strings, numbers and booleans, with ODK's dates as days."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from forms.xpath.dates import days_of

if TYPE_CHECKING:
    from forms.xpath.nodes import Context

NAN = math.nan
_NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*\Z")


def to_number(text: str, c: Context | None = None) -> float:
    """The number that a string means: XPath's own forms, or a date's days since 1970-01-01; else NaN.

    A date-time with an offset is brought into the session's zone, so that it compares with dates; without `c` it
    keeps its own.
    """
    if text.isdigit() and text.isascii():
        return float(text)
    if not text:
        return NAN
    if _NUMBER.match(text):
        return float(text)
    if len(text) >= 8 and text[4:5] == "-":
        return days_of(text, c.world.now().tzinfo if c is not None and len(text) > 16 else None)
    return NAN


def to_string(number: float) -> str:
    """Decimal form without exponent; an integer has no point, and what is not a number is blank."""
    if number != number:
        return ""
    if number in (math.inf, -math.inf):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    text = repr(number)
    return format(Decimal(text), "f") if "e" in text else text


def truth(number: float) -> bool:
    return number == number and number != 0
