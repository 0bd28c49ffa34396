"""A question that came slides in, delays no key, and not at all where nothing is to move."""

from form_pages import focus, letters, open_session, press
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.fill.page import FormPage
from desktop.fill.question import QuestionRow, row_of
from desktop.theme.apply import Theme
from desktop.widgets.motion import SLIDE_MS, Curtain
from forms.api import Form

ENTER = Qt.Key.Key_Return


def row(page: FormPage) -> QuestionRow:
    return next(each for each in page.stage.rows() if each.ref == "/data/what/affected")


def test_what_came_slides_in_and_waits_for_nobody(forms: dict[str, Form], open_page, theme: Theme, monkeypatch) -> None:
    monkeypatch.setattr(theme, "motion", True)
    page = open_page(open_session(forms["request"]), start="/data/what/matter")
    letters("ld")
    press(ENTER)
    came = row(page)
    (curtain,) = came.findChildren(Curtain)
    assert curtain.width() == came.width()
    assert came.childAt(QPoint(came.width() // 2, came.height() // 2)) is not curtain  # it lies in nobody's way
    assert row_of(focus(), within=page).ref == "/data/what/description"
    letters("1")
    assert page.session.node("/data/what/matter").value
    assert SLIDE_MS <= 120
    QTest.qWait(3 * SLIDE_MS)
    assert came.findChildren(Curtain) == []


def test_with_motion_switched_off_it_is_there_at_once(forms: dict[str, Form], open_page, theme: Theme) -> None:
    assert not theme.motion
    page = open_page(open_session(forms["request"]), start="/data/what/matter")
    letters("ld")
    press(ENTER)
    assert row(page).isVisible()
    assert page.findChildren(Curtain) == []
