"""Each kind of question: what is typed, and what the session holds then."""

import pytest
from form_pages import focus, letters, open_session, press, say
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from small_form import small_form

from desktop.fill.fields.base import Field
from desktop.fill.page import FormPage
from desktop.fill.question import row_of
from desktop.widgets.guards import install
from forms.load import load_form

ENTER = Qt.Key.Key_Return


@pytest.fixture
def page(open_page) -> FormPage:
    return open_page(open_session(load_form(small_form(), name="types")), "en")


def field(page: FormPage, name: str) -> Field:
    found = next(row for row in page.stage.rows() if row.ref == f"/data/{name}")
    found.take_focus()
    assert found.field is not None
    return found.field


def value(page: FormPage, name: str) -> str:
    return page.session.node(f"/data/{name}").value


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("when", "昨天", "2026-11-20"), ("when", "20261015", "2026-10-15"), ("month", "2026年10月", "2026-10-01"),
        ("count", "１２", "12"), ("count", "1,2", "12"), ("weight", "3。5", "3.5"),
        ("place", "26.5812，106.7203", "26.5812 106.7203 0 0"), ("level", "7", "7"),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(page: FormPage, name: str, typed: str, stored: str) -> None:
    field(page, name)
    say(typed)
    press(ENTER)
    assert value(page, name) == stored


@pytest.mark.parametrize(
    ("name", "typed"), [("when", "不记得"), ("count", "三五个"), ("place", "村口"), ("clock", "早上")]
)
def test_what_cannot_be_read_stays_and_is_told(page: FormPage, name: str, typed: str) -> None:
    field(page, name)
    say(typed)
    press(ENTER)
    row = next(each for each in page.stage.rows() if each.ref == f"/data/{name}")
    assert value(page, name) == ""
    assert ("whole number" if name == "count" else "cannot be read") in row.wrong
    assert [problem.ref for problem in page._answers.problems] == [f"/data/{name}"]


def test_a_time_of_day(page: FormPage) -> None:
    field(page, "clock")
    say("下午3点半")
    press(ENTER)
    assert value(page, "clock") == "15:30:00.000+08:00"


def test_a_day_and_a_time(page: FormPage) -> None:
    field(page, "moment")
    say("昨天")
    press(ENTER)
    letters("0830")
    press(ENTER)
    assert value(page, "moment") == "2026-11-20T08:30:00.000+08:00"


def test_ticks_by_digits_and_none_alone(page: FormPage) -> None:
    field(page, "ticks")
    press(Qt.Key.Key_1, Qt.Key.Key_2)
    assert value(page, "ticks") == "a b"
    press(Qt.Key.Key_3)
    assert value(page, "ticks") == "none"
    press(Qt.Key.Key_1)
    assert value(page, "ticks") == "a"


def test_a_tick_that_says_read(page: FormPage) -> None:
    field(page, "read")
    press(Qt.Key.Key_Space)
    assert value(page, "read") == "OK"
    press(Qt.Key.Key_Space)
    assert value(page, "read") == ""


def test_an_order(page: FormPage) -> None:
    order = field(page, "order")
    order.keep.click()
    assert value(page, "order") == "a b c"
    order.rows.setCurrentRow(0)
    order.rows.setFocus()
    press(Qt.Key.Key_Down, held=Qt.KeyboardModifier.AltModifier)
    assert value(page, "order") == "b a c"


def test_a_range_by_its_slider(page: FormPage) -> None:
    level = field(page, "level")
    assert value(page, "level") == ""
    level.slider.setValue(4)
    assert value(page, "level") == "5"
    assert level.line.text() == "5"


def test_a_computed_value_is_shown(page: FormPage) -> None:
    field(page, "count")
    letters("12")
    row = next(each for each in page.stage.rows() if each.ref == "/data/shown")
    assert row.field.words.text() == "12 x"


def test_an_unsupported_type_says_so(page: FormPage) -> None:
    row = next(each for each in page.stage.rows() if each.ref == "/data/house")
    assert "cannot be answered on this computer" in row.field.words.text()
    assert not page._answers.problems


def test_any_file_is_kept_as_it_is(page: FormPage, tmp_path) -> None:
    sound = tmp_path / "a.mp3"
    sound.write_bytes(b"sound")
    field(page, "sound").take_file(str(sound))
    assert value(page, "sound") == "file-1.mp3"
    assert page.files.get("file-1.mp3") == b"sound"


def test_the_wheel_changes_nothing(qapp: QApplication, page: FormPage) -> None:
    guards = install(qapp, 12)
    try:
        level = field(page, "level")
        level.slider.setValue(4)
        wheel = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        assert wheel.type() == QEvent.Type.Wheel
        QApplication.sendEvent(level.slider, wheel)
        assert value(page, "level") == "5"
    finally:
        qapp.removeEventFilter(guards)
        guards.deleteLater()


def test_enter_goes_through_all_questions(page: FormPage) -> None:
    seen = []
    page.focus_first()
    for _ in range(20):
        row = row_of(QApplication.focusWidget(), within=page)
        if row is None:
            break
        if not seen or seen[-1] != row.ref:
            seen.append(row.ref)
        press(ENTER)
    assert [ref.removeprefix("/data/") for ref in seen] == [
        "when", "clock", "moment", "month", "count", "weight", "place", "line", "level", "order", "ticks", "read",
        "sound",
    ]  # fmt: skip
    assert focus() is page.footer.check


def test_only_a_day_has_a_lunar_date(open_page) -> None:
    page = open_page(open_session(load_form(small_form(), name="types")), "zh")
    for name, words, lunar in (("when", "20261015", True), ("month", "2026年10月", False)):
        made = field(page, name)
        say(words)
        press(ENTER)
        assert bool(made.echo.text()) is lunar
