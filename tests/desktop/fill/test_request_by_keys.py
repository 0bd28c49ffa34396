"""A request by the keyboard alone."""

import re

from form_pages import focus, letters, open_session, press, say
from PySide6.QtCore import Qt

from desktop.fill.place import unpack
from desktop.fill.question import row_of
from forms.api import Form

ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_request_by_keys_alone(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    page = open_page(session)
    asked: list[bool] = []
    page.finalise_requested.connect(lambda: asked.append(True))
    letters("ldc")
    press(ENTER, ENTER)  # the person; the telephone came along
    letters("ld")
    press(ENTER)
    say("村东头小学路口三盏路灯不亮，有一个多月了。")
    press(ENTER, held=CTRL)
    press(ENTER)
    assert asked == [True]
    xml = session.finalise().xml.decode()
    assert re.search(r"<matter>H05</matter>", xml)
    assert "三盏路灯不亮" in xml
    assert session.node("/data/who/resident").value == "u0"


def test_keystrokes_with_the_person_known(forms: dict[str, Form], open_page) -> None:
    """From the resident's page: matter, description, check, hand in; with F3 and the name that makes ten."""
    session = open_session(forms["request"])
    session.set("/data/who/resident", "u0")
    page = open_page(session, start="/data/what/matter")
    asked: list[bool] = []
    page.finalise_requested.connect(lambda: asked.append(True))
    keys = 0
    for key in (Qt.Key.Key_L, Qt.Key.Key_D, ENTER):
        press(key)
        keys += 1
    say("路灯不亮，孩子晚上看不清")
    press(ENTER, held=CTRL)
    press(ENTER)
    assert asked == [True]
    assert keys + 2 == 5


def test_the_preedit_string_is_searched(forms: dict[str, Form], open_page) -> None:
    from form_pages import compose

    session = open_session(forms["request"])
    open_page(session, start="/data/what/matter")
    compose("ld")
    line = focus()
    popup = line.parentWidget().popup
    assert popup.model.offers[0].title == "路灯亮化维护"
    press(ENTER)  # belongs to the input method
    assert session.node("/data/what/matter").value == ""
    compose("")
    letters("ld")
    press(ENTER)
    assert session.node("/data/what/matter").value == "H05"


def test_surnames_with_special_readings_are_found(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    open_page(session)
    letters("sgq")
    press(ENTER)
    assert session.node("/data/who/resident").value == "u4"


def test_nothing_found_keeps_what_was_typed(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    open_page(session)
    letters("zzz")
    popup = focus().parentWidget().popup
    assert "zzz" in popup.note.text()
    press(ENTER)
    assert focus().text() == "zzz"
    assert session.node("/data/who/resident").value == ""


def test_ctrl_enter_with_gaps_lists_them_and_leads_there(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    page = open_page(session)
    press(ENTER, held=CTRL)
    assert "居民" in focus().text()
    press(Qt.Key.Key_Space)
    row = row_of(focus(), within=page)
    assert row.ref == "/data/who/resident"
    assert "居民" in row.wrong


def test_page_keys_turn_groups(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    page = open_page(session)
    press(Qt.Key.Key_PageDown)
    assert row_of(focus(), within=page).ref.startswith("/data/what/")
    press(Qt.Key.Key_PageUp)
    assert row_of(focus(), within=page).ref.startswith("/data/who/")


def test_f8_goes_round_the_problems(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    page = open_page(session)
    seen = []
    for _ in range(5):
        press(Qt.Key.Key_F8)
        seen.append(row_of(focus(), within=page).ref)
    assert seen[0] == "/data/what/matter"  # the focus was on the first already
    assert len(set(seen)) == 4
    assert seen[4] == seen[0]


def test_ctrl_j_jumps(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    page = open_page(session)
    press(Qt.Key.Key_J, held=CTRL)
    say("怎么回事")
    press(ENTER)
    assert row_of(focus(), within=page).ref == "/data/what/description"


def test_escape_goes_back_and_loses_nothing(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["request"])
    page = open_page(session, start="/data/what/description")
    told: list[str] = []
    page.draft_changed.connect(told.append)
    page.left.connect(lambda: told.append("left"))
    say("写了一半")
    page.escape()
    assert [unpack(each).ref for each in told] == ["/data/what/description", "left"]
    assert "写了一半" in session.draft().decode()
