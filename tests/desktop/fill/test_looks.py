"""Each appearance: how it looks to the hand, and what the session holds then."""

import struct
from pathlib import Path

import pytest
from form_pages import focus, letters, open_session, press, say
from looks_form import looks_form
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop.fill.cards import RepeatCards
from desktop.fill.covering import CoverBox
from desktop.fill.exif import position
from desktop.fill.fields.base import Field
from desktop.fill.page import FormPage
from desktop.fill.question import QuestionRow, row_of
from desktop.fill.say import said
from desktop.fill.table import RepeatTable
from desktop.widgets.picker import Offer
from forms.api import Control, Node, NodeKind
from forms.load import load_form
from forms.text import Text

ENTER, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier


def png(colour: str = "white", size: tuple[int, int] = (40, 30)) -> bytes:
    image = QImage(*size, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(target, "PNG")
    return bytes(target.data().data())


@pytest.fixture
def page(open_page) -> FormPage:
    media = {f"p{n}.png": png() for n in range(1, 5)}
    return open_page(open_session(load_form(looks_form(), name="looks")), "en", media=media)


def show(page: FormPage, name: str) -> QuestionRow:
    page.go_to(f"/data/{name}")
    row = next(each for each in page.stage.rows() if each.ref == f"/data/{name}")
    row.take_focus()
    return row


def field(page: FormPage, name: str) -> Field:
    found = show(page, name).field
    assert found is not None
    return found


def value(page: FormPage, name: str) -> str:
    return page.session.node(f"/data/{name}").value


def test_stars_by_digit_arrow_press_and_back(page: FormPage) -> None:
    stars = field(page, "stars").stars
    press(Qt.Key.Key_3)
    assert value(page, "stars") == "3"
    press(Qt.Key.Key_Right)
    assert value(page, "stars") == "4"
    press(Qt.Key.Key_Backspace)
    assert value(page, "stars") == ""
    QTest.mouseClick(stars, Qt.MouseButton.LeftButton, pos=QPoint(stars.width() - 10, 10))
    assert value(page, "stars") == "5"
    assert "5 of 5" in stars.accessibleDescription()


def test_thousands_stand_apart_once_it_is_left(page: FormPage) -> None:
    money = field(page, "money")
    letters("1234567")
    assert money.line.text() == "1234567"
    press(ENTER)
    assert money.line.text() == "1,234,567"
    assert value(page, "money") == "1234567"


def test_one_more_and_one_less(page: FormPage) -> None:
    score = field(page, "score")
    score.more.click()
    score.more.click()
    score.less.click()
    assert value(page, "score") == "1"


def test_a_masked_answer_is_dots_until_one_looks(page: FormPage) -> None:
    secret = field(page, "secret")
    letters("abc")
    assert secret.line.echoMode() is QLineEdit.EchoMode.Password
    secret.eye.toggle()
    assert secret.line.echoMode() is QLineEdit.EchoMode.Normal
    assert value(page, "secret") == "abc"


def test_a_scan_takes_the_place_of_what_was_there(page: FormPage) -> None:
    code = field(page, "code")
    now = [0.0]
    code.clock = lambda: now[0]
    for sign in "12ab":
        now[0] += 0.2
        letters(sign)
    assert value(page, "code") == "12ab"
    now[0] += 1
    for sign in "690123":
        now[0] += 0.01
        letters(sign)
    now[0] += 0.01
    press(ENTER)
    assert value(page, "code") == "690123"
    assert "690123" in code.echo.text()
    assert row_of(focus(), within=page).ref == "/data/likert"


def test_a_code_typed_by_hand_stays_as_typed(page: FormPage) -> None:
    code = field(page, "code")
    now = [0.0]
    code.clock = lambda: now[0]
    for sign in "12345":
        now[0] += 0.2
        letters(sign)
    press(ENTER)
    assert value(page, "code") == "12345"


def test_a_likert_scale_is_one_line_of_equal_columns(page: FormPage) -> None:
    buttons = field(page, "likert").buttons.buttons
    assert len({made.y() for made in buttons}) == 1
    assert len({made.width() for made in buttons}) == 1


def test_two_columns(page: FormPage) -> None:
    buttons = field(page, "two").buttons.buttons
    assert [made.x() for made in buttons[:2]] == [made.x() for made in buttons[2:]]
    assert buttons[0].y() < buttons[2].y()


def test_quick_goes_on_by_itself(page: FormPage) -> None:
    show(page, "quick")
    press(Qt.Key.Key_2)
    assert value(page, "quick") == "v2"
    assert row_of(focus(), within=page).ref == "/data/two"


def test_choices_show_their_pictures(page: FormPage) -> None:
    with_words = field(page, "two").buttons.buttons[0]
    without = field(page, "bare").buttons.buttons[0]
    assert with_words.text() == "1  Choice 1"
    assert without.text() == "1"
    assert with_words.height() > page._kit.theme.scale.control
    press(Qt.Key.Key_4)
    assert value(page, "bare") == "v4"


def test_a_table_of_choices_has_head_and_lines_in_the_same_columns(page: FormPage) -> None:
    head, line, ticks = (field(page, name) for name in ("head", "line", "ticks"))
    assert head.words == [f"Choice {n}" for n in range(1, 5)]
    assert not head.asks
    words = [each for each in head.findChildren(QLabel) if each.isVisible()]
    left = [each.mapTo(page, QPoint(0, 0)).x() for each in words]
    assert left == [each.mapTo(page, QPoint(0, 0)).x() for each in line.buttons.buttons]
    assert left == [each.mapTo(page, QPoint(0, 0)).x() for each in ticks.rows.boxes]
    line.take_focus()
    press(Qt.Key.Key_2)
    ticks.take_focus()
    press(Qt.Key.Key_1, Qt.Key.Key_3)
    assert (value(page, "line"), value(page, "ticks")) == ("v2", "v1 v3")
    assert line.buttons.buttons[1].accessibleName() == "Choice 2"
    assert "/data/head" not in page._answers.numbers.of


def test_several_of_many_are_searched_and_taken_out(page: FormPage) -> None:
    towns = field(page, "towns")
    letters("town 12")
    press(ENTER)
    letters("town 3")
    press(ENTER)
    assert value(page, "towns") == "t3 t12"
    assert towns.line.text() == ""
    press(Qt.Key.Key_Backspace)
    assert value(page, "towns") == "t3"
    press(ENTER)
    assert row_of(focus(), within=page).ref == "/data/persian"


def test_another_calendar_says_so_and_takes_the_date(page: FormPage) -> None:
    persian = field(page, "persian")
    assert any("Persian calendar" in each.text() for each in persian.findChildren(QLabel))
    say("20261015")
    press(ENTER)
    assert value(page, "persian") == "2026-10-15"


def test_a_line_of_places_and_a_border_that_closes(page: FormPage) -> None:
    for name, ends in (("trace", False), ("shape", True)):
        show(page, name)
        for line in ("26.1, 106.1", "26.2 106.1", "26.2 106.2"):
            letters(line)
            press(ENTER)
        press(ENTER)
        places = value(page, name).split(";")
        assert places[:3] == ["26.1 106.1 0 0", "26.2 106.1 0 0", "26.2 106.2 0 0"]
        assert (len(places) == 4 and places[3] == places[0]) is ends
        assert row_of(focus(), within=page).ref != f"/data/{name}"


def test_places_that_cannot_be_read_are_told(page: FormPage) -> None:
    row = show(page, "trace")
    letters("by the bridge")
    press(Qt.Key.Key_Tab)
    assert value(page, "trace") == ""
    assert "cannot be read" in row.wrong


def gps_jpeg() -> bytes:
    """A JPEG whose Exif says 26 degrees 34 minutes 52.32 seconds north, 106 42 13.08 east."""

    def entry(tag: int, kind: int, number: int, value: bytes) -> bytes:
        return struct.pack("<HHI", tag, kind, number) + value.ljust(4, b"\0")

    def degrees(*parts: tuple[int, int]) -> bytes:
        return b"".join(struct.pack("<II", *part) for part in parts)

    first = 8 + 2 + 12 + 4
    gps = first + 2 + 4 * 12 + 4
    block = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1)
    block += entry(0x8825, 4, 1, struct.pack("<I", first)) + struct.pack("<I", 0) + struct.pack("<H", 4)
    block += entry(1, 2, 2, b"N\0") + entry(2, 5, 3, struct.pack("<I", gps))
    block += entry(3, 2, 2, b"E\0") + entry(4, 5, 3, struct.pack("<I", gps + 24)) + struct.pack("<I", 0)
    block += degrees((26, 1), (34, 1), (5232, 100)) + degrees((106, 1), (42, 1), (1308, 100))
    body = b"Exif\0\0" + block
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9"


def test_a_place_from_a_photograph(page: FormPage, tmp_path: Path) -> None:
    photo = tmp_path / "gps.jpg"
    photo.write_bytes(gps_jpeg())
    place = field(page, "place")
    place.take_photo(str(photo))
    assert value(page, "place") == "26.581200 106.703633 0 0"
    photo.write_bytes(png())
    place.take_photo(str(photo))
    assert "does not say" in place.note.text()
    assert value(page, "place").startswith("26.58")


@pytest.mark.parametrize("cut", [0, 1, 5, 20, 40, 80, 120])
def test_a_broken_exif_block_is_no_place(cut: int) -> None:
    assert position(gps_jpeg()[:cut]) is None


def paste(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(data)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(mime)
    press(Qt.Key.Key_V, held=Qt.KeyboardModifier.ControlModifier)


def picture(page: FormPage, name: str) -> QImage:
    data = page.files.get(value(page, name))
    assert data is not None
    return QImage.fromData(data)


def test_a_photograph_is_turned(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png(size=(40, 20)), tmp_path)
    first = value(page, "photo")
    photo.turn.click()
    assert (picture(page, "photo").width(), picture(page, "photo").height()) == (20, 40)
    assert value(page, "photo") != first
    assert page.files.get(first) is None


def test_a_part_is_covered_by_keys_and_nothing_is_left_below(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png("red", size=(200, 100)), tmp_path)
    photo.cover.click()
    box = page.findChild(CoverBox)
    assert focus() is box.canvas
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right, held=SHIFT)
    press(Qt.Key.Key_Space)
    where = box.canvas.boxes[0].center()
    box.keep.click()
    found = picture(page, "photo")
    assert found.pixelColor(where).lightness() < 20
    assert found.pixelColor(2, 2).red() > 200


def test_covering_can_be_left(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png("red", size=(200, 100)), tmp_path)
    before = value(page, "photo")
    photo.cover.click()
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Escape)
    assert value(page, "photo") == before


def test_a_removed_photograph_can_be_put_back(page: FormPage, tmp_path: Path) -> None:
    photo = field(page, "photo")
    paste(png("red"), tmp_path)
    kept = page.files.get(value(page, "photo"))
    photo.remove.click()
    assert value(page, "photo") == ""
    photo.restore.click()
    assert page.files.get(value(page, "photo")) == kept


def draw(pad, *points: tuple[int, int]) -> None:
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(pad, QPoint(*point))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))


def test_a_signature_is_drawn_taken_back_and_cleared(page: FormPage) -> None:
    name = field(page, "name")
    draw(name.pad, (20, 20), (200, 100))
    draw(name.pad, (20, 100), (200, 20))
    name.settle()
    assert value(page, "name").endswith(".png")
    both = picture(page, "name")
    assert both.pixelColor(110, 60).lightness() < 80
    name.back.click()
    name.settle()
    assert picture(page, "name").pixelColor(20, 100).lightness() > 200
    name.remove.click()
    assert value(page, "name") == ""
    assert name.pad.strokes == 0


def test_a_drawing_is_taken_in_by_itself(page: FormPage) -> None:
    name = field(page, "name")
    draw(name.pad, (20, 20), (200, 100))
    QTest.qWait(700)
    assert value(page, "name")


def test_marks_go_onto_a_photograph(page: FormPage, tmp_path: Path) -> None:
    marks = field(page, "marks")
    assert not marks.pad.isVisible()
    paste(png("white", size=(300, 200)), tmp_path)
    assert marks.pad.isVisible()
    draw(marks.pad, (10, 10), (marks.pad.width() - 10, marks.pad.height() - 10))
    marks.settle()
    found = picture(page, "marks")
    assert (found.width(), found.height()) == (300, 200)
    assert found.pixelColor(150, 100).red() > 200 > found.pixelColor(150, 100).green()


def test_the_language_changes_while_one_fills_in(page: FormPage) -> None:
    show(page, "two")
    press(Qt.Key.Key_2)
    page.languages["中文 (zh)"].trigger()
    assert row_of(focus(), within=page).ref == "/data/two"
    assert field(page, "two").buttons.buttons[1].text() == "2  选项 2"
    assert value(page, "two") == "v2"
    assert "多" in show(page, "stars").heading.text()


def test_guidance_is_shown_on_demand_and_marks_are_kept(page: FormPage) -> None:
    row = show(page, "stars")
    assert "<b>How</b>" in row.heading.text()
    assert "<i>short</i>" in row._hint.text()
    assert not row._guidance.words.isVisible()
    row._guidance.ask.click()
    assert row._guidance.words.isVisible()
    assert row._guidance.words.text() == "long and clear"


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
    page = open_page(open_session(load_form(CASCADE, name="areas")), "en")
    page._answered("/data/village", "a")
    made = field(page, "group")
    press(Qt.Key.Key_2)
    assert value(page, "group") == "a2"
    press(Qt.Key.Key_Backspace)
    assert value(page, "group") == ""
    assert not made.lost.isVisible()


def test_without_choices_yet_a_question_is_no_stop(open_page) -> None:
    page = open_page(open_session(load_form(CASCADE, name="areas")), "en")
    page.go_to("/data/village")
    press(ENTER)
    assert row_of(focus(), within=page).ref == "/data/house"


@pytest.mark.parametrize(
    ("kind", "look", "value", "words"),
    [
        ("date", ("month-year",), "2026-10-01", "2026年10月"),
        ("date", ("year",), "2026-01-01", "2026"),
        ("geotrace", (), "26.1 106.1 0 0;26.2 106.1 0 0", "2 个点"),
        ("binary", (), "0f3a.jpg", "1 张照片"),
        ("binary", (), "0f3a.mp3", "1 个文件"),
        ("string", ("masked",), "abc", "••••"),
    ],
)
def test_answers_in_words(kind: str, look: tuple[str, ...], value: str, words: str, forms) -> None:
    node = Node("/data/x", "x", NodeKind.QUESTION, type=kind, control=Control.INPUT, appearance=look, value=value)
    assert said(open_session(forms["request"]), node, Text("zh")) == words


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
