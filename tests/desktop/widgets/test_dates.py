"""Dates and times as people write them."""

from datetime import date, time

import pytest

from desktop.widgets.dates import Precision, read_date, read_time

TODAY = date(2026, 11, 21)  # a Saturday
READINGS = {
    "今天": "2026-11-21", "昨天": "2026-11-20", "前天": "2026-11-19", "大前天": "2026-11-18", "明天": "2026-11-22",
    "后天": "2026-11-23", "今日": "2026-11-21", "3天前": "2026-11-18", "三天前": "2026-11-18", "十天以后": "2026-12-01",
    "两周前": "2026-11-07", "2个月前": "2026-09-21", "一年前": "2025-11-21", "上周三": "2026-11-11",
    "周三": "2026-11-18", "这周五": "2026-11-20", "下周一": "2026-11-23", "上星期天": "2026-11-15",
    "礼拜二": "2026-11-17",
    "上上周一": "2026-11-02", "10月15": "2026-10-15", "10月15日": "2026-10-15", "10月15号": "2026-10-15",
    "10.15": "2026-10-15", "10-15": "2026-10-15", "10/15": "2026-10-15", "1015": "2026-10-15",
    "20261015": "2026-10-15", "2026-10-15": "2026-10-15", "2026/10/5": "2026-10-05", "2026.10.15": "2026-10-15",
    "2026年10月15日": "2026-10-15", "2026年10月15日（周四）": "2026-10-15", "二〇二六年十月十五日": "2026-10-15",
    "二零二六年十月二十": "2026-10-20", "十月十五": "2026-10-15", "去年10月15日": "2025-10-15",
    "去年的十月十五": "2025-10-15",
    "上月5号": "2026-10-05", "上个月5号": "2026-10-05", "15号": "2026-11-15", "２０２６１０１５": "2026-10-15",
    "12月31": "2026-12-31", "农历九月初五": "2026-10-14", "去年腊月廿三": "2026-02-10", "八月初一": "2026-09-11",
    "78年3月5日": "1978-03-05", "1965-02-03": "1965-02-03",
    "yesterday": "2026-11-20", "15 Oct": "2026-10-15", "Oct 15, 2025": "2025-10-15",
    "15th October 2026": "2026-10-15",
    "last wednesday": "2026-11-11", "Thu 15 Oct 2026": "2026-10-15", "3 days ago": "2026-11-18",
    "2 weeks ago": "2026-11-07",
}  # fmt: skip
NO_DATES = ["", "  ", "不记得", "2026-02-30", "20261301", "13月1日", "10月32", "abc", "99999999", "5", "十五十", "周八",
            "0月0日", "2026", "1/2/3/4", "农历十五月", "去年", "10月"]  # fmt: skip


@pytest.mark.parametrize(("words", "day"), READINGS.items())
def test_words_that_are_dates(words: str, day: str) -> None:
    assert read_date(words, today=TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize("words", NO_DATES)
def test_words_that_are_none(words: str) -> None:
    assert read_date(words, today=TODAY) is None


def test_early_in_the_year_december_was_last_years() -> None:
    assert read_date("12月31", today=date(2026, 1, 5)) == date(2025, 12, 31)


def test_a_leap_day_without_a_year_is_that_of_a_leap_year() -> None:
    assert read_date("2月29", today=date(2025, 3, 1)) == date(2024, 2, 29)


MONTHS = {
    "2026年10月": "2026-10-01", "10月": "2026-10-01", "2026-10": "2026-10-01", "去年8月": "2025-08-01",
    "Oct 2026": "2026-10-01", "20261015": "2026-10-01",
}  # fmt: skip


@pytest.mark.parametrize(("words", "day"), MONTHS.items())
def test_months(words: str, day: str) -> None:
    assert read_date(words, today=TODAY, precision=Precision.MONTH) == date.fromisoformat(day)


@pytest.mark.parametrize(("words", "day"), {"2026": "2026-01-01", "1978年": "1978-01-01", "去年": "2025-01-01"}.items())
def test_years(words: str, day: str) -> None:
    assert read_date(words, today=TODAY, precision=Precision.YEAR) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("words", "at"),
    {"10:30": time(10, 30), "1030": time(10, 30), "930": time(9, 30), "10点": time(10), "下午3点半": time(15, 30),
     "十点二十": time(10, 20), "3pm": time(15), "12:05am": time(0, 5),
     "晚上8点15分": time(20, 15), "08:15:30": time(8, 15)}.items(),
)  # fmt: skip
def test_times(words: str, at: time) -> None:
    assert read_time(words) == at


@pytest.mark.parametrize("words", ["", "25:00", "10:75", "早", "7", "abc"])
def test_no_times(words: str) -> None:
    assert read_time(words) is None
