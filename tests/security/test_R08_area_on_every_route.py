"""R8: the area is checked for every object on every route of the hub; the matrix comes from the hub's table of routes.

A village's laptop V hands in a request with a photograph. Devices of every role in every area then ask each route for
it; what each may is said here once more, independently of the hub's code.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import plain_records
import pytest
import requests
import urllib3
from envelopes import new_uuid
from hub_world import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, Laptop, World, make_world

from forms.errors import Fault, Kind
from sync import crypto
from sync.hub import accounts, admin
from sync.hub.routes import PAGES, ROUTES, Call, Page
from sync.hub.server import serving
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
    own = scene.world.hub.areas().path(area)
    if role is Role.SUPERVISOR:
        told = plain_records.told(laptop.chance, scene.request)
        assert laptop.push(laptop.envelope(told, form="told", area=own)).results[0].reason == "role"
        for claim in (own, scene.envelope.area):
            table = plain_records.publication(laptop.chance, "refuse", new_uuid(laptop.chance), reason_not="x")
            result = laptop.push(laptop.envelope(table, form="publication", area=claim)).results[0]
            assert (result.outcome is Outcome.STORED) == (claim == own or area in ABOVE)
        return
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


# ---- pages without a device


SHEET = {
    "words": {"en": {"title": "Requests in October", "heads": ["Roads"], "lines": ["Liushuwan"], "notes": []}},
    "cells": [[7]], "line_totals": [7], "totals": [7], "total": 7, "said": [],
}  # fmt: skip
BODY = json.dumps({"shown": SHEET, "release": {"keys": [[MARK]], "counts": [2], "sums": [[0]]}})


def _open_data(page: Page, id: str) -> str:
    return page.value.replace("{id}", id)


@pytest.fixture(scope="module")
def pages(scene: Scene) -> Iterator[Callable[[str, str], requests.Response]]:
    """Ask for a page as anybody may."""
    with serving(scene.world.hub, scene.world.folder) as address:

        def ask(method: str, path: str) -> requests.Response:
            with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
                return requests.request(method, address.url + path, verify=False, timeout=20)  # noqa: S501

        yield ask


def _said(laptop: Laptop, act: str, id: str, *, author: str, **answers: str) -> Outcome:
    """What somebody of the office says of a table."""
    xml = plain_records.publication(laptop.chance, act, id, **answers)
    return laptop.push(laptop.envelope(xml, form="publication", author=author)).results[0].outcome


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_only_what_two_people_let_out(
    scene: Scene, pages: Callable[[str, str], requests.Response], page: Page
) -> None:
    office, village = scene.device(Role.TOWNSHIP, TOWNSHIP), scene.village
    ids = {
        name: f"{name}-{page.name.lower().replace('_', '-')}"
        for name in ("proposed", "alone", "both", "back", "broken")
    }
    for name, id in ids.items():
        body = BODY if name != "broken" else "{"
        assert _said(office, "propose", id, author="wang", title="x", purpose="open", body=body) is Outcome.STORED
    assert _said(village, "propose", "of-a-village", author="chen", title="x", body=BODY) is Outcome.REJECTED
    assert _said(village, "approve", ids["proposed"], author="chen", who="chen") is Outcome.REJECTED
    assert _said(office, "approve", ids["alone"], author="wang", who="wang") is Outcome.STORED
    for name in ("both", "back", "broken"):
        assert _said(office, "approve", ids[name], author="wang", who="li") is Outcome.STORED
    assert _said(office, "withdraw", ids["back"], author="li", who="li", reason="wrong") is Outcome.STORED
    shown = {id: pages("GET", _open_data(page, id)) for id in (*ids.values(), "of-a-village", "..%2f..%2fhub.db")}
    for id, found in shown.items():
        assert MARK not in found.text
        if page is Page.OPEN_DATA:
            assert found.status_code == (200 if id == ids["both"] else 404)
        elif page is Page.PUBLIC:
            linked = set(re.findall(r"/public/([a-z-]+)\.csv", found.text))
            assert linked & set(ids.values()) == {ids["both"]}
            assert "of-a-village" not in linked


@pytest.mark.parametrize("page", PAGES)
def test_pages_answer_only_what_they_are_for(pages: Callable[[str, str], requests.Response], page: Page) -> None:
    for method in {"PUT", "DELETE", "POST"} - set(PAGES[page].methods):
        assert pages(method, _open_data(page, "x")).status_code == 405
