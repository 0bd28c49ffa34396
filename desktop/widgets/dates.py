"""Dates as people write them, read into calendar dates; pure."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum

from desktop.widgets.lunar import read_lunar


class Precision(Enum):
    DAY = "day"
    MONTH = "month"  # day 1 of the month is stored
    YEAR = "year"  # 1 January is stored


@dataclass(frozen=True, slots=True)
class Reading:
    """The words put into plain digits, and the day from which relative ones count."""

    words: str
    today: date


FAR_AHEAD = timedelta(days=183)  # a date without a year that far ahead meant last year's
NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
DAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
}
DAYS |= {"昨": -1, "今": 0, "today": 0, "yesterday": -1, "tomorrow": 1}
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
WEEKDAYS |= {str(n): n - 1 for n in range(1, 8)}
WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "": 0, "下": 1}
ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}
NUMERAL_RUN = re.compile(r"[零〇○一二两三四五六七八九十]+")


def read_date(words: str, *, today: date, precision: Precision = Precision.DAY) -> date | None:
    """The date that `words` mean, None where they mean none. Solar, Chinese lunar and English forms.

    Without a year the nearest is meant, this year's before the last's.
    """
    plain = unicodedata.normalize("NFKC", words).strip().lower()
    if not plain:
        return None
    if "农历" in plain or "阴历" in plain or re.search(r"正月|冬月|腊月|初[一二三四五六七八九十]|廿", plain):
        return read_lunar(re.sub(r"[农阴]历|\s", "", plain), today=today)
    reading = Reading(_digits(re.sub(r"[,，]", " ", plain)), today)
    for reader in (*_COARSE[precision], _relative, _weekday, _compact, _chinese, _separated, _english):
        found = reader(reading)
        if found is not None:
            return _round(found, precision)
    return None


def read_time(words: str) -> time | None:
    """10:30, 1030, 下午3点半, 3pm; None where it is no time."""
    plain = _digits(unicodedata.normalize("NFKC", words).strip().lower().replace(" ", ""))
    found = re.fullmatch(
        r"(上午|早上|中午|下午|晚上)?(\d{1,2})(?:[:点时](?:(半)|(\d{1,2}))?分?(?::\d{2})?|(\d{2}))?(am|pm)?", plain
    )
    if not found or (not found[1] and not found[6] and plain.isdigit() and len(plain) < 3):
        return None
    hour, minute = int(found[2]), 30 if found[3] else int(found[4] or found[5] or 0)
    if (found[1] in ("下午", "晚上") or found[6] == "pm") and hour < 12:
        hour += 12
    if found[6] == "am" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _digits(words: str) -> str:
    """二〇二六年十月十五日 -> 2026年10月15日, but the weekday in 周三 and the 二 of 农历 stay words."""

    def number(found: re.Match[str]) -> str:
        run = found[0]
        before = words[: found.start()]
        if before.endswith(("周", "星期", "礼拜")):
            return run
        if "十" not in run:
            return "".join(str(NUMERALS[c]) for c in run)
        tens, _, ones = run.partition("十")
        if len(tens) > 1 or len(ones) > 1:
            return run
        return str((NUMERALS[tens] if tens else 1) * 10 + (NUMERALS[ones] if ones else 0))

    return NUMERAL_RUN.sub(number, words)


def _make(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _nearest(month: int, day: int, today: date) -> date | None:
    found = _make(today.year, month, day)
    if found is not None and found - today > FAR_AHEAD:
        return _make(today.year - 1, month, day)
    return found or _make(today.year - 1, month, day)


def _relative(reading: Reading) -> date | None:
    if reading.words in DAYS:
        return reading.today + timedelta(days=DAYS[reading.words])
    found = re.fullmatch(
        r"(\d{1,4})\s*(?:个)?(天|日|周|星期|礼拜|月|年|days?|weeks?)\s*(以?前|之前|以?后|之后|ago)", reading.words
    )
    if not found:
        return None
    count = int(found[1]) * (1 if found[3].endswith("后") else -1)
    unit = found[2]
    if unit in ("月", "年"):
        months = reading.today.year * 12 + reading.today.month - 1 + count * (12 if unit == "年" else 1)
        year, month = divmod(months, 12)
        return _make(year, month + 1, min(reading.today.day, monthrange(year, month + 1)[1])) if year > 0 else None
    days = count * (7 if unit[0] in "周星礼w" else 1)
    return reading.today + timedelta(days=days)


def _weekday(reading: Reading) -> date | None:
    found = re.fullmatch(r"(上上|上|这|本|下)?个?(?:周|星期|礼拜)([一二三四五六日天末1-7])", reading.words)
    if found:
        monday = reading.today - timedelta(days=reading.today.weekday())
        return monday + timedelta(weeks=WEEKS[found[1] or ""], days=WEEKDAYS[found[2]])
    english = re.fullmatch(r"(last |this |next )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*", reading.words)
    if english:
        monday = reading.today - timedelta(days=reading.today.weekday())
        week = {"last ": -1, "next ": 1}.get(english[1] or "", 0)
        return monday + timedelta(weeks=week, days=ENGLISH_DAYS.index(english[2]))
    return None


def _compact(reading: Reading) -> date | None:
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", reading.words)
    if found:
        return _make(int(found[1]), int(found[2]), int(found[3]))
    short = re.fullmatch(r"(\d{2})(\d{2})", reading.words)
    return _nearest(int(short[1]), int(short[2]), reading.today) if short else None


def _chinese(reading: Reading) -> date | None:
    found = re.fullmatch(
        r"(?:(\d{4}|\d{2})年|(前年|去年|今年|本年|明年))?(?:(\d{1,2})月|(上个?月|这个?月|本月|下个?月))?(?:(\d{1,2})[日号]?)?",
        re.sub(r"\s|的|\([^)]*\)", "", reading.words),
    )
    if not found or not any(found.groups()) or reading.words.isdigit():
        return None
    year = _year(found[1], found[2], reading.today)
    month = int(found[3]) if found[3] else None
    if found[4]:
        step = {"上": -1, "下": 1}.get(found[4][0], 0)
        ahead, at = divmod(reading.today.month - 1 + step, 12)
        year, month = reading.today.year + ahead, at + 1
    if not found[5]:
        return None
    if year is None:
        here = reading.today
        return _nearest(month, int(found[5]), here) if month else _make(here.year, here.month, int(found[5]))
    return _make(year, month, int(found[5])) if month else None


def _year(digits: str | None, word: str | None, today: date) -> int | None:
    if word:
        return today.year + YEARS[word]
    if not digits:
        return None
    if len(digits) == 4:
        return int(digits)
    return 2000 + int(digits) if int(digits) <= today.year % 100 + 1 else 1900 + int(digits)


def _separated(reading: Reading) -> date | None:
    words = re.sub(r"\s*([-./])\s*", r"\1", reading.words)
    found = re.fullmatch(r"(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})", words)
    if found:
        return _make(int(found[1]), int(found[2]), int(found[3]))
    short = re.fullmatch(r"(\d{1,2})[-./](\d{1,2})", words)
    return _nearest(int(short[1]), int(short[2]), reading.today) if short else None


def _english(reading: Reading) -> date | None:
    words = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", reading.words)
    words = re.sub(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+", "", words)
    months = "|".join(ENGLISH_MONTHS)
    found = re.fullmatch(rf"(\d{{1,2}})\s+({months})[a-z]*\.?(?:\s+(\d{{4}}))?", words)
    if found:
        day, name, year = int(found[1]), found[2], found[3]
    else:
        found = re.fullmatch(rf"({months})[a-z]*\.?\s+(\d{{1,2}})(?:\s+(\d{{4}}))?", words)
        if not found:
            return None
        day, name, year = int(found[2]), found[1], found[3]
    month = ENGLISH_MONTHS.index(name) + 1
    return _make(int(year), month, day) if year else _nearest(month, day, reading.today)


def _year_month(reading: Reading) -> date | None:
    words = re.sub(r"\s", "", reading.words)
    found = re.fullmatch(r"(?:(\d{4})[年./-]?|(前年|去年|今年|明年))?(\d{1,2})月?(?:份)?", words)
    if found:
        year = _year(found[1], found[2], reading.today) or reading.today.year
        return _make(year, int(found[3]), 1)
    english = re.fullmatch(rf"({'|'.join(ENGLISH_MONTHS)})[a-z]*\.?(\d{{4}})?", words)
    return _make(int(english[2] or reading.today.year), ENGLISH_MONTHS.index(english[1]) + 1, 1) if english else None


def _year_only(reading: Reading) -> date | None:
    if reading.words in YEARS:
        return date(reading.today.year + YEARS[reading.words], 1, 1)
    found = re.fullmatch(r"(\d{4})年?", reading.words)
    return _make(int(found[1]), 1, 1) if found else None


def _round(found: date, precision: Precision) -> date:
    if precision is Precision.DAY:
        return found
    return found.replace(day=1) if precision is Precision.MONTH else found.replace(month=1, day=1)


_COARSE: dict[Precision, tuple[Callable[[Reading], date | None], ...]] = {
    Precision.DAY: (),
    Precision.MONTH: (_year_month,),
    Precision.YEAR: (_year_only,),
}
