"""Left alone the window locks by the clock that it was given; what ran goes on after unlocking; settings hold."""

import dataclasses
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QLabel
from window_driver import WindowDriver

from desktop.pages.exchange.exchange import Exchange
from desktop.pages.parts.places import Name, Place
from desktop.services.clock import Clock
from desktop.services.keeping.interrupted import Interrupted
from desktop.services.sheets.export_values import ExportOrder


class Hand:
    """Moves a clock on."""

    def __init__(self) -> None:
        self.later = timedelta()

    def clock(self) -> Clock:
        base = Clock()
        return dataclasses.replace(base, instant=lambda: base.instant() + self.later)


def look(window: WindowDriver) -> None:
    window.window.idle.look()
    window.settle()


def test_it_locks_itself_and_comes_back_to_what_was_written(open_window, village: Path, seeded) -> None:
    hand = Hand()
    window = open_window(village, clock=hand.clock())
    window.unlock()
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit("没人动之前写的")
    hand.later += timedelta(minutes=9)
    look(window)
    assert window.window.shell is not None
    window.press("Shift")  # touched: the ten minutes begin again
    hand.later += timedelta(minutes=9)
    look(window)
    assert window.window.shell is not None
    hand.later += timedelta(minutes=1)
    look(window)
    assert window.window.shell is None
    assert "没人动之前写的" not in window.words()
    window.unlock()
    assert "没人动之前写的" in window.words()


def test_fewer_minutes_are_chosen_on_screen_and_remembered(open_window, village: Path) -> None:
    hand = Hand()
    window = open_window(village, clock=hand.clock())
    window.unlock()
    window.go(Place(Name.SETTINGS))
    window.click(window.shell.context.text("safety.minutes", count=3))
    hand.later += timedelta(minutes=3)
    look(window)
    assert window.window.shell is None
    window.unlock()
    assert window.window.idle.minutes == 3
    window.close()
    again = open_window(village, clock=hand.clock())
    again.unlock()
    assert again.window.idle.minutes == 3


def test_names_on_slips_are_a_choice_on_screen(window: WindowDriver) -> None:
    window.go(Place(Name.SETTINGS))
    window.click(window.shell.context.text("safety.names_yes"))
    said: list[str] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.settings.get("slip_names"), said.append)
    window.settle()
    assert said == ["yes"]


def test_an_export_that_a_lock_cut_short_is_written_after_unlocking(window: WindowDriver, tmp_path: Path) -> None:
    to = tmp_path / "people.csv"
    window.window._workspace.interrupted(Interrupted(ExportOrder("residents", to)))
    window.press("Ctrl+L")
    assert not to.exists()
    window.unlock()
    said = [each.text() for each in window.shell.findChildren(QLabel) if "people" in each.text()]
    assert to.exists(), said
    assert window.here.page is Name.TODAY


def test_a_hand_over_that_runs_is_begun_again(window: WindowDriver, monkeypatch) -> None:
    begun: list[bool] = []
    monkeypatch.setattr(Exchange, "begin", lambda _, alone=False: begun.append(alone))
    monkeypatch.setattr(Exchange, "running", property(lambda _: not begun))
    window.press("Ctrl+L")
    window.unlock()
    assert window.here.page is Name.TODAY
    assert begun == [False]


def test_the_language_that_was_chosen_for_a_form_is_kept(open_window, village: Path, seeded) -> None:
    window = open_window(village)
    window.unlock()
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit("两种语言")
    other = next(each for each in window.page.form.languages if each != window.page.form.session.language)
    window.page.form.languages[other].trigger()
    window.settle()
    window.press("Ctrl+L")
    window.unlock()
    assert window.page.form.session.language == other
    assert "两种语言" in window.words()
    window.page.form.speak(next(each for each in window.page.form.languages if each != other))
    window.press("Ctrl+L")
    window.unlock()
    assert window.page.form.session.language != other
