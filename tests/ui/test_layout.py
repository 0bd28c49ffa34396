"""Every page and state of every role, as high as a laptop leaves it: nothing cut, outside its place or over another.

The pictures are kept in out/gallery, with an index to look at.
"""

import shutil
from pathlib import Path

import pytest
from layout_check import complaints, dead_ends
from lived_in import LivedIn
from page_states import State, holding, states
from picture_index import picture_name, write_index
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from window_driver import PASSPHRASE, WindowDriver

from desktop.app import picture_pages
from desktop.services.clock import Clock
from desktop.services.keeping.workspace import open_workspace

OUT = Path(__file__).parents[2] / "out" / "gallery"
USABLE = (1366, 690)
ROLES = ("village", "township", "supervisor", "empty-village", "empty-township")
LOOKS = ("light", "dark", "contrast")
FILLED_BY_OTHERS = "overview"  # its sentence says who
SIZES = {"100": 15, "125": 19, "150": 22, "200": 30}

usual = [("light", "100"), ("light", "150")]
everything = [(look, size) for look in LOOKS for size in SIZES if (look, size) not in usual]


@pytest.fixture
def folder(request: pytest.FixtureRequest, lived_in: LivedIn, tmp_path: Path) -> Path:
    """A copy of the role's workspace."""
    made = tmp_path / "workspace"
    shutil.copytree(lived_in.folder(request.param), made)
    return made


@pytest.mark.gallery
@pytest.mark.parametrize("folder", ROLES, indirect=True, ids=ROLES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("look", "size"), usual)
def test_pages(open_window, folder: Path, lived_in: LivedIn, language: str, look: str, size: str, request) -> None:
    _take_all(open_window, folder, lived_in, language=language, look=look, size=size, role=_role(request))


@pytest.mark.deep
@pytest.mark.parametrize("folder", ROLES, indirect=True, ids=ROLES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("look", "size"), everything)
def test_every_look(open_window, folder: Path, lived_in: LivedIn, language: str, look: str, size: str, request) -> None:
    _take_all(open_window, folder, lived_in, language=language, look=look, size=size, role=_role(request))


@pytest.mark.deep
@pytest.mark.parametrize("folder", ["department"], indirect=True, ids=["department"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("look", "size"), [*usual, *everything])
def test_a_department_in_every_look(
    open_window, folder: Path, lived_in: LivedIn, language: str, look: str, size: str, request
) -> None:
    _take_all(open_window, folder, lived_in, language=language, look=look, size=size, role=_role(request))


@pytest.mark.gallery
def test_pictures_of_the_story_are_the_size_of_a_laptop(qapp: QApplication, seeded, tmp_path: Path) -> None:
    workspace = open_workspace(seeded.folder, passphrase=PASSPHRASE, clock=Clock())
    names = picture_pages((workspace,), tmp_path, ("zh",))
    workspace.lock()
    sizes = {(QImage(str(tmp_path / name)).width(), QImage(str(tmp_path / name)).height()) for name in names}
    assert sizes == {(1366, 768)}


def _role(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["folder"])


def _take_all(open_window, folder: Path, lived_in: LivedIn, *, language, look, size, role) -> None:
    window = open_window(folder, language=language, clock=lived_in.clock, look=look, size=SIZES[size])
    found: list[str] = []

    def take(state: str) -> None:
        for _ in range(3):
            window.app.processEvents()
        shown = window.window
        OUT.mkdir(parents=True, exist_ok=True)
        name = picture_name(role, state, language=language, look=look, size=int(size))
        assert shown.grab().save(str(OUT / name))
        if (shown.width(), shown.height()) != USABLE:
            found.append(f"{state}: grew to {shown.width()}x{shown.height()}")
            shown.resize(*USABLE)
        found.extend(f"{state}: {fault}" for fault in complaints(shown))
        if role == "empty-village" and not state.startswith(FILLED_BY_OTHERS):
            found.extend(f"{state}: {fault}" for fault in dead_ends(shown))

    take("lock")
    window.unlock("this is not the one")
    take("lock-refused")
    window.unlock()
    every = states(window)
    for state in every:
        _arrange(window, state, take)
    write_index(OUT)
    assert len(every) >= 8
    assert not found, "\n".join(found)


def _arrange(window: WindowDriver, state: State, take) -> None:
    with holding(window, state.held):
        state.arrange(window)
        take(state.name)
    window.settle()
