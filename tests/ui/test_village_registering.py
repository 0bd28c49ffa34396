"""Somebody who is in no list: registered in a few keys on the way to their request, or known by name only."""

from pathlib import Path

from window_driver import WindowDriver

from desktop.pages.filling.page import FormHost
from desktop.pages.filling.registered import RegisteredPage
from desktop.pages.parts.places import Name, Place
from desktop.pages.people.ask import AskPage
from desktop.services.people.newcomer import Ask
from desktop.services.values import PersonRow

PERSON, NAME_KEYS = "何家明", 10  # hejiaming and the space bar
PHONE, ID_NO = "13985412207", "52240119650312761X"
WITH_PHONE, WITHOUT = 37, 26


def look_for(window: WindowDriver, name: str = PERSON) -> None:
    window.keys = 0
    window.press("F3")
    window.commit(name)
    window.keys += NAME_KEYS


def short_of(window: WindowDriver):
    assert isinstance(window.page, AskPage)
    assert window.page.short is not None
    return window.page.short


def where_they_live(window: WindowDriver, house_no: str = "27") -> None:
    window.type("1")
    window.press("Return")
    window.type("3")
    window.press("Return")
    window.type(house_no)
    window.press("Return")


def write_request(window: WindowDriver) -> None:
    window.type("ld")
    window.press("Return")
    window.commit("村东头小学路口三盏路灯不亮")
    window.press("Ctrl+Return")
    if not isinstance(window.page, RegisteredPage):
        window.press("Return")


def people(window: WindowDriver, name: str) -> tuple[PersonRow, ...]:
    found: list[tuple[PersonRow, ...]] = []
    window.window.lanes.read(window.window, lambda desk: desk.people.search(name), found.append)  # type: ignore[union-attr]
    window.settle()
    return found[0]


def test_the_whole_way_with_a_telephone(window: WindowDriver) -> None:
    look_for(window)
    window.press("Return")
    where_they_live(window)
    window.type(PHONE)
    window.press("Return")
    window.press("Return")
    assert isinstance(window.page, FormHost)
    write_request(window)
    assert isinstance(window.page, RegisteredPage)
    assert window.keys <= WITH_PHONE
    (person,) = people(window, PERSON)
    assert (person.name, person.sex, person.house_no) == (PERSON, "m", "27")
    assert person.area.endswith("03")
    assert PERSON in window.words()


def test_the_whole_way_without(window: WindowDriver) -> None:
    look_for(window)
    window.press("Return")
    where_they_live(window)
    window.press("Return")
    window.press("Return")
    write_request(window)
    assert isinstance(window.page, RegisteredPage)
    assert window.keys <= WITHOUT
    assert [person.name for person in people(window, PERSON)] == [PERSON]


def test_the_identity_number_first(window: WindowDriver) -> None:
    look_for(window)
    window.press("Return")
    window.press("Ctrl+E")
    window.commit(ID_NO)
    short = short_of(window)
    assert not short.lines[Ask.SEX].field.isVisible()
    assert "1965-03-12" in window.words()
    short.lines[Ask.AREA].take_focus()
    window.type("3")
    window.press("Return")
    window.type("9")
    window.press("Return")
    window.press("Return")
    window.press("Return")
    assert isinstance(window.page, FormHost)
    (person,) = people(window, PERSON)
    assert person.sex == "m"
    assert person.id_tail


def test_a_number_that_cannot_be_is_said_and_stops_it(window: WindowDriver) -> None:
    look_for(window)
    window.press("Return")
    where_they_live(window)
    window.press("Return")
    window.commit(ID_NO[:-1] + "1")
    window.press("Return")
    short = short_of(window)
    assert short.lines[Ask.ID_NO].holds_focus
    assert "18" in window.words()
    assert people(window, PERSON) == ()


def test_a_telephone_that_cannot_be_is_mended_in_the_same_place(window: WindowDriver) -> None:
    look_for(window)
    window.press("Return")
    where_they_live(window)
    window.type("1541234")
    window.press("Return")
    window.press("Ctrl+Return")
    assert short_of(window).lines[Ask.PHONE].holds_focus
    assert people(window, PERSON) == ()


def test_who_is_there_already_is_taken_instead(window: WindowDriver, seeded) -> None:
    look_for(window, seeded.name + "们")
    window.press("Return")
    short = short_of(window)
    short.newcomer.rename(seeded.name)
    short._changed()
    window.settle()
    assert seeded.name in window.words()
    window.press("Alt+Return")
    assert isinstance(window.page, FormHost)
    assert dict(window.here.known) == {"requester": "person", "resident": seeded.uuid}


def test_left_half_way_it_goes_on_from_the_drafts(open_window, village: Path) -> None:
    window = open_window(village)
    window.unlock()
    look_for(window)
    window.press("Return")
    where_they_live(window, "31")
    window.press("Esc")
    assert window.page.short is None  # type: ignore[attr-defined]
    window.close()
    again = open_window(village)
    again.unlock()
    again.go(Place(Name.REQUESTS, tab="drafts"))
    again.click(again.shell.context.text("pages.go_on"))
    short = short_of(again)
    assert [short.newcomer.node(ask).value for ask in (Ask.SEX, Ask.HOUSE_NO)] == ["m", "31"]
    assert short.newcomer.name == PERSON
    assert short.lines[Ask.PHONE].holds_focus
    again.press("Return")
    again.press("Return")
    assert isinstance(again.page, FormHost)


def test_locked_half_way_it_comes_back(window: WindowDriver) -> None:
    look_for(window)
    window.press("Return")
    where_they_live(window)
    window.press("Ctrl+L")
    assert PERSON not in window.words()
    window.unlock()
    assert short_of(window).newcomer.node(Ask.HOUSE_NO).value == "27"


def test_a_name_only_in_seventeen_keys(window: WindowDriver) -> None:
    look_for(window)
    window.press("Ctrl+D")
    write_request(window)
    assert isinstance(window.page, RegisteredPage)
    assert window.keys <= 17


def test_a_name_only_is_on_the_list_of_the_day_until_the_person_is_registered(window: WindowDriver) -> None:
    say = window.shell.context.text
    look_for(window)
    window.press("Ctrl+D")
    write_request(window)
    window.press("Ctrl+1")
    assert say("registering.mark") in window.words()
    window.click(f"{say('registering.register')} {PERSON}")
    assert short_of(window).newcomer.name == PERSON
    where_they_live(window)
    window.press("Return")
    window.press("Return")
    assert window.here.page is Name.RESIDENT
    assert say("registering.linked") in window.words()
    assert "村东头小学路口三盏路灯不亮" in window.words() or len(people(window, PERSON)) == 1
    window.press("Ctrl+1")
    assert say("registering.mark") not in window.words()
