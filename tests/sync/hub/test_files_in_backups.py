"""Photographs on their way into a backup of the highest hub: laptops keep theirs until then, and wait for none that
can come no more."""

from __future__ import annotations

import random
from pathlib import Path

import plain_records
import pytest
from hub_world import VILLAGE, World
from laptop_world import Workspace, make_workspace
from two_hubs import Line, exchange

from sync.hub import admin
from sync.hub.above import HubAbove
from sync.protocol import Role
from sync.store.api import NewAttachment

pytestmark = pytest.mark.together

PHOTO = random.Random(1).randbytes(100_000)


def with_photograph(village: Workspace) -> str:
    """A record whose text is at the hub, and whose photograph is not."""
    photo = (NewAttachment("a.jpg", PHOTO),)
    record = village.finalise("request", plain_records.request(village.chance), attachments=photo)
    village.hand_over(budget=0)
    return record


def without(village: Workspace) -> None:
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()


def back_up(hub: World) -> None:
    hub.hub.backed_up(admin.stats(hub.hub).head_n)


def let_go(village: Workspace) -> int:
    village.hand_over()
    return village.store.outbox.prune(before="9999").records


def test_one_that_came_after_the_backup_stays_until_the_next(village: Workspace, world: World) -> None:
    with_photograph(village)
    without(village)
    back_up(world)
    village.hand_over()  # told of the backup, then sends the photograph
    assert village.store.outbox.prune(before="9999").records == 0
    assert let_go(village) == 0
    without(village)
    back_up(world)
    assert let_go(village) == 3


def test_one_that_came_after_the_county_s_backup_stays_too(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    with_photograph(village)
    exchange(world.hub, to, Line(county.hub))
    back_up(county)
    village.hand_over()
    exchange(world.hub, to, Line(county.hub))  # told of the backup, then sends the photograph
    assert let_go(village) == 0
    exchange(world.hub, to, Line(county.hub))
    assert let_go(village) == 0
    without(village)
    exchange(world.hub, to, Line(county.hub))
    back_up(county)
    exchange(world.hub, to, Line(county.hub))
    assert let_go(village) == 2


@pytest.fixture
def lost(tmp_path: Path, world: World) -> Workspace:
    """A laptop of the village that is destroyed before its photograph came."""
    workspace = make_workspace(tmp_path / "lost", world, VILLAGE, Role.VILLAGE, seed=3)
    with_photograph(workspace)
    return workspace


def settled(village: Workspace, world: World, county: World, to: HubAbove) -> int:
    """Records that the other laptop lets go of once the county has all in a backup."""
    exchange(world.hub, to, Line(county.hub))
    back_up(county)
    exchange(world.hub, to, Line(county.hub))
    return let_go(village)


def test_a_destroyed_laptop_s_is_waited_for_until_it_is_shut_out(
    lost: Workspace, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    without(village)
    assert settled(village, world, county, to) == 0
    admin.revoke(world.hub, lost.store.identity().device)
    assert settled(village, world, county, to) == 1


def test_one_whose_laptop_was_put_back_without_it_is_not_waited_for(
    lost: Workspace, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    without(village)
    (file,) = lost.store.outbox.waiting_files()
    context = lost.store.records._context  # type: ignore[attr-defined]
    with context.database.write() as connection:
        connection.exec_driver_sql("UPDATE attachment SET blob = '', key = x''")
    lost.hand_over()
    assert lost.store.inbox.lost_files(file.instance_id) == ("a.jpg",)
    assert settled(village, world, county, to) == 1


def test_one_that_comes_all_the_same_goes_into_the_backup_above_first(
    lost: Workspace, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    without(village)
    device = lost.store.identity().device
    admin.revoke(world.hub, device)
    assert settled(village, world, county, to) == 1
    world.hub.write(lambda there: there.exec_driver_sql("UPDATE device SET revoked_at = ''") and None)
    assert lost.hand_over().files_up == 1
    assert let_go(lost) == 0
    exchange(world.hub, to, Line(county.hub))
    without(village)
    assert settled(village, world, county, to) == 1
    assert admin.stats(county.hub).attachments_missing == 0
    assert let_go(lost) == 1


def test_one_that_the_township_s_disk_lost_comes_back_from_the_county(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    with_photograph(village)
    village.hand_over()
    exchange(world.hub, to, Line(county.hub))
    for path in (world.folder / "blobs").glob("??/*"):
        path.unlink()
    _ask_for_it(village, world)
    assert admin.stats(world.hub).attachments_missing == 1
    exchange(world.hub, to, Line(county.hub))
    assert admin.stats(world.hub).attachments_missing == 0


def test_one_that_the_township_s_disk_lost_keeps_nothing_else_from_the_county(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    with_photograph(village)
    village.hand_over()
    for path in (world.folder / "blobs").glob("??/*"):
        path.unlink()
    done = exchange(world.hub, to, Line(county.hub))
    assert (done.runs, done.trouble) == (1, "vault.missing")
    assert village.hand_over().files_up == 1
    exchange(world.hub, to, Line(county.hub))
    assert admin.stats(county.hub).attachments_missing == 0


def _ask_for_it(village: Workspace, world: World) -> None:
    """As a laptop that has it no more."""
    context = village.store.records._context  # type: ignore[attr-defined]
    with context.database.write() as connection:
        connection.exec_driver_sql("UPDATE attachment SET blob = '', key = x''")
    village.hand_over()
