"""After a hand-over a laptop lets go of old records that the platform has in a verified backup, and says so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import service_world
from hub_world import PASSPHRASE, make_world
from service_world import fill

from desktop.services.desk import TheDesk
from desktop.services.exchange import pruning
from desktop.services.keeping.workspace import enrol
from forms.errors import Fault
from sync.hub import admin, copies, opening
from sync.hub.server import serving
from sync.protocol import Role


def test_what_is_old_and_backed_up_is_let_go_of_once_a_day(tmp_path: Path) -> None:
    world = make_world(tmp_path / "hub")
    try:
        with serving(world.hub, world.folder) as address:
            code = admin.invite(world.hub, area=service_world.VILLAGE, role=Role.VILLAGE).code
            opened = enrol(
                tmp_path / "village",
                url=address.url,
                code=code,
                user="wang",
                passphrase=service_world.PASSPHRASE,
                clock=service_world.clock(),
            )
            desk = opened.desk(writer=True)
            try:
                fill(desk)
                desk.context.store.settings.put(pruning.DAYS, "0")
                desk.hand_over.run()
                before = payloads(desk)
                assert before > 0
                key = opening.unlock(world.folder, PASSPHRASE)
                copies.to_file(world.hub, world.folder, key, tmp_path / "b")
                desk.hand_over.run()
                assert payloads(desk) == before, "the setting keeps all"
                desk.context.store.settings.put(pruning.DAYS, "365")
                desk.hand_over.run()
                assert payloads(desk) == before, "too young"
            finally:
                desk.close()
            later = service_world.clock("2028-11-22T09:00:00+08:00")
            desk = dataclasses.replace(opened, clock=later, _desks=[]).desk(writer=True)
            try:
                desk.hand_over.run()
                assert payloads(desk) == 0
                for row in desk.records.list().rows:
                    assert desk.records.show(row.instance_id)[1] == ()
                    with pytest.raises(Fault, match="let_go"):
                        desk.records.export(row.instance_id)
                assert desk.entities.list("residents")
                assert desk.hand_over.status().waiting == 0
            finally:
                desk.close()
    finally:
        world.hub.close()


def payloads(desk: TheDesk) -> int:
    found = (desk.context.store.records.get(row.instance_id) for row in desk.records.list().rows)
    return sum(1 for record in found if record is not None and record.xml)
