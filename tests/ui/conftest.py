"""A workspace with people in it, and the window opened on a copy of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from lived_in import LivedIn, make_lived_in
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from qt_application import new_application
from window_driver import PASSPHRASE, WindowDriver

from desktop.services.clock import Clock
from desktop.services.keeping.workspace import create
from desktop.services.trying.demo import make
from sync.protocol import Role

OF_THE_MACHINE = ("This plugin does not support", "Populating font family aliases took")
USER, VILLAGE = "王秀兰", "990621101201"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Windows with everything behind them belong to ./test, not to ./test fast."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True, slots=True)
class Seeded:
    """A workspace's folder that is only copied, and the first of its people."""

    folder: Path
    uuid: str
    name: str
    initials: str


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    from pypinyin import lazy_pinyin

    folder = tmp_path_factory.mktemp("seed") / "workspace"
    workspace = create(folder, user=USER, passphrase=PASSPHRASE, role=Role.VILLAGE, area=VILLAGE, clock=Clock())
    desk = workspace.desk(writer=True)
    make(desk, households=4, requests=2, seed=1)
    person = desk.people.list()[0]
    desk.close()
    workspace.lock()
    initials = "".join(syllable[0] for syllable in lazy_pinyin(person.name))
    return Seeded(folder, person.uuid, person.name, initials)


@pytest.fixture(scope="session")
def lived_in(
    tmp_path_factory: pytest.TempPathFactory, uncounted: Callable[[], AbstractContextManager[None]]
) -> LivedIn:
    """Workspaces in which people have worked, and fresh ones; only copied."""
    with uncounted():
        return make_lived_in(tmp_path_factory.mktemp("lived-in"))


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else new_application()


@pytest.fixture(autouse=True)
def _no_warning_of_qt(qapp: QApplication) -> Iterator[None]:
    said: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(OF_THE_MACHINE):
            said.append(message)

    before = qInstallMessageHandler(hear)
    yield
    qapp.processEvents()
    qInstallMessageHandler(before)
    assert not said, f"Qt warned: {said}"


@pytest.fixture(params=["zh", pytest.param("en", marks=pytest.mark.slow)])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Open = Callable[..., WindowDriver]


@pytest.fixture
def open_window(qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """Open a window on a folder; all are closed in the end."""
    opened: list[WindowDriver] = []

    def open_(
        folder: Path,
        *,
        language: str = "zh",
        clock: Clock | None = None,
        look: str = "light",
        size: int = 15,
        unattended: bool = False,
    ) -> WindowDriver:
        settings = tmp_path / f"window-{len(opened)}.json"
        driver = WindowDriver(
            qapp,
            folder,
            language=language,
            settings=settings,
            clock=clock or Clock(),
            look=look,
            size=size,
            unattended=unattended,
        )
        opened.append(driver)
        return driver

    yield open_
    for driver in opened:
        driver.close()


@pytest.fixture
def village(seeded: Seeded, tmp_path: Path) -> Path:
    """A copy of the seeded workspace for one test."""
    folder = tmp_path / "village"
    shutil.copytree(seeded.folder, folder)
    return folder


@pytest.fixture
def window(open_window: Open, village: Path, language: str) -> WindowDriver:
    """The village's window, unlocked, in each language."""
    driver = open_window(village, language=language)
    driver.unlock()
    return driver
