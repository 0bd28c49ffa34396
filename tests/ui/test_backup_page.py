"""The second copy on screen: written, listed, tried, gone back to; and what today says of the computer's troubles."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.services.clock import Clock
from desktop.services.keeping import health
from desktop.services.keeping.backup import Backups
from desktop.services.keeping.bringing_back import BEFORE, RESTORED, bring_back, finish, take_place
from desktop.services.keeping.workspace import OpenWorkspace, open_workspace


def said(window: WindowDriver, key: str) -> str:
    return window.shell.context.text(key)


def people(window: WindowDriver) -> int:
    found: list[int] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.people.count(), found.append)
    window.settle()
    return found[0]


def copy_now(window: WindowDriver) -> None:
    window.go(Place(Name.SETTINGS))
    window.click(said(window, "copies.open"))
    assert window.here.page is Name.BACKUP
    window.press("Return")
    assert said(window, "copies.copied") in window.words()


def test_a_copy_is_written_listed_and_tried(window: WindowDriver) -> None:
    copy_now(window)
    assert said(window, "copies.no_days") not in window.words()
    window.click(said(window, "copies.drill"))
    assert said(window, "copies.drilled").partition("{")[0] in window.words()
    window.click(said(window, "copies.check"))
    assert said(window, "shell.bug") not in window.words()


def test_one_goes_back_and_what_was_there_is_kept(open_window, village: Path, seeded) -> None:
    window = open_window(village)
    window.unlock()
    copy_now(window)
    before = people(window)
    window.window.lanes.write(window.window, lambda desk: desk.people.count())
    window.click(said(window, "copies.back"))
    window.type("this is not the one")
    window.press("Return")
    assert window.here.page is Name.BACKUP
    window.page._back._secret.clear()  # type: ignore[attr-defined]
    window.page._back._secret.setFocus()  # type: ignore[attr-defined]
    window.type(PASSPHRASE)
    window.press("Return")
    assert said(window, "copies.returned") in window.words()
    assert people(window) == before
    kept = list(village.parent.glob(f"{village.name}{BEFORE}*"))
    assert len(kept) == 1
    assert not village.with_name(village.name + RESTORED).exists()
    open_workspace(kept[0], passphrase=PASSPHRASE, clock=Clock()).lock()
    window.press("Ctrl+L")
    window.unlock()
    assert window.window.shell is not None


def test_a_kill_between_the_two_renames_is_mended_at_the_next_start(village: Path, monkeypatch) -> None:
    opened = open_workspace(village, passphrase=PASSPHRASE, clock=Clock())
    Backups(opened).run()
    (copy,) = Backups(opened).copies()
    restored = bring_back(copy.path, village, user=opened.user, passphrase=PASSPHRASE, clock=Clock())
    renames: list[Path] = []
    real = __import__("os").replace

    def killed(source: Path, target: Path) -> None:
        renames.append(target)
        if len(renames) > 1:
            raise SystemExit  # no OSError: nothing is put back
        real(source, target)

    monkeypatch.setattr("desktop.services.keeping.bringing_back.os.replace", killed)
    with pytest.raises(SystemExit):
        take_place(restored, village, Clock().now())
    monkeypatch.undo()
    assert not village.exists()
    finish(village)
    open_workspace(village, passphrase=PASSPHRASE, clock=Clock()).lock()
    finish(village)  # nothing to do


def test_a_refused_rename_leaves_everything_as_it_was(village: Path, monkeypatch) -> None:
    opened = open_workspace(village, passphrase=PASSPHRASE, clock=Clock())
    Backups(opened).run()
    (copy,) = Backups(opened).copies()
    restored = bring_back(copy.path, village, user=opened.user, passphrase=PASSPHRASE, clock=Clock())
    real = __import__("os").replace

    def refused(source: Path, target: Path) -> None:
        if source == restored.folder:
            raise PermissionError(13, "in use")
        real(source, target)

    monkeypatch.setattr("desktop.services.keeping.bringing_back.os.replace", refused)
    with pytest.raises(PermissionError):
        take_place(restored, village, Clock().now())
    open_workspace(village, passphrase=PASSPHRASE, clock=Clock()).lock()


def test_today_says_that_the_disk_is_nearly_full(window: WindowDriver, monkeypatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 60)
    window.go(Place(Name.TODAY))
    assert any("MB" in title for title in window.shell.notices.titles)
    window.click(said(window, "copies.open"))
    assert window.here.page is Name.BACKUP


def test_today_says_that_the_copy_is_old_and_one_press_writes_it(open_window, village: Path) -> None:
    opened = open_workspace(village, passphrase=PASSPHRASE, clock=Clock())
    Backups(opened).run()
    opened.lock()
    base = Clock()
    window = open_window(village, clock=dataclasses.replace(base, instant=lambda: base.instant() + timedelta(days=5)))
    window.unlock()
    window.click(said(window, "copies.now"))
    assert said(window, "copies.copied") in window.words()
    window.go(Place(Name.TODAY))
    assert not window.shell.notices.titles


def test_today_says_that_the_date_is_wrong(open_window, village: Path) -> None:
    base = Clock()
    window = open_window(
        village, clock=dataclasses.replace(base, instant=lambda: base.instant().replace(year=2019, day=1))
    )
    window.unlock()
    assert any("2019" in title for title in window.shell.notices.titles)


def test_a_copy_that_failed_is_said_in_words(window: WindowDriver) -> None:
    door = window.window._workspace
    assert isinstance(door, OpenWorkspace)
    Backups(door)._note("vault.disk_full")
    window.go(Place(Name.TODAY))
    title = next(iter(window.shell.notices.titles))
    assert "vault.disk_full" not in title
