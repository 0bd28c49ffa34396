"""A county above the township's hub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_world import World
from two_hubs import belong, make_county

from sync.hub.above import HubAbove


@pytest.fixture
def county(tmp_path: Path, world: World) -> Iterator[World]:
    made = make_county(tmp_path / "county", world.clock)
    yield made
    made.hub.close()


@pytest.fixture
def to(world: World, county: World) -> HubAbove:
    return belong(world.hub, county.hub)
