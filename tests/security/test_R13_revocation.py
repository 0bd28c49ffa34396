"""R13: who is shut out is so at once; the laptop learns it; what was finished before is looked at, and not lost."""

from __future__ import annotations

from pathlib import Path

import plain_records
import pytest
from hub_world import World
from laptop_world import Workspace

from forms.errors import Fault
from sync import crypto
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.protocol import Attachment, Outcome
from sync.store.api import RecordState


def revoke(village: Workspace, world: World) -> None:
    admin.revoke(world.hub, village.store.identity().device)


def test_it_takes_effect_at_once_on_every_route(world: World) -> None:
    laptop = world.laptop()
    file = Attachment("photo.jpg", crypto.digest(b"photo"), 5)
    envelope = laptop.envelope(plain_records.request(laptop.chance), attachments=(file,))
    laptop.push(envelope)
    part = laptop.part(envelope, "photo.jpg", data=b"photo")
    admin.revoke(world.hub, laptop.identity.device)
    assert laptop.hello().revoked
    for refused in (laptop.pull, lambda: laptop.transport.attach(part), lambda: laptop.transport.fetch(part)):
        with pytest.raises(Fault, match=r"hub\.revoked"):
            refused()
    held = laptop.hand_in(plain_records.request(laptop.chance)).results
    assert [(one.outcome, one.reason) for one in held] == [(Outcome.HELD, "revoked")]
    assert admin.stats(world.hub).records == 1
    again = world.laptop()
    assert all(row.key != held[0].instance_id for row in again.pull_all())


def test_the_laptop_learns_it_at_its_next_contact(village: Workspace, world: World, tmp_path: Path) -> None:
    revoke(village, world)
    with pytest.raises(Fault, match=r"hub\.revoked"):
        village.hand_over()
    laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
    hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    hub_stick.write_answer(world.hub, tmp_path / "down.hamlet", area=village.store.identity().area)
    heard = laptop_stick.read(village.on_store, tmp_path / "down.hamlet")
    assert (heard.revoked, heard.done.pulled) == (True, 0)


@pytest.mark.parametrize("way", ["network", "stick"])
def test_what_was_finished_before_is_taken_in_after_a_review(
    village: Workspace, world: World, tmp_path: Path, way: str
) -> None:
    record = village.finalise("request", plain_records.request(village.chance))
    revoke(village, world)
    if way == "network":
        with pytest.raises(Fault, match=r"hub\.revoked"):
            village.hand_over()
        found = village.store.records.get(record)
        assert found is not None
        assert found.row.state is RecordState.HELD
    else:
        laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
        assert hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet").review
    assert admin.stats(world.hub).records == 0
    waiting = admin.list_quarantined(world.hub)
    assert [one.reason for one in waiting] == ["revoked"]
    exact = village.store.records.get(record)
    assert exact is not None
    assert admin.export_any(world.hub, waiting[0].id) == exact.xml
    assert admin.accept(world.hub, waiting[0].id).outcome is Outcome.STORED
    assert admin.export_record(world.hub, record) == exact.xml
    assert admin.list_quarantined(world.hub) == ()
    with pytest.raises(Fault, match=r"hub\.no_record"):
        admin.accept(world.hub, waiting[0].id)


def test_a_forged_run_of_a_revoked_device_is_not_even_kept(world: World) -> None:
    laptop, thief = world.laptop(), world.laptop()
    admin.revoke(world.hub, laptop.identity.device)
    run = thief.run([thief.envelope(plain_records.request(thief.chance), device=laptop.identity.device)])
    message = laptop.push_message([laptop.envelope(plain_records.request(laptop.chance))], run=run)
    with pytest.raises(Fault, match=r"hub\.revoked"):
        laptop.transport.push(message)
    assert admin.list_quarantined(world.hub) == ()
