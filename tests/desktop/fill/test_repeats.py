"""Repeats as tables and cards."""

import pytest
from form_pages import focus, letters, press, say
from looks_page import looks_page, value
from PySide6.QtCore import Qt

from desktop.fill.cards import RepeatCards
from desktop.fill.page import FormPage
from desktop.fill.question import row_of
from desktop.fill.table import RepeatTable

ENTER, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(open_page) -> FormPage:
    return looks_page(open_page)


def test_short_questions_that_repeat_are_a_table(page: FormPage) -> None:
    page.go_to("/data/child[1]/who")
    table = page.stage.series("/data/child")
    assert isinstance(table, RepeatTable)
    assert focus().accessibleName() == "2.1.1 Name"
    letters("Li")
    press(ENTER)
    letters("2015")
    page.add_instance()
    letters("Wang")
    assert page.session.node("/data/child").count == 2
    assert value(page, "child[2]/who") == "Wang"
    table.remove_buttons[0].click()
    assert value(page, "child[1]/who") == "Wang"
    page.instances.toast.undone.emit()
    assert [value(page, f"child[{n}]/who") for n in (1, 2)] == ["Li", "Wang"]
    assert value(page, "child[1]/born") == "2015"


def test_a_cell_says_what_is_wrong_with_it(page: FormPage) -> None:
    page.go_to("/data/child[1]/born")
    say("many")
    press(Qt.Key.Key_Backtab)
    cell = next(each for each in page.stage.rows() if each.ref == "/data/child[1]/born")
    assert "a whole number" in cell.wrong


def test_repeats_inside_repeats_grow_where_the_focus_is(page: FormPage) -> None:
    page.go_to("/data/part[1]/title")
    assert isinstance(page.stage.series("/data/part"), RepeatCards)
    page.go_to("/data/part[1]/piece[1]/what")
    letters("wheel")
    page.add_instance()
    assert page.session.node("/data/part[1]/piece").count == 2
    letters("axle")
    assert value(page, "part[1]/piece[2]/what") == "axle"
    page.go_to("/data/part[1]/title")
    page.add_instance()
    assert page.session.node("/data/part").count == 2
    assert row_of(focus(), within=page).ref == "/data/part[2]/title"


def rows_of(page: FormPage) -> list[tuple[str, str]]:
    count = page.session.node("/data/child").count
    return [
        tuple(page.session.node(f"/data/child[{at}]/{name}").value for name in ("who", "born"))  # type: ignore[misc]
        for at in range(1, count + 1)
    ]


def test_lines_change_places_with_all_that_is_in_them(page: FormPage) -> None:
    while page.session.node("/data/child").count < 3:
        page.session.add_repeat("/data/child")
    for at, (who, born) in enumerate((("Ann", "1990"), ("Bo", ""), ("Cy", "1970")), 1):
        page.session.set(f"/data/child[{at}]/who", who)
        page.session.set(f"/data/child[{at}]/born", born)
    page.go_to("/data/child[1]/who")
    page.stage.rebuild()
    table = page.stage.series("/data/child")
    assert isinstance(table, RepeatTable)
    assert not table.move_buttons[0][0].isEnabled()
    table.move_buttons[0][1].click()
    assert rows_of(page) == [("Bo", ""), ("Ann", "1990"), ("Cy", "1970")]
    page.instances.move("/data/child", 3, -1)
    assert rows_of(page) == [("Bo", ""), ("Cy", "1970"), ("Ann", "1990")]
    page.instances.move("/data/child", 3, 1)  # there is no place further down
    assert rows_of(page)[2] == ("Ann", "1990")


def test_cards_change_places_with_what_repeats_inside(page: FormPage) -> None:
    session = page.session
    session.add_repeat("/data/part")
    session.add_repeat("/data/part[1]/piece")
    for ref, said in (("[1]/title", "A"), ("[1]/piece[2]/what", "inside"), ("[2]/title", "B")):
        session.set(f"/data/part{ref}", said)
    page.go_to("/data/part[1]/title")
    page.stage.rebuild()
    page.instances.move("/data/part", 2, -1)
    assert [session.node(f"/data/part[{at}]/title").value for at in (1, 2)] == ["B", "A"]
    assert session.node("/data/part[2]/piece").count == 2
    assert session.node("/data/part[2]/piece[2]/what").value == "inside"
    assert session.node("/data/part[1]/piece").count < 2
