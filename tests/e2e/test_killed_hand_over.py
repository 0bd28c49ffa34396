"""SIGKILL of a laptop or its hub while they hand over: nothing lost, nothing twice, both databases sound."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import plain_records
import pytest
from hub_world import PASSPHRASE, TOWNSHIP, VILLAGE, Clock, make_world
from killed_processes import BROKEN, PATIENCE, hub_process, laptop_process
from laptop_world import make_workspace, pack_form

from forms.api import Submission
from forms.load import load_form
from sync.hub import admin
from sync.hub import opening as hub_opening
from sync.protocol import Role
from sync.store import opening
from sync.store.api import Finalise, NewAttachment
from sync.vault.keys import DataKey

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
AT_ONCE = 6  # records before each hand-over
WITHIN = 0.4  # seconds after its start at first; a machine at work on other things takes longer
SOONER, LATER = 0.8, 1.1  # so that about a third go through, and the others are killed anywhere on their way


@dataclass
class Laptop:
    """A workspace and every record that was saved in it."""

    folder: Path
    key: DataKey
    form: str
    written: dict[str, bytes] = field(default_factory=dict)

    def write(self, chance: random.Random, count: int) -> None:
        store = opening.open_store(self.folder, self.key, writer=True, clock=Clock())
        try:
            assert store.check() == ()
            for number in range(count):
                xml = plain_records.request(chance) if self.form == "request" else plain_records.household(chance)
                photo = (NewAttachment("photo.jpg", chance.randbytes(60_000)),) if number == 0 else ()
                submission = Submission(
                    xml=xml,
                    instance_id=plain_records.instance_id(xml),
                    form_id=self.form,
                    form_version=plain_records.version_of(self.form),
                    attachments=tuple(file.name for file in photo),
                )
                store.records.finalise(
                    Finalise(submission=submission, form=pack_form(self.form), author="王秀兰", attachments=photo)
                )
                self.written[submission.instance_id] = xml
        finally:
            store.close()


@dataclass
class Place:
    """A hub and two laptops in folders, none of them open."""

    hub: Path
    key: DataKey
    laptops: tuple[Laptop, ...]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    world = make_world(tmp_path / "hub")
    laptops = []
    for seed, (name, area, role, form) in enumerate(
        (("village", VILLAGE, Role.VILLAGE, "request"), ("township", TOWNSHIP, Role.TOWNSHIP, "household")), 1
    ):
        made = make_workspace(tmp_path / name, world, area, role, seed=seed)
        made.hand_over()
        made.store.close()
        key = opening.unlock(tmp_path / name, user="王秀兰", secret="a quiet river runs")
        laptops.append(Laptop(tmp_path / name, key, form))
    world.hub.close()
    return Place(tmp_path / "hub", hub_opening.unlock(tmp_path / "hub", PASSPHRASE), tuple(laptops))


def killed_and_handed_over(place: Place, *, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    done = through = 0
    within = WITHIN
    while done < kills:
        with hub_process(place.hub, place.key) as (url, hub):
            while done < kills and hub.is_alive():
                laptop = chance.choice(place.laptops)
                laptop.write(chance, AT_ONCE)
                client = laptop_process(laptop.folder, laptop.key, url)
                time.sleep(chance.uniform(0, within))
                victim = hub if chance.random() < 0.3 else client
                under_way = client.is_alive()
                victim.kill()
                client.join(PATIENCE)
                assert client.exitcode in (0, BROKEN, -9)
                through += client.exitcode == 0
                within *= SOONER if client.exitcode == 0 else LATER
                done += under_way
                if victim is hub:
                    hub.join(PATIENCE)
                client.close()
    assert through
    everything_arrived(place)


def everything_arrived(place: Place) -> None:
    with hub_process(place.hub, place.key) as (url, _):
        for laptop in (*place.laptops, *place.laptops):
            client = laptop_process(laptop.folder, laptop.key, url)
            client.join(PATIENCE)
            assert client.exitcode == 0
            client.close()
    hub = hub_opening.open_hub(place.hub, place.key, load=load_form, clock=Clock())
    try:
        there = [row.instance_id for row in admin.list_records(hub, limit=1_000_000)]
        written = {id: xml for laptop in place.laptops for id, xml in laptop.written.items()}
        assert len(there) == len(set(there))
        assert set(there) == written.keys()
        assert all(admin.export_record(hub, id) == xml for id, xml in written.items())
        stats = admin.stats(hub)
        assert (stats.quarantined, stats.held) == (0, 0)
    finally:
        hub.close()
    for laptop in place.laptops:
        store = opening.open_store(laptop.folder, laptop.key, writer=True, clock=Clock())
        status = store.status()
        assert (status.waiting, status.sent, status.held, status.rejected) == (0, 0, 0, 0)
        assert status.acknowledged == len(laptop.written)
        assert store.outbox.waiting_files() == ()
        assert store.check() == ()
        store.close()


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_a_hundred_kills_lose_nothing_and_double_nothing(place: Place) -> None:
    killed_and_handed_over(place, kills=100, seed=1)


@pytest.mark.deep
@pytest.mark.timeout(7_200)
def test_a_thousand_kills_lose_nothing_and_double_nothing(place: Place) -> None:
    killed_and_handed_over(place, kills=1_000, seed=2)
