"""A smaller number of people, houses, animals: what was written about the last ones is offered for removal."""

import pytest
from form_pages import focus, letters, open_session, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.fill.page import FormPage
from forms.load import load_form

ENTER, TAB, CTRL = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier
FORM = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Count</h:title><model>
<instance><data id="count" version="1"><many/><child><who/><born/></child><after/><meta><instanceID/></meta></data>
</instance><bind nodeset="/data/many" type="int"/><bind nodeset="/data/child/who" type="string"/>
<bind nodeset="/data/child/born" type="int"/><bind nodeset="/data/after" type="string"/></model></h:head><h:body>
<group><label>All</label><input ref="/data/many"><label>How many</label></input>
<input ref="/data/after"><label>After</label></input></group>
<group ref="/data/child"><label>Child</label><repeat nodeset="/data/child" jr:count="/data/many">
<input ref="/data/child/who"><label>Name</label></input><input ref="/data/child/born"><label>Year</label></input>
</repeat></group></h:body></h:html>"""


@pytest.fixture
def page(qapp: QApplication, open_page) -> FormPage:
    """Four children, of whom the second and the fourth have a name."""
    made = open_page(open_session(load_form(FORM, name="count")), "en")
    for ref, value in (("many", "4"), ("child[2]/who", "Bo"), ("child[4]/who", "Di")):
        made.session.set(f"/data/{ref}", value)
    made.go_to("/data/many")
    made.stage.rebuild()
    qapp.processEvents()
    made.stage.focus("/data/many")
    return made


def names(page: FormPage) -> list[str]:
    count = page.session.node("/data/child").count
    return [page.session.node(f"/data/child[{at}]/who").value for at in range(1, count + 1)]


def write(number: str) -> None:
    press(Qt.Key.Key_A, held=CTRL)
    letters(number)


def test_nothing_written_is_cut_off_and_the_number_stands_again(page: FormPage) -> None:
    write("3")
    press(TAB)
    assert names(page) == ["", "Bo", "", "Di"]
    assert page.session.node("/data/many").value == "4"
    row = next(each for each in page.stage.rows() if each.ref == "/data/many")
    assert row.field.line.text() == "4"  # type: ignore[union-attr]
    assert page.fewer.banner.isVisible()
    assert "Di" in page.fewer.banner.detail.text()


def test_one_more_enter_removes_and_ten_seconds_bring_it_back(page: FormPage) -> None:
    write("3")
    press(ENTER)
    assert focus() is page.fewer.remove
    press(ENTER)
    assert names(page) == ["", "Bo", ""]
    assert not page.fewer.banner.isVisible()
    press(Qt.Key.Key_Z, held=CTRL)
    assert names(page) == ["", "Bo", "", "Di"]
    assert page.session.node("/data/many").value == "4"


def test_empty_ones_go_without_a_word(page: FormPage) -> None:
    page.session.set("/data/child[4]/who", "")
    write("2")
    press(TAB)
    assert names(page) == ["", "Bo"]
    assert not page.fewer.banner.isVisible()


def test_a_number_on_its_way_to_a_larger_one_asks_nothing(page: FormPage) -> None:
    write("12")
    press(TAB)
    assert page.session.node("/data/child").count == 12
    assert names(page)[:4] == ["", "Bo", "", "Di"]
    assert not page.fewer.banner.isVisible()
    assert isinstance(focus(), QLineEdit)


def test_handing_in_meanwhile_leaves_everything(page: FormPage) -> None:
    write("1")
    page.flush()
    assert names(page) == ["", "Bo", "", "Di"]
    assert b"Di" in page.session.finalise().xml


def test_the_question_goes_on_after_it_was_asked_once(page: FormPage) -> None:
    write("3")
    press(ENTER)
    page.stage.focus("/data/many")
    press(ENTER)
    assert page.stage.here == "/data/after"
