"""What stands beside a form: whom it is about, and who may have reported the same."""

import shutil

from PySide6.QtWidgets import QPushButton
from window_driver import WindowDriver

from desktop.pages.filling.aside import PersonCard
from desktop.pages.filling.same import SameCard
from desktop.pages.parts.places import Name, Place


def write_request(window: WindowDriver, initials: str) -> None:
    window.press("F3")
    window.type(initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit("村东头三盏路灯不亮")


def test_the_same_matter_asked_before_is_shown_and_can_be_sent_away(window: WindowDriver, seeded) -> None:
    write_request(window, seeded.initials)
    window.press("Ctrl+Return")
    window.press("Return")
    write_request(window, seeded.initials)
    window.press("Ctrl+S")
    card = window.page.findChild(SameCard)
    assert card is not None
    assert card.isVisible()
    assert "村东头三盏路灯不亮" in window.words()
    words = window.shell.context.text("pages.same_not")
    next(each for each in card.findChildren(QPushButton) if each.text() == words).click()
    window.settle()
    assert not card.isVisible()


def test_telling_shows_whom(open_window, lived_in, language: str, tmp_path) -> None:
    folder = tmp_path / "village"
    shutil.copytree(lived_in.village, folder)
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    window.click(
        next(name for name in window.buttons() if name.startswith(window.shell.context.text("shell.state_told")))
    )
    assert window.here.page is Name.FORM
    assert window.page.findChild(PersonCard) is not None
    assert window.here != Place(Name.TODAY)
