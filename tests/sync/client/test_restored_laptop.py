"""A laptop put back from a copy goes on as another device, and gets back what it has forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path

import plain_records
from hub_world import TOWNSHIP, VILLAGE, Clock, Direct, World, make_world
from laptop_world import Workspace, make_workspace

from forms.casework.numbers import format_number, parse
from sync import crypto, succession
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.protocol import Role
from sync.store import opening
from sync.store.api import RecordState


def test_a_restored_laptop_goes_on_on_a_new_chain(tmp_path: Path) -> None:
    world = make_world(tmp_path / "hub")
    village = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    kept = village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    village.store.close()
    shutil.copytree(tmp_path / "village", tmp_path / "copy")
    key = opening.unlock(tmp_path / "village", user="王秀兰", secret="a quiet river runs")
    village.store = opening.open_store(tmp_path / "village", key, writer=True, clock=Clock())
    lost = village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    before = village.store.identity()
    village.store.close()

    store = opening.open_store(tmp_path / "copy", key, writer=True, clock=Clock())
    store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
    restored = Workspace(store, village.transport, village.chance)
    assert store.identity().letters not in ("", before.letters)
    new = restored.finalise("request", plain_records.request(village.chance))
    done = restored.hand_over()
    after = store.identity()
    states = {row.instance_id: row.state for row in store.records.list().rows}
    assert done.pushed == 1
    assert after.device != before.device
    assert after.letters != before.letters
    assert states == dict.fromkeys((kept, lost, new), RecordState.ACKNOWLEDGED)
    assert admin.stats(world.hub).records == 3
    store.close()
    world.hub.close()


def test_one_backup_put_back_twice_gives_no_number_twice(tmp_path: Path) -> None:
    world = make_world(tmp_path / "hub")
    village = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    village.hand_over()
    village.store.close()
    key = opening.unlock(tmp_path / "village", user="王秀兰", secret="a quiet river runs")
    numbers, letters, devices = set(), set(), set()
    for name in ("one", "two", "three"):
        shutil.copytree(tmp_path / "village", tmp_path / name)
        store = opening.open_store(tmp_path / name, key, writer=True, clock=Clock())
        store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
        numbers.add(store.records.peek_number("QS"))  # before the hub knows of it
        restored = Workspace(store, village.transport, village.chance)
        restored.hand_over()
        letters.add(store.identity().letters)
        devices.add(store.identity().device)
        numbers.add(store.records.peek_number("QS"))
        assert all(parse(number) for number in numbers)
        store.close()
    assert (len(numbers), len(letters), len(devices)) == (6, 3, 3)
    assert {len(each) for each in letters} == {3}
    world.hub.close()


def test_a_restored_laptop_without_a_network_goes_on_by_stick(tmp_path: Path) -> None:
    world = make_world(tmp_path / "hub")
    village = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    kept = village.finalise("request", plain_records.request(village.chance))
    by_stick(world, village, tmp_path)
    village.store.close()
    shutil.copytree(tmp_path / "village", tmp_path / "copy")
    key = opening.unlock(tmp_path / "village", user="王秀兰", secret="a quiet river runs")
    village.store = opening.open_store(tmp_path / "village", key, writer=True, clock=Clock())
    lost = village.finalise("request", plain_records.request(village.chance))
    by_stick(world, village, tmp_path)
    before = village.store.identity()
    village.store.close()

    store = opening.open_store(tmp_path / "copy", key, writer=True, clock=Clock())
    store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
    restored = Workspace(store, village.transport, village.chance)
    new = restored.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(restored.on_store, tmp_path / "lost.hamlet")
    by_stick(world, restored, tmp_path)
    after = store.identity()
    assert after.device != before.device
    assert parse(format_number("QS", after.letters, 1)) is not None
    assert len(after.letters) == len(before.letters)
    assert after.letters != before.letters
    states = {row.instance_id: row.state for row in store.records.list().rows}
    assert states == dict.fromkeys((kept, lost, new), RecordState.ACKNOWLEDGED)
    assert admin.stats(world.hub).alarms == 0
    last = restored.finalise("request", plain_records.request(village.chance))
    assert restored.hand_over().pushed == 1
    by_stick(world, restored, tmp_path)
    assert store.records.get(last) is not None
    assert admin.stats(world.hub).records == 4
    store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
    laptop_stick.read(restored.on_store, tmp_path / "down.hamlet")
    assert store.succession() is not None  # an answer to the device that it was agrees to nothing asked since
    store.close()
    world.hub.close()


def test_what_comes_back_by_stick_is_its_own_even_where_it_has_forgotten_all(tmp_path: Path) -> None:
    """Else it would not be handed in again, should the hub lose it."""
    world = make_world(tmp_path / "hub")
    village = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    village.store.close()
    shutil.copytree(tmp_path / "village", tmp_path / "copy")  # before its first hand-over
    key = opening.unlock(tmp_path / "village", user="王秀兰", secret="a quiet river runs")
    village.store = opening.open_store(tmp_path / "village", key, writer=True, clock=Clock())
    lost = village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    village.store.close()

    store = opening.open_store(tmp_path / "copy", key, writer=True, clock=Clock())
    store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
    by_stick(world, Workspace(store, village.transport, village.chance), tmp_path)
    kept = store.records.get(lost)
    assert kept is not None
    assert kept.row.state is RecordState.ACKNOWLEDGED
    store.close()
    world.hub.close()


def test_what_a_hub_gave_back_goes_to_it_again_when_it_has_lost_it(tmp_path: Path) -> None:
    world = make_world(tmp_path / "hub")
    village = make_workspace(tmp_path / "village", world, TOWNSHIP, Role.TOWNSHIP, seed=1)
    village.hand_over()
    village.store.close()
    world.hub.close()
    shutil.copytree(tmp_path / "village", tmp_path / "copy")
    shutil.copytree(tmp_path / "hub", tmp_path / "hub-copy")
    key = opening.unlock(tmp_path / "village", user="王秀兰", secret="a quiet river runs")
    hub = world.reopen()
    village.store = opening.open_store(tmp_path / "village", key, writer=True, clock=Clock())
    record = village.finalise("household", plain_records.household(village.chance))
    village.hand_over(transport=Direct(hub))
    village.store.close()

    store = opening.open_store(tmp_path / "copy", key, writer=True, clock=Clock())  # which nobody says is one
    back = Workspace(store, Direct(hub), village.chance)
    back.hand_over()
    assert store.records.get(record) is not None
    world.hub.close()
    earlier = World(tmp_path / "hub-copy", world.clock, world.hub)
    hub = earlier.reopen()
    done = back.hand_over(transport=Direct(hub))
    assert (done.resent, done.pushed) == (1, 1)
    assert admin.stats(hub).records == 1
    store.close()
    hub.close()


def test_a_place_is_taken_only_with_the_old_key(tmp_path: Path) -> None:
    asked = succession.Asked(crypto.SigningKey.generate().public, 3)
    owner, thief = crypto.SigningKey.generate(), crypto.SigningKey.generate()
    claims = [succession.claimed(succession.claim("DABC", asked, key)) for key in (owner, thief)]
    assert [claim is not None and claim.by(owner.public) for claim in claims] == [True, False]
    shut = make_world(tmp_path / "hub")
    old = shut.laptop()
    claim = succession.claimed(succession.claim(old.identity.device, asked, old.key))
    assert claim is not None
    admin.revoke(shut.hub, old.identity.device)
    assert shut.hub.go_on(claim) is None
    shut.hub.close()


def by_stick(world: World, who: Workspace, folder: Path) -> None:
    laptop_stick.write(who.on_store, folder / "up.hamlet")
    hub_stick.read_bundle(world.hub, folder / "up.hamlet")
    hub_stick.write_answer(world.hub, folder / "down.hamlet", area=who.store.identity().area)
    laptop_stick.read(who.on_store, folder / "down.hamlet")


def test_one_that_a_code_made_another_device_asks_for_nobody_s_place(tmp_path: Path) -> None:
    """Its backup stood between being put back and the hub's consent, and somebody gave it a code."""
    world = make_world(tmp_path / "hub")
    village = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    village.hand_over()
    village.store.begin_chain(actor="王秀兰", made_at="2026-11-21T08:00:00Z")
    village.store.close()
    shutil.copytree(tmp_path / "village", tmp_path / "copy")
    key = opening.unlock(tmp_path / "copy", user="王秀兰", secret="a quiet river runs")
    village.store = opening.open_store(tmp_path / "village", key, writer=True, clock=Clock())
    village.hand_over()
    village.store.close()

    copy = Workspace(
        opening.open_store(tmp_path / "copy", key, writer=True, clock=Clock()), village.transport, village.chance
    )
    fresh = world.laptop(VILLAGE, Role.VILLAGE, seed=77).identity
    copy.store.enrol(fresh)
    assert copy.store.succession(again=True) is None
    copy.finalise("request", plain_records.request(copy.chance))
    assert copy.hand_over().pushed == 1
    assert copy.store.identity().device == fresh.device
    copy.store.close()
    world.hub.close()
