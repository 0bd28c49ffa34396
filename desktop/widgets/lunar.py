"""The Chinese lunisolar calendar, computed: months begin on the day of the new moon at 120° east.

New moons after J. Meeus, Astronomical Algorithms (2nd ed.), chapter 49, within about a minute; the sun's
longitude after chapter 25, within 0.01° (a quarter of an hour of a solar term). Good for 1930 to 2100.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from math import floor, radians, sin

EPOCH = date(2000, 1, 1)  # its noon is Julian day 2451545.0
YEARS = range(1930, 2101)
MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DIGITS = "一二三四五六七八九"
DAY_NAMES = (
    *(f"初{d}" for d in (*DIGITS, "十")),
    *(f"十{d}" for d in DIGITS), "二十",
    *(f"廿{d}" for d in DIGITS), "三十",
)  # fmt: skip
# Coefficient in days; power of E; multiples of M, M', F. Meeus, table 49.A, new moon.
MOON_TERMS = (
    (-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0), (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0), (-0.00514, 1, 1, 1, 0), (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2), (0.00056, 1, 1, 2, 0), (-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0), (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0), (0.00003, 0, 1, 1, -2), (0.00003, 0, 0, 2, 2), (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2), (-0.00002, 0, -1, 1, -2), (-0.00002, 0, 1, 3, 0), (0.00002, 0, 0, 4, 0),
)  # fmt: skip
PLANET_TERMS = (
    (0.000325, 299.77, 0.107408), (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478), (0.000110, 84.66, 18.206239),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LunarDate:
    """`month` 1 to 12, `leap` for the second of that number, `day` 1 to 30; `year` is that in which it began."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def name(self) -> str:
        """农历 words without the year: 十月十三."""
        return f"{'闰' if self.leap else ''}{MONTHS[self.month - 1]}月{DAY_NAMES[self.day - 1]}"


def lunar_of(day: date) -> LunarDate | None:
    """The lunar date of a day; None outside the years that are computed."""
    for year in (day.year, day.year - 1):
        if year not in YEARS:
            return None
        months = _months(year)
        if day >= months[0][0]:
            first, month, leap = next(m for m in reversed(months) if m[0] <= day)
            return LunarDate(year, month, (day - first).days + 1, leap)
    return None


def solar_of(lunar: LunarDate) -> date | None:
    """The day of a lunar date; None where that month or day is not in the year."""
    if lunar.year not in YEARS:
        return None
    months = _months(lunar.year)
    following = [first for first, _, _ in months[1:]] + [_months_from(lunar.year + 1)]
    for (first, month, leap), after in zip(months, following, strict=True):
        found = first + timedelta(days=lunar.day - 1)
        if (month, leap) == (lunar.month, lunar.leap) and lunar.day >= 1 and found < after:
            return found
    return None


def read_lunar(words: str, *, today: date) -> date | None:
    """九月初五, 去年腊月廿三, 闰六月初一, 二〇二五年正月十五; a month alone means its first day."""
    found = re.fullmatch(r"(前年|去年|今年|明年|[〇零一二三四五六七八九\d]{4}年)?(闰)?(\S{1,2})月(\S{1,3})?", words)
    if not found:
        return None
    here = lunar_of(today)
    month, day = _month_number(found[3]), _day_number(found[4])
    if here is None or month is None or day is None:
        return None
    leap = bool(found[2])
    if found[1] is None:
        candidates = [solar_of(LunarDate(here.year - back, month, day, leap)) for back in (0, 1)]
        past = [c for c in candidates if c is not None and c <= today]
        return past[0] if past else next((c for c in candidates if c is not None), None)
    steps = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
    digits = "".join(
        str("〇一二三四五六七八九".find(c.replace("零", "〇"))) if not c.isdigit() else c for c in found[1][:4]
    )
    year = here.year + steps[found[1]] if found[1] in steps else int(digits)
    return solar_of(LunarDate(year, month, day, leap))


def _month_number(name: str) -> int | None:
    aliases = {"一": 1, "十一": 11, "十二": 12, "冬": 11, "腊": 12} | {str(n): n for n in range(1, 13)}
    if name in aliases:
        return aliases[name]
    return MONTHS.index(name) + 1 if name in MONTHS else None


def _day_number(name: str | None) -> int | None:
    if not name:
        return 1
    name = name.removesuffix("日").removesuffix("号")
    name = re.sub(r"^二十(?=.)", "廿", name)
    if name.isdecimal() and name.isascii():
        return int(name) if 1 <= int(name) <= 30 else None
    if name in DIGITS:
        return DIGITS.index(name) + 1
    return {"十": 10}.get(name) or (DAY_NAMES.index(name) + 1 if name in DAY_NAMES else None)


@lru_cache(maxsize=256)
def _months(year: int) -> tuple[tuple[date, int, bool], ...]:
    """(first day, number, leap) of the months of a lunar year, from 正月."""
    months = [*_between_solstices(year), *_between_solstices(year + 1)]
    start = next(i for i, m in enumerate(months) if m[1:] == (1, False))
    end = next(i for i, m in enumerate(months) if i > start and m[1:] == (1, False))
    return tuple(months[start:end])


def _months_from(year: int) -> date:
    return next(first for first, month, leap in _between_solstices(year) if (month, leap) == (1, False))


@lru_cache(maxsize=256)
def _between_solstices(year: int) -> tuple[tuple[date, int, bool], ...]:
    """The months from that of the winter solstice of `year - 1` (the eleventh) to before the next solstice's.

    Where there are thirteen, the first without a major solar term repeats the number before it.
    """
    first, last = _month_of_solstice(year - 1), _month_of_solstice(year)
    starts = [_new_moon_day(k) for k in range(first, last + 1)]
    crowded = len(starts) - 1 == 13
    found: list[tuple[date, int, bool]] = []
    number = 10
    for begin, end in pairwise(starts):
        leap = crowded and int(_longitude(begin) // 30) == int(_longitude(end) // 30)
        if leap:
            crowded = False
        else:
            number = number % 12 + 1
        found.append((begin, number, leap))
    return tuple(found)


def _month_of_solstice(year: int) -> int:
    """The number of the new moon on or before the winter solstice of a year."""
    day = date(year, 12, 18)
    while not (_longitude(day) < 270 <= _longitude(day + timedelta(days=1))):
        day += timedelta(days=1)
    k = floor((year - 2000 + 0.97) * 12.3685) + 1
    while _new_moon_day(k) > day:
        k -= 1
    return k


def _longitude(day: date) -> float:
    """The sun's apparent longitude in degrees at the day's first moment at 120° east (Meeus, chapter 25)."""
    days = (day - EPOCH).days - 0.5 - 8 / 24 + 70 / 86400  # dynamical time is some 70 s ahead
    t = days / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t) * sin(anomaly) + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
    centre += 0.000289 * sin(3 * anomaly)
    return (mean + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))) % 360


@lru_cache(maxsize=4096)
def _new_moon_day(k: int) -> date:
    """The day at 120° east of new moon number `k`, counted from that of 6 January 2000 (Meeus, chapter 49)."""
    t = k / 1236.85
    days = 5.09766 + 29.530588861 * k + 0.00015437 * t * t
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t * t
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t * t
    node = 160.7108 + 390.67050284 * k - 0.0016118 * t * t
    for size, power, by_sun, by_moon, by_node in MOON_TERMS:
        days += size * eccentricity**power * sin(radians(by_sun * sun + by_moon * moon + by_node * node))
    days -= 0.00017 * sin(radians(124.7746 - 1.56375588 * k + 0.0020672 * t * t))
    days += sum(size * sin(radians(at + speed * k)) for size, at, speed in PLANET_TERMS)
    return EPOCH + timedelta(days=floor(days + 0.5 + 8 / 24 - 70 / 86400))
