"""What a month's counts come to."""

from forms.insight.handling import answers
from forms.insight.rows import ToldCount, WaitCount
from forms.insight.sums import answered


def test_told_within_three_days_is_counted_apart_from_told_later_and_not_yet():
    month = "2026-11"
    told = [ToldCount("CJ", month, days, "", n) for days, n in ((3, 4), (9, 2), (-1, 1))]
    found = answers([answered(month, [WaitCount("CJ", month, 2, 7)], told)], [month])
    assert (found.answered, found.told, found.in_time) == (7, 6, 4)
