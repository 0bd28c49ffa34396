"""New years, leap months and festivals of the lunar calendar as they were and are published."""

from datetime import date, timedelta

import pytest

from desktop.widgets.lunar import LunarDate, lunar_of, read_lunar, solar_of

NEW_YEARS = """
1949-01-29 1950-02-17 1955-01-24 1960-01-28 1965-02-02 1970-02-06 1975-02-11 1976-01-31 1977-02-18
1978-02-07 1979-01-28 1980-02-16 1984-02-02 1985-02-20 1988-02-17 1990-01-27 1995-01-31 1997-02-07 1999-02-16
2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26
2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05
2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13
2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08""".split()  # noqa: SIM905
LEAP_MONTHS = {1984: 10, 1987: 6, 1990: 5, 1993: 3, 1995: 8, 1998: 5,
               2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9,
               2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6}  # fmt: skip
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("day", NEW_YEARS)
def test_new_years(day: str) -> None:
    found = lunar_of(date.fromisoformat(day))
    assert found is not None
    assert (found.month, found.day, found.leap) == (1, 1, False)


def test_leap_months() -> None:
    for year in range(1984, 2037):
        leaps = {m for m in range(1, 13) if solar_of(LunarDate(year, m, 1, leap=True))}
        assert leaps == ({LEAP_MONTHS[year]} if year in LEAP_MONTHS else set()), year


def test_there_and_back() -> None:
    day = date(1931, 1, 1)
    while day < date(2099, 1, 1):
        lunar = lunar_of(day)
        assert lunar is not None
        assert solar_of(lunar) == day
        day += timedelta(days=11)


def test_names() -> None:
    found = lunar_of(TODAY)
    assert found is not None
    assert found.name == "十月十三"
    assert LunarDate(2025, 6, 21, leap=True).name == "闰六月廿一"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("九月初五", "2026-10-14"), ("去年腊月廿三", "2026-02-10"), ("八月十五", "2026-09-25"),
        ("二〇二五年闰六月初一", "2025-07-25"), ("腊月", "2026-01-19"), ("正月十五日", "2026-03-03"),
    ],
)  # fmt: skip
def test_words(words: str, day: str) -> None:
    assert read_lunar(words, today=TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize("words", ["十三月初一", "九月三十一", "闰九月初一", "去年", "五月初"])
def test_what_is_no_date(words: str) -> None:
    assert read_lunar(words, today=TODAY) is None


def test_outside_the_computed_years() -> None:
    assert lunar_of(date(1900, 1, 1)) is None
    assert solar_of(LunarDate(2200, 1, 1)) is None
