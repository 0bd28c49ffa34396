"""What every seed starts from, made once: a hub with the form pack, and laptops that have enrolled and pulled."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub_world import NEIGHBOUR, PASSPHRASE, TOWNSHIP, VILLAGE, Clock, make_world
from laptop_world import make_workspace
from simulation_disk import Connection, decrypted

from forms.api import Form
from forms.load import load_form
from sync.hub import opening as hub_opening
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
class Template:
    hub: Connection
    identity: HubIdentity
    fingerprint: bytes
    members: tuple[Member, ...]
    n: int  # where the hub's log stands


@cache
def compiled(xform: bytes) -> Form:
    return load_form(xform)


@cache
def template() -> Template:
    with tempfile.TemporaryDirectory() as made:
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
    image = decrypted(folder / "hub" / "hub.db", hub_opening.unlock(folder / "hub", PASSPHRASE).database())
    return Template(image, hub.identity, hub.fingerprint, tuple(members), n)
