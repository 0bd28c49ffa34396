"""A hand-over by itself: when a line is there, without taking the focus; switched off, stopped, ended by the lock."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.exchange.page import HandOverPage
from desktop.pages.parts.places import Name, Place
from desktop.services.clock import Clock
from desktop.services.exchange.by_itself import FIRST, SOON
from desktop.services.keeping.workspace import enrol
from desktop.services.trying.demo import make
from desktop.services.trying.story_hub import HubProcess

VILLAGE = "990621101201"


class Hand:
    """Moves the steady clock on."""

    later = 0.0

    def clock(self) -> Clock:
        base = Clock()
        return dataclasses.replace(base, steady=lambda: base.steady() + self.later, random=lambda: 0.5)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    made = HubProcess(tmp_path_factory.mktemp("hub") / "hub", PASSPHRASE)
    made.create(name="青石镇", area="990621101")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def enrolled(hub: HubProcess, tmp_path: Path) -> Path:
    """A village's workspace with something that waits."""
    folder = tmp_path / "enrolled"
    code = hub.invite(area=VILLAGE, role="village")
    made = enrol(folder, url=hub.url, code=code, user="王秀兰", passphrase=PASSPHRASE, clock=Clock())
    desk = made.desk(writer=True)
    make(desk, households=1, requests=1, seed=3)
    desk.close()
    made.lock()
    return folder


def waiting(window: WindowDriver) -> int:
    known = window.shell.status.known.hand_over
    assert known is not None
    return known.waiting


def look(window: WindowDriver) -> None:
    assert window.shell.unattended is not None
    window.shell.unattended.look()
    window.settle()


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def window(open_window, enrolled: Path, hand: Hand) -> WindowDriver:
    driver = open_window(enrolled, clock=hand.clock(), unattended=True)
    driver.unlock()
    return driver


def test_what_waits_is_handed_over_while_somebody_types(window: WindowDriver, hand: Hand) -> None:
    assert waiting(window) > 0
    focus = window.focus
    window.commit("zh")
    look(window)
    assert waiting(window) > 0  # not at once: the page of the day comes first
    hand.later += FIRST * 2
    look(window)
    assert waiting(window) == 0
    assert window.here.page is Name.TODAY
    assert window.focus is focus
    assert window.shell.context.text("shell.online") in {
        chip.accessibleName()
        for chip in window.page.findChildren(type(window.page._frame.aside.itemAt(0).widget()._link))
    }


def test_it_can_be_switched_off_and_stays_off(open_window, window: WindowDriver, hand: Hand, enrolled: Path) -> None:
    window.go(Place(Name.SETTINGS))
    window.click(window.shell.context.text("exchange.alone_no"))
    hand.later += FIRST * 2
    look(window)
    assert waiting(window) > 0
    window.close()
    again = open_window(enrolled, clock=hand.clock(), unattended=True)
    again.unlock()
    hand.later += FIRST * 2
    look(again)
    assert waiting(again) > 0


def test_a_hub_that_is_away_is_tried_again_without_a_word(window: WindowDriver, hand: Hand, hub: HubProcess) -> None:
    hub.stop()
    try:
        hand.later += FIRST * 2
        look(window)
        assert waiting(window) > 0
        assert not window.shell.notices.titles
    finally:
        hub.start()
    look(window)
    assert waiting(window) > 0  # not before its time
    window.shell.unattended.link_appeared()  # type: ignore[union-attr]
    hand.later += max(FIRST, SOON) * 2
    look(window)
    assert waiting(window) == 0


def test_the_lock_ends_it_and_it_begins_anew_afterwards(window: WindowDriver, hand: Hand) -> None:
    hand.later += FIRST * 2
    assert window.shell.unattended is not None
    window.shell.unattended.look()
    assert window.shell.context.exchange.alone
    window.press("Ctrl+L")
    assert window.window.shell is None
    window.unlock()
    assert not window.shell.context.exchange.running
    hand.later += FIRST * 2
    look(window)
    assert waiting(window) == 0


def test_stopped_by_its_person_it_waits(window: WindowDriver, hand: Hand) -> None:
    hand.later += FIRST * 2
    assert window.shell.unattended is not None
    window.shell.unattended.look()
    window.shell.context.exchange.stop()
    window.settle()
    left = waiting(window)
    hand.later += SOON
    look(window)
    assert waiting(window) == left


def test_where_a_record_is_with_what_proves_it(window: WindowDriver, hand: Hand) -> None:
    hand.later += FIRST * 2
    look(window)
    window.press("F9")
    page = window.page
    assert isinstance(page, HandOverPage)
    window.click(next(words for words in window.buttons() if words.startswith(page.t("pages.list_acknowledged"))))
    table = page._lists._stack.currentWidget()
    table.setFocus()
    window.press("Down")
    words = window.words()
    assert page.t("bundle.place_saved") in words
    assert page.t("bundle.place_hub", name="青石镇") in words
    assert page.t("exchange.signed", n="").split()[0][:1] in words


def test_a_computer_that_began_alone_joins_later(open_window, village: Path, hub: HubProcess, language: str) -> None:
    window = open_window(village, language=language)
    window.unlock()
    window.press("F9")
    t = window.shell.context.text
    join = window.page._join  # type: ignore[attr-defined]
    join._code.setFocus()
    window.commit("K7M2P9QX4R")
    window.press("Tab")
    window.commit(hub.url)
    window.press("Return")
    assert not window.shell.context.me.enrolled
    join._code.setText(hub.invite(area=VILLAGE, role="village"))
    window.click(t("exchange.join"))
    assert window.shell.context.me.enrolled
    assert waiting(window) > 0
    window.press("F9")
    window.press("Return")
    assert waiting(window) == 0
