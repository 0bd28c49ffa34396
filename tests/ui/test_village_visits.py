"""A village's visits and hazards by keys alone: the household or the place first, nothing asked twice."""

import pytest
from window_driver import WindowDriver

from desktop.pages.filling.page import FormHost
from desktop.pages.parts.places import Name, Place
from desktop.pages.visits.page import VisitsPage
from desktop.pages.visits.visit import VisitPage
from desktop.widgets.calendar import CalendarPopup


def answers(window: WindowDriver) -> dict[str, str]:
    assert isinstance(window.page, FormHost)
    assert window.page.form is not None
    return {node.name: node.value for node in window.page.form.session.walk() if node.value}


def records(window: WindowDriver, form: str) -> int:
    found: list[int] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: len(desk.records.list(form_id=form).rows), found.append)
    window.settle()
    return found[0]


def test_a_visit_from_f4_to_the_end(window: WindowDriver, seeded) -> None:
    before = records(window, "visit")
    window.press("F4")
    assert isinstance(window.page, VisitPage)
    window.type(seeded.initials)
    window.press("Return")
    known = answers(window)
    assert known["household"]
    assert known["way"] == "door"
    assert known["visited_on"]
    assert isinstance(window.page, FormHost)
    assert window.page.form is not None
    window.page.form.go_to("/data/check/problems")
    window.press("1")
    window.press("Ctrl+Return")
    window.press("Return")
    assert records(window, "visit") == before + 1


def test_with_nothing_typed_the_longest_unseen_is_taken(window: WindowDriver) -> None:
    window.press("Alt+4")
    window.press("Return")
    assert answers(window)["household"]


def test_fast_typists_lose_no_enter(window: WindowDriver, seeded) -> None:
    window.press("F4")
    window.press_only(seeded.initials[0])
    window.press_only("Return")
    window.settle()
    assert isinstance(window.page, FormHost)


def test_a_hazard_has_its_place_first(window: WindowDriver) -> None:
    window.press("F6")
    window.press("2")
    window.press("Return")
    assert answers(window)["area"].endswith("02")


def test_from_the_person_to_their_home(window: WindowDriver, seeded) -> None:
    window.go(Place(Name.RESIDENT, seeded.uuid))
    window.click(window.shell.context.text("visits.visit"))
    assert answers(window)["seen"] == seeded.uuid


def test_the_list_begins_a_visit(window: WindowDriver) -> None:
    window.go(Place(Name.VISITS))
    assert isinstance(window.page, VisitsPage)
    assert window.shell.context.text("visits.why_never") in _cells(window)
    window.press("Return")
    assert answers(window)["household"]


def _cells(window: WindowDriver) -> list[str]:
    assert isinstance(window.page, VisitsPage)
    model = window.page._model
    return [
        str(model.index(at, column).data()) for at in range(model.rowCount()) for column in range(model.columnCount())
    ]


@pytest.mark.parametrize("key", ["F4", "F6"])
def test_escape_leads_back(window: WindowDriver, key: str) -> None:
    here = window.here
    window.press(key)
    window.press("Esc")
    assert window.here == here


def test_escape_leads_out_of_a_form_step_by_step(window: WindowDriver) -> None:
    window.press("F5")
    window.press("Ctrl+J")
    window.press("Esc")  # the list of questions
    assert isinstance(window.page, FormHost)
    window.press("Ctrl+Return")
    window.press("Esc")  # checking
    assert isinstance(window.page, FormHost)
    window.press("Esc")
    assert window.here.page is Name.TODAY


def test_escape_in_the_find_box_takes_the_list_and_then_the_words(window: WindowDriver, seeded) -> None:
    window.press("F3")
    window.press("Esc")
    assert window.here.page is Name.TODAY
    window.type(seeded.initials)
    finder = window.page._finder  # type: ignore[attr-defined]
    assert finder.popup.isVisible()
    window.press("Esc")
    assert not finder.popup.isVisible()
    window.press("Esc")
    assert finder.box.text() == ""
    assert window.here.page is Name.TODAY


def test_the_keys_stand_in_help_and_in_the_list(window: WindowDriver) -> None:
    window.go(Place(Name.SETTINGS, tab="keys"))
    said = window.words()
    for key in ("visit", "hazard"):
        assert window.shell.context.text(f"shell.key_{key}") in said


def test_the_command_box_leads_there(window: WindowDriver) -> None:
    window.press("Ctrl+K")
    window.commit(window.shell.context.text("pages.start_visit"))
    window.press("Return")
    assert isinstance(window.page, VisitPage)


def test_f4_in_a_date_is_its_calendar(window: WindowDriver) -> None:
    window.press("F4")
    window.press("Return")
    assert isinstance(window.page, FormHost)
    form = window.page
    assert form.form is not None
    form.form.go_to("/data/who/visited_on")
    window.settle()
    window.press("F4")
    assert window.page is form
    assert any(isinstance(each, CalendarPopup) and each.isVisible() for each in window.app.topLevelWidgets())
    window.press("Esc")
    assert window.page is form


@pytest.mark.parametrize(
    ("words", "page"),
    [("printing.title", Name.PRINTING), ("emergency.short", Name.EMERGENCY), ("training.title", Name.TRAINING)],
)
def test_today_leads_there_by_mouse(window: WindowDriver, words: str, page: Name) -> None:
    window.click(window.shell.context.text(words))
    assert window.here.page is page
