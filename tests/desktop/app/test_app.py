"""The composition root: what is loaded before the first paint, and what the window is opened with."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from qt_application import process_events

from desktop.pages.keeping.preferences import PreferenceFile
from desktop.pages.opening.first_run import FirstRunPage, Typed
from desktop.pages.opening.first_steps import VillageStep
from desktop.pages.opening.lock import LockPage
from desktop.pages.parts.notice import Notice
from desktop.pages.shell.doors import is_pin
from desktop.pages.shell.window import Window
from desktop.services.clock import Clock
from desktop.services.keeping.beginning import Beginning, Way, offers
from desktop.theme.tokens import Tone
from forms.text import Text
from sync.vault import passphrase

HEAVY = (
    "sqlalchemy",
    "sqlcipher3",
    "lxml",
    "requests",
    "pypinyin",
    "openpyxl",
    "pyxform",
    "cryptography",
)


def test_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    code = f"import desktop.app, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "[]"


def test_without_a_workspace_the_first_run_is_shown(qapp: QApplication, tmp_path: Path) -> None:
    window = Window(qapp, folder=tmp_path / "none", clock=Clock(), preferences=PreferenceFile(tmp_path / "window.json"))
    window.open()
    assert isinstance(window.lock_page, FirstRunPage)
    assert window.doors.wait()
    window.close()


def test_another_language_in_the_first_run_keeps_what_was_written(qapp: QApplication, tmp_path: Path) -> None:
    window = Window(qapp, folder=tmp_path / "none", clock=Clock(), preferences=PreferenceFile(tmp_path / "window.json"))
    window.open()
    assert window.doors.wait()
    first = window.lock_page
    assert isinstance(first, FirstRunPage)
    village = first._steps["alone"]
    assert isinstance(village, VillageStep)
    wanted = next(value for value, _ in village.village.choices[1:])
    chosen = Beginning(
        Way.ALONE, "王秀兰", "four words to open", "314159", wanted, "AB2CD EF3GH", "https://hub.example"
    )
    written = Typed(3, chosen)
    first.put(written)
    first.language.emit("en")
    process_events(qapp)
    second = window.lock_page
    assert isinstance(second, FirstRunPage)
    assert second is not first
    assert window.doors.wait()
    assert second.typed == written
    second.resized.emit(22)
    process_events(qapp)
    third = window.lock_page
    assert isinstance(third, FirstRunPage)
    assert third is not second
    assert window.doors.wait()
    assert third.typed == written
    window.close()


def test_the_lock_page_asks_for_who_and_their_passphrase(qapp: QApplication, theme, text: Text) -> None:
    page = LockPage(theme, text, users=["王秀兰", "李会计"])
    asked: list[tuple[str, str]] = []
    page.unlock.connect(lambda user, secret: asked.append((user, secret)))
    page.show()
    page.passphrase.setText("four words to open")
    page.passphrase.returnPressed.emit()
    assert asked == [("王秀兰", "four words to open")]


def test_who_has_to_wait_cannot_type_and_others_can(qapp: QApplication, theme, text: Text) -> None:
    page = LockPage(theme, text)
    page.offer(["王秀兰", "李会计"], {"王秀兰": 4})
    assert not page.passphrase.isEnabled()
    second = next(button for button in page.findChildren(QPushButton) if button.accessibleName() == "李会计")
    second.click()
    assert page.passphrase.isEnabled()
    page.offer(["王秀兰", "李会计"], {})
    next(button for button in page.findChildren(QPushButton) if button.accessibleName() == "王秀兰").click()
    assert page.passphrase.isEnabled()


def test_a_wrong_passphrase_asks_the_disk_how_long_to_wait(qapp: QApplication, theme, text: Text) -> None:
    page = LockPage(theme, text, users=["王秀兰"])
    asked: list[bool] = []
    page.look_again.connect(lambda: asked.append(True))
    page.refused(Notice(Tone.BAD, "wrong"))
    assert asked == [True]


@pytest.mark.parametrize(
    ("secret", "pin"), [("123456", True), ("12345", False), ("１２３４５６", False), ("abcdef", False)]
)
def test_six_digits_are_a_pin(secret: str, pin: bool) -> None:
    assert is_pin(secret) is pin


def test_an_offered_passphrase_is_strong_enough_and_never_the_same(tmp_path: Path) -> None:
    found = {offers(tmp_path, "zh").typed for _ in range(20)}
    assert len(found) == 20
    for each in found:
        passphrase.check(each)
