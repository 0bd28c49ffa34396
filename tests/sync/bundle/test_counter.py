"""A township's window gives the hub a village's bundle over real HTTPS, and gets the answer for the village."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import plain_records
import pytest
from hub_world import TOWNSHIP, VILLAGE, World
from laptop_world import Workspace, make_workspace

from desktop.services.exchange.bundles import hand_to_hub, read_answer
from forms.errors import Fault
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub.http import INCOMING
from sync.hub.server import serving
from sync.protocol import Role
from sync.store.api import NewAttachment


@pytest.fixture
def clerk(tmp_path: Path, world: World) -> Iterator[Workspace]:
    with serving(world.hub, world.folder) as address:
        made = make_workspace(tmp_path / "clerk", world, TOWNSHIP, Role.TOWNSHIP, seed=2, url=address.url)
        yield made
        made.store.close()


def test_the_clerk_s_window_hands_a_bundle_to_the_hub(
    village: Workspace, clerk: Workspace, world: World, stick: Path
) -> None:
    photo = (NewAttachment("a.jpg", bytes(range(256)) * 2_000),)
    village.finalise("request", plain_records.request(village.chance), attachments=photo)
    laptop_stick.write(village.on_store, stick / "village.hamlet")
    seen: list[tuple[int, int]] = []
    done = hand_to_hub(clerk.on_store, stick / "village.hamlet", progress=lambda *said: seen.append(said))
    assert (done.stored, done.files, done.area) == (1, 1, VILLAGE)
    assert len(seen) > 2
    again = hand_to_hub(clerk.on_store, stick / "village.hamlet")
    assert again.answer == done.answer
    assert read_answer(village.on_store, stick).pushed == 1
    assert admin.stats(world.hub).records == 1
    assert not list((world.folder / INCOMING).glob("*.bundle"))


def test_a_damaged_bundle_is_named_and_nothing_stays(
    village: Workspace, clerk: Workspace, world: World, stick: Path
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(village.on_store, stick / "village.hamlet")
    data = (stick / "village.hamlet").read_bytes()
    (stick / "cut.hamlet").write_bytes(data[:-9])
    with pytest.raises(Fault, match=r"bundle\.damaged"):
        hand_to_hub(clerk.on_store, stick / "cut.hamlet")
    with pytest.raises(Fault, match=r"bundle\.missing"):
        hand_to_hub(clerk.on_store, stick / "none.hamlet")
    assert admin.stats(world.hub).records == 0
    assert not any((world.folder / INCOMING).iterdir())


def test_only_a_township_s_window_may_do_so(
    tmp_path: Path, village: Workspace, clerk: Workspace, world: World, stick: Path
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(village.on_store, stick / "village.hamlet")
    url = clerk.store.identity().url
    for role, area in ((Role.VILLAGE, VILLAGE), (Role.SUPERVISOR, TOWNSHIP)):
        other = make_workspace(tmp_path / f"other-{role.value}", world, area, role, seed=7, url=url)
        with pytest.raises(Fault, match=r"hub\.no_right"):
            hand_to_hub(other.on_store, stick / "village.hamlet")
        other.store.close()
    assert admin.stats(world.hub).records == 0
