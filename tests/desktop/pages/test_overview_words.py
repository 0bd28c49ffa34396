"""What an overview says of villages from which nothing came."""

from datetime import date

import pytest

from desktop.pages.overview.say import Sayings
from desktop.services.overview.figures import Line, Overview, Span
from forms.text import Text

DAY = date(2026, 11, 20)
VILLAGES = (Line("1", "9/1", "柳树湾村", 0), Line("2", "9/2", "石桥村", 20), Line("3", "9/3", "大坪村", None))
NOTHING = dict.fromkeys(("late", "late_department", "answers", "answers_before"))
EMPTY = dict.fromkeys(("months", "categories", "cells", "trend", "growth", "covered", "loads"), ())


@pytest.fixture
def overview() -> Overview:
    return Overview(version=1, today=DAY, span=next(iter(Span)), place="柳林镇", lines=VILLAGES, **EMPTY, **NOTHING)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_silent_villages_are_named(overview: Overview, language: str) -> None:
    say = Sayings(Text(language), overview)
    assert all(name in say.subtitle("x") for name in ("石桥村", "大坪村"))
    assert say.silence(None)
    assert "20" in say.silence(20)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_department_to_which_no_village_hands_over_says_nothing_of_that(overview: Overview, language: str) -> None:
    say = Sayings(Text(language), overview, hears=False)
    assert not any(name in say.subtitle("x") for name in ("石桥村", "大坪村"))
    assert (say.silence(None), say.silence(20)) == ("", "")
