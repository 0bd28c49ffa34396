"""The first start by keys alone, in both languages: joined by code, joined with a file, alone, and tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawler import crawl
from layout_check import complaints
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.opening.first_run import FirstRunPage, Typed
from desktop.pages.opening.first_steps import PersonStep, TownshipStep
from desktop.services.clock import Clock
from desktop.services.keeping.backup import Backups
from desktop.services.keeping.beginning import Beginning, Way
from desktop.services.keeping.workspace import open_workspace, users
from desktop.services.trying.story_hub import HubProcess
from forms.text import Text

VILLAGE = "990621101201"
PIN = "314159"
MOST_KEYS = 30  # beside what one types: three minutes are long


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    made = HubProcess(tmp_path_factory.mktemp("hub") / "hub", PASSPHRASE)
    made.create(name="青石镇", area="990621101")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def first(window: WindowDriver) -> FirstRunPage:
    page = window.window.lock_page
    assert isinstance(page, FirstRunPage)
    return page


def to_the_way(window: WindowDriver) -> None:
    """Past language and size, as they stand."""
    window.press("Return")
    window.press("Return")


def who_it_is(window: WindowDriver) -> str:
    """The last screen: name, the offered passphrase, a PIN."""
    person = first(window)._steps["person"]
    assert isinstance(person, PersonStep)
    window.commit("王秀兰")
    window.press("Tab")
    secret = person._secret.text()
    assert len(secret) >= 12
    window.press("Tab")
    window.press("Tab")
    window.commit(PIN)
    window.press("Return")
    return secret


def test_joined_with_a_code(open_window, hub: HubProcess, folder: Path, language: str) -> None:
    code = hub.invite(area=VILLAGE, role="village")
    window = open_window(folder, language=language)
    to_the_way(window)
    window.press("Return")
    window.commit(f" {code.lower()} ")
    window.press("Tab")
    window.commit(hub.url)
    window.press("Return")
    secret = who_it_is(window)
    assert window.window.shell is not None, window.words()
    assert window.shell.context.me.enrolled
    assert window.keys <= MOST_KEYS
    assert users(folder) == ("王秀兰",)
    window.press("Ctrl+L")
    window.unlock(PIN)
    assert window.window.shell is not None
    window.close()
    open_workspace(folder, passphrase=secret, clock=Clock()).lock()


def test_a_wrong_code_is_said_and_nothing_is_made(open_window, hub: HubProcess, folder: Path, language: str) -> None:
    window = open_window(folder, language=language)
    to_the_way(window)
    window.press("Return")
    window.commit("K7M2P9QX4R")
    window.press("Tab")
    window.commit(hub.url)
    window.press("Return")
    who_it_is(window)
    assert window.window.shell is None
    assert first(window)._banner.isVisible()
    assert not folder.exists() or not any(folder.iterdir())
    window.press("Esc")
    assert hub.url == first(window).typed.chosen.url


def test_alone_with_the_second_copy_elsewhere(open_window, folder: Path, tmp_path: Path, language: str) -> None:
    window = open_window(folder, language=language)
    to_the_way(window)
    window.press("Down")
    window.press("Return")
    window.press("Return")
    person = first(window)._steps["person"]
    assert isinstance(person, PersonStep)
    person._keep_in(str(tmp_path / "stick"))
    (tmp_path / "stick").mkdir()
    who_it_is(window)
    assert window.window.shell is not None, window.words()
    assert not window.shell.context.me.enrolled
    assert Backups(window.window._workspace).status().folder == tmp_path / "stick"  # type: ignore[arg-type]


def test_joined_with_a_file_and_no_network(open_window, hub: HubProcess, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "invitation"
    code = hub._run("invite", str(hub.folder), "--area", VILLAGE, "--role", "village", "--file", str(file))["code"]
    window = open_window(folder)
    first(window).put(Typed(3, Beginning(Way.JOIN, "", "")))
    step = first(window)._steps["join"]
    assert isinstance(step, TownshipStep)
    step.take_file(str(file))
    window.commit(str(code))
    window.press("Return")
    who_it_is(window)
    assert window.window.shell is not None, window.words()
    assert window.shell.context.me.area == VILLAGE


def test_tried_with_invented_people(open_window, folder: Path, language: str) -> None:
    window = open_window(folder, language=language)
    to_the_way(window)
    for _ in range(2):
        window.press("Down")
    window.press("Return")
    assert window.window.shell is not None
    assert window.shell.context.text("shell.practice") in window.words()
    assert not folder.exists()


def test_language_and_size_are_chosen_with_the_arrows_and_kept(open_window, folder: Path) -> None:
    window = open_window(folder)
    window.press("Right")
    window.press("Space")
    assert Text("en")("first.next") in window.buttons()
    window.press("Return")
    window.press("Right")
    window.press("Space")
    assert window.window._chosen.size == 18
    assert first(window).typed.step == 1
    window.press("Esc")
    assert first(window).typed.step == 0


def test_nothing_is_skipped_that_has_to_be_written(open_window, folder: Path, language: str) -> None:
    window = open_window(folder, language=language)
    to_the_way(window)
    window.press("Return")
    window.press("Return")
    assert first(window).typed.step == 3
    assert first(window)._banner.isVisible()


@pytest.mark.parametrize(
    "size", [15, pytest.param(22, marks=pytest.mark.deep), pytest.param(30, marks=pytest.mark.deep)]
)
def test_every_screen_is_whole_and_reached(open_window, folder: Path, language: str, size: int) -> None:
    window = open_window(folder, language=language, size=size)
    faults: list[str] = []
    screens = [Typed(step, Beginning(Way.JOIN, "", "")) for step in range(5)]
    for screen in (*screens, Typed(3, Beginning(Way.ALONE, "", ""))):
        first(window).put(screen)
        window.settle()
        faults += [f"{screen.step} {fault}" for fault in complaints(window.window)]
        if size == 15:
            faults += [f"{screen.step} {fault}" for fault in crawl(window).faults]
    assert not faults, "\n".join(faults)
