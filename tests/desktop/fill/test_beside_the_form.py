"""Lines of boxes, who lives in the same house, photographs at the right, the village's point, what broke off."""

from pathlib import Path

import pytest
from form_pages import open_session, press
from looks_page import field, looks_page, value
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.fill.cascade import CascadeLine, in_lines
from desktop.fill.images import Photos
from desktop.fill.page import FormPage
from desktop.fill.photos import Shot
from desktop.fill.place import unpack
from desktop.widgets.picker import Offer
from forms.load import load_form

ENTER = Qt.Key.Key_Return
CASCADE = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Places</h:title>
<model><instance><data id="places" version="1"><province/><county/><village/><note/><meta><instanceID/></meta></data>
</instance><instance id="c"><root><item><name>c1</name><label>C 1</label><of>p1</of></item>
<item><name>c2</name><label>C 2</label><of>p2</of></item></root></instance>
<instance id="v"><root><item><name>v1</name><label>V 1</label><of>c1</of></item>
<item><name>v2</name><label>V 2</label><of>c2</of></item></root></instance></model></h:head><h:body>
<select1 ref="/data/province"><label>Province</label><item><label>P 1</label><value>p1</value></item>
<item><label>P 2</label><value>p2</value></item></select1>
<select1 ref="/data/county"><label>County</label><itemset nodeset="instance('c')/root/item[of = /data/province]">
<value ref="name"/><label ref="label"/></itemset></select1>
<select1 ref="/data/village"><label>Village</label><itemset nodeset="instance('v')/root/item[of = /data/county]">
<value ref="name"/><label ref="label"/></itemset></select1>
<input ref="/data/note"><label>Note</label></input></h:body></h:html>"""


def test_choices_that_hang_on_one_another_stand_in_one_line(qapp: QApplication, open_page) -> None:
    page = open_page(open_session(load_form(CASCADE, name="places")), "en")
    (line,) = page.findChildren(CascadeLine)
    assert [row.ref for row in line.rows] == ["/data/province", "/data/county", "/data/village"]
    tops = {row.mapTo(page, row.rect().topLeft()).y() for row in line.rows}
    assert len(tops) == 1
    assert [row.ref for row in page.stage.rows()][-1] == "/data/note"
    for _ in range(3):
        press(Qt.Key.Key_Down)
        press(ENTER)
    assert [value(page, name) for name in ("province", "county", "village")] == ["p1", "c1", "v1"]
    page._answered("/data/province", "p2")
    assert value(page, "county") == value(page, "village") == ""
    assert "<s>C 1</s>" in field(page, "county").lost.text()


def test_a_line_has_three_boxes_at_most() -> None:
    after = {f"/d/{at}": frozenset({f"/d/{at - 1}"}) for at in range(1, 5)}
    assert list(in_lines([f"/d/{at}" for at in range(5)], after)) == [("/d/0", "/d/1", "/d/2"), ("/d/3", "/d/4")]
    inside = [f"/d/r[2]/{at}" for at in range(2)]
    assert list(in_lines(inside, {"/d/r/1": frozenset({"/d/r/0"})})) == [tuple(inside)]


def test_who_lives_in_the_same_house_is_taken_with_one_press(open_page, forms) -> None:
    session = open_session(forms["request"])
    near = {"/data/who/resident": [Offer("u0", "李大成", "男 · 54 岁"), Offer("u2", "周小梅"), Offer("gone", "外人")]}
    page = open_page(session, near=near)
    page.go_to("/data/who/resident")
    chips = {made.text(): made for made in page.findChildren(QPushButton) if made.isVisible()}
    assert "周小梅" in chips
    assert "外人" not in chips  # no choice of the form
    chips["周小梅"].click()
    assert session.node("/data/who/resident").value == "u2"
    shown = {made.text() for made in page.findChildren(QPushButton) if made.isVisible()}
    assert "周小梅" not in shown
    assert "李大成 · 男 · 54 岁" in shown


def picture(path: Path, *, width: int = 3000, height: int = 2000) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    assert image.save(str(path))
    return path


def test_photographs_stand_at_the_right_as_large_as_was_chosen(open_page, forms, tmp_path: Path) -> None:
    page = open_page(open_session(forms["request"]), photos=Photos(longest=1024, quality=60))
    assert not page.body.aside.isVisible()
    shot = Shot(str(picture(tmp_path / "lamp.jpg")), "lamp.jpg", QImage(40, 30, QImage.Format.Format_RGB32))
    page.photos.offer([shot])
    assert page.body.aside.isVisible()
    page.photos.card.findChild(QPushButton).click()
    (name,) = page.files.all()
    kept = QImage.fromData(page.files.get(name))
    assert max(kept.width(), kept.height()) == 1024
    page.photos.offer([])
    thumbs = [made for made in page.photos.card.findChildren(QPushButton) if made.isVisible()]
    assert len(thumbs) == 1
    page.go(0)
    thumbs[0].click()
    assert page.stage.here.endswith("photo")


def test_the_village_s_point_and_a_typed_one(open_page) -> None:
    page = looks_page(open_page, own_point="26.58 106.72")
    page.go_to("/data/place")
    made = field(page, "place")
    made.own.click()
    assert value(page, "place") == "26.58 106.72 0 0"
    assert made.note.isVisible()


def test_a_place_is_pointed_at_on_the_outlines(open_page) -> None:
    ring = ((106.70, 26.57), (106.74, 26.57), (106.74, 26.60), (106.70, 26.60), (106.70, 26.57))
    page = looks_page(open_page, outlines={"Liushuwan": (ring,)})
    made = field(page, "place")
    made.chart.click()
    assert made.map.isVisible()
    QTest.mouseClick(made.map, Qt.MouseButton.LeftButton, pos=made.map.rect().center())
    first = [float(part) for part in value(page, "place").split()[:2]]
    assert first == pytest.approx([26.585, 106.72], abs=0.001)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Space)
    second = [float(part) for part in value(page, "place").split()[:2]]
    assert second[0] > first[0]
    assert second[1] > first[1]
    made.chart.click()
    assert not made.map.isVisible()


def test_what_was_written_before_a_crash_is_shown_with_both_values(open_page, forms) -> None:
    first = open_page(open_session(forms["request"]))
    first._answered("/data/what/description", "灯不亮")
    done = first.place_when_left
    assert unpack(done).was == {}
    draft = first.session.draft()

    second = open_page(open_session(forms["request"], draft=draft), start=done)
    assert not second.last.isVisible()
    second._answered("/data/what/description", "灯全不亮")
    second._answered("/data/what/urgency", "urgent")
    second._answered("/data/what/urgency", "")
    broken, draft = second.place, second.session.draft()
    assert unpack(broken).was == {"/data/what/description": "灯不亮"}

    third = open_page(open_session(forms["request"], draft=draft), start=broken)
    assert third.last.isVisible()
    third.last.look.click()
    words = " ".join(each.text() for each in third.last.findChildren(type(third.last.banner.title)))
    assert "灯不亮" in words
    assert "灯全不亮" in words
    next(m for m in third.last.findChildren(QPushButton) if m.text() == "改回原来的").click()
    assert third.session.node("/data/what/description").value == "灯不亮"


@pytest.mark.parametrize("damaged", ['/data/what\n{"was": 3}', '/data/what\n{"was": {"/x": null}}'])
def test_a_damaged_place_says_nothing_of_a_crash(open_page, forms, damaged: str) -> None:
    page: FormPage = open_page(open_session(forms["request"]), start=damaged)
    assert not page.last.isVisible()
