"""The stick on the hand-over page, with real files and a real workspace."""

from __future__ import annotations

from pathlib import Path

from window_driver import WindowDriver

from desktop.pages.exchange.page import HandOverPage
from desktop.pages.parts.places import Name, Place


def page_of(window: WindowDriver) -> HandOverPage:
    window.go(Place(Name.HAND_OVER))
    page = window.page
    assert isinstance(page, HandOverPage)
    return page


def test_without_a_township_the_stick_says_so_and_writes_nothing(window: WindowDriver, tmp_path: Path) -> None:
    page = page_of(window)
    page.stick.write(tmp_path)
    window.settle()
    assert not page.stick.running
    assert list(tmp_path.glob("*.hamlet*")) == []


def test_a_file_that_is_no_answer_is_named_in_words(window: WindowDriver, tmp_path: Path) -> None:
    (tmp_path / "x.hamlet").write_bytes(b"no bundle")
    page = page_of(window)
    page.stick.read(tmp_path / "x.hamlet")
    window.settle()
    assert page._said.isVisible()
