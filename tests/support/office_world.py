"""A township with its own hub, three villages and a clerk: made by the program itself, in this process."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from service_world import PASSPHRASE, clock, household, request

from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import OpenWorkspace, enrol
from forms.load import load_form
from sync.hub import admin, opening, stick
from sync.hub.server import serving
from sync.hub.service import Hub
from sync.protocol import Role

TOWNSHIP = "990621101"
VILLAGES = ("990621101201", "990621101202", "990621101203")


@dataclass(slots=True)
class OfficeWorld:
    """`hub` serves at `url` while the world lasts; `villages` are in the order of `VILLAGES`."""

    place: Path
    hub: Hub
    url: str
    township: OpenWorkspace
    villages: tuple[OpenWorkspace, ...]

    @contextmanager
    def office(self, *, language: str = "zh") -> Iterator[TheDesk]:
        """The clerk's desk, with what has come since."""
        with at(self.township, language=language) as desk:
            desk.hand_over.run()
            yield desk

    def by_stick(self, village: OpenWorkspace) -> str:
        """Carry what a village has to the hub; the village's code."""
        file = self.place / f"{village.folder.name}.hamlet"
        with at(village) as desk:
            desk.bundles.write(file)
        return stick.read_bundle(self.hub, file).area.rpartition("/")[2]

    def invited(self, name: str, area: str, role: Role, *, user: str) -> OpenWorkspace:
        code = admin.invite(self.hub, area=area, role=role).code
        return enrol(self.place / name, url=self.url, code=code, user=user, passphrase=PASSPHRASE, clock=clock())


@contextmanager
def at(workspace: OpenWorkspace, *, language: str = "zh") -> Iterator[TheDesk]:
    """A writer's desk."""
    desk = workspace.desk(writer=True, language=language)
    try:
        yield desk
    finally:
        desk.close()


@contextmanager
def office_world(place: Path, *, villages: int = len(VILLAGES)) -> Iterator[OfficeWorld]:
    place.mkdir(parents=True, exist_ok=True)
    folder = place / "hub"
    opening.create(folder, name="柳林镇", area=TOWNSHIP, passphrase=PASSPHRASE, load=load_form, clock=clock().instant)
    hub = opening.open_hub(folder, opening.unlock(folder, PASSPHRASE), load=load_form, clock=clock().instant)
    try:
        with serving(hub, folder) as address:
            world = OfficeWorld(place, hub, address.url, None, ())  # type: ignore[arg-type]
            world.township = world.invited("township", TOWNSHIP, Role.TOWNSHIP, user="林晓")
            world.villages = tuple(
                world.invited(f"village-{number}", area, Role.VILLAGE, user="王秀兰")
                for number, area in enumerate(VILLAGES[:villages])
            )
            yield world
    finally:
        hub.close()


def write_down(village: OpenWorkspace, *, count: int, again: int = 0, hand_over: bool = True) -> tuple[str, ...]:
    """A household and `count` requests of its two people, `again` of them asked twice; numbers of these last."""
    matters = plain_matters()
    group = f"{village_of(village)}01"
    with at(village) as desk:
        desk.batch("household").add(household(group), base=Path())
        people = sorted(item.uuid for item in desk.context.store.entities.all("residents"))
        batch = desk.batch("request")
        for number in range(count):
            batch.add(_wish(people, matters, number), base=Path())
        repeated = tuple(batch.add(_wish(people, matters, number), base=Path()).ref for number in range(again))
        if hand_over:
            desk.hand_over.run()
    return repeated


def village_of(workspace: OpenWorkspace) -> str:
    with at(workspace) as desk:
        return desk.me.area


def plain_matters() -> tuple[str, ...]:
    """Matters that ask for nothing but what happened."""
    table = csv.DictReader(io.StringIO((files("resources") / "pack" / "matters.csv").read_text("utf-8-sig")))
    return tuple(row["name"] for row in table if not any(row[each] == "1" for each in ("place", "public", "emergency")))


def _wish(people: list[str], matters: tuple[str, ...], number: int) -> dict[str, object]:
    return request(people[number % 2], f"第 {number} 件事", matters[(number // 2) % len(matters)])
