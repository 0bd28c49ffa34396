"""A hub, a laptop of a village and one of the township that have enrolled with it: what most tests of sync start from.

A conftest imports them by name; a test that needs another world has a fixture of its own by the same name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_world import TOWNSHIP, VILLAGE, World, make_world
from laptop_world import Workspace, make_workspace

from sync.protocol import Role


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path / "hub")
    yield made
    made.hub.close()


@pytest.fixture
def village(tmp_path: Path, world: World) -> Iterator[Workspace]:
    made = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    yield made
    made.store.close()


@pytest.fixture
def township(tmp_path: Path, world: World) -> Iterator[Workspace]:
    made = make_workspace(tmp_path / "township", world, TOWNSHIP, Role.TOWNSHIP, seed=2)
    yield made
    made.store.close()
