"""Two laptops that were begun with one enrolment file: the second is told so, keeps what it has, and hands it in
once it has a code of its own."""

from __future__ import annotations

import random
from pathlib import Path

import plain_records
import pytest
from hub_world import VILLAGE, Direct, World
from laptop_world import Workspace

from forms.errors import Fault, Kind
from sync.client import enrol
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import opening as hub_opening
from sync.hub import stick as hub_stick
from sync.protocol import Role
from sync.store import opening
from sync.store.api import RecordState

pytestmark = pytest.mark.together

NOW = "2026-11-21T08:00:00Z"


def begun(folder: Path, world: World, data: bytes, code: str, *, seed: int) -> tuple[Workspace, enrol.Pending]:
    """A laptop that works before it has reached the hub, with one record."""
    identity, pending = enrol.from_file(data, code=code, user="王秀兰", now=NOW)
    key = opening.create(folder, user="王秀兰", secret="a quiet river runs", identity=identity, clock=world.clock)
    store = opening.open_store(folder, key, writer=True, clock=world.clock)
    store.lists.put("areas.csv", hub_opening.pack_areas())
    laptop = Workspace(store, Direct(world.hub), random.Random(seed))
    laptop.finalise("request", plain_records.request(laptop.chance))
    return laptop, pending


def test_the_second_is_refused_with_the_reason_and_loses_nothing(world: World, tmp_path: Path) -> None:
    given = tmp_path / "village.enrolment"
    code = admin.invite(world.hub, area=VILLAGE, role=Role.VILLAGE, file=given, urls=["https://10.0.0.1:8443"]).code
    first, pending = begun(tmp_path / "first", world, given.read_bytes(), code, seed=1)
    second, late = begun(tmp_path / "second", world, given.read_bytes(), code, seed=2)
    enrol.confirm(Direct(world.hub), first.store.identity(), pending)
    assert first.hand_over().pushed == 1

    with pytest.raises(Fault, match=r"hub\.code_used") as told:
        enrol.confirm(Direct(world.hub), second.store.identity(), late)
    assert told.value.kind is Kind.DENIED
    with pytest.raises(Fault, match=r"hub\.unknown_device"):
        second.hand_over()
    laptop_stick.write(second.on_store, tmp_path / "second.hamlet")
    with pytest.raises(Fault, match=r"bundle\.unknown_device"):
        hub_stick.read_bundle(world.hub, tmp_path / "second.hamlet")
    (row,) = second.store.records.list().rows
    kept = second.store.records.get(row.instance_id)
    assert kept is not None
    assert row.state in (RecordState.WAITING, RecordState.SENT)
    stats = admin.stats(world.hub)
    assert (stats.records, stats.quarantined, stats.alarms) == (1, 0, 0)

    second.store.enrol(world.laptop(seed=3).identity)
    assert second.hand_over().pushed == 1
    assert admin.export_record(world.hub, row.instance_id) == kept.xml
    assert admin.stats(world.hub).alarms == 0
    assert first.hand_over().pushed == 0
    first.store.close()
    second.store.close()
