"""R27: while people are shown and written of, no title, temporary file, log, trace or audit row tells of them."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.services.clock import Clock
from desktop.services.keeping.workspace import open_workspace

WRITTEN = "标记玛瑙：水泥路面塌了一大块"


class Titles(QObject):
    """What the system is told of every window: titles, files, and names that a screen reader or a switcher says."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.said: set[str] = set()
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt
        if event.type() in (QEvent.Type.Show, QEvent.Type.WindowTitleChange, QEvent.Type.Hide):
            if isinstance(watched, QWindow):
                self.said |= {watched.title(), watched.filePath()}
            elif isinstance(watched, QWidget) and watched.isWindow():
                self.said |= {watched.windowTitle(), watched.windowFilePath(), watched.windowRole()}
        return False


@pytest.fixture
def titles(qapp: QApplication) -> Iterator[Titles]:
    heard = Titles(qapp)
    yield heard
    qapp.removeEventFilter(heard)


def test_no_title_file_log_or_audit_row_tells_of_anybody(
    open_window, village: Path, seeded, titles: Titles, tmp_path: Path, monkeypatch, caplog, capfd
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setattr(tempfile, "tempdir", None)
    caplog.set_level(logging.DEBUG)
    window = open_window(village)
    window.unlock()
    a_day(window, seeded)
    window.close()
    marks = marks_of(village)
    assert seeded.name in marks
    assert len(titles.said - {""}) >= 1
    assert [(title, mark) for title in titles.said for mark in marks if mark in title] == []
    written = capfd.readouterr()
    said = caplog.text + written.out + written.err
    assert [mark for mark in marks if mark in said] == []
    for path in tmp_path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        told = [
            mark for mark in marks if mark in path.name or mark.encode() in content or mark.encode("utf-16") in content
        ]
        assert told == [], path


def a_day(window: WindowDriver, seeded) -> None:
    """Found, looked at, revealed, asked for, written down, left half written, locked; by keys."""
    window.press("F2")
    window.type(seeded.initials)
    window.press("Return")
    assert (window.here.page, window.here.subject) == (Name.RESIDENT, seeded.uuid)
    window.press("F7")
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    window.type("ld")
    window.press("Return")
    window.commit(WRITTEN)
    window.press("Ctrl+Return")
    window.press("F3")
    window.type(seeded.initials)
    window.press("Return")
    window.commit(WRITTEN)
    window.press("Ctrl+L")
    window.unlock()
    for page in (Name.TODAY, Name.REQUESTS, Name.PEOPLE, Name.SETTINGS):
        window.go(Place(page))


def marks_of(folder: Path) -> set[str]:
    """Everybody's names and telephones, and what was written."""
    opened = open_workspace(folder, passphrase=PASSPHRASE, clock=Clock())
    store = opened.store(writer=False)
    marks = {WRITTEN}
    for item in store.entities.all("residents"):
        marks |= {item.properties.get(name, "") for name in ("full_name", "phone", "birth")}
    rows = store.audit.list(limit=10_000)
    assert len(rows) > 3
    told = [f"{row.action} {row.subject} {dict(row.detail)}" for row in rows]
    assert [(line, mark) for line in told for mark in marks if mark and mark in line] == []
    store.close()
    opened.lock()
    return {mark for mark in marks if len(mark.encode()) >= 5}
