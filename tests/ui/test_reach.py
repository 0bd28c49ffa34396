"""Every control of every page by Tab and arrows, with a name for a screen reader and a focus that one sees."""

import shutil
from pathlib import Path

import pytest
from crawler import crawl, doubled_keys
from lived_in import LivedIn
from page_states import states
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

ROLES = ("village", "township", "supervisor", pytest.param("department", marks=pytest.mark.deep))


@pytest.fixture
def folder(request: pytest.FixtureRequest, lived_in: LivedIn, tmp_path: Path) -> Path:
    made = tmp_path / "workspace"
    shutil.copytree(lived_in.folder(request.param), made)
    return made


@pytest.mark.parametrize("folder", ROLES, indirect=True)
@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.deep)])
def test_every_control_is_reached_named_and_seen(open_window, folder: Path, lived_in: LivedIn, language: str) -> None:
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    faults: list[str] = []
    for state in states(window):
        if state.held:
            continue
        state.arrange(window)
        window.settle()
        faults += [f"{state.name}: {fault}" for fault in (*crawl(window).faults, *doubled_keys(window.window))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_locked_window_and_the_first_run(open_window, lived_in: LivedIn, tmp_path: Path, language: str) -> None:
    for folder in (lived_in.village, tmp_path / "nothing-yet"):
        window = open_window(folder, language=language, clock=lived_in.clock)
        faults = crawl(window).faults
        assert not faults, "\n".join(faults)


@pytest.mark.parametrize("folder", ["township"], indirect=True)
def test_rows_say_what_they_show(open_window, folder: Path, lived_in: LivedIn) -> None:
    window = open_window(folder, clock=lived_in.clock)
    window.unlock()
    window.press("Ctrl+3")
    (table,) = [each for each in window.page.findChildren(QTableView) if each.isVisible()]
    assert isinstance(table, QAbstractItemView)
    model = table.model()
    for at in range(model.columnCount()):
        spoken = model.index(0, at).data(Qt.ItemDataRole.AccessibleTextRole)
        assert isinstance(spoken, str)
        assert spoken
        assert model.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
