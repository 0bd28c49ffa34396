"""A village's workspace with two residents and a request: laid out once, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_world import Filled, fill, filled_again, moved, workspace

from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import OpenWorkspace


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> OpenWorkspace:
    return workspace(tmp_path_factory.mktemp("empty") / "village")


@pytest.fixture(scope="session")
def filled_workspace(tmp_path_factory: pytest.TempPathFactory) -> OpenWorkspace:
    opened = workspace(tmp_path_factory.mktemp("filled") / "village")
    desk = opened.desk(writer=True)
    fill(desk)
    desk.close()
    return opened


@pytest.fixture
def desk(empty_workspace: OpenWorkspace, tmp_path: Path) -> Iterator[TheDesk]:
    made = _copy(empty_workspace, tmp_path / "empty").desk(writer=True)
    yield made
    made.close()


@pytest.fixture
def opened(filled_workspace: OpenWorkspace, tmp_path: Path) -> OpenWorkspace:
    return _copy(filled_workspace, tmp_path / "village")


@pytest.fixture
def village(opened: OpenWorkspace) -> Iterator[Filled]:
    desk = opened.desk(writer=True)
    yield filled_again(desk)
    desk.close()


def _copy(source: OpenWorkspace, folder: Path) -> OpenWorkspace:
    shutil.copytree(source.folder, folder)
    return moved(source, folder)
