"""A hub's backup: proven before anything is said of it, told to laptops, put back, and healed by them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import plain_records
import pytest
from hub_world import PASSPHRASE, VILLAGE, Clock, Direct, World
from laptop_world import Workspace, make_workspace

from forms.errors import Fault
from forms.load import load_form
from sync.hub import admin, copies, opening, restoring
from sync.protocol import Role
from sync.store.api import NewAttachment, RecordState
from sync.vault.keys import DataKey

PHOTO = bytes(range(256)) * 300


@pytest.fixture
def key(world: World) -> DataKey:
    return opening.unlock(world.folder, PASSPHRASE)


def written(village: Workspace) -> str:
    return village.finalise("request", plain_records.request(village.chance))


def test_laptops_hear_of_a_backup_and_let_go_below_it(
    world: World, village: Workspace, key: DataKey, tmp_path: Path
) -> None:
    old = written(village)
    village.hand_over()
    made = copies.to_file(world.hub, world.folder, key, tmp_path / "b")
    assert made.manifest.records == 1
    assert made.n == admin.stats(world.hub).backed_up_n == admin.stats(world.hub).head_n
    new = written(village)
    done = village.hand_over()
    assert village.store.status().backed_up_n == made.n
    assert done.pushed == 1
    assert village.store.outbox.prune(before="9999").records == 1
    known = {row.instance_id: village.store.records.get(row.instance_id) for row in village.store.records.list().rows}
    assert set(known) == {old, new}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "hub", "village"]


def test_a_backup_put_back_is_healed_by_its_laptops(
    world: World, village: Workspace, key: DataKey, tmp_path: Path
) -> None:
    files = (NewAttachment("a.jpg", PHOTO),)
    first = village.finalise("request", plain_records.request(village.chance), attachments=files)
    village.hand_over()
    made = copies.to_file(world.hub, world.folder, key, tmp_path / "b")
    later = written(village)
    village.hand_over()
    newcomer = make_workspace(tmp_path / "new", world, VILLAGE, Role.VILLAGE, seed=2)
    taken = newcomer.store.identity().letters
    newcomer.store.close()
    told = restoring.restore(made.path, tmp_path / "back", PASSPHRASE, clock=Clock())
    assert (told.n, told.hub) == (made.n, world.hub.identity.hub)
    back = opening.open_hub(tmp_path / "back", key, load=load_form, clock=Clock(), readers=1)
    try:
        assert admin.stats(back).epoch != admin.stats(world.hub).epoch
        again = make_workspace(tmp_path / "third", replace(world, hub=back), VILLAGE, Role.VILLAGE, seed=3)
        assert again.store.identity().letters not in (taken, village.store.identity().letters)
        again.store.close()
        healed = replace(village, transport=Direct(back)).hand_over()
        assert (healed.pushed, healed.duplicate) == (1, 1)
        rows = {row.instance_id: row.state for row in village.store.records.list().rows}
        assert rows == dict.fromkeys((first, later), RecordState.ACKNOWLEDGED)
        found = admin.stats(back)
        assert (found.records, found.attachments_missing) == (2, 0)
        assert len(list((tmp_path / "back" / "blobs").glob("*/*"))) == 1
    finally:
        back.close()


@pytest.mark.parametrize("part", ["cut", "flipped", "appended"])
def test_what_is_damaged_is_not_put_back(
    world: World, village: Workspace, key: DataKey, tmp_path: Path, part: str
) -> None:
    written(village)
    village.hand_over()
    path = copies.to_file(world.hub, world.folder, key, tmp_path / "b").path
    data = bytearray(path.read_bytes())
    match part:
        case "cut":
            del data[len(data) // 2 :]
        case "flipped":
            data[len(data) // 2] ^= 1
        case "appended":
            shutil.copyfile(path, tmp_path / "c")
            data = data.rstrip(b"\0") + bytes(-len(data.rstrip(b"\0")) % 512) + data
    path.write_bytes(data)
    with pytest.raises(Fault, match="damaged"):
        restoring.restore(path, tmp_path / "back", PASSPHRASE, clock=Clock())
    assert not (tmp_path / "back").exists()


def test_nothing_is_written_over_and_nobody_else_puts_it_back(world: World, key: DataKey, tmp_path: Path) -> None:
    path = copies.to_file(world.hub, world.folder, key, tmp_path / "b").path
    with pytest.raises(Fault, match="not_empty"):
        copies.to_file(world.hub, world.folder, key, path)
    with pytest.raises(Fault, match="wrong_passphrase"):
        restoring.restore(path, tmp_path / "back", "four quiet rivers part", clock=Clock())
    with pytest.raises(Fault, match="not_empty"):
        restoring.restore(path, world.folder, PASSPHRASE, clock=Clock())
