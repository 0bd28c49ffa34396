"""What the form page shows and when."""

import pytest
from form_pages import focus, letters, open_session, press, say
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt_application import process_events

from desktop.fill.page import FormPage
from desktop.fill.place import unpack
from desktop.fill.question import QuestionRow, Standing, row_of
from desktop.fill.screens import State
from desktop.theme.tokens import Tone
from forms.api import Form, NotReady

ENTER = Qt.Key.Key_Return


def row(page: FormPage, ref: str) -> QuestionRow:
    return next(each for each in page.stage.rows() if each.ref == ref)


def test_an_untouched_form_shows_no_errors(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]))
    press(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert all(not each.wrong for each in page.stage.rows())
    assert page.footer.status.text() == "还有 4 题必填"


def test_an_error_shows_after_leaving_and_goes_when_mended(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]), start="/data/who/phone")
    letters("123")
    phone = row(page, "/data/who/phone")
    assert phone.wrong == ""
    press(Qt.Key.Key_Backtab)
    assert phone.wrong.startswith("电话不对")
    assert phone.standing is Standing.BAD
    assert "1 处要改" in page.footer.status.text()
    assert page.outline.buttons[0]._entry.progress.state is State.WRONG
    phone.take_focus()
    letters("45678900")
    phone.field.line.setText("13800000001")
    phone.field.line.textEdited.emit("13800000001")
    assert phone.wrong == ""
    assert phone.standing is Standing.PLAIN


def test_a_question_that_comes_says_why(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]), start="/data/what/matter")
    letters("ld")
    press(ENTER)
    came = row(page, "/data/what/affected")
    assert came.standing is Standing.NEW
    assert came._news.reason.text() == "因为 2.1 选了「路灯亮化维护」，多出 3 题"
    assert row_of(focus(), within=page).ref == "/data/what/description"
    assert page.session.node("/data/what/urgency").value == "normal"


def test_a_warning_that_came_stays_marked(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]), start="/data/what/description")
    say("证件 110101199001011234")
    press(Qt.Key.Key_Tab)
    warning = row(page, "/data/what/warn_id")
    assert warning.isVisible()
    assert warning.standing is Standing.NEW
    assert not page.stage.reasons
    page._answered("/data/what/description", "证件不写了")
    assert not warning.isVisible()


def test_a_question_that_goes_leaves_a_line_and_comes_back(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]), start="/data/what/matter")
    letters("ld")
    press(ENTER)
    affected = row(page, "/data/what/affected")
    affected.take_focus()
    letters("12")
    page._answered("/data/what/matter", "A01")
    assert affected.isVisible()
    assert "不用填了" in affected._gone.words.text()
    QTest.mouseClick(affected._gone.restore, Qt.MouseButton.LeftButton)
    assert page.session.node("/data/what/matter").value == "H05"
    assert affected.field.isVisible()
    assert affected.field.line.text() == "12"


def test_dropped_answers_are_listed_on_the_check_page(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]))
    for ref, value in {"/data/what/matter": "H05", "/data/what/affected": "12", "/data/what/matter#": "A01"}.items():
        page._answered(ref.rstrip("#"), value)
    page.check()
    from PySide6.QtWidgets import QLabel

    words = [each.text() for each in page.body.check.findChildren(QLabel)]
    assert any("大约涉及几户" in each and "12" in each for each in words)


def test_autosave_comes_by_itself_and_on_leaving(qapp: QApplication, forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]), start="/data/what/description")
    places: list[str] = []
    page.draft_changed.connect(places.append)
    say("一")
    assert places == []
    QTest.qWait(700)
    assert [unpack(place).ref for place in places] == ["/data/what/description"]
    say("二")
    press(Qt.Key.Key_Tab)
    assert len(places) == 2
    QTest.qWait(600)
    assert len(places) == 2


def test_typing_without_pause_is_saved_too(forms: dict[str, Form], open_page) -> None:
    """A throttle, not a debounce."""
    page = open_page(open_session(forms["request"]), start="/data/what/description")
    places: list[str] = []
    page.draft_changed.connect(places.append)
    for _ in range(15):
        say("字")
        QTest.qWait(60)
    assert places


def test_a_draft_opens_where_it_was(forms: dict[str, Form], open_page) -> None:
    first = open_page(open_session(forms["request"]), start="/data/what/description")
    say("写了一半")
    again = open_session(forms["request"], draft=first.session.draft())
    page = open_page(again, start=first.place)
    assert row_of(focus(), within=page).ref == "/data/what/description"
    assert focus().toPlainText() == "写了一半"


def test_words_that_cannot_be_read_stay_and_stop_handing_in(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["household"])
    session.set("/data/member[1]/name", "李大成")
    page = open_page(session, start="/data/member[1]/birth")
    say("三月份生的")
    press(ENTER)
    birth = row(page, "/data/member[1]/birth")
    assert "看不懂" in birth.wrong
    page.go(0)
    page.go_to("/data/member[1]/birth")
    birth = row(page, "/data/member[1]/birth")
    assert birth.field.day.text() == "三月份生的"
    assert any(problem.code == "type" for problem in page._answers.problems)
    birth.field.day.setText("1980年3月5日")
    press(ENTER)
    assert page.session.node("/data/member[1]/birth").value == "1980-03-05"
    assert not any(problem.code == "type" for problem in page._answers.problems)


def test_words_that_cannot_be_read_are_kept_with_the_draft(forms: dict[str, Form], open_page) -> None:
    session = open_session(forms["household"])
    session.set("/data/member[1]/name", "李大成")
    first = open_page(session, start="/data/member[1]/birth")
    places: list[str] = []
    first.draft_changed.connect(places.append)
    say("不记得")
    first.flush()
    page = open_page(open_session(forms["household"], draft=session.draft()), start=places[-1])
    page.go_to(places[-1])
    birth = row(page, "/data/member[1]/birth")
    assert birth.field.day.text() == "不记得"
    assert "看不懂" in birth.wrong
    assert any(problem.code == "type" for problem in page._answers.problems)


@pytest.mark.parametrize(
    "place", ['/data/gone\n{"/data/away": "x", "/data/what[2]": "y"}', "/data/what/description\n{", "\n[]"]
)
def test_a_place_of_another_form_or_damaged_still_opens(forms: dict[str, Form], open_page, place: str) -> None:
    page = open_page(open_session(forms["request"]), start=place)
    assert page._kit.unread.words == {}


def test_one_question_a_screen_and_back(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]), start="/data/what/description")
    say("路灯不亮")
    press(Qt.Key.Key_1, held=Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert page.one_by_one.isChecked()
    assert [each.ref for each in page.stage.rows() if each.can_focus] == ["/data/what/description"]
    assert focus().toPlainText() == "路灯不亮"
    page.switch_one_by_one()
    assert len([each for each in page.stage.rows() if each.can_focus]) > 1
    assert row_of(focus(), within=page).ref == "/data/what/description"


def test_unread_words_move_with_their_instance(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["household"]), start="/data/member[1]/name")
    page.add_instance()
    page.session.set("/data/member[2]/name", "王秀英")
    page._answered("/data/member[2]/birth", "不记得")
    page.instances.remove("/data/member", 1)
    assert page._kit.node("/data/member[1]/birth").value == "不记得"


def test_saved_and_not_saved_are_said(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]))
    page.show_kept("10:26")
    assert page.header.kept.text() == "已自动保存 10:26"
    page.show_not_kept("磁盘满了", "腾出地方再试")
    assert page.banner.isVisible()
    assert page.banner.property("tone") == Tone.BAD
    page.show_kept("10:27")
    assert not page.banner.isVisible()


def test_the_form_follows_the_program_s_language(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]), "en")
    assert "Who asks" in row(page, "/data/who/requester").heading.text()
    assert page.footer.status.text() == "Open: 4 required"


def test_numbers_are_of_what_is_asked_now(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]))
    assert row(page, "/data/who/phone").number == "1.3"
    page._answered("/data/who/requester", "visitor")
    assert row(page, "/data/who/visitor_name").number == "1.2"
    assert row(page, "/data/who/phone").number == "1.4"


def test_members_are_cards_that_can_be_taken_back(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["household"]), start="/data/member[1]/name")
    say("何家明")
    press(Qt.Key.Key_I, held=Qt.KeyboardModifier.ControlModifier)
    assert row_of(focus(), within=page).ref == "/data/member[2]/name"
    say("何小芳")
    page.instances.remove("/data/member", 1)
    assert page.session.node("/data/member").count == 1
    assert page.session.node("/data/member[1]/name").value == "何小芳"
    page.instances.toast.undo.click()
    assert page.session.node("/data/member").count == 2
    assert page.session.node("/data/member[1]/name").value == "何家明"
    assert page.session.node("/data/member[2]/name").value == "何小芳"


def test_few_widgets_live(qapp: QApplication, forms: dict[str, Form], open_page) -> None:
    """Only the open card of a repeat has fields."""
    from PySide6.QtWidgets import QWidget

    page = open_page(open_session(forms["household"]), start="/data/member[1]/name")
    for _ in range(8):
        page.add_instance()
    assert page.session.node("/data/member").count == 9
    process_events(qapp)
    assert len(page.findChildren(QWidget)) < 300


def test_hand_in_is_not_asked_for_with_gaps(forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]))
    asked: list[bool] = []
    page.finalise_requested.connect(lambda: asked.append(True))
    page.submit()
    page.submit()
    assert asked == []
    with pytest.raises(NotReady) as not_ready:
        page.session.finalise()
    assert [problem.ref for problem in not_ready.value.problems] == [problem.ref for problem in page._answers.problems]


def test_every_control_has_a_name(forms: dict[str, Form], open_page) -> None:
    from PySide6.QtWidgets import QWidget

    for name in ("request", "household", "resident", "told"):
        for language in ("zh", "en"):
            page = open_page(open_session(forms[name]), language)
            for at in range(len(page.outline.buttons)):
                page.go(at)
                for each in page.findChildren(QWidget):
                    if each.isVisible() and each.focusPolicy() != Qt.FocusPolicy.NoFocus and each.isEnabled():
                        assert each.accessibleName() or each.metaObject().className() in INNER, f"{name}: {each}"


INNER = {"QScrollBar", "QWidget"}


def test_nothing_is_wider_than_its_page(qapp: QApplication, forms: dict[str, Form], open_page) -> None:
    for language in ("zh", "en"):
        page = open_page(open_session(forms["household"]), language)
        for at in range(len(page.outline.buttons)):
            page.go(at)
            qapp.processEvents()
            inner = page.body.scroller.widget()
            assert inner.minimumSizeHint().width() <= page.body.scroller.viewport().width()


def test_narrow_windows_hide_the_outline_behind_a_button(qapp: QApplication, forms: dict[str, Form], open_page) -> None:
    page = open_page(open_session(forms["request"]))
    page.resize(900, 690)
    qapp.processEvents()
    assert not page.outline.isVisible()
    assert page.header.outline.isVisible()
    assert page.header.outline.text() == "目录 1 / 2"
    page.header.outline.click()
    assert page.outline.isVisible()


def test_a_digit_goes_on_where_somebody_likes_it_so(open_page, forms) -> None:
    liked: list[tuple[str, bool]] = []
    page = open_page(open_session(forms["told"]))
    page.preferred.connect(lambda name, on: liked.append((name, on)))
    page.go_to("/data/how/way")
    press(Qt.Key.Key_1)
    assert page.stage.here == "/data/how/way"
    page.menu.lead_on.trigger()
    press(Qt.Key.Key_2)
    assert page.stage.here != "/data/how/way"
    assert page.session.node("/data/how/way").value
    page.switch_one_by_one()
    assert liked == [("digits", True), ("one_by_one", True)]
