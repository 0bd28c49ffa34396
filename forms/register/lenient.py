"""Reading what clerks write: dates in nine ways, numbers with blanks and dashes, groups in words. Pure functions.

Each gives a value or a `Wrong` that names the kind of fault; nothing is guessed that two people could read otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.register.table import Written

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""GB 11643-1999: weights of the first seventeen digits, and the check sign by the remainder of eleven."""

_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:T?00:00(?::00)?)?")
_SHORT_DAY = re.compile(r"(\d{2})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_YEAR = re.compile(r"((?:18|19|20)\d{2})年?")
_TELEPHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}[1-9]\d{6,7}|[48]00\d{7}")
_LOST = 16
"""Digits from which a spreadsheet's number has lost its last ones."""
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}")
"""A long number as a spreadsheet saves it as text."""
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_SERIAL, _LAST_SERIAL = 3_000, 73_050
"""1908 to the end of 2099: below, a number may be a year."""
_NUMERALS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_NOBODY = frozenset({"", "?", "不详", "不明", "无", "无名", "未知", "/", "-", "x", "xx"})


class Flaw(StrEnum):
    """Why a cell cannot be taken in; words under `register.KEY`."""

    ID_CHECK = "id_check"
    ID_NUMBER_LOST = "id_number_lost"
    ID_SHORT = "id_short"
    ID_WRONG = "id_wrong"
    BIRTH_IMPOSSIBLE = "birth_impossible"
    BIRTH_MISMATCH = "birth_mismatch"
    BIRTH_FUTURE = "birth_future"
    DATE_WORDS = "date_words"
    NO_NAME = "no_name"
    PHONE_SHORT = "phone_short"
    PHONE_WRONG = "phone_wrong"
    VILLAGE_UNKNOWN = "village_unknown"
    VILLAGE_OTHER = "village_other"
    GROUP_UNKNOWN = "group_unknown"
    SEX_MISMATCH = "sex_mismatch"
    SEX_WRONG = "sex_wrong"
    SEX_MISSING = "sex_missing"
    CHOICE = "choice"
    NUMBER = "number"
    DAY = "day"
    FORM = "form"  # the form's own rules refuse it


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be taken in."""

    flaw: Flaw


@dataclass(frozen=True, slots=True)
class When:
    """A day, or less of one: month and day are 0 where they are not written."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        """ISO 8601, "" where it is no whole day."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}" if self.day else ""

    def fits(self, iso: str) -> bool:
        """Whether `iso` may be meant."""
        day = date.fromisoformat(iso)
        return day.year == self.year and self.month in (0, day.month) and self.day in (0, day.day)


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number in its plain digits, and what stood beside it: `儿子`."""

    digits: str
    aside: str = ""


def plainly(text: str) -> str:
    """Half-width signs, no blanks."""
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", "", unicodedata.normalize("NFKC", text))


def name(text: str) -> str | Wrong:
    """A person's name without blanks between Chinese signs."""
    found = unicodedata.normalize("NFKC", text).strip()
    joined = re.sub(r"\s+", "" if re.search("[\u3400-\u9fff]", found) else " ", found)
    return Wrong(Flaw.NO_NAME) if joined.lower() in _NOBODY else joined


def identity(cell: Written) -> str | Wrong:
    """An identity number of eighteen signs with the right check sign; "" where none is written."""
    text = plainly(cell.text).strip("'‘’`").replace("-", "").upper()
    if not text:
        return ""
    if (cell.number and (not text.isdigit() or len(text) >= _LOST)) or _ROUNDED.fullmatch(text):
        return Wrong(Flaw.ID_NUMBER_LOST)
    if re.fullmatch(r"\d{15}", text):
        return Wrong(Flaw.ID_SHORT)
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", text):
        return Wrong(Flaw.ID_WRONG)
    remainder = sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False)) % 11
    if CHECKS[remainder] != text[-1] or _birth_of(text) is None:
        return Wrong(Flaw.ID_CHECK)
    return text


def _birth_of(number: str) -> date | None:
    try:
        return date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return None


def birth_of(number: str) -> str:
    """The day of birth in a right identity number."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def sex_of(number: str) -> str:
    """`m` or `f`, from a right identity number."""
    return "m" if int(number[16]) % 2 else "f"


def when(text: str, *, century_before: int) -> When | Wrong | None:
    """A day in figures, or its month or year; None where nothing is written.

    A year of two digits greater than those of `century_before` is of the 1900s; a smaller one could be either and
    is not guessed.
    """
    plain = plainly(text)
    if not plain:
        return None
    for pattern in (_DAY, _COMPACT, _MONTH, _COMPACT_MONTH, _YEAR):
        found = pattern.fullmatch(plain)
        if found:
            return _possible(*(int(each) for each in found.groups()))
    found = _SHORT_DAY.fullmatch(plain)
    if found and int(found[1]) > century_before % 100:
        return _possible(1900 + int(found[1]), int(found[2]), int(found[3]))
    return Wrong(Flaw.DATE_WORDS)


def serial_day(cell: Written) -> str:
    """ISO 8601 of a day that a spreadsheet kept as its number, in a cell whose format does not show one; else ""."""
    text = cell.text.strip().removesuffix(".0")
    if not cell.number or not re.fullmatch(r"\d{4,5}", text) or not _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return ""
    return date.fromordinal(_EPOCH + int(text)).isoformat()


def _possible(year: int, month: int = 0, day: int = 0) -> When | Wrong:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return Wrong(Flaw.BIRTH_IMPOSSIBLE)
    return When(year, month, day)


def telephone(text: str) -> Telephone | Wrong | None:
    """A number and what stands beside it; None where nothing is written."""
    plain = _each_telephone(text)
    if not plain:
        return None
    aside = "".join(re.findall(r"[(（]([^)）]*)[)）]", plain))
    bare = re.sub(r"[(（][^)）]*[)）]", "", plain)
    aside += "".join(re.findall(r"[^\d+\-/,、;.]+", bare))
    first, *others = [re.sub(r"\D", "", each) for each in re.split(r"[/,、;]", bare)]
    digits = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", first)
    if _TELEPHONE.fullmatch(digits):
        return Telephone(digits, " ".join(each for each in (aside, *others) if each))
    return Wrong(Flaw.PHONE_SHORT if len(digits) < 11 else Flaw.PHONE_WRONG)


def _each_telephone(text: str) -> str:
    """The text in plain signs, a stroke between whole numbers that stand one after the other."""
    parts = [plainly(each) for each in re.split(r"\s+", unicodedata.normalize("NFKC", text).strip())]
    whole = len(parts) > 1 and all(_TELEPHONE.fullmatch(re.sub(r"\D", "", each)) for each in parts)
    return ("/" if whole else "").join(parts)


def sex(text: str) -> str | Wrong:
    """`m`, `f`, or "" where nothing is written."""
    plain = plainly(text).lower()
    if plain in ("", "?"):
        return ""
    if plain in ("男", "1", "m", "male", "男性"):
        return "m"
    if plain in ("女", "2", "f", "female", "女性", "0"):
        return "f"
    return Wrong(Flaw.SEX_WRONG)


def group_number(text: str) -> int:
    """3 for `3`, `3组`, `第3组`, `三组`, `十二组`; 0 where it is none."""
    plain = re.sub(r"^第|(村民)?小?[组队社]$", "", plainly(text))
    if plain.isdigit():
        return int(plain)
    tens, ten, ones = plain.rpartition("十")
    if not all(sign in _NUMERALS for sign in tens + ones) or len(tens) > 1 or len(ones) > 1 or not plain:
        return 0
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)
