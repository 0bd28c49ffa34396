"""Nothing that a spreadsheet program runs: which texts it would take for a formula, and how they are made harmless.

Source: OWASP, CSV Injection. Some locales of Excel and WPS read the full-width twins as well.
"""

from __future__ import annotations

import re

RISKY = frozenset("=+-@\t\r\n|%＝＋－＠﹢﹣﹦﹫−")
"""First signs with which a text may become a formula when it is opened, typed over or saved as csv."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")


def is_risky(value: str) -> bool:
    """Whether `value` begins as a formula may; blanks before it do not hide it."""
    return value[:1] in RISKY or value.lstrip()[:1] in RISKY if value else False


def inert_csv(value: str, *, number: bool = False) -> str:
    """`value` as a csv field: an apostrophe before what is risky, unless it is a plain number in a column of such."""
    if is_risky(value) and not (number and _NUMBER.fullmatch(value)):
        return "'" + value
    return value
