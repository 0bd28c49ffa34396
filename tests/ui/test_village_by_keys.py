"""More of a village's day by keys alone: an answer passed on, a correction, a draft, a hand-over."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from lived_in import LivedIn
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import WindowDriver

from desktop.pages.filling.page import FormHost
from desktop.pages.filling.registered import RegisteredPage
from desktop.pages.parts.places import Name, Place
from desktop.pages.people.history import KINDS, HistoryCard
from desktop.services.clock import Clock, fixed
from desktop.services.values import PersonRow, RequestState, Tab


@pytest.fixture
def desk(open_window, lived_in: LivedIn, tmp_path: Path, language: str) -> WindowDriver:
    """The village's window on a workspace with answers to pass on."""
    folder = tmp_path / "lived-in"
    shutil.copytree(lived_in.village, folder)
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    return window


def say(window: WindowDriver, key: str) -> str:
    return window.shell.context.text(key)


def test_an_answer_is_passed_on(desk: WindowDriver) -> None:
    before = len(desk.rows(Tab.TO_TELL))
    desk.press("Ctrl+1")
    desk.tab_to(desk.shell.context.words.state(RequestState.TOLD))
    desk.press("Return")
    assert desk.here.subject == "told"
    desk.press("1")
    desk.press("Return")
    desk.press("Return")  # the day is today's
    desk.press("1")
    desk.press("Return")
    desk.press("1")
    desk.press("Ctrl+Return")
    desk.press("Return")
    assert len(desk.rows(Tab.TO_TELL)) == before - 1


def test_what_is_to_be_told_is_one_key_away(desk: WindowDriver) -> None:
    desk.press("Ctrl+3")
    desk.settle()
    waiting = desk.rows(Tab.TO_TELL)
    assert desk.here.page is Name.REQUESTS
    assert [request.uuid for request in waiting] == [row.uuid for row in desk.page._model.rows]  # type: ignore[attr-defined]


def test_the_list_of_people_is_narrowed_and_widened_again(window: WindowDriver) -> None:
    def chosen(key: str, down: int) -> None:
        window.press(key)
        menu = window.app.activePopupWidget()
        assert menu is not None
        for each in (*[Qt.Key.Key_Down] * down, Qt.Key.Key_Return):
            QTest.keyClick(menu, each)
        window.settle()

    def listed() -> list[PersonRow]:
        return list(window.page._model.rows)  # type: ignore[attr-defined]

    window.press("Ctrl+2")
    everybody = listed()
    chosen("Alt+G", 1)
    group = window.page._filters.chosen.group  # type: ignore[attr-defined]
    assert listed() == [row for row in everybody if row.area == group]
    chosen("Alt+V", 2)
    assert window.page._filters.chosen.months == 3  # type: ignore[attr-defined]
    window.press("Ctrl+1")
    window.press("Ctrl+2")
    assert listed() == [row for row in everybody if row.area == group]  # nobody was visited, and the choice stays
    chosen("Alt+T", 1)
    assert window.shell.context.text("people.none_fit") in window.words()
    window.press("Esc")
    assert window.here.page is Name.PEOPLE
    assert listed() == everybody


def test_from_one_resident_to_the_next_and_back_to_the_list(window: WindowDriver) -> None:
    window.press("Ctrl+2")
    listed = [row.uuid for row in window.page._model.rows]  # type: ignore[attr-defined]
    window.press("Return")
    assert window.here.subject == listed[0]
    window.press("Alt+Down")
    window.press("Alt+Down")
    assert window.here.subject == listed[2]
    assert window.shell.context.text("people.where", at=3, count=len(listed)) in window.words()
    window.press("Alt+Up")
    assert window.here.subject == listed[1]
    window.press("Alt+Left")
    assert window.here.page is Name.PEOPLE


def test_a_quick_look_follows_the_list_and_leaves_it_as_it_was(window: WindowDriver) -> None:
    window.press("Ctrl+2")
    rows = list(window.page._model.rows)  # type: ignore[attr-defined]
    window.press("Shift+Return")
    for row in rows[:2]:
        assert row.name in window.words()
        assert say(window, "pages.timeline") in window.words()
        window.press("Down")
    assert window.here.page is Name.PEOPLE
    window.press("Esc")
    assert say(window, "pages.timeline") not in window.words()
    window.press("Return")
    assert window.here.subject == rows[2].uuid
    window.press("Alt+Left")
    assert window.page._table.selected() == 2  # type: ignore[attr-defined]


def test_what_nobody_checked_for_a_year_says_so(open_window, village: Path, seeded) -> None:
    later = fixed((Clock().now() + timedelta(days=400)).isoformat())
    for clock, old in ((Clock(), False), (later, True)):
        window = open_window(village, clock=clock)
        window.unlock()
        window.go(Place(Name.RESIDENT, seeded.uuid))
        assert ("超过一年没核对" in window.words()) is old
        window.close()


def test_of_what_happened_one_kind_is_shown(desk: WindowDriver) -> None:
    resident = next(row.resident for row in desk.rows(Tab.TO_TELL) if row.resident)
    desk.go(Place(Name.RESIDENT, resident))
    everything = desk.words()
    card = desk.page.findChild(HistoryCard)
    assert card is not None
    card._kinds.setFocus()
    desk.press("Return")
    menu = desk.app.activePopupWidget()
    assert menu is not None
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(menu, key)
    desk.settle()
    assert card._kinds.value == "answers"
    shown = [entry for entry in card._entries if entry.kind in KINDS["answers"]]
    assert 0 < len(shown) < len(card._entries)
    hidden = next(entry for entry in card._entries if entry not in shown)
    assert hidden.title in everything
    assert hidden.title not in desk.words()


def test_what_was_handed_in_can_be_changed(window: WindowDriver, seeded) -> None:
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit("第一次写的")
    window.press("Ctrl+Return")
    window.press("Return")
    assert isinstance(window.page, RegisteredPage)
    window.tab_to(say(window, "pages.change_it"))
    window.press("Return")
    assert isinstance(window.page, FormHost)
    window.page.form.go_to("/data/what/description")
    window.press("Ctrl+A")
    window.commit("改过以后的话")
    window.press("Ctrl+Return")
    window.press("Return")
    (last,) = [row for row in window.rows(Tab.WAITING) if row.description == "改过以后的话"]
    assert last.state is RequestState.READY
    assert not [row for row in window.rows(Tab.WAITING) if row.description == "第一次写的"]


def test_a_draft_goes_on_where_it_was_left(desk: WindowDriver) -> None:
    desk.go(Place(Name.REQUESTS, tab="drafts"))
    desk.tab_to(say(desk, "pages.go_on"))
    desk.press("Return")
    assert isinstance(desk.page, FormHost)
    assert "村口的垃圾桶三天没有人来拉" in desk.words()


def test_what_the_township_wants_stands_where_it_is_added(desk: WindowDriver) -> None:
    (back,) = desk.rows(Tab.RETURNED)
    desk.press("Ctrl+1")
    desk.tab_to(say(desk, "pages.supplement"))
    desk.press("Return")
    assert back.returned_text in desk.words()
    assert back.description in desk.words()
    assert isinstance(desk.page, FormHost)
    assert desk.page.form is not None
    entries = [entry.title for entry in desk.page.form._answers.entries()]
    assert entries[-1] == say(desk, "fill.loose")


def test_a_hand_over_that_nobody_answers_says_that_all_is_safe(desk: WindowDriver) -> None:
    waiting = len(desk.rows(Tab.WAITING))
    desk.press("F9")
    desk.press("Return")
    assert not desk.page.running
    assert len(desk.rows(Tab.WAITING)) == waiting


def test_after_a_month_a_draft_is_asked_for(open_window, village: Path, language: str) -> None:
    first = open_window(village, language=language)
    first.unlock()
    first.go(Place(Name.FORM, "household"))
    first.page.form.go_to("/data/where/house_no")  # type: ignore[attr-defined]
    first.commit("31")
    first.press("Ctrl+S")
    assert say(first, "drafts.still_wanted") not in first.buttons()
    first.close()
    later = Clock().now() + timedelta(days=32)
    aged = open_window(village, language=language, clock=fixed(later.isoformat()))
    aged.unlock()
    aged.go(Place(Name.REQUESTS, tab="drafts"))
    assert "32" in aged.words()
    aged.click(say(aged, "drafts.still_wanted"))
    assert isinstance(aged.page, FormHost)
    assert aged.page.form.session.node("/data/where/house_no").value == "31"
