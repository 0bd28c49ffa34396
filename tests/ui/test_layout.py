"""Every page of both roles in both languages, as high as a laptop leaves it: nothing cut, nothing outside."""

from pathlib import Path

import pytest
from layout_check import complaints
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from window_driver import PASSPHRASE

from desktop.app import picture_pages
from desktop.pages import gallery
from desktop.services.clock import Clock
from desktop.services.demo import make
from desktop.services.workspace import create, open_workspace
from sync.protocol import Role

pytestmark = pytest.mark.gallery
USABLE = (1366, 690)


@pytest.fixture(params=["zh", "en"])
def both(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[Role.VILLAGE, Role.TOWNSHIP, Role.SUPERVISOR])
def folder(request: pytest.FixtureRequest, seeded, tmp_path: Path) -> Path:
    if request.param is Role.VILLAGE:
        return seeded.folder
    made = tmp_path / "township"
    workspace = create(made, user="林晓", passphrase=PASSPHRASE, role=Role.TOWNSHIP, area="990621101", clock=Clock())
    desk = workspace.desk(writer=True)
    make(desk, households=3, requests=5, seed=2)
    desk.close()
    workspace.lock()
    return made


def test_nothing_is_cut_or_outside(
    qapp: QApplication, folder: Path, both: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    class Checking(gallery.Gallery):
        def _take(self, page, name: str) -> None:  # type: ignore[no-untyped-def]
            super()._take(page, name)
            if page.width() > USABLE[0] or page.height() > USABLE[1]:
                found.append(f"{name}: grew to {page.width()}x{page.height()}")
            found.extend(f"{name}: {fault}" for fault in complaints(page))

    monkeypatch.setattr(gallery, "SIZE", USABLE)
    monkeypatch.setattr(gallery, "Gallery", Checking)
    workspace = open_workspace(folder, passphrase=PASSPHRASE, clock=Clock())
    names = picture_pages((workspace,), tmp_path / "pictures", (both,))
    workspace.lock()
    assert len(names) >= 6
    assert not found, "\n".join(found)


def test_pictures_are_the_size_of_a_laptop(qapp: QApplication, seeded, tmp_path: Path) -> None:
    workspace = open_workspace(seeded.folder, passphrase=PASSPHRASE, clock=Clock())
    names = picture_pages((workspace,), tmp_path, ("zh",))
    workspace.lock()
    sizes = {(QImage(str(tmp_path / name)).width(), QImage(str(tmp_path / name)).height()) for name in names}
    assert sizes == {(1366, 768)}
