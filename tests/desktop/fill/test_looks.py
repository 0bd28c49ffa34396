"""Each appearance: how it looks to the hand, and what the session holds then."""

import pytest
from form_pages import focus, letters, open_session, press, say
from looks_page import field, looks_page, show, value
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop.fill.page import FormPage
from desktop.fill.question import row_of
from desktop.fill.say import said
from forms.api import Control, Node, NodeKind
from forms.text import Text

ENTER, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(open_page) -> FormPage:
    return looks_page(open_page)


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
    widths = [made.width() for made in buttons]
    assert max(widths) - min(widths) <= 1  # what does not divide evenly


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
