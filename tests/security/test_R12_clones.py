"""R12: a cloned laptop forks its chain: it is noticed, and what both wrote is kept; a restored one forks nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import plain_records
import pytest
from hub_world import VILLAGE, World
from laptop_world import Workspace, make_workspace

from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.protocol import Role
from sync.store import opening


@pytest.fixture
def twins(tmp_path: Path, world: World) -> Iterator[tuple[Workspace, Workspace]]:
    """One profile, copied file by file after its first hand-over, and both copies in use."""
    first = make_workspace(tmp_path / "first", world, VILLAGE, Role.VILLAGE, seed=1)
    first.finalise("request", plain_records.request(first.chance))
    first.hand_over()
    first.store.close()
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    key = opening.unlock(tmp_path / "first", user="王秀兰", secret="a quiet river runs")
    stores = [opening.open_store(tmp_path / name, key, writer=True, clock=world.clock) for name in ("first", "second")]
    made = tuple(Workspace(store, first.transport, first.chance) for store in stores)
    yield made[0], made[1]
    for store in stores:
        store.close()


def clones(world: World) -> int:
    return sum(kind == "clone" for _, kind, _, _ in admin.alarms(world.hub))


def test_two_copies_of_one_profile_are_flagged_and_both_kept(twins: tuple[Workspace, Workspace], world: World) -> None:
    for twin in twins:
        twin.finalise("request", plain_records.request(twin.chance))
        assert twin.hand_over().pushed == 1
    stats = admin.stats(world.hub)
    assert (stats.records, stats.quarantined) == (3, 0)
    assert clones(world) == 1
    for twin in twins:
        twin.finalise("request", plain_records.request(twin.chance))
        twin.hand_over()
    assert admin.stats(world.hub).records == 5


def test_a_clone_is_noticed_on_a_stick_too(twins: tuple[Workspace, Workspace], world: World, tmp_path: Path) -> None:
    for number, twin in enumerate(twins):
        twin.finalise("request", plain_records.request(twin.chance))
        laptop_stick.write(twin.on_store, tmp_path / f"{number}.hamlet")
        hub_stick.read_bundle(world.hub, tmp_path / f"{number}.hamlet")
    assert admin.stats(world.hub).records == 3
    assert clones(world) == 1


def test_the_same_laptop_again_is_no_clone(village: Workspace, world: World, tmp_path: Path) -> None:
    for _ in range(3):
        village.finalise("request", plain_records.request(village.chance))
        laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
        hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
        village.hand_over()
    assert admin.alarms(world.hub) == ()


def test_a_restored_laptop_goes_on_on_a_new_chain_and_is_no_clone(village: Workspace, world: World) -> None:
    """Its backup is older than what it handed over last: on the old chain that place would have two contents."""
    village.hand_over()
    folder, store = village.store.folder, village.store
    key = opening.unlock(folder, user="王秀兰", secret="a quiet river runs")
    store.close()
    shutil.copytree(folder, folder.with_name("backup"))
    village.store = opening.open_store(folder, key, writer=True, clock=world.clock)
    lost = village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    before = village.store.identity()
    village.store.close()

    village.store = opening.open_store(folder.with_name("backup"), key, writer=True, clock=world.clock)
    village.store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
    new = village.finalise("request", plain_records.request(village.chance))
    assert village.hand_over().pushed == 1
    after = village.store.identity()
    assert after.device != before.device
    assert after.key != before.key
    devices = {row.instance_id: row.device for row in admin.list_records(world.hub)}
    assert devices == {lost: before.device, new: after.device}
    assert village.store.records.get(lost) is not None, "the hub gives back what it had of the old chain"
    assert admin.alarms(world.hub) == ()
