"""Choices that are searched, that come late, that went away."""

import pytest
from form_pages import focus, letters, open_session, press
from looks_page import field, looks_page, value
from PySide6.QtCore import Qt

from desktop.fill.page import FormPage
from desktop.fill.question import row_of
from desktop.widgets.picker import Offer
from forms.load import load_form

ENTER, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier
CASCADE = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Areas</h:title>
<model><instance><data id="areas" version="1"><village/><group/><house/><meta><instanceID/></meta></data></instance>
<instance id="g"><root><item><name>a1</name><label>A 1</label><of>a</of></item>
<item><name>a2</name><label>A 2</label><of>a</of></item><item><name>b1</name><label>B 1</label><of>b</of></item></root>
</instance><bind nodeset="/data/village" type="string"/><bind nodeset="/data/group" type="string"/>
<bind nodeset="/data/house" type="string"/></model></h:head><h:body>
<select1 ref="/data/village"><label>Village</label><item><label>A</label><value>a</value></item>
<item><label>B</label><value>b</value></item></select1>
<select1 ref="/data/group"><label>Group</label><itemset nodeset="instance('g')/root/item[of = /data/village]">
<value ref="name"/><label ref="label"/></itemset></select1>
<select1 ref="/data/house" appearance="autocomplete"><label>House</label>
<itemset nodeset="instance('g')/root/item[of = /data/village]"><value ref="name"/><label ref="label"/></itemset>
</select1></h:body></h:html>"""

APART = CASCADE.replace(b'ref="/data/village">', b'ref="/data/village" appearance="horizontal">')  # no line of boxes


@pytest.fixture
def page(open_page) -> FormPage:
    return looks_page(open_page)


def test_pressing_enter_before_the_search_has_answered_chooses_what_it_finds(open_page, forms) -> None:
    """People are searched in another thread: fast keys do not overtake it."""
    asked: list[tuple[str, object]] = []
    session = open_session(forms["request"])
    page = open_page(session, lookups={"/data/who/resident": lambda query, found: asked.append((query, found))})
    page.go_to("/data/who/resident")
    letters("ldc")
    press(ENTER)
    assert session.node("/data/who/resident").value == ""
    assert [query for query, _ in asked] == ["l", "ld", "ldc"]
    asked[0][1]([Offer("u1", "陈桂芳")])
    assert session.node("/data/who/resident").value == ""
    asked[2][1]([Offer("nobody", "不在名单"), Offer("u0", "李大成", "男 · 54 岁"), Offer("u2", "周小梅")])
    assert session.node("/data/who/resident").value == "u0"
    assert row_of(focus(), within=page).ref != "/data/who/resident"


def test_an_answer_of_the_search_that_comes_late_opens_nothing(open_page, forms) -> None:
    asked: list[object] = []
    page = open_page(
        open_session(forms["request"]), lookups={"/data/who/resident": lambda _query, found: asked.append(found)}
    )
    page.go_to("/data/who/resident")
    field = next(each for each in page.stage.rows() if each.ref == "/data/who/resident").field
    letters("l")
    press(Qt.Key.Key_Tab)
    asked[-1]([Offer("u0", "李大成")])
    assert not field._open_now


def test_the_whole_list_of_people_is_asked_for_too(open_page, forms) -> None:
    asked: list[str] = []
    session = open_session(forms["request"])

    def lookup(query: str, found) -> None:
        asked.append(query)
        found([Offer("u2", "周小梅")])

    page = open_page(session, lookups={"/data/who/resident": lookup})
    page.go_to("/data/who/resident")
    press(Qt.Key.Key_Down)
    press(ENTER)
    assert asked == [""]
    assert session.node("/data/who/resident").value == "u2"


@pytest.mark.parametrize("name", ["group", "house"])
def test_a_choice_that_its_list_has_no_more_stays_in_sight_struck_through(open_page, name: str) -> None:
    page = open_page(open_session(load_form(CASCADE, name="areas")), "en")
    page._answered("/data/village", "a")
    page._answered(f"/data/{name}", "a2")
    made = field(page, name)
    assert not made.lost.isVisible()
    page._answered("/data/village", "b")
    assert value(page, name) == ""
    assert made.lost.isVisible()
    assert "<s>A 2</s>" in made.lost.text()
    page._answered(f"/data/{name}", "b1")
    assert not made.lost.isVisible()


def test_a_choice_that_one_takes_back_oneself_is_not_mourned(open_page) -> None:
    page = open_page(open_session(load_form(APART, name="areas")), "en")
    page._answered("/data/village", "a")
    made = field(page, "group")
    page.go_to("/data/group")
    press(Qt.Key.Key_2)
    assert value(page, "group") == "a2"
    press(Qt.Key.Key_Backspace)
    assert value(page, "group") == ""
    assert not made.lost.isVisible()


def test_without_choices_yet_a_question_is_no_stop(open_page) -> None:
    page = open_page(open_session(load_form(APART, name="areas")), "en")
    page.go_to("/data/village")
    press(ENTER)
    assert row_of(focus(), within=page).ref == "/data/house"


def test_a_long_list_is_made_bit_by_bit_while_one_is_in_it(qapp, open_page) -> None:
    items = "".join(f"<item><label>Town {n}</label><value>t{n}</value></item>" for n in range(3_000))
    form = CASCADE.replace(b"<item><label>A</label><value>a</value></item>", items.encode())
    page = open_page(open_session(load_form(form, name="areas")), "en")
    made = field(page, "village")
    assert len(made._gathered) < 3_001
    for _ in range(200):
        qapp.processEvents()
    assert len(made._gathered) == 3_001
    letters("town 2999")
    press(ENTER)
    assert value(page, "village") == "t2999"


def test_another_list_is_searched_when_what_it_hangs_on_changed(open_page) -> None:
    page = open_page(open_session(load_form(CASCADE, name="areas")), "en")
    page._answered("/data/village", "a")
    made = field(page, "house")
    letters("2")
    assert [offer.key for offer in made.popup.model.offers] == ["a2"]
    press(Qt.Key.Key_Backspace)
    page._answered("/data/village", "b")
    letters("1")
    assert [offer.key for offer in made.popup.model.offers] == ["b1"]


def test_where_nothing_fits_what_stands_for_anything_else_is_offered(open_page, forms) -> None:
    page = open_page(open_session(forms["resident"]))
    page.go_to("/data/who/relation")
    row = page.stage.row
    assert row is not None
    letters("zzzz")
    popup = row.field.popup  # type: ignore[union-attr]
    assert [offer.key for offer in popup.model.offers] == ["other"]
    assert "zzzz" in popup.note.text()
    press(ENTER)
    assert page.session.node("/data/who/relation").value == "other"
