"""A head count by keys alone at the village, and summed at the township from a code that was told."""

import shutil
from pathlib import Path

import pytest
from lived_in import LivedIn
from window_driver import WindowDriver

from desktop.pages.emergency.township import EmergencyOfficePage
from desktop.pages.emergency.village import EmergencyPage
from desktop.services.people.emergency_values import Situation
from forms.casework.headcount import Headcount, code_of, parse


def situation(window: WindowDriver) -> Situation:
    found: list[Situation] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.emergency.situation(), found.append)
    window.settle()
    return found[0]


def open_roll(window: WindowDriver) -> EmergencyPage:
    window.press("F10")
    assert isinstance(window.page, EmergencyPage)
    return window.page


def test_one_missing_is_reported_with_five_keys(window: WindowDriver) -> None:
    page = open_roll(window)
    window.keys = 0
    window.press("4")
    window.press("Ctrl+R")
    window.press("Ctrl+Return")
    assert window.keys <= 5
    found = situation(window)
    assert found.total.missing == 1
    assert found.total.counted == found.total.households
    for count in found.counts:
        assert parse(count.code) is not None
        assert count.code in window.words()
    assert page._model.row_at(0).mark is None


def test_a_count_goes_on_after_a_lock(window: WindowDriver) -> None:
    open_roll(window)
    window.press("3")
    window.press("Ctrl+L")
    window.unlock()
    page = open_roll(window)
    mark = page._model.row_at(0).mark
    assert mark is not None
    assert mark.need_help == 1


def test_pressing_again_counts_up_and_backspace_takes_back(window: WindowDriver) -> None:
    page = open_roll(window)
    people = page._model.row_at(0).home.people
    for _ in range(people + 1):
        window.press("4")
    mark = page._model.row_at(0).mark
    assert mark is not None
    assert mark.missing == 1
    window.press("Backspace")
    assert page._model.row_at(0).mark is None


def test_nothing_counted_is_not_reported(window: WindowDriver) -> None:
    open_roll(window)
    window.press("Ctrl+Return")
    assert situation(window).counts == ()


@pytest.fixture
def office(open_window, lived_in: LivedIn, tmp_path: Path, language: str) -> WindowDriver:
    folder = tmp_path / "office"
    shutil.copytree(lived_in.township, folder)
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    return window


def test_the_township_adds_codes_that_were_told(office: WindowDriver) -> None:
    office.press("Alt+0")
    assert isinstance(office.page, EmergencyOfficePage)
    good, wrong = code_of(Headcount("20101", 58, 2, 1)), "20102-0040-000-000-00"
    office.commit(f"{good}\n{wrong}")
    office.press("Ctrl+Return")
    found = situation(office)
    assert (found.total.present, found.total.missing, found.total.need_help) == (58, 2, 1)
    assert wrong in office.words()
    assert good not in office.words().splitlines()
