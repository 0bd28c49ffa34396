"""There and back on a stick: what a village wrote arrives once, what the township says comes back."""

from __future__ import annotations

import errno
import random
import shutil
from pathlib import Path
from typing import Any

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import NEIGHBOUR, PASSPHRASE, VILLAGE, Clock, World
from laptop_world import Workspace, make_workspace
from simulation_records import household_edit

from forms.errors import Fault
from forms.load import load_form
from sync.client import stick as laptop_stick
from sync.hub import admin, opening
from sync.hub import log as hub_log
from sync.hub import stick as hub_stick
from sync.protocol import Outcome, Role
from sync.store.api import NewAttachment, RecordState
from sync.vault import files


def write(workspace: Workspace, path: Path, **changes: Any) -> laptop_stick.Written:
    return laptop_stick.write(workspace.on_store, path, **changes)


def read(workspace: Workspace, path: Path) -> laptop_stick.Heard:
    return laptop_stick.read(workspace.on_store, path)


def answer(world: World, path: Path, workspace: Workspace) -> hub_stick.Answered:
    return hub_stick.write_answer(world.hub, path, area=workspace.store.identity().area)


def state(workspace: Workspace, record: str) -> RecordState:
    found = workspace.store.records.get(record)
    assert found is not None
    return found.row.state


def test_records_arrive_and_their_receipts_come_back(village: Workspace, world: World, stick: Path) -> None:
    sent = [village.finalise("request", plain_records.request(village.chance)) for _ in range(3)]
    written = write(village, stick / "up.hamlet")
    assert (written.records, written.left) == (3, 0)
    assert [state(village, record) for record in sent] == [RecordState.SENT] * 3
    taken = hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    assert dict(taken.outcomes) == {Outcome.STORED: 3}
    assert not taken.went_back
    answer(world, stick / "down.hamlet", village)
    heard = read(village, stick / "down.hamlet")
    assert (heard.done.pushed, heard.done.rejected, heard.done.deferred) == (3, 0, False)
    assert heard.done.pulled > 0
    assert [state(village, record) for record in sent] == [RecordState.ACKNOWLEDGED] * 3
    assert write(village, stick / "again.hamlet").records == 0
    village.hand_over()
    assert admin.stats(world.hub).records == 3


def test_the_answer_of_the_township_reaches_the_village_without_a_network(
    village: Workspace, township: Workspace, world: World, stick: Path
) -> None:
    uuid = "11111111-2222-4333-8444-555555555555"
    village.finalise("request", plain_records.request(village.chance, uuid=uuid))
    write(village, stick / "up.hamlet")
    hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    township.hand_over()
    township.finalise("request_update", plain_records.update(township.chance, uuid, "receive"))
    township.finalise(
        "request_update", plain_records.update(township.chance, uuid, "answer", outcome="done", answer="修好")
    )
    township.hand_over()
    answer(world, stick / "down.hamlet", village)
    read(village, stick / "down.hamlet")
    found = village.store.requests.get(uuid)
    assert found is not None
    assert len(found.events) == 2


def test_reading_twice_and_in_any_order_does_no_harm(village: Workspace, world: World, stick: Path) -> None:
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "first.hamlet")
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "second.hamlet")
    for name in ("second", "first", "second", "first"):
        hub_stick.read_bundle(world.hub, stick / f"{name}.hamlet")
    stats = admin.stats(world.hub)
    assert (stats.records, stats.quarantined, stats.alarms) == (2, 0, 0)
    answer(world, stick / "down.hamlet", village)
    assert read(village, stick / "down.hamlet").done.pushed == 2
    assert read(village, stick / "down.hamlet").done.pushed == 0


def test_a_lost_stick_costs_nothing(village: Workspace, world: World, stick: Path) -> None:
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "lost.hamlet")
    (stick / "lost.hamlet").unlink()
    village.finalise("request", plain_records.request(village.chance))
    assert write(village, stick / "next.hamlet").records == 2
    hub_stick.read_bundle(world.hub, stick / "next.hamlet")
    assert admin.stats(world.hub).records == 2


def test_stick_and_network_may_be_mixed(village: Workspace, world: World, stick: Path) -> None:
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up.hamlet")
    village.finalise("request", plain_records.request(village.chance))
    assert village.hand_over().pushed == 2
    hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    answer(world, stick / "down.hamlet", village)
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    heard = read(village, stick / "down.hamlet")
    assert heard.done.deferred
    stats = admin.stats(world.hub)
    assert (stats.records, stats.alarms) == (3, 0)
    assert village.hand_over().pushed == 0


def test_photographs_travel_and_are_known_to_have_arrived(village: Workspace, world: World, stick: Path) -> None:
    photo = random.Random(3).randbytes(600_000)
    record = village.finalise(
        "request", plain_records.request(village.chance), attachments=(NewAttachment("road.jpg", photo),)
    )
    assert write(village, stick / "up.hamlet").files == 1
    taken = hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    assert taken.files == 1
    assert admin.stats(world.hub).attachments_missing == 0
    answer(world, stick / "down.hamlet", village)
    read(village, stick / "down.hamlet")
    assert village.store.outbox.waiting_files() == ()
    assert state(village, record) is RecordState.ACKNOWLEDGED
    assert hub_stick.read_bundle(world.hub, stick / "up.hamlet").files == 1


def test_text_goes_first_where_there_is_little_room(village: Workspace, world: World, stick: Path) -> None:
    photo = random.Random(3).randbytes(600_000)
    village.finalise("request", plain_records.request(village.chance), attachments=(NewAttachment("a.jpg", photo),))
    written = write(village, stick / "up.hamlet", room=lambda _path: 300_000)
    assert (written.records, written.files, written.left) == (1, 0, 1)
    with pytest.raises(Fault, match=r"vault\.disk_full"):
        write(village, stick / "more.hamlet", room=lambda _path: 1_000)
    assert not (stick / "more.hamlet").exists()


def test_several_villages_share_a_stick(tmp_path: Path, village: Workspace, world: World, stick: Path) -> None:
    neighbour = make_workspace(tmp_path / "neighbour", world, NEIGHBOUR, Role.VILLAGE, seed=9)
    for number, workspace in enumerate((village, neighbour)):
        area = "99062110120101" if workspace is village else "99062110120201"
        workspace.finalise("request", plain_records.request(workspace.chance, area=area))
        write(workspace, stick / f"{number}.hamlet")
    for number in (1, 0):
        assert hub_stick.read_bundle(world.hub, stick / f"{number}.hamlet").outcomes[Outcome.STORED] == 1
    answer(world, stick / "for-0.hamlet", village)
    answer(world, stick / "for-1.hamlet", neighbour)
    with pytest.raises(Fault, match=r"bundle\.not_ours"):
        read(village, stick / "for-1.hamlet")
    assert read(village, stick / "for-0.hamlet").done.pushed == 1
    assert read(neighbour, stick / "for-1.hamlet").done.pushed == 1
    neighbour.store.close()


def test_two_laptops_of_a_village_find_each_its_own_answer_in_one_file(
    tmp_path: Path, village: Workspace, world: World, stick: Path
) -> None:
    second = make_workspace(tmp_path / "second", world, VILLAGE, Role.VILLAGE, seed=9)
    for number, workspace in enumerate((village, second)):
        workspace.finalise("request", plain_records.request(workspace.chance, ref=f"QS-SQ{'AB'[number]}-0001-7"))
        write(workspace, stick / f"{number}.hamlet")
        hub_stick.read_bundle(world.hub, stick / f"{number}.hamlet")
    done = answer(world, stick / "down.hamlet", village)
    assert len(done.devices) == 2
    for workspace in (village, second):
        assert read(workspace, stick / "down.hamlet").done.pushed == 1
    second.store.close()


@pytest.mark.parametrize("wrong", ["up", "down"])
def test_the_wrong_file_is_refused_with_what_it_is(village: Workspace, world: World, stick: Path, wrong: str) -> None:
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up.hamlet")
    hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    answer(world, stick / "down.hamlet", village)
    reading = {
        "up": lambda: read(village, stick / "up.hamlet"),
        "down": lambda: hub_stick.read_bundle(world.hub, stick / "down.hamlet"),
    }
    with pytest.raises(Fault, match=r"bundle\.not_ours"):
        reading[wrong]()


def test_another_hub_opens_nothing(tmp_path: Path, village: Workspace, stick: Path) -> None:
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up.hamlet")
    place = tmp_path / "other"
    opening.create(place, name="别的镇", area="990621102", passphrase=PASSPHRASE, load=load_form, clock=Clock())
    other = opening.open_hub(place, opening.unlock(place, PASSPHRASE), load=load_form, clock=Clock())
    try:
        with pytest.raises(Fault, match=r"bundle\.not_ours"):
            hub_stick.read_bundle(other, stick / "up.hamlet")
    finally:
        other.close()


def test_a_bundle_is_too_old_after_ninety_days_but_a_wrong_clock_makes_none_old(
    village: Workspace, world: World, stick: Path
) -> None:
    village.hand_over()
    village.finalise("request", plain_records.request(village.chance))
    world.clock.move(days=-2_500)  # the laptop's battery is empty
    write(village, stick / "up.hamlet")
    world.clock.move(days=2_500 + 89)
    hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    world.clock.move(days=2)
    with pytest.raises(Fault, match=r"bundle\.expired"):
        hub_stick.read_bundle(world.hub, stick / "up.hamlet")


def test_a_hub_that_was_put_back_gets_everything_again(
    tmp_path: Path, village: Workspace, world: World, stick: Path
) -> None:
    uuid = new_uuid(village.chance)
    first = village.finalise("household", plain_records.household(village.chance, uuid=uuid))
    village.hand_over()
    world.hub.close()
    shutil.copytree(world.folder, tmp_path / "backup")
    world.reopen()
    versions = village.store.entities.versions("households", uuid)
    second = village.finalise("household", household_edit(village.chance, uuid, versions, head_name="王建国"))
    write(village, stick / "up.hamlet")
    hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    answer(world, stick / "old.hamlet", village)
    read(village, stick / "old.hamlet")
    assert state(village, second) is RecordState.ACKNOWLEDGED
    world.hub.close()
    shutil.rmtree(world.folder)
    shutil.copytree(tmp_path / "backup", world.folder)
    hub = world.reopen()
    write(village, stick / "up2.hamlet")
    assert hub_stick.read_bundle(hub, stick / "up2.hamlet").went_back
    answer(world, stick / "new.hamlet", village)
    heard = read(village, stick / "new.hamlet")
    assert heard.done.resent == 2
    assert read(village, stick / "new.hamlet").done.resent == 0
    shown = village.store.entities.get(uuid, "households")
    assert shown is not None
    assert shown.properties["head_name"] == "王建国"  # which the hub has not at this time
    assert write(village, stick / "up3.hamlet").records >= 1
    hub_stick.read_bundle(hub, stick / "up3.hamlet")
    answer(world, stick / "newer.hamlet", village)
    read(village, stick / "newer.hamlet")
    assert {state(village, record) for record in (first, second)} == {RecordState.ACKNOWLEDGED}
    assert admin.stats(hub).records == 2


def test_an_answer_to_an_early_question_proves_nothing_of_what_was_learnt_since(
    tmp_path: Path, village: Workspace, world: World, stick: Path
) -> None:
    village.hand_over()
    write(village, stick / "early.hamlet")
    world.hub.close()
    shutil.copytree(world.folder, tmp_path / "backup")
    world.reopen()
    record = village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up.hamlet")
    hub_stick.read_bundle(world.hub, stick / "up.hamlet")
    answer(world, stick / "down.hamlet", village)
    read(village, stick / "down.hamlet")
    known = village.store.inbox.anchor()
    assert state(village, record) is RecordState.ACKNOWLEDGED
    world.hub.close()
    shutil.rmtree(world.folder)
    shutil.copytree(tmp_path / "backup", world.folder)
    hub = world.reopen()
    while hub.read(lambda there: hub_log.anchor(there, known.epoch)).n <= known.n:  # longer than it was, and another
        hub.publish_list(f"list{village.chance.random()}.csv", b"name,label\na,A\n")
    hub_stick.read_bundle(hub, stick / "early.hamlet")
    answer(world, stick / "wrong.hamlet", village)
    assert read(village, stick / "wrong.hamlet").done.deferred
    assert village.store.inbox.anchor() == known
    write(village, stick / "up2.hamlet")
    assert hub_stick.read_bundle(hub, stick / "up2.hamlet").went_back
    answer(world, stick / "down2.hamlet", village)
    assert read(village, stick / "down2.hamlet").done.resent == 1


def test_sticks_that_cross_are_both_heard(village: Workspace, world: World, stick: Path) -> None:
    first = village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up1.hamlet")
    hub_stick.read_bundle(world.hub, stick / "up1.hamlet")
    answer(world, stick / "down1.hamlet", village)
    second = village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up2.hamlet")  # before its laptop has read the first answer
    hub_stick.read_bundle(world.hub, stick / "up2.hamlet")
    answer(world, stick / "down2.hamlet", village)
    read(village, stick / "down1.hamlet")
    assert not read(village, stick / "down2.hamlet").done.deferred
    assert {state(village, record) for record in (first, second)} == {RecordState.ACKNOWLEDGED}


def test_a_stick_that_fails_leaves_no_half_bundle(
    village: Workspace, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up.hamlet")
    before = (stick / "up.hamlet").read_bytes()
    for number, code in (
        (errno.ENOSPC, "vault.disk_full"),
        (errno.EROFS, "vault.unwritable"),
        (errno.EIO, "vault.io"),
        (errno.ENODEV, "vault.io"),
    ):

        def fail(_handle: int, number: int = number) -> None:
            raise OSError(number, "the stick")

        monkeypatch.setattr(files.os, "fsync", fail)
        with pytest.raises(Fault) as caught:
            write(village, stick / "up.hamlet")
        assert caught.value.code == code
        monkeypatch.undo()
        assert [path.name for path in stick.iterdir()] == ["up.hamlet"]
        assert (stick / "up.hamlet").read_bytes() == before


def test_what_does_not_read_back_as_written_is_said_and_removed(
    village: Workspace, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.finalise("request", plain_records.request(village.chance))

    def rot(handle: int) -> None:
        target = stick / "up.hamlet"
        data = bytearray(target.read_bytes())
        data[len(data) // 2] ^= 1
        target.write_bytes(data)

    monkeypatch.setattr(files.platform, "forget_cached", rot)
    with pytest.raises(Fault, match=r"vault\.not_as_written"):
        write(village, stick / "up.hamlet")
    assert list(stick.iterdir()) == []


def test_a_read_only_stick_can_be_read(village: Workspace, world: World, stick: Path) -> None:
    village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "up.hamlet")
    (stick / "up.hamlet").chmod(0o400)
    stick.chmod(0o500)
    try:
        assert hub_stick.read_bundle(world.hub, stick / "up.hamlet").records == 1
    finally:
        stick.chmod(0o700)


def test_a_laptop_enrolled_anew_learns_of_what_its_earlier_device_brought(
    village: Workspace, world: World, stick: Path
) -> None:
    record = village.finalise("request", plain_records.request(village.chance))
    write(village, stick / "lost.hamlet")
    hub_stick.read_bundle(world.hub, stick / "lost.hamlet")
    village.store.enrol(world.laptop(VILLAGE, Role.VILLAGE, seed=77).identity)
    write(village, stick / "up.hamlet")
    assert dict(hub_stick.read_bundle(world.hub, stick / "up.hamlet").outcomes) == {Outcome.DUPLICATE: 1}
    answer(world, stick / "down.hamlet", village)
    read(village, stick / "down.hamlet")
    assert state(village, record) is RecordState.ACKNOWLEDGED
    assert write(village, stick / "again.hamlet").records == 0
