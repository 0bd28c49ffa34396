"""R8: the area is checked for every object on every route of the hub; the matrix comes from the hub's table of routes.

A village's laptop V hands in a request with a photograph. Devices of every role in every area then ask each route for
it; what each may is said here once more, independently of the hub's code.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, Laptop, World, make_world

from forms.errors import Fault, Kind
from sync import crypto
from sync.hub import accounts, admin
from sync.hub.routes import ROUTES, Call
from sync.protocol import Attachment, Envelope, Outcome, Role
from sync.wire import cbor

AREAS = (VILLAGE, NEIGHBOUR, TOWNSHIP, "990621102", "990621102201")
ABOVE = {VILLAGE, TOWNSHIP, COUNTY}
MARK = "路灯下的印记"
PHOTO = b"photograph" * 50


class Scene:
    """One hub with the request of V, and a device of each role in each area."""

    def __init__(self, folder: Path) -> None:
        self.world: World = make_world(folder)
        self.village = self.world.laptop(VILLAGE)
        self.request = new_uuid(self.village.chance)
        file = Attachment("photo.jpg", crypto.digest(PHOTO), len(PHOTO))
        xml = plain_records.request(self.village.chance, uuid=self.request, text=MARK)
        self.envelope: Envelope = self.village.envelope(xml, attachments=(file,))
        self.village.push(self.envelope)
        self.village.transport.attach(self.village.part(self.envelope, "photo.jpg", data=PHOTO))
        self.devices: dict[tuple[Role, str], Laptop] = {}

    def device(self, role: Role, area: str) -> Laptop:
        if (role, area) not in self.devices:
            # Another township's device cannot be invited here; it may still be there from a time with other areas.
            path = self.world.hub.areas().path(area)
            laptop = self.world.laptop(TOWNSHIP, role, departments=["power"] if role is Role.DEPARTMENT else [])
            self.world.hub.write(
                lambda connection: accounts.sql.run(
                    connection, "UPDATE device SET area = :area WHERE id = :id", area=path, id=laptop.identity.device
                )
            )
            laptop.chance.seed(f"{role}{area}")
            self.devices[role, area] = laptop
        return self.devices[role, area]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = Scene(tmp_path_factory.mktemp("r08") / "hub")
    yield made
    made.world.hub.close()


def denied(call: Callable[[], object]) -> bool:
    """Whether a call ends as 403 or 404."""
    try:
        call()
    except Fault as fault:
        return fault.kind in (Kind.DENIED, Kind.USAGE)
    return False


def hello(scene: Scene, laptop: Laptop, role: Role, area: str) -> None:
    """Says whether something of V waits, to those only who may see it."""
    laptop.cursor = b""
    laptop.pull_all()
    before = laptop.hello().waiting
    more = plain_records.request(scene.village.chance, text=MARK)
    scene.village.hand_in(more)
    assert not before
    assert laptop.hello().waiting == (area in ABOVE and role is not Role.DEPARTMENT)


def push(scene: Scene, laptop: Laptop, role: Role, area: str) -> None:
    """A record about V's request is taken from V and from above only, whatever area it claims."""
    if role is Role.SUPERVISOR:
        assert denied(lambda: laptop.hand_in(plain_records.told(laptop.chance, scene.request), form="told"))
        return
    own = scene.world.hub.areas().path(area)
    for claim in (own, scene.envelope.area):
        form, xml = "told", plain_records.told(laptop.chance, scene.request)
        if role is Role.DEPARTMENT:  # what a department may do, with a request that is not assigned to it
            form, xml = "request_update", plain_records.update(laptop.chance, scene.request, "progress")
        result = laptop.push(laptop.envelope(xml, form=form, area=claim)).results[0]
        if role is Role.DEPARTMENT or area not in ABOVE:
            assert result.outcome is Outcome.REJECTED
            assert result.reason in ("area", "department")
        else:
            assert result.outcome is Outcome.STORED
        new = plain_records.request(laptop.chance, area="99062110120101")
        created = laptop.push(laptop.envelope(new, area=claim)).results[0]
        assert (created.outcome is Outcome.STORED) == (area in ABOVE and role is not Role.DEPARTMENT)


def pull(scene: Scene, laptop: Laptop, role: Role, area: str) -> None:
    """Rows of V go to V and above; the whole record to those who read every field; to a department nothing yet."""
    laptop.cursor = b""
    rows = laptop.pull_all()
    seen = [row for row in rows if MARK.encode() in cbor.dumps(dict(row.body)) or MARK in row.key]
    allowed = area in ABOVE and role is not Role.DEPARTMENT
    assert bool(seen) == allowed
    assert any(row.kind == "record" for row in seen) == (allowed and role is not Role.VILLAGE)
    laptop.cursor = scene.village.cursor  # a cursor of another device opens nothing
    assert all(MARK.encode() not in cbor.dumps(dict(row.body)) for row in laptop.pull_all()) or allowed


def attach(scene: Scene, laptop: Laptop, role: Role, area: str) -> None:
    """A file is sent by the device whose record names it, and by nobody else."""
    assert denied(lambda: laptop.transport.attach(laptop.part(scene.envelope, "photo.jpg", data=PHOTO)))


def fetch(scene: Scene, laptop: Laptop, role: Role, area: str) -> None:
    allowed = area in ABOVE and role in (Role.TOWNSHIP, Role.SUPERVISOR)
    assert denied(lambda: laptop.transport.fetch(laptop.part(scene.envelope, "photo.jpg"))) != allowed
    if not allowed:
        wrong = {"hash": bytes(32)}
        assert denied(lambda: laptop.transport.fetch(laptop.part(scene.envelope, "photo.jpg", **wrong)))


def enrol(scene: Scene, laptop: Laptop, role: Role, area: str) -> None:
    """Needs no device; an enrolled one gets nothing more by it, and an invitation outside the area is not made."""
    if not scene.world.hub.areas().path(area).startswith("990621/990621101"):
        assert denied(lambda: admin.invite(scene.world.hub, area=area, role=role, departments=["power"]))
    assert scene.world.hub.read(lambda c: accounts.find_device(c, laptop.identity.device)).role is role


PROBES = {
    Call.ENROL: enrol,
    Call.HELLO: hello,
    Call.PUSH: push,
    Call.PULL: pull,
    Call.ATTACH: attach,
    Call.FETCH: fetch,
}


def test_every_route_has_its_probe() -> None:
    assert PROBES.keys() == ROUTES.keys()
    methods = {name for name in dir(make_world.__globals__["Hub"]) if name in {str(call) for call in Call}}
    assert methods == {str(call) for call in ROUTES}


@pytest.mark.parametrize(
    ("role", "call", "area"), list(itertools.product(Role, ROUTES, AREAS)), ids=lambda value: str(value)
)
def test_nobody_reaches_another_area(scene: Scene, role: Role, call: Call, area: str) -> None:
    PROBES[call](scene, scene.device(role, area), role, area)


@pytest.mark.parametrize("call", [call for call in ROUTES if call is not Call.ENROL])
def test_no_route_answers_a_stranger(scene: Scene, call: Call) -> None:
    stranger = Laptop(scene.village.transport, scene.village.identity, scene.village.chance)
    key = crypto.SigningKey.generate()
    stranger.identity = type(stranger.identity)(
        **{
            name: getattr(scene.village.identity, name)
            for name in ("device", "role", "area", "letters", "hub", "hub_identity")
        },
        key=key.seed(),
    )
    probes: dict[Call, Callable[[], object]] = {
        Call.HELLO: stranger.hello,
        Call.PUSH: lambda: stranger.hand_in(plain_records.request(stranger.chance)),
        Call.PULL: stranger.pull,
        Call.ATTACH: lambda: stranger.transport.attach(stranger.part(scene.envelope, "photo.jpg", data=PHOTO)),
        Call.FETCH: lambda: stranger.transport.fetch(stranger.part(scene.envelope, "photo.jpg")),
    }
    assert denied(probes[call])
