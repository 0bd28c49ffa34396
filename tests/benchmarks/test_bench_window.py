"""How smoothly the window answers: gaps of its thread while the day's flows are done by keys."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from lived_in import LivedIn, make_lived_in
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt_application import new_application
from watchdog import Watchdog
from window_driver import WindowDriver

pytestmark = pytest.mark.bench
GOAL_99, GOAL_WORST = 50.0, 100.0  # milliseconds
BETWEEN = 0.12  # seconds between two keys of somebody who types fast


class Typist(WindowDriver):
    """Types at a person's pace while the event loop runs as it does for a person."""

    watchdog: Watchdog | None = None

    def settle(self) -> None:
        if self.watchdog is None:
            super().settle()
            return
        until = time.perf_counter() + BETWEEN
        loop = QEventLoop()
        QTimer.singleShot(int(BETWEEN * 1000), loop.quit)
        loop.exec()
        while self.busy and time.perf_counter() < until + 10:
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)

    @property
    def busy(self) -> bool:
        lanes = self.window.lanes
        return bool(self.window.doors.busy or (lanes is not None and lanes.busy))

    def press(self, keys: str) -> None:
        """The key is a posted event, so that what it does is between two beats."""
        combination = QKeySequence(keys)[0]
        focus = self.focus
        QTimer.singleShot(0, lambda: QTest.keyClick(focus, combination.key(), combination.keyboardModifiers()))
        self.keys += 1
        self.settle()


@pytest.fixture(scope="module")
def app() -> QApplication:
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else new_application()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> LivedIn:
    return make_lived_in(tmp_path_factory.mktemp("lived-in"))


def _typist(app: QApplication, lived: LivedIn, role: str, tmp_path: Path) -> Typist:
    folder = tmp_path / role
    shutil.copytree(lived.folder(role), folder)
    window = Typist(app, folder, language="zh", settings=tmp_path / "window.json", clock=lived.clock)
    window.unlock()
    return window


def _village(window: Typist) -> None:
    for key in ("Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+1"):
        window.press(key)
    window.press("F3")
    for letter in "zhang":
        window.press(letter)
    window.press("Return")
    for letter in "ld":
        window.press(letter)
    window.press("Return")
    for letter in "the lamps at the school are dark":
        window.press("Space" if letter == " " else letter)
    window.press("Ctrl+Return")
    window.press("Return")
    window.press("F2")
    for letter in "li":
        window.press(letter)
    window.press("Return")
    window.press("Ctrl+L")


def _township(window: Typist) -> None:
    for key in ("Ctrl+3", "Return", "J", "J", "J", "Esc", "Ctrl+A", "A", "Ctrl+Return", "Ctrl+1", "Ctrl+3"):
        window.press(key)
    for key in ("D", "1", "Return"):
        window.press(key)
    for letter in "all done":
        window.press("Space" if letter == " " else letter)
    for key in ("Ctrl+S", "Ctrl+6", "Ctrl+3", "Ctrl+L"):
        window.press(key)


@pytest.mark.parametrize(("role", "flow"), [("village", _village), ("township", _township)])
def test_gaps(app: QApplication, lived: LivedIn, tmp_path: Path, role: str, flow: Callable[[Typist], None]) -> None:
    """First round: pages are built; second round: they are there."""
    window = _typist(app, lived, role, tmp_path)
    for name in ("first time", "again"):
        watchdog = window.watchdog = Watchdog()
        pressed = window.press

        def press(keys: str, dog: Watchdog = watchdog, plain: Callable[[str], None] = pressed) -> None:
            dog.doing = f"{window.here.page if window.window.shell else 'lock'} {keys}"
            plain(keys)

        window.press = press  # type: ignore[method-assign]
        flow(window)
        window.press = pressed  # type: ignore[method-assign]
        window.watchdog = None
        _report(role, name, watchdog)
        window.unlock()
    window.close()


def _report(role: str, name: str, watchdog: Watchdog) -> None:
    gaps = watchdog.gaps
    rows = (("99th percentile", gaps.percentile(99), GOAL_99), ("worst", gaps.worst(), GOAL_WORST))
    print(f"\n{role}, {name}: {len(gaps.found)} beats; a gap, and the window's own work in it")
    for what, (gap, work), goal in rows:
        print(f"  {what:16} {gap:7.1f} ms {work:7.1f} ms   goal {goal:.0f}")
    for gap, work, doing in gaps.longest(6):
        print(f"    {gap:7.1f} ms {work:7.1f} ms  {doing}")
