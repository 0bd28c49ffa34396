"""A township's hub between villages and county: it works alone for weeks, and hands on every byte as it came."""

from __future__ import annotations

import contextlib
import random
import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import plain_records
import pytest
from hub_world import NEIGHBOUR, TOWNSHIP, VILLAGE, World
from laptop_world import Workspace, make_workspace
from simulation_records import of_version
from two_hubs import Line, exchange

from forms.errors import Fault
from sync.client import stick as laptop_stick
from sync.hub import above, admin, below, relay, runs, stick
from sync.hub.above import HubAbove
from sync.hub.relay import Relay
from sync.hub.runs import Kept
from sync.protocol import Outcome, Role, Run
from sync.store import opening
from sync.store.api import NewAttachment

pytestmark = pytest.mark.together

UUID = "11111111-2222-4333-8444-555555555555"


def line(county: World, **changes: object) -> Line:
    return Line(county.hub, **changes)  # type: ignore[arg-type]


def test_runs_go_up_byte_for_byte_and_receipts_come_down(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    sent = [village.finalise("request", plain_records.request(village.chance)) for _ in range(3)]
    village.hand_over()
    up = line(county)
    done = exchange(world.hub, to, up)
    assert (done.runs, done.records) == (1, 3)
    pushed = next(message for name, message in up.said if name == "push")
    mine = [village.store.records.envelope(record) for record in sent]
    assert list(pushed.run.envelopes) == mine
    for record in sent:
        assert admin.export_record(county.hub, record) == admin.export_record(world.hub, record)
    assert [receipt.hub for receipt in village.store.receipts.of(sent[0])] == [world.hub.identity.hub]
    village.hand_over()
    where = village.store.receipts.of(sent[0])
    assert [receipt.name for receipt in where] == ["柳林镇", "青山县"]
    assert [one.hub for one in village.store.receipts.above()] == [county.hub.identity.hub]
    again = exchange(world.hub, to, line(county))
    assert (again.runs, again.rows) == (0, 0)


def test_the_township_works_for_weeks_without_its_county(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    for _week in range(3):
        with pytest.raises(Fault, match=r"sync\.unreachable"):
            exchange(world.hub, to, line(county, left=0))
        village.finalise("request", plain_records.request(village.chance))
        assert village.hand_over().pushed == 1
        world.clock.move(days=7)
    assert world.hub.read(relay.waiting) == 3
    assert exchange(world.hub, to, line(county)).records == 3
    assert admin.stats(county.hub).records == 3


@pytest.mark.parametrize("lost", [False, True])
def test_wherever_the_line_breaks_nothing_is_lost_or_doubled(
    tmp_path: Path, world: World, county: World, to: HubAbove, lost: bool
) -> None:
    villages = [
        make_workspace(tmp_path / name, world, area, Role.VILLAGE, seed=seed)
        for seed, (name, area) in enumerate((("a", VILLAGE), ("b", NEIGHBOUR)), 3)
    ]
    for workspace in villages:
        area = workspace.store.identity().area.rpartition("/")[2] + "01"
        photo = (NewAttachment("a.jpg", random.Random(1).randbytes(100_000)),)
        workspace.finalise("request", plain_records.request(workspace.chance, area=area), attachments=photo)
        workspace.finalise("request", plain_records.request(workspace.chance, area=area))
        workspace.hand_over()
    for left in range(12):
        with contextlib.suppress(Fault):
            exchange(world.hub, to, line(county, left=left, lost=lost))
    exchange(world.hub, to, line(county))
    stats = admin.stats(county.hub)
    assert (stats.records, stats.attachments_missing, stats.quarantined, stats.alarms) == (4, 0, 0, 0)
    for workspace in villages:
        workspace.hand_over()
        assert workspace.store.bundles.carry(1 << 20).records == 0
        workspace.store.close()


def test_what_the_county_writes_and_publishes_reaches_the_village(
    tmp_path: Path, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    village.finalise("request", plain_records.request(village.chance, uuid=UUID))
    village.hand_over()
    exchange(world.hub, to, line(county))
    office = make_workspace(tmp_path / "county-office", county, TOWNSHIP, Role.TOWNSHIP, seed=9)
    office.hand_over()
    office.finalise("request_update", plain_records.update(office.chance, UUID, "receive"))
    office.hand_over()
    county.hub.publish_list("holidays.csv", b"name,label\na,b\n")
    done = exchange(world.hub, to, line(county))
    assert done.rows == 2
    village.hand_over()
    found = village.store.requests.get(UUID)
    assert found is not None
    assert len(found.events) == 1
    assert village.store.lists.get("holidays.csv") == b"name,label\na,b\n"
    office.store.close()


def test_a_county_that_went_back_gets_everything_again(
    tmp_path: Path, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    county.hub.close()
    shutil.copytree(county.folder, tmp_path / "copy")
    county.reopen()
    exchange(world.hub, to, line(county))
    county.hub.close()
    shutil.rmtree(county.folder)
    shutil.copytree(tmp_path / "copy", county.folder)
    county.reopen()
    assert admin.stats(county.hub).records == 0
    done = exchange(world.hub, to, line(county))
    assert (done.again, done.records) == (True, 1)
    assert admin.stats(county.hub).records == 1


def test_a_hub_below_vouches_for_its_own_area_and_devices_only(
    world: World, county: World, to: HubAbove, village: Workspace
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    up = line(county)
    exchange(world.hub, to, up)
    push = next(message for name, message in up.said if name == "push")
    stranger = county.laptop(TOWNSHIP, Role.TOWNSHIP)
    for extra in (
        {"vouched": [*push.extra["vouched"][:3], "990621/990621102", *push.extra["vouched"][4:]]},
        {"vouched": [push.extra["vouched"][0], bytes(32), *push.extra["vouched"][2:]]},
        {"vouched": [stranger.identity.device, *push.extra["vouched"][1:]]},
    ):
        signer = replace_device(stranger, to)
        run = replace(push.run, device="another")
        message = signer.signed(replace(push, extra=extra, run=run))
        with pytest.raises(Fault) as caught:
            county.hub.push(message)
        assert caught.value.code in ("hub.no_right", "hub.device_known")
    message = stranger.signed(replace(push, device=stranger.identity.device))
    with pytest.raises(Fault, match=r"hub\.no_right"):
        county.hub.push(message)


def replace_device(laptop: object, to: HubAbove) -> object:
    """A hand that signs as the township's hub does."""
    identity = replace(laptop.identity, device=to.device, key=to.key)  # type: ignore[attr-defined]
    return replace(laptop, identity=identity)  # type: ignore[type-var]


def test_a_relayed_run_that_is_refused_keeps_no_other_back(
    world: World, county: World, to: HubAbove, village: Workspace
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    world.hub.write(lambda there: there.exec_driver_sql("UPDATE run SET signature = zeroblob(64)") and None)
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    done = exchange(world.hub, to, line(county))
    assert (done.records, done.trouble) == (1, "hub.no_receipt")
    stats = admin.stats(county.hub)
    assert (stats.records, stats.quarantined) == (1, 1)
    assert world.hub.read(relay.waiting) == 1


def test_a_village_by_stick_learns_of_its_receipts_at_both_levels(
    tmp_path: Path, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    record = village.finalise("request", plain_records.request(village.chance))

    def there_and_back() -> laptop_stick.Heard:
        laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
        stick.read_bundle(world.hub, tmp_path / "up.hamlet")
        stick.write_answer(world.hub, tmp_path / "down.hamlet", area=village.store.identity().area)
        return laptop_stick.read(village.on_store, tmp_path / "down.hamlet")

    there_and_back()
    assert laptop_stick.write(village.on_store, tmp_path / "x.hamlet").records == 1  # no end-to-end receipt yet
    exchange(world.hub, to, line(county))
    there_and_back()
    assert [receipt.name for receipt in village.store.receipts.of(record)] == ["柳林镇", "青山县"]
    assert laptop_stick.write(village.on_store, tmp_path / "y.hamlet").records == 0


def test_the_county_opens_a_village_s_bundle_too(
    tmp_path: Path, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    exchange(world.hub, to, line(county))
    village.hand_over()
    village.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
    taken = stick.read_bundle(county.hub, tmp_path / "up.hamlet")
    assert taken.outcomes[Outcome.STORED] == 1
    assert admin.stats(county.hub).records == 2


def test_what_waits_for_review_is_not_handed_on(village: Workspace, world: World, county: World, to: HubAbove) -> None:
    village.finalise("request", plain_records.request(village.chance))
    admin.revoke(world.hub, village.store.identity().device)
    with pytest.raises(Fault, match=r"hub\.revoked"):
        village.hand_over()
    waiting = admin.list_quarantined(world.hub)
    assert exchange(world.hub, to, line(county)).records == 0
    admin.accept(world.hub, waiting[0].id)
    assert exchange(world.hub, to, line(county)).records == 1
    assert world.hub.read(above.standing).trouble == ""


def test_a_run_of_which_most_is_known_from_an_earlier_device_is_handed_on_whole(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    exchange(world.hub, to, line(county))
    village.store.enrol(world.laptop(VILLAGE, Role.VILLAGE, seed=77).identity)
    village.store.outbox.unacknowledge(village.store.inbox.anchor())
    fresh = village.finalise("request", plain_records.request(village.chance))
    assert village.hand_over().pushed == 1
    done = exchange(world.hub, to, line(county))
    assert (done.runs, done.records) == (1, 2)
    assert admin.export_record(county.hub, fresh) == admin.export_record(world.hub, fresh)
    village.hand_over()
    assert [receipt.name for receipt in village.store.receipts.of(fresh)] == ["柳林镇", "青山县"]


def test_both_sides_of_a_clone_are_handed_on(tmp_path: Path, world: World, county: World, to: HubAbove) -> None:
    first = make_workspace(tmp_path / "first", world, VILLAGE, Role.VILLAGE, seed=1)
    first.hand_over()
    first.store.close()
    for seed, name in enumerate(("one", "two", "three")):
        shutil.copytree(tmp_path / "first", tmp_path / name)
        key = opening.unlock(tmp_path / name, user="王秀兰", secret="a quiet river runs")
        store = opening.open_store(tmp_path / name, key, writer=True, clock=world.clock)
        clone = Workspace(store, first.transport, random.Random(seed))
        clone.finalise("request", plain_records.request(clone.chance))
        clone.hand_over()
        store.close()
    done = exchange(world.hub, to, line(county))
    assert (done.runs, done.records, done.trouble) == (3, 3, "")
    assert admin.stats(county.hub).records == 3


def test_a_laptop_lets_go_of_what_the_county_has_in_a_backup_and_of_nothing_else(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    def pruned() -> int:
        village.hand_over()
        return village.store.outbox.prune(before="9999").records

    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    world.hub.backed_up(1_000)
    assert pruned() == 0
    exchange(world.hub, to, line(county))
    assert pruned() == 0
    county.hub.backed_up(admin.stats(county.hub).head_n)
    exchange(world.hub, to, line(county))
    village.finalise("request", plain_records.request(village.chance))
    assert pruned() == 1
    exchange(world.hub, to, line(county))
    assert pruned() == 0
    county.hub.backed_up(admin.stats(county.hub).head_n)
    exchange(world.hub, to, line(county))
    assert pruned() == 1


def test_what_the_township_refused_is_taken_by_nobody_above(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    record = village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    envelope = village.store.records.envelope(record)
    assert envelope is not None
    broken = world.laptop(seed=5)
    twin = broken.envelope(envelope.xml.replace(b"</data>", b" </data>"), form="request", instance_id=record)
    assert broken.push(twin).results[0].outcome is Outcome.REJECTED
    up = line(county)
    kept = runs_of(world, broken.identity.device)
    Relay(world.hub, to, up)._forward(kept)
    assert admin.stats(county.hub).records == 0
    assert exchange(world.hub, to, up).records == 1
    assert admin.export_record(county.hub, record) == envelope.xml


def runs_of(world: World, device: str) -> Kept:
    return next(kept for kept in world.hub.read(runs.waiting) if kept.device == device)


def test_a_township_that_was_put_back_gets_back_what_only_its_county_has(
    tmp_path: Path, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    village.finalise("household", plain_records.household(village.chance))
    village.hand_over()
    exchange(world.hub, to, line(county))
    world.hub.close()
    shutil.copytree(world.folder, tmp_path / "before")
    village.transport.hub = world.reopen()
    only_above = village.finalise("request", plain_records.request(village.chance, uuid=UUID))
    village.hand_over()
    assert exchange(world.hub, to, line(county)).records == 1
    world.hub.close()
    shutil.rmtree(world.folder)
    shutil.copytree(tmp_path / "before", world.folder)
    world.reopen()  # and the laptop is gone with its records
    waiting = make_workspace(tmp_path / "other", world, NEIGHBOUR, Role.VILLAGE, seed=8)
    area = waiting.store.identity().area.rpartition("/")[2] + "01"
    waiting.finalise("request", plain_records.request(waiting.chance, area=area))
    waiting.hand_over()
    waiting.store.close()
    for left in range(1, 5):
        with contextlib.suppress(Fault):
            exchange(world.hub, to, line(county, left=left))
    back = exchange(world.hub, to, line(county))
    assert admin.export_record(world.hub, only_above) == admin.export_record(county.hub, only_above)
    assert admin.stats(world.hub).records == admin.stats(county.hub).records == 3
    again = exchange(world.hub, to, line(county))
    assert (again.lost, again.rows, again.runs) == (False, 0, 0), back


def test_what_came_back_from_the_county_is_handed_on_again_byte_for_byte(
    tmp_path: Path, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    for each, name in ((world, "below"), (county, "above")):
        each.hub.close()
        shutil.copytree(each.folder, tmp_path / name)
        each.reopen()
    village.transport.hub = world.hub
    photo = (NewAttachment("a.jpg", random.Random(1).randbytes(100_000)),)
    sent = [village.finalise("request", plain_records.request(village.chance), attachments=photo) for _ in range(2)]
    village.hand_over()
    first = line(county)
    assert exchange(world.hub, to, first).records == 2

    put_back(world, tmp_path / "below")  # and the laptop is gone with its records
    back = exchange(world.hub, to, line(county))
    assert (back.lost, back.trouble) == (True, "")
    assert admin.stats(world.hub).attachments_missing == 0
    assert exchange(world.hub, to, line(county)).runs == 0

    put_back(county, tmp_path / "above")
    again = line(county)
    assert exchange(world.hub, to, again).records == 2
    assert [run_of(again)] == [run_of(first)]
    assert [envelope.instance_id for envelope in run_of(again).envelopes] == sent
    assert admin.stats(county.hub).attachments_missing == 0


def put_back(world: World, copy: Path) -> None:
    world.hub.close()
    shutil.rmtree(world.folder)
    shutil.copytree(copy, world.folder)
    world.reopen()


def run_of(up: Line) -> Run:
    return next(message.run for name, message in up.said if name == "push")


def test_a_laptop_hears_again_what_the_county_signed_for(
    tmp_path: Path, village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    world.hub.close()
    shutil.copytree(world.folder, tmp_path / "before")
    village.transport.hub = world.reopen()
    record = village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    exchange(world.hub, to, line(county))
    put_back(world, tmp_path / "before")
    exchange(world.hub, to, line(county))
    village.transport.hub = world.hub
    village.hand_over()
    assert [receipt.name for receipt in village.store.receipts.of(record)] == ["柳林镇", "青山县"]


def test_what_somebody_above_wrote_is_read_when_its_form_comes(world: World, county: World, to: HubAbove) -> None:
    office = county.laptop(TOWNSHIP, Role.TOWNSHIP)
    old = plain_records.version_of("household")
    xml = of_version(plain_records.household(office.chance), old, "4000000001")
    envelope = replace(office.envelope(xml, form="household"), form_version="4000000001")
    held = world.hub.take_loose(relay.anybody(to, envelope.device), envelope)
    assert held.outcome is Outcome.HELD
    xform = (files("resources") / "xforms" / "household.xml").read_bytes()
    world.hub.publish_form(xform.replace(f'version="{old}"'.encode(), b'version="4000000001"', 1))
    assert admin.stats(world.hub).held == 0
    assert world.hub.read(lambda there: below.author(there, envelope.device)) is None  # it may hand in nothing itself


def test_a_file_that_the_county_has_no_more_goes_again(
    village: Workspace, world: World, county: World, to: HubAbove
) -> None:
    photo = (NewAttachment("a.jpg", random.Random(1).randbytes(100_000)),)
    village.finalise("request", plain_records.request(village.chance), attachments=photo)
    village.hand_over()
    exchange(world.hub, to, line(county))
    query = "UPDATE attachment SET complete = 0, received = 0, blob_name = ''"
    county.hub.write(lambda there: there.exec_driver_sql(query) and None)
    assert exchange(world.hub, to, line(county)).files == 1
    assert admin.stats(county.hub).attachments_missing == 0
