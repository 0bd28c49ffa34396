"""Short numbers, `QS-SQA-0424-7`: kind, village's and device's letters, running number, check sign.

Signs are the ten digits and the 22 letters without I, O, U, V, which nobody can tell from 1, 0 and each other; they
are the elements of GF(32). The check sign is the sum of sign i times x to the power i: any single wrong sign and any
swap of two different signs, neighbours or not, changes it (31 positions long). It is a digit or a letter: ten digits
cannot tell 22 letters apart.
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
_PARTS = re.compile(rf"([{LETTERS}]{{2}})-?([{LETTERS}]{{2,6}})-?(\d{{{DIGITS},9}})-?([{SIGNS}])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－ー_ \u3000", "-"))
_LOOKALIKE = str.maketrans("OIUV", "01WW")


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
    return f"{kind}-{letters}-{digits}-{check_sign(kind + letters + digits)}"


def parse(written: str) -> Number | None:
    """The number that somebody typed, read leniently; None where it is none or its check sign is wrong.

    Lower case, full-width signs, spaces, any dash or none are taken.
    """
    plain = unicodedata.normalize("NFKC", written).strip().upper().translate(_DASHES)
    matched = _PARTS.fullmatch(re.sub("-+", "-", plain))
    if matched is None:
        return None
    kind, letters, digits, check = matched.groups()
    if check_sign(kind + letters + digits) != check:
        return None
    return Number(kind, letters, int(digits)) if int(digits) else None


def check_sign(signs: str) -> str:
    """The check sign of up to 30 signs."""
    total, power = 0, 1
    for sign in reversed(signs):
        power = _times_x(power)
        total ^= _times(_VALUE[sign], power)
    return SIGNS[total]


def letters_of(initials: str) -> str:
    """Two letters for a village from the initials of its pinyin (`sqc` gives SQ); lacking ones become Z."""
    plain = [sign for sign in initials.upper().translate(_LOOKALIKE) if sign in LETTERS]
    return "".join(plain[:2]).ljust(2, "Z")


def _times_x(value: int) -> int:
    """Times x in GF(32) = GF(2)[x] / (x^5 + x^2 + 1), in which x generates all 31 others."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one, other = _times_x(one), other >> 1
    return product
