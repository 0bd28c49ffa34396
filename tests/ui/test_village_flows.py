"""What a village official does all day, by keys alone, on a real workspace."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.filling.page import FormHost
from desktop.pages.filling.registered import RegisteredPage
from desktop.pages.parts.places import Name, Place
from desktop.widgets.picker import PickerPopup

REQUEST_KEYS = 9  # F3, three initials, Enter, two letters of the matter, Enter, Ctrl+Enter: checked on the page
AGAIN = 5  # N, two letters, Enter, Ctrl+Enter


def register(window: WindowDriver, initials: str) -> None:
    """A request of a registered resident, from anywhere."""
    window.press("F3")
    window.type(initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit("村东头小学路口三盏路灯不亮，有一个多月了")
    window.press("Ctrl+Return")


def test_a_request_of_a_registered_resident_in_nine_keys(window: WindowDriver, seeded) -> None:
    window.keys = 0
    register(window, seeded.initials)
    assert isinstance(window.page, RegisteredPage)
    assert window.keys == REQUEST_KEYS + len(seeded.initials) - 3
    assert "QS-" in window.words()


def test_with_more_questions_the_check_page_comes_first(window: WindowDriver, seeded) -> None:
    """A matter of the village that asks for a place: who and where are questions then, too many for one look."""
    window.go(Place(Name.FORM, "request", known=(("requester", "village"),)))
    page = window.page
    assert isinstance(page, FormHost)
    page.form.go_to("/data/what/matter")
    window.type("H05")
    window.press("Return")
    assert not page.form.brief
    window.press("Ctrl+Return")
    assert page.form.body.check is not None
    window.go(Place(Name.RESIDENT, seeded.uuid))
    window.press("Ctrl+N")
    assert window.page.form.brief
    assert window.page.form.strip.isVisible()
    window.press("Ctrl+Return")  # nothing is written yet: to the first question that is missing
    assert window.page.form.stage.here == "/data/what/matter"
    window.press("Ctrl+Shift+1")
    assert not window.page.form.brief


def test_the_same_person_again_in_five_keys(window: WindowDriver, seeded) -> None:
    register(window, seeded.initials)
    window.keys = 0
    window.press("N")
    window.type("ld")
    window.press("Return")
    window.commit("进村的路被水冲坏了一段")
    window.press("Ctrl+Return")
    assert isinstance(window.page, RegisteredPage)
    assert window.keys == AGAIN


def test_name_only_registers_a_visitor(window: WindowDriver) -> None:
    window.press("F3")
    window.commit("何家明")
    window.press("Ctrl+D")
    assert window.here.page is Name.FORM
    assert dict(window.here.known)["requester"] == "visitor"
    assert dict(window.here.known)["visitor_name"] == "何家明"


def test_a_draft_is_kept_and_resumed_after_the_window_closed(open_window, village: Path, seeded) -> None:
    first = open_window(village)
    first.unlock()
    first.press("F3")
    first.type(seeded.initials)
    first.press("Return")
    first.type("ld")
    first.press("Return")
    first.commit("写到一半就关了")
    first.close()
    again = open_window(village)
    again.unlock()
    again.go(Place(Name.REQUESTS, tab="drafts"))
    again.click("继续填")
    assert isinstance(again.page, FormHost)
    assert "写到一半就关了" in again.words()


def test_lock_hides_everything_and_comes_back_to_the_same_question(window: WindowDriver, seeded) -> None:
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit("锁屏前写的")
    before = window.page.form.place_when_left
    window.press("Ctrl+L")
    assert window.window.shell is None
    assert "锁屏前写的" not in window.words()
    assert seeded.name not in window.words()
    window.unlock()
    assert isinstance(window.page, FormHost)
    assert "锁屏前写的" in window.words()
    assert window.page.form.place_when_left == before


def test_a_wrong_passphrase_says_so_and_opens_nothing(open_window, village: Path) -> None:
    window = open_window(village)
    window.unlock("this is not the one")
    assert window.window.shell is None
    assert window.window.lock_page.passphrase.text() == ""
    window.unlock(PASSPHRASE)
    assert window.here.page is Name.TODAY


def test_find_a_person_from_anywhere(window: WindowDriver, seeded) -> None:
    window.go(Place(Name.FORMS))
    window.press("F2")
    assert window.here.page is Name.PEOPLE
    window.type(seeded.initials)
    window.press("Return")
    assert (window.here.page, window.here.subject) == (Name.RESIDENT, seeded.uuid)
    assert seeded.name in window.words()
    window.press("Alt+Left")
    assert window.here.page is Name.PEOPLE


def test_alt_and_a_digit_stand_for_an_f_key(window: WindowDriver) -> None:
    window.press("Alt+3")
    assert window.here.page is Name.ASK
    window.press("Alt+9")
    assert window.here.page is Name.HAND_OVER


def test_a_discarded_draft_can_be_taken_back(open_window, village: Path, seeded) -> None:
    window = open_window(village)
    window.unlock()
    window.go(Place(Name.FORM, "household"))
    window.press("Ctrl+S")
    window.press("Esc")
    window.go(Place(Name.FORMS))
    window.click("不要了")
    assert "继续填" not in window.buttons()
    window.press("Ctrl+Z")
    assert "继续填" in window.buttons()


def test_hand_over_without_a_township_explains_itself(window: WindowDriver) -> None:
    window.press("F9")
    text = window.shell.context.text
    assert text("pages.no_hub") in window.words()
    assert text("pages.hand_over_network") not in window.buttons()
    assert not window.page.running


def test_who_may_be_meant_already_shows_while_a_name_is_written(window: WindowDriver, seeded) -> None:
    window.go(Place(Name.FORM, "resident", tab="then_request", known=(("name", "查无此人甲"),)))
    form = window.page.form
    form.go_to("/data/who/name")
    window.press("Ctrl+A")
    window.commit(seeded.name)
    window.press("Ctrl+S")
    assert seeded.name in window.words()
    window.press("Alt+Return")
    assert dict(window.here.known) == {"requester": "person", "resident": seeded.uuid}


def test_f1_leads_to_the_keys(window: WindowDriver) -> None:
    window.press("F1")
    window.click(window.shell.context.text("pages.keys"))
    assert window.here == Place(Name.SETTINGS, tab="keys")
    assert "Ctrl+L" in window.words()


def test_another_language_and_size_apply_at_once_and_lose_nothing(window: WindowDriver, seeded) -> None:
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit("换字号前写的")
    window.press("Ctrl++")
    assert isinstance(window.page, FormHost)
    assert "换字号前写的" in window.words()


def test_no_part_of_a_page_becomes_a_window_of_its_own(window: WindowDriver, qapp) -> None:
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QWidget

    shown: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(repr(watched))
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    for page in (Name.PEOPLE, Name.ASK, Name.REQUESTS, Name.FORMS, Name.HAND_OVER, Name.SETTINGS, Name.TODAY):
        window.go(Place(page))
    qapp.removeEventFilter(watch)
    assert shown == []


def test_the_form_says_when_its_number_comes_and_offers_what_is_asked_often(window: WindowDriver, seeded) -> None:
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    host = window.page
    assert isinstance(host, FormHost)
    assert host.form.header.subtitle.text() == host.t("pages.form_number_later")
    version = host._begun.opening.form.version
    assert any(version in each.text() for each in host.form.header.menu.actions())
    assert host._begun.often["/data/what/matter"]


def test_a_request_by_mouse_in_five_clicks_and_text(window: WindowDriver, seeded) -> None:
    clicks = 0

    def pick(popup: PickerPopup, at: int = 0) -> None:
        nonlocal clicks
        clicks += 1
        place = popup.view.visualRect(popup.model.index(at)).center()
        QTest.mouseClick(popup.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        window.settle()

    def click(words: str) -> None:
        nonlocal clicks
        clicks += 1
        window.click(words)

    say = window.shell.context.text
    window.go(Place(Name.TODAY))
    click(f"{say('pages.start_request')} F3")
    window.commit(seeded.name)
    pick(window.page._finder.popup)  # type: ignore[attr-defined]
    form = window.page.form  # type: ignore[attr-defined]
    window.commit("H05")
    row = form.stage.row
    assert row is not None
    pick(row.field.popup)
    window.commit("村东头小学路口三盏路灯不亮")  # the focus went on by itself
    click(say("fill.submit"))
    assert isinstance(window.page, RegisteredPage)
    assert clicks <= 5
