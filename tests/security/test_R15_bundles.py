"""R15: a bundle is unreadable without a hub's key, and whatever is done to one is refused or does no harm."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import mutations
import plain_records
import pytest
from hub_world import PASSPHRASE, VILLAGE, Clock, World, make_world
from laptop_world import Workspace, make_workspace

from forms.errors import Fault
from forms.load import load_form
from sync import crypto
from sync.client import stick as laptop_stick
from sync.hub import admin, opening
from sync.hub import stick as hub_stick
from sync.protocol import Role
from sync.store.api import NewAttachment

MARKER = "绝无仅有的事由"
SETTLED = ("record", "peer", "entity", "request", "event", "attachment")


def written(village: Workspace, path: Path) -> bytes:
    for number in range(4):
        photo = (NewAttachment("a.jpg", random.Random(number).randbytes(70_000)),) if number < 3 else ()
        village.finalise("request", plain_records.request(village.chance, text=MARKER), attachments=photo)
    laptop_stick.write(village.on_store, path)
    return path.read_bytes()


def test_a_stick_that_is_found_tells_nothing(village: Workspace, world: World, tmp_path: Path) -> None:
    data = written(village, tmp_path / "up.hamlet")
    hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    hub_stick.write_answer(world.hub, tmp_path / "down.hamlet", area=village.store.identity().area)
    for whole in (data, (tmp_path / "down.hamlet").read_bytes()):
        for marker in (MARKER, "陈桂芳", "15400001234", "H05", "request", village.store.identity().device, VILLAGE):
            assert marker.encode() not in whole
        assert whole.count(b"-> X25519 ") == 1


def refused(world: World, path: Path, genuine: dict[str, bytes]) -> bool:
    """Whether a bundle was refused; else nothing but what the village wrote is in the hub."""
    try:
        hub_stick.read_bundle(world.hub, path)
    except Fault as fault:
        return fault.code.startswith(("bundle.", "vault.suite"))
    for row in admin.list_records(world.hub):
        assert admin.export_record(world.hub, row.instance_id) == genuine[row.instance_id]
    return False


def mutated_bundles(village: Workspace, world: World, folder: Path, count: int, seed: int) -> Counter[tuple[str, bool]]:
    """How many of `count` mutated bundles were refused or did no harm, by what was done to them."""
    whole = written(village, folder / "up.hamlet")
    genuine = {
        row.instance_id: found.xml
        for row in village.store.records.list(limit=100).rows
        if (found := village.store.records.get(row.instance_id)) is not None
    }
    key = crypto.exchange_key(world.hub.identity.key.seed())
    chance = random.Random(seed)
    told: Counter[tuple[str, bool]] = Counter()
    target = folder / "mutated.hamlet"
    for number in range(count):
        mutate = chance.choice(mutations.OUTSIDE)
        data = mutations.resealed(whole, key, chance) if number % 4 == 3 else mutate(whole, chance)
        target.write_bytes(data)
        done = "nothing" if data == whole else "sealed again" if number % 4 == 3 else mutate.__name__
        told[done, refused(world, target, genuine)] += 1
    stats = admin.stats(world.hub)
    assert (stats.quarantined, stats.alarms) == (0, 0)
    assert hub_stick.read_bundle(world.hub, folder / "up.hamlet").records == 4
    assert admin.stats(world.hub).records == 4
    return told


@pytest.mark.slow
def test_2000_mutated_bundles_are_refused_or_harmless(village: Workspace, world: World, tmp_path: Path) -> None:
    all_refused(mutated_bundles(village, world, tmp_path, 2_000, seed=1), 2_000)


@pytest.mark.deep
@pytest.mark.timeout(1_800)
def test_20000_mutated_bundles_are_refused_or_harmless(village: Workspace, world: World, tmp_path: Path) -> None:
    all_refused(mutated_bundles(village, world, tmp_path, 20_000, seed=2), 20_000)


def all_refused(told: Counter[tuple[str, bool]], count: int) -> None:
    """Whoever found the stick gets nothing taken in; who knows the hub's key can seal what the village wrote again."""
    assert told.total() == count
    for mutate in mutations.OUTSIDE:
        assert told[mutate.__name__, True], f"{mutate.__name__} was never tried"
        assert not told[mutate.__name__, False], f"{mutate.__name__} was taken in"
    assert told["sealed again", False] < count / 50


def image(village: Workspace) -> dict[str, list[Any]]:
    database = village.store._context.database
    with database.read() as connection:
        return {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in SETTLED}  # noqa: S608


@pytest.mark.slow
def test_mutated_answers_change_nothing_on_the_laptop(village: Workspace, world: World, tmp_path: Path) -> None:
    written(village, tmp_path / "up.hamlet")
    hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    hub_stick.write_answer(world.hub, tmp_path / "down.hamlet", area=village.store.identity().area)
    whole = (tmp_path / "down.hamlet").read_bytes()
    key = crypto.exchange_key(village.store.identity().key)
    before, chance = image(village), random.Random(5)
    target = tmp_path / "mutated.hamlet"
    for number in range(400):
        mutate = chance.choice(mutations.OUTSIDE)
        data = mutations.resealed(whole, key, chance) if number % 4 == 3 else mutate(whole, chance)
        if data == whole:
            continue
        target.write_bytes(data)
        with pytest.raises(Fault, match=r"^(bundle\.|vault\.suite)"):
            laptop_stick.read(village.on_store, target)
        assert image(village) == before
    assert laptop_stick.read(village.on_store, tmp_path / "down.hamlet").done.pushed == 4


def test_a_replayed_answer_does_not_undo_a_newer_one(village: Workspace, world: World, tmp_path: Path) -> None:
    area = village.store.identity().area
    written(village, tmp_path / "up.hamlet")
    hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    hub_stick.write_answer(world.hub, tmp_path / "old.hamlet", area=area)
    laptop_stick.read(village.on_store, tmp_path / "old.hamlet")
    village.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(village.on_store, tmp_path / "up2.hamlet")
    hub_stick.read_bundle(world.hub, tmp_path / "up2.hamlet")
    hub_stick.write_answer(world.hub, tmp_path / "new.hamlet", area=area)
    laptop_stick.read(village.on_store, tmp_path / "new.hamlet")
    before = image(village)
    heard = laptop_stick.read(village.on_store, tmp_path / "old.hamlet")
    assert heard.done.deferred
    assert image(village) == before


def test_an_answer_from_an_epoch_that_is_over_is_refused(village: Workspace, world: World, tmp_path: Path) -> None:
    """The hub was put back since: what it said then of records may be over, and would never be asked again."""
    village.hand_over()
    written(village, tmp_path / "up.hamlet")
    hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    hub_stick.write_answer(world.hub, tmp_path / "old.hamlet", area=village.store.identity().area)
    world.hub.identity = replace(world.hub.identity, epoch="ef" * 16)
    village.hand_over()
    before = image(village)
    with pytest.raises(Fault, match=r"bundle\.stale"):
        laptop_stick.read(village.on_store, tmp_path / "old.hamlet")
    assert image(village) == before


def test_only_its_own_township_s_hub_opens_a_bundle(village: Workspace, tmp_path: Path) -> None:
    written(village, tmp_path / "up.hamlet")
    place = tmp_path / "other"
    opening.create(place, name="别的镇", area="990621102", passphrase=PASSPHRASE, load=load_form, clock=Clock())
    other = opening.open_hub(place, opening.unlock(place, PASSPHRASE), load=load_form, clock=Clock())
    try:
        with pytest.raises(Fault, match=r"bundle\.not_ours"):
            hub_stick.read_bundle(other, tmp_path / "up.hamlet")
    finally:
        other.close()


def test_a_bundle_of_a_stranger_is_refused(world: World, tmp_path: Path) -> None:
    """Sealed for the hub, and signed by a device that it does not know."""
    elsewhere = make_world(tmp_path / "elsewhere")
    stranger = make_workspace(tmp_path / "stranger", elsewhere, VILLAGE, Role.VILLAGE, seed=3)
    written(stranger, tmp_path / "up.hamlet")
    with pytest.raises(Fault, match=r"bundle\.unknown_device"):
        hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    stranger.store.close()
    elsewhere.hub.close()


def test_a_bundle_lives_for_ninety_days(village: Workspace, world: World, tmp_path: Path) -> None:
    written(village, tmp_path / "up.hamlet")
    world.clock.move(days=89)
    hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    world.clock.move(days=2)
    with pytest.raises(Fault, match=r"bundle\.expired"):
        hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    hub_stick.write_answer(world.hub, tmp_path / "down.hamlet", area=village.store.identity().area)
    world.clock.move(days=91)
    with pytest.raises(Fault, match=r"bundle\.expired"):
        laptop_stick.read(village.on_store, tmp_path / "down.hamlet")
