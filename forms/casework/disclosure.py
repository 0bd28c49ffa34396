"""What may be shown to whom: levels of disclosure, and masking of identity numbers and telephones, in text too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache


class Level(StrEnum):
    """How much leaves: sums only, what handling needs, or everything."""

    STATISTICS = "statistics"
    HANDLING = "handling"
    FULL = "full"

    def covers(self, other: Level) -> bool:
        """Whether a reader at this level may see what is marked `other`."""
        return _ORDER[self] >= _ORDER[other]


_ORDER = {Level.STATISTICS: 0, Level.HANDLING: 1, Level.FULL: 2}

STAR = "*"
SHOWN = 4
"""Last signs that stay readable, enough to tell two people apart over the telephone."""

_CHINESE = dict(zip("〇零○一二三四五六七八九幺", "0001234567891", strict=True))
_CHINESE_DIGITS = "".join(_CHINESE)
_DIGIT = rf"[\d{_CHINESE_DIGITS}]"
_BETWEEN = r"[\s\u00ad\u200b-\u200f\u2060\ufeff\-‐‑‒–—―−－ー_.．·・,，、/()（）]{0,3}"
_RUN = "(?<!{digit}){digit}(?:{between}+{digit}){{6,}}+(?:{between}[xXｘＸ])?"
"""Seven digits and more; the lookbehind and what is possessive only spare tries that would fail."""
_BEYOND = re.compile("[\U00010000-\U0010ffff]")

_IDENTITY = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}[1-9]\d{6,7}|[48]00\d{7}")
_DATE = re.compile(r"(?:18|19|20)\d\d[-./年](?:0?[1-9]|1[0-2])[-./月](?:0?[1-9]|[12]\d|3[01])(?!\d)")
_LOCAL = re.compile(
    rf"(?:电话|座机|固话|号码|打|tel(?:ephone)?|phone|call)[^\d\n]{{0,6}}?"
    rf"(?<!{_DIGIT})({_DIGIT}(?:{_BETWEEN}{_DIGIT}){{6,7}})(?!{_BETWEEN}{_DIGIT})(?!\s?[.年元块万斤亩吨米度])",
    re.IGNORECASE,
)
"""A landline without its area code: seven or eight digits, and a word before them that says so."""
_LEAST_LOCAL = 7
_LOCAL_DIGITS = re.compile(r"(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$)[2-8]\d{6,7}")
_DEGREES = r"\d{1,3}[.．]\d{4,17}"
_PLACE = re.compile(
    rf"{_DEGREES}(?:[\s,，、/]{{1,3}}[\-−－]?{_DEGREES})*(?P<height>(?:[\s,，]{{1,2}}\d{{1,4}}(?:\.\d{{1,3}})?){{0,2}})"
)
"""Coordinates in degrees, one or several, and perhaps height and accuracy."""
_BEFORE_PLACE = re.compile(
    r"(?:(?:经度?|纬度?|坐标|定位|\blat(?:itude)?|\blo?ng?(?:itude)?|gps)[^\w\n]{0,4}"
    rf"|(?<!\d){_DEGREES}\s?°?[NSEW]?[\s;；,，]{{1,3}}[\-−－]?)\Z",
    re.IGNORECASE,
)
_AFTER_PLACE = re.compile(rf"\s?°|\s?[;；]\s?[\-−－]?{_DEGREES}(?!\d)")
_TELEPHONE_OR_IDENTITY = re.compile(
    rf"1[3-9]\d{{9}}|{_LANDLINE.pattern}|[1-9]\d{{5}}(?:18|19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}[\dX]"
)
LONG = 15
"""Digits in a row from which a number is taken for an old identity number or a bank card."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text after masking, and how many numbers were masked in it."""

    text: str
    count: int


def mask_number(value: str) -> str:
    """`value` with everything but its last signs starred; all of it where it is that short."""
    if not value:
        return value
    shown = SHOWN if len(value) > SHOWN * 2 - 2 else 0
    return STAR * (len(value) - shown) + value[len(value) - shown :]


def may_hold_number(value: str) -> bool:
    """Whether `mask_text` needs to look at `value` at all: digits enough, near enough to each other."""
    return len(value) >= 7 and _runs(value).search(value) is not None


def _runs(text: str) -> re.Pattern[str]:
    """What finds the runs of digits in `text`."""
    return _any_runs() if _BEYOND.search(text) else _usual_runs()


@cache
def _any_runs() -> re.Pattern[str]:
    return re.compile(_RUN.format(digit=_DIGIT, between=_BETWEEN))


@cache
def _usual_runs() -> re.Pattern[str]:
    """The same for a text of the basic plane, three times as fast: its digits named one by one are a table."""
    digits = "".join([sign for sign in map(chr, range(0x10000)) if sign.isdecimal()])
    return re.compile(_RUN.format(digit=f"[{digits}{_CHINESE_DIGITS}]", between=_BETWEEN))


def mask_text(value: str) -> Masked:
    """`value` with identity numbers, telephones and other long numbers starred, but for their last signs.

    Finds them with spaces, dashes or brackets between the digits, in full-width and other scripts' digits and in
    Chinese numerals; a landline without its area code only after a word like telephone. A date, an amount, a house
    number or coordinates stay.
    """
    return _masked(value) if may_hold_number(value) else Masked(value, 0)


def masked_among(values: Sequence[str]) -> dict[int, Masked]:
    """Those of several texts, by their place, in which `mask_text` may mask something: looked at in one go."""
    joined = _APART.join(values)
    starts = [run.start() for run in _runs(joined).finditer(joined)]
    if not starts:
        return {}
    if joined.count(_APART) >= len(values):  # a text holds the sign itself
        return {place: _masked(value) for place, value in enumerate(values) if may_hold_number(value)}
    found: dict[int, Masked] = {}
    place, at = 0, 0
    for start in starts:
        place, at = place + joined.count(_APART, at, start), start
        if place not in found:
            found[place] = _masked(values[place])
    return found


_APART = "\0"
"""No digit, and nothing that may stand between two."""


def _masked(value: str) -> Masked:
    out, at, count, is_left = [], 0, 0, False
    for run in _runs(value).finditer(value):
        written = run[0]
        hidden = [] if _is_place(value, run) else _hidden(written)
        if hidden:
            out += [value[at : run.start()], _starred(written, hidden)]
            at = run.end()
            count += 1
        is_left = is_left or len(written) - len(hidden) >= _LEAST_LOCAL
    text = "".join([*out, value[at:]]) if count else value
    text, local = _LOCAL.subn(_starred_local, text) if is_left else (text, 0)
    return Masked(text, count + local if text != value else 0)


def _starred(written: str, hidden: Sequence[int]) -> str:
    if isinstance(hidden, range):
        return STAR * len(hidden) + written[len(hidden) :]
    places = set(hidden)
    return "".join([STAR if at in places else sign for at, sign in enumerate(written)])


def _is_place(value: str, run: re.Match[str]) -> bool:
    """Whether `run` is coordinates, and not a telephone or an identity number with a point in it."""
    if "." not in run[0] and "．" not in run[0]:
        return False
    found = _PLACE.fullmatch(run[0])
    if found is None or any(float(each.replace("．", ".")) > 180 for each in re.findall(_DEGREES, run[0])):
        return False
    if _BEFORE_PLACE.search(value, max(0, run.start() - 30), run.start()) or _AFTER_PLACE.match(value, run.end()):
        return True
    return not _TELEPHONE_OR_IDENTITY.fullmatch("".join(_digit(sign) or "" for sign in run[0]))


def _starred_local(found: re.Match[str]) -> str:
    written = found[1]
    digits = "".join(_digit(sign) or "" for sign in written)
    if not _LOCAL_DIGITS.fullmatch(digits) or _DATE.search(written):
        return found[0]
    places = [at for at, sign in enumerate(written) if _digit(sign) is not None][:-SHOWN]
    return found[0][: -len(written)] + _starred(written, places)


def _hidden(run: str) -> Sequence[int]:
    """Places of `run` to star: the digits of each number found in it but the last four of each."""
    if _MOBILE.fullmatch(run) or _IDENTITY.fullmatch(run):
        return range(len(run) - SHOWN)
    if run.isascii() and run.isdigit():
        digits, places, starts = run, list(range(len(run))), {0}
    else:
        signs = [_digit(sign) for sign in run]
        places = [at for at, digit in enumerate(signs) if digit is not None]
        digits = "".join([digit for digit in signs if digit is not None])
        starts = {n for n in range(len(places)) if n == 0 or places[n] != places[n - 1] + 1}
    spans = _spans(digits, starts)
    if not spans and len(digits) >= LONG and len(_without_dates(run)) >= LONG:
        spans = [(0, len(digits))]
    if len(spans) == 1:
        start, end = spans[0]
        return places[start : max(start, end - SHOWN)]
    hidden = {n for start, end in spans for n in range(start, max(start, end - SHOWN))}
    return [places[n] for n in sorted(hidden)]


def _spans(digits: str, starts: set[int]) -> list[tuple[int, int]]:
    """Numbers in `digits`; `starts` are the places where a separated piece begins."""
    whole = len(starts) == 1
    if whole and (_IDENTITY.fullmatch(digits) or _MOBILE.fullmatch(digits)):
        return [(0, len(digits))]
    spans = [(at, at + 18) for at in range(len(digits) - 17) if _IDENTITY.match(digits, at)]
    ends = starts | {len(digits)}
    for start in range(len(digits) - 10):
        end = start + 11
        if not _MOBILE.match(digits, start):
            continue
        if (start in starts or whole or digits[:start] in ("86", "086", "0086", "0")) and (end in ends or whole):
            spans.append((start, end))
    if _LANDLINE.fullmatch(digits):
        spans.append((0, len(digits)))
    if whole and len(digits) >= LONG:
        spans.append((0, len(digits)))
    return spans


def _without_dates(run: str) -> str:
    plain = "".join(_digit(sign) or sign for sign in run)
    return "".join(sign for sign in _DATE.sub("", plain) if sign.isdigit() or sign == "X")


@lru_cache(4096)
def _digit(sign: str) -> str | None:
    if sign in "xXｘＸ":
        return "X"
    if sign in _CHINESE:
        return _CHINESE[sign]
    value = unicodedata.decimal(sign, None)
    return None if value is None else str(value)
