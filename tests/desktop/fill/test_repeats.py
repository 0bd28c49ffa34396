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
