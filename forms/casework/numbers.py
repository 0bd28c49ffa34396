"""Short numbers, `QS-SQA-0424-7`: kind, village's and device's letters, running number, check digit.

Letters are the 22 without I, O, U, V, which nobody can tell from 1, 0 and each other. The check digit is Damm's over
the digits, each letter counting as two: any single wrong digit and any swap of two neighbouring digits changes it,
and nine of ten mistakes among the letters. (Damm, Total anti-symmetrische Quasigruppen, 2004.)
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SIGNS = "0123456789ABCDEFGHJKLMNPQRSTWXYZ"
LETTERS = SIGNS[10:]
DIGITS = 4
"""Digits of a running number at least; it grows past 9999."""

_VALUE = {sign: value for value, sign in enumerate(SIGNS)}
_PARTS = re.compile(rf"([{LETTERS}]{{2}})-?([{LETTERS}]{{2,6}})-?(\d{{{DIGITS},9}})-?(\d)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－ー_ \u3000", "-"))
_LOOKALIKE = str.maketrans("OIUV", "01WW")
_DAMM = tuple(
    tuple(map(int, row))
    for row in [
        "0317598642",
        "7092154863",
        "4206871359",
        "1750983426",
        "6123045978",
        "3674209581",
        "5869720134",
        "8945362017",
        "9438617205",
        "2581436790",
    ]
)


@dataclass(frozen=True, slots=True)
class Number:
    """`letters` are the village's followed by one of the device; `running` counts from 1."""

    kind: str
    letters: str
    running: int

    def __str__(self) -> str:
        return format_number(self.kind, self.letters, self.running)


def format_number(kind: str, letters: str, running: int) -> str:
    """The number as it is printed. `ValueError` for signs outside the alphabet or a running number below 1."""
    if len(kind) != 2 or len(letters) < 2 or running < 1 or not set(kind + letters) <= set(LETTERS):
        raise ValueError(f"no short number: {kind!r} {letters!r} {running}")
    digits = f"{running:0{DIGITS}d}"
    return f"{kind}-{letters}-{digits}-{check_digit(kind + letters + digits)}"


def parse(written: str) -> Number | None:
    """The number that somebody typed, read leniently; None where it is none or its check digit is wrong.

    Lower case, full-width signs, spaces, any dash or none are taken.
    """
    plain = unicodedata.normalize("NFKC", written).strip().upper().translate(_DASHES)
    matched = _PARTS.fullmatch(re.sub("-+", "-", plain))
    if matched is None:
        return None
    kind, letters, digits, check = matched.groups()
    if check_digit(kind + letters + digits) != check:
        return None
    return Number(kind, letters, int(digits)) if int(digits) else None


def check_digit(signs: str) -> str:
    """The check digit of signs without dashes."""
    interim = 0
    for sign in signs:
        for digit in f"{_VALUE[sign]:02d}" if sign in LETTERS else sign:
            interim = _DAMM[interim][int(digit)]
    return str(interim)


def letters_of(initials: str) -> str:
    """Two letters for a village from the initials of its pinyin (`sqc` gives SQ); lacking ones become Z."""
    plain = [sign for sign in initials.upper().translate(_LOOKALIKE) if sign in LETTERS]
    return "".join(plain[:2]).ljust(2, "Z")
