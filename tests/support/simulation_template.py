"""What every seed starts from, made once: a hub with the form pack, and laptops that have enrolled and pulled."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hub_world import NEIGHBOUR, PASSPHRASE, TOWNSHIP, VILLAGE, Clock, World, make_world
from laptop_world import make_workspace
from simulation_disk import Connection, decrypted
from two_hubs import Line, belong, exchange, make_county

from forms.api import Form
from forms.casework.areas import Areas
from forms.casework.calendar import Calendar
from forms.casework.names import Names
from forms.load import load_form
from sync import enrolment
from sync.hub import accounts
from sync.hub import opening as hub_opening
from sync.hub.above import HubAbove
from sync.hub.identity import HubIdentity
from sync.protocol import Role
from sync.store import opening
from sync.store.api import Identity

AREAS = {
    "A1": VILLAGE,
    "A2": VILLAGE,
    "B1": NEIGHBOUR,
    "C1": "990621101203",
    "D1": "990621101204",
    "E1": "990621102201",  # of another township, which is not T1's to see
    "T1": TOWNSHIP,
}


@dataclass(frozen=True, slots=True)
class Member:
    """A laptop as it stands after enrolment: its image and who it is."""

    name: str
    area: str  # code
    image: Connection
    identity: Identity


@dataclass(frozen=True, slots=True)
class Home:
    """A hub as it stands at the beginning."""

    image: Connection
    identity: HubIdentity
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Template:
    alone: Home
    below: Home  # the same hub once it belongs to the county's
    county: Home
    above: HubAbove
    members: tuple[Member, ...]
    n: int  # where the log of the township's hub stands

    @property
    def hub(self) -> Connection:
        return self.alone.image


@cache
def compiled(xform: bytes) -> Form:
    return load_form(xform)


@contextmanager
def lists_read_once() -> Iterator[None]:
    """The same areas, working days and surnames for all who start again: reading them is tested elsewhere."""
    with ExitStack() as put_in:
        for kind in (Areas, Calendar, Names):
            put_in.enter_context(patch.object(kind, "read", _read(kind)))
        yield


@cache
def _read(kind: Any) -> Any:
    return lru_cache(maxsize=4)(kind.read)


@cache
def template() -> Template:
    chance = random.Random(0)  # names of devices are an order too: a seed is the same in every process

    def name() -> str:
        return "D" + "".join(chance.choices(enrolment.ALPHABET, k=12))

    with tempfile.TemporaryDirectory() as made, patch.object(accounts, "new_device_id", name):
        return _make(Path(made))


def _make(folder: Path) -> Template:
    world = make_world(folder / "hub", Clock())
    members = []
    try:
        for seed, (name, area) in enumerate(AREAS.items()):
            role = Role.TOWNSHIP if area == TOWNSHIP else Role.VILLAGE
            workspace = make_workspace(folder / name, world, area, role, seed=seed)
            workspace.hand_over()
            identity = workspace.store.identity()
            workspace.store.close()
            key = opening.unlock(folder / name, user="王秀兰", secret="a quiet river runs")
            members.append(Member(name, area, decrypted(folder / name / "store.db", key.database()), identity))
        hub = world.hub
        n = hub.read(lambda connection: connection.exec_driver_sql("SELECT n FROM log_head").scalar_one())
    finally:
        world.hub.close()
    alone = Home(_image(folder / "hub"), hub.identity, hub.fingerprint)
    above = _belong(world, folder)
    below = Home(_image(folder / "hub"), hub.identity, hub.fingerprint)
    return Template(alone, below, above[0], above[1], tuple(members), n)


def _image(folder: Path) -> Connection:
    return decrypted(folder / "hub.db", hub_opening.unlock(folder, PASSPHRASE).database())


def _belong(world: World, folder: Path) -> tuple[Home, HubAbove]:
    """Let the township's hub belong to a county's; both have read each other once."""
    world.reopen()
    county = make_county(folder / "county", world.clock)
    try:
        above = belong(world.hub, county.hub)
        exchange(world.hub, above, Line(county.hub))
        identity, fingerprint = county.hub.identity, county.hub.fingerprint
    finally:
        world.hub.close()
        county.hub.close()
    return Home(_image(folder / "county"), identity, fingerprint), above
