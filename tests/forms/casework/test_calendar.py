"""Working days: the cases of the rules, and laws of counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.casework.calendar import Calendar, Due
from forms.errors import Fault

days = st.dates(date(2025, 6, 1), date(2028, 6, 1))


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        (date(2026, 9, 23), 5, Due(date(2026, 10, 8))),
        (date(2026, 2, 13), 3, Due(date(2026, 2, 25))),
        (date(2026, 11, 21), 30, Due(date(2027, 1, 4), provisional=True)),
    ],
)
def test_the_published_cases(calendar, start, limit, due):
    assert calendar.due(start, limit) == due


def test_a_pause_is_not_counted(calendar):
    paused = calendar.between(date(2026, 11, 18), date(2026, 11, 24))
    assert calendar.due(date(2026, 11, 16), 10, paused).day == date(2026, 12, 4)


def test_days_left_in_words_of_numbers(calendar):
    due = date(2026, 11, 24)
    assert calendar.days_left(date(2026, 11, 20), due) == 2
    assert calendar.days_left(due, due) == 0
    assert calendar.days_left(date(2026, 11, 27), due) == -3


@given(start=days, limit=st.integers(0, 400))
def test_the_due_day_is_worked_and_lies_the_limit_away(calendar, start, limit):
    due = calendar.due(start, limit).day
    assert calendar.between(start, due) == limit
    assert limit == 0 or calendar.works(due)


def test_what_was_due_on_friday_is_late_on_saturday(calendar):
    friday = date(2026, 11, 27)
    assert [calendar.days_left(friday + timedelta(n), friday) for n in (-1, 0, 1, 2, 3, 4)] == [1, 0, -1, -1, -1, -2]


@pytest.mark.parametrize(
    ("start", "limit", "paused", "due"),
    [
        (date(2026, 11, 21), 1, 0, Due(date(2026, 11, 23))),  # received on a Saturday
        (date(2026, 10, 1), 1, 0, Due(date(2026, 10, 8))),  # received on a holiday
        (date(2026, 12, 30), 2, 0, Due(date(2027, 1, 4), provisional=True)),
        (date(2026, 12, 30), 2, 2, Due(date(2027, 1, 6), provisional=True)),  # paused across New Year
        (date(2027, 12, 31), 1, 0, Due(date(2028, 1, 3), provisional=True)),  # beyond the calendar's last day
    ],
)
def test_edges_of_the_calendar(calendar, start, limit, paused, due):
    assert calendar.due(start, limit, paused) == due


@given(one=days, two=days, three=days)
def test_counting_adds_up(calendar, one, two, three):
    assert calendar.between(one, two) + calendar.between(two, three) == calendar.between(one, three)


@given(start=days, length=st.integers(0, 800))
def test_fast_and_slow_counting_agree(calendar, start, length):
    end = start + timedelta(length)
    assert calendar.between(start, end) == sum(calendar.works(start + timedelta(n)) for n in range(1, length + 1))


def test_years_without_a_list_count_monday_to_friday_and_say_so():
    bare = Calendar([])
    assert bare.due(date(2030, 1, 4), 1) == Due(date(2030, 1, 7), provisional=True)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"name": "2026-13-01", "kind": "work"}, "casework.calendar_day"),
        ({"name": "2026-11-21", "kind": "holiday"}, "casework.calendar_kind"),
    ],
)
def test_a_wrong_row_is_named(row, fault):
    with pytest.raises(Fault) as raised:
        Calendar([row])
    assert (raised.value.code, raised.value.values["row"]) == (fault, 2)
