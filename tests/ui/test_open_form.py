"""An open form in the window: locked at once and back to field and cursor; people found in the store."""

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from window_driver import WindowDriver

from desktop.pages.filling.page import FormHost
from desktop.pages.opening.lock import LockPage
from desktop.pages.parts.places import Name, Place


def write_and_step_back(window: WindowDriver, words: str, *, back: int) -> None:
    window.go(Place(Name.FORM, "request"))
    page = window.page
    assert isinstance(page, FormHost)
    assert page.form is not None
    page.form.go_to("/data/what/description")
    window.commit(words)
    for _ in range(back):
        window.press("Left")


def paper(window: WindowDriver) -> QPlainTextEdit:
    found = window.focus
    assert isinstance(found, QPlainTextEdit)
    return found


def test_locked_at_once_and_back_to_field_and_cursor(window: WindowDriver) -> None:
    write_and_step_back(window, "村东头小学路口三盏路灯不亮", back=4)
    window.window.lock()
    assert isinstance(window.window.lock_page, LockPage)  # without an event in between
    assert "路灯" not in window.words()
    assert window.window.shell is None
    window.settle()
    window.unlock()
    at = paper(window)
    assert at.toPlainText() == "村东头小学路口三盏路灯不亮"
    assert at.textCursor().position() == len("村东头小学路口三盏")
    window.commit("太阳能")
    assert at.toPlainText() == "村东头小学路口三盏太阳能路灯不亮"


def test_a_cursor_that_only_moved_is_kept_too(window: WindowDriver) -> None:
    write_and_step_back(window, "一二三四五", back=0)
    window.press("Ctrl+S")
    window.press("Left")
    window.window.lock()
    window.settle()
    window.unlock()
    assert paper(window).textCursor().position() == 4


def test_words_that_are_no_answer_yet_come_back(window: WindowDriver) -> None:
    """A date that cannot be read and that nobody has left yet is there again, in the open card of its person."""
    window.go(Place(Name.FORM, "household"))
    page = window.page
    assert isinstance(page, FormHost)
    assert page.form is not None
    page.form.go_to("/data/member[1]/birth")
    window.commit("不记得了")
    window.window.lock()
    window.settle()
    window.unlock()
    line = window.focus
    assert isinstance(line, QLineEdit)
    assert line.text() == "不记得了"
    assert line.cursorPosition() == 4
    assert QApplication.focusWidget() is line


def test_a_person_is_found_while_typing_in_the_form(window: WindowDriver, seeded) -> None:
    """The search of the store offers who it is, with sex, age and place, and Enter takes the first."""
    window.go(Place(Name.FORM, "request"))
    page = window.page
    assert isinstance(page, FormHost)
    assert page.form is not None
    page.form.go_to("/data/who/resident")
    window.type(seeded.initials)
    row = page.form.stage.row
    assert row is not None
    popup = row.field.popup  # type: ignore[union-attr]
    assert popup.model.offers[0].title == seeded.name
    assert popup.model.offers[0].detail
    window.press("Return")
    assert page.form.session.node("/data/who/resident").value == seeded.uuid


def test_what_is_typed_while_the_form_opens_is_typed_into_it(window: WindowDriver, seeded) -> None:
    known = (("requester", "person"), ("resident", seeded.uuid))
    window.shell.go(Place(Name.FORM, "request", known=known))
    page = window.page
    assert isinstance(page, FormHost)
    assert page.form is None
    for letter in "ld":
        window.press_only(letter)
    window.press("Return")
    assert page.form is not None
    assert page.form.session.node("/data/what/matter").value
    assert page.form.stage.here == "/data/what/description"


def test_how_somebody_likes_forms_holds_for_the_next_one(window: WindowDriver) -> None:
    window.go(Place(Name.FORM, "household"))
    page = window.page
    assert isinstance(page, FormHost)
    assert page.form is not None
    page.form.menu.lead_on.trigger()
    window.press("Ctrl+Shift+1")
    window.settle()
    window.go(Place(Name.FORMS))
    window.go(Place(Name.FORM, "request"))
    page = window.page
    assert isinstance(page, FormHost)
    assert page.form is not None
    assert page.form.menu.lead_on.isChecked()
    assert page.form.one_by_one.isChecked()
