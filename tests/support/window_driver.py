"""A person at the window: keys, an input method, and what is seen."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QTextEdit, QWidget
from qt_application import process_events
from shiboken6 import isValid

from desktop.pages.keeping.preferences import PreferenceFile
from desktop.pages.parts.page import Page
from desktop.pages.parts.places import Place
from desktop.pages.shell.shell import Shell
from desktop.pages.shell.window import Window
from desktop.services.clock import Clock
from desktop.services.values import BoardFilter, RequestRow, Tab

MOST_TABS = 200
PASSPHRASE = "four words to open"  # of every workspace that tests make


class WindowDriver:
    """Opens the window on a workspace's folder and types. `keys` counts every key that was pressed."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        *,
        language: str,
        settings: Path,
        clock: Clock,
        look: str = "light",
        size: int = 15,
        unattended: bool = False,
    ) -> None:
        chosen = {"language": language, "look": look, "size": size, "motion": False}  # pictures show all of a page
        settings.write_text(json.dumps(chosen), "utf-8")
        self.app = app
        self.keys = 0
        self.window = Window(
            app, folder=folder, clock=clock, preferences=PreferenceFile(settings), unattended=unattended
        )
        self.window.open()
        self.window.showNormal()
        self.window.resize(1366, 690)
        self.window.activateWindow()
        self.settle()

    @property
    def shell(self) -> Shell:
        assert self.window.shell is not None
        return self.window.shell

    @property
    def page(self) -> Page:
        assert self.shell.page is not None
        return self.shell.page

    @property
    def here(self) -> Place:
        return self.shell.here

    def front(self) -> WindowDriver:
        """Bring this window before the others."""
        self.window.activateWindow()
        self.settle()
        return self

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        self.type(passphrase)
        self.press("Return")

    def press(self, keys: str) -> None:
        """One key, with its modifiers, to whatever has the focus."""
        combination = QKeySequence(keys)[0]
        QTest.keyClick(self.focus, combination.key(), combination.keyboardModifiers())
        self.keys += 1
        self.settle()

    def press_only(self, keys: str) -> None:
        """One key, without waiting for what it began."""
        combination = QKeySequence(keys)[0]
        QTest.keyClick(self.focus, combination.key(), combination.keyboardModifiers())
        self.keys += 1
        for _ in range(3):
            self.app.processEvents()

    def type(self, letters: str) -> None:
        for letter in letters:
            QTest.keyClicks(self.focus, letter)
            self.keys += 1
            self.settle()

    def commit(self, words: str) -> None:
        """What an input method hands over at once."""
        event = QInputMethodEvent("", [])
        event.setCommitString(words)
        self.app.sendEvent(self.focus, event)
        self.settle()

    @property
    def focus(self) -> QWidget:
        return self.app.focusWidget() or self.window

    def go(self, place: Place) -> None:
        self.shell.go(place)
        self.settle()

    def rows(self, tab: Tab) -> tuple[RequestRow, ...]:
        """The requests of a tab, as the store has them."""
        found: list[tuple[RequestRow, ...]] = []
        assert self.window.lanes is not None
        self.window.lanes.read(self.window, lambda desk: desk.requests.board(BoardFilter(tab=tab)).rows, found.append)
        self.settle()
        return found[0]

    def tab_to(self, words: str) -> None:
        """Tab until the focus is on what carries these words or that name."""
        for _ in range(MOST_TABS):
            here = self.focus
            if words in (getattr(here, "text", str)(), here.accessibleName()):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {words!r}; there is {self.buttons()}")

    def click(self, words: str) -> None:
        """The button that carries these words or that name."""
        for button in self.window.findChildren(QPushButton):
            if button.isVisible() and words in (button.text(), button.accessibleName()):
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                self.settle()
                return
        raise AssertionError(f"no button says {words!r}; there is {self.buttons()}")

    def buttons(self) -> list[str]:
        found = self.window.findChildren(QPushButton)
        return [button.text() or button.accessibleName() for button in found if button.isVisible()]

    def settle(self) -> None:
        """Until nothing is under way any more."""
        for _ in range(3):
            process_events(self.app)
            assert self.window.doors.wait()
            if self.window.lanes is not None:
                assert self.window.lanes.wait()

    def words(self) -> str:
        """Everything that can be read now."""
        found = [label.text() for label in self.window.findChildren(QLabel) if label.isVisible()]
        for editor in (QTextEdit, QPlainTextEdit):
            found += [each.toPlainText() for each in self.window.findChildren(editor) if each.isVisible()]
        return "\n".join(found)

    def close(self) -> None:
        if isValid(self.window):
            self.window.close()
            self.window.deleteLater()
            process_events(self.app)
