"""Surges are found against a place's own history: more of them than by a plain threshold that is as quiet."""

import math

import pytest
from surge_histories import as_quiet, histories, ours, plain, score

from forms.insight.surges import FALSE_ALARMS, LEAST, expected, tail

FLAT = {f"2025-{month:02d}": 6 for month in range(1, 13)}


def test_on_200_histories_recall_is_higher_and_false_alarms_fewer_than_a_plain_thresholds() -> None:
    found = histories(200, seed=2026)
    here, usual = score(found, ours), score(found, plain(2))
    quiet = score(found, plain(as_quiet(found, here.alarms)))
    assert here.alarms < usual.alarms / 2
    assert here.alarms < FALSE_ALARMS * 1.2
    assert here.recall > 0.8
    assert here.recall > quiet.recall + 0.03


def test_the_tail_is_that_of_the_distribution() -> None:
    poisson = sum(math.exp(-4) * 4**k / math.factorial(k) for k in range(7))
    assert tail(7, 4, 1.0) == pytest.approx(1 - poisson)
    size, stays = 4 / 0.5, 1 / 1.5
    negative = sum(
        math.comb(int(size) + k - 1, k) * stays**size * (1 - stays) ** k for k in range(7)
    )  # size is a whole number here
    assert tail(7, 4, 1.5) == pytest.approx(1 - negative)
    assert tail(0, 4, 1.5) == 1.0
    assert 0 < tail(6000, 5000, 2.0) < 1e-6


def test_ordinary_counts_are_none_and_three_times_as_many_are() -> None:
    usual = expected(FLAT, "2026-01", since="2025-01")
    assert not usual.is_surge(9)
    assert usual.is_surge(20)
    low, high = usual.usual()
    assert low < 6 < high < 15


def test_without_half_a_year_of_history_nothing_is_a_surge() -> None:
    assert not expected({"2025-12": 2}, "2026-01", since="2025-12").is_surge(50)


def test_fewer_than_five_are_none_whatever_was_before() -> None:
    assert not expected({}, "2026-01", since="2024-01").is_surge(LEAST - 1)
    assert expected({}, "2026-01", since="2024-01").is_surge(LEAST + 1)


def test_a_month_that_stood_out_does_not_hide_the_next() -> None:
    before = FLAT | {"2025-11": 60}
    assert expected(before, "2026-01", since="2025-01").is_surge(30)


def test_the_season_of_earlier_years_is_expected_again() -> None:
    years = {f"{year}-{month:02d}": 30 if month == 5 else 4 for year in (2023, 2024, 2025) for month in range(1, 13)}
    assert not expected(years, "2026-05", since="2023-01").is_surge(30)


def test_half_a_month_is_held_against_half_of_what_is_expected() -> None:
    half = expected(FLAT, "2026-01", since="2025-01", share=0.5)
    assert half.mean == pytest.approx(expected(FLAT, "2026-01", since="2025-01").mean / 2)
    assert half.is_surge(15)
