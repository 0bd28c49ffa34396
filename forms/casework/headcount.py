"""A head count in few digits, for voice, SMS and one QR code: `20103-0058-002-001-43`.

Village (last three digits of its area code) and group (two), people present (four), missing (three), in need of help
(three), and two check digits of ISO 7064 MOD 97-10: any wrong digit and any swap of two neighbours is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MARK = "HC1"  # what the text of a QR code begins with, and how it is written
SPOKEN = str.maketrans("零〇一二三四五六七八九幺两洞", "00123456789120")
_WIDTHS = (5, 4, 3, 3, 2)
_DIGITS = sum(_WIDTHS)
_HEAD = re.compile(rf"{MARK}\s+(\d{{12}})\s+(\d{{12}})")


@dataclass(frozen=True, slots=True)
class Headcount:
    """What one group reports. `place` is the last three digits of the village's code and two of the group's."""

    place: str
    present: int
    missing: int
    need_help: int

    def __str__(self) -> str:
        return code_of(self)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told at once: `village` and `at` (YYYYMMDDHHMM) of a QR code only; `refused`: wrong lines."""

    counts: tuple[Headcount, ...]
    refused: tuple[str, ...]
    village: str = ""
    at: str = ""


def place_of(area: str) -> str:
    """The place of a group's area code of 14 digits, or of a village's of 12; `ValueError` for another one."""
    if len(area) not in (12, 14) or not area.isdigit():
        raise ValueError(f"no village group: {area!r}")
    return area[9:14].ljust(5, "0")


def code_of(count: Headcount) -> str:
    """`ValueError` where a number does not fit."""
    numbers = (count.present, count.missing, count.need_help)
    written = [count.place, *(f"{number:0{width}d}" for number, width in zip(numbers, _WIDTHS[1:4], strict=True))]
    if min(numbers) < 0 or [len(each) for each in written] != list(_WIDTHS[:4]):
        raise ValueError(f"no head count: {count.place!r} {numbers}")
    return "-".join((*written, _check("".join(written))))


def parse(written: str) -> Headcount | None:
    """One code as it was heard or typed, read leniently; None where it is none or its check digits are wrong."""
    digits = "".join(re.findall(r"\d", unicodedata.normalize("NFKC", written).translate(SPOKEN)))
    if len(digits) != _DIGITS or _check(digits[:-2]) != digits[-2:]:
        return None
    parts, at = [], 0
    for width in _WIDTHS[:4]:
        parts.append(digits[at : at + width])
        at += width
    return Headcount(parts[0], *map(int, parts[1:]))


def qr_text(village: str, at: str, counts: Sequence[Headcount]) -> str:
    """All groups of a village in one QR code: its code of twelve digits, when (YYYYMMDDHHMM), a line for each group."""
    return "\n".join((f"{MARK} {village} {at}", *map(code_of, counts)))


def read(text: str) -> Told:
    """What somebody typed, was told or scanned: a code a line; of a QR code the first line names village and time."""
    counts: list[Headcount] = []
    refused: list[str] = []
    village = at = ""
    for line in filter(None, (each.strip() for each in text.splitlines())):
        head = _HEAD.fullmatch(unicodedata.normalize("NFKC", line))
        if head is not None:
            village, at = head.groups()
        elif (count := parse(line)) is not None and (not village or count.place.startswith(village[9:12])):
            counts.append(count)
        else:
            refused.append(line)
    return Told(tuple(counts), tuple(refused), village, at)


def _check(digits: str) -> str:
    return f"{98 - int(digits) * 100 % 97:02d}"
