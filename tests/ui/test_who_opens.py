"""Who can open: another person is added, a PIN re-opens, wrong tries are waited for after a restart too."""

from pathlib import Path

from PySide6.QtWidgets import QLineEdit
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.services.keeping.workspace import users

PIN = "314159"


def field(window: WindowDriver, key: str) -> QLineEdit:
    words = window.shell.context.text(key)
    return next(each for each in window.page.findChildren(QLineEdit) if each.accessibleName() == words)


def set_pin(window: WindowDriver) -> None:
    window.go(Place(Name.SETTINGS))
    field(window, "pages.pin").setText(PIN)
    window.click(window.shell.context.text("pages.pin_set"))


def test_another_person_is_added_and_stands_on_the_lock_page(window: WindowDriver, village: Path) -> None:
    window.go(Place(Name.SETTINGS))
    field(window, "pages.who_add_name").setText("李会计")
    field(window, "pages.who_add_passphrase").setText("another long passphrase")
    window.click(window.shell.context.text("pages.who_add"))
    assert "李会计" in users(village)
    window.press("Ctrl+L")
    assert "李会计" in window.words()
    window.click("李会计")
    window.unlock("another long passphrase")
    assert window.shell.context.me.user == "李会计"


def test_a_weak_passphrase_adds_nobody(window: WindowDriver, village: Path) -> None:
    window.go(Place(Name.SETTINGS))
    field(window, "pages.who_add_name").setText("李会计")
    field(window, "pages.who_add_passphrase").setText("short")
    window.click(window.shell.context.text("pages.who_add"))
    assert "李会计" not in users(village)


def test_a_pin_opens_again_where_one_was_and_not_after_a_restart(open_window, village: Path) -> None:
    window = open_window(village)
    window.unlock()
    set_pin(window)
    window.press("Ctrl+L")
    window.unlock("000000")
    assert window.window.shell is None
    window.unlock(PIN)
    assert window.here.page is Name.SETTINGS
    window.close()
    again = open_window(village)
    again.unlock(PIN)
    assert again.window.shell is None
    again.unlock(PASSPHRASE)
    assert again.window.shell is not None


def test_wrong_tries_are_waited_for_after_a_restart_too(open_window, village: Path) -> None:
    window = open_window(village)
    for _ in range(5):
        window.unlock("this is not the one")
    assert not window.window.lock_page.passphrase.isEnabled()
    window.close()
    again = open_window(village)
    assert not again.window.lock_page.passphrase.isEnabled()
