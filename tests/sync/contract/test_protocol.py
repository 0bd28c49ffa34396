"""SyncProtocol, the same over the hub itself and over real HTTPS."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import NEIGHBOUR, TOWNSHIP, VILLAGE, Direct, Laptop, World

from forms.errors import Fault, Kind
from sync import crypto
from sync.client import enrol
from sync.client.http import HttpTransport
from sync.hub import admin
from sync.hub.server import serving
from sync.protocol import Anchor, Attachment, Outcome, Role
from sync.wire import purpose, signed_part

Enrolling = Callable[..., Laptop]


@pytest.fixture(params=["direct", "https"])
def enrolled(request: pytest.FixtureRequest, world: World) -> Iterator[Enrolling]:
    """Enrols laptops over the transport under test."""
    with ExitStack() as stack:
        url = "https://hub"
        if request.param == "https":
            url = stack.enter_context(serving(world.hub, world.folder)).url

        def make(area: str = VILLAGE, role: Role = Role.VILLAGE, *, seed: int = 1) -> Laptop:
            code = admin.invite(world.hub, area=area, role=role).code
            if request.param == "direct":
                identity = enrol.enrol(Direct(world.hub), url=url, code=code, user="王秀兰")
                return Laptop(Direct(world.hub), identity, random.Random(seed))
            first = HttpTransport(url)
            stack.callback(first.close)
            identity = enrol.enrol(first, url=url, code=code, user="王秀兰")
            transport = HttpTransport(url, identity=identity.hub_identity)
            stack.callback(transport.close)
            laptop = Laptop(transport, identity, random.Random(seed))
            laptop.hello()
            return laptop

        yield make


def test_enrolment_gives_role_area_and_letters(enrolled: Enrolling, world: World) -> None:
    laptop, second = enrolled(), enrolled(seed=2)
    assert laptop.identity.role is Role.VILLAGE
    assert laptop.identity.area == "990621/990621101/990621101201"
    assert (laptop.identity.letters, second.identity.letters) == ("LSA", "LSB")
    assert laptop.identity.hub_identity == world.hub.identity.public


def test_hello_proves_the_hub_and_says_whether_something_waits(enrolled: Enrolling, world: World) -> None:
    laptop = enrolled()
    reply = laptop.hello()
    assert (reply.proven, reply.waiting, reply.revoked) == (True, True, False)
    assert crypto.verify(laptop.identity.hub_identity, reply.signature, purpose=purpose(reply), data=signed_part(reply))
    laptop.pull_all()
    assert not laptop.hello().waiting


def test_a_pushed_record_is_acknowledged_and_comes_down(enrolled: Enrolling, world: World) -> None:
    village, township = enrolled(), enrolled(TOWNSHIP, Role.TOWNSHIP, seed=2)
    township.pull_all()
    xml = plain_records.request(village.chance)
    message = village.push_message([village.envelope(xml)])
    reply = village.transport.push(message)
    assert (reply.nonce, reply.results[0].outcome) == (message.nonce, Outcome.STORED)
    assert reply.anchor.n == reply.results[0].n
    again = village.transport.push(message)
    assert [result.outcome for result in again.results] == [Outcome.DUPLICATE]
    rows = township.pull_all()
    assert [row.body["xml"] for row in rows if row.kind == "record"] == [xml]
    assert village.hello(anchor=reply.anchor).proven


def test_a_hub_that_lost_what_it_acknowledged_says_so(enrolled: Enrolling, world: World) -> None:
    laptop = enrolled()
    here = laptop.hello().anchor
    assert not laptop.hello(anchor=replace(here, epoch="another")).proven
    assert not laptop.hello(anchor=replace(here, head=bytes(32))).proven
    assert not laptop.hello(anchor=replace(here, n=here.n + 1)).proven
    laptop.anchor = Anchor(here.epoch, here.n, bytes(32))
    with pytest.raises(Fault, match=r"hub\.went_back"):
        laptop.hand_in(plain_records.request(laptop.chance))
    assert admin.stats(world.hub).records == 0


def test_reordered_and_repeated_runs_do_no_harm(enrolled: Enrolling, world: World) -> None:
    laptop = enrolled()
    runs = [laptop.push_message([laptop.envelope(plain_records.request(laptop.chance))]) for _ in range(4)]
    for at in (2, 0, 3, 1, 1, 0, 3, 2):
        laptop.transport.push(runs[at])
    stats = admin.stats(world.hub)
    assert (stats.records, stats.duplicates, stats.quarantined) == (4, 4, 0)


def test_a_wrong_signature_is_refused(enrolled: Enrolling, world: World) -> None:
    laptop = enrolled()
    message = laptop.push_message([laptop.envelope(plain_records.request(laptop.chance))])
    with pytest.raises(Fault, match=r"hub\.unknown_device") as caught:
        laptop.transport.push(replace(message, signature=bytes(64)))
    assert caught.value.kind is Kind.DENIED
    assert admin.stats(world.hub).records == 0


def test_an_attachment_goes_up_in_pieces_and_comes_down(enrolled: Enrolling, world: World) -> None:
    village, township = enrolled(), enrolled(TOWNSHIP, Role.TOWNSHIP, seed=2)
    neighbour = enrolled(NEIGHBOUR, seed=3)
    content = random.Random(9).randbytes(100_000)
    file = Attachment("photo.jpg", crypto.digest(content), len(content))
    envelope = village.envelope(plain_records.request(village.chance), attachments=(file,))
    village.push(envelope)
    assert admin.stats(world.hub).attachments_missing == 1
    with pytest.raises(Fault, match=r"hub\.attachment_awaited"):
        township.transport.fetch(township.part(envelope, "photo.jpg"))
    first = village.transport.attach(village.part(envelope, "photo.jpg", data=content[:60_000]))
    assert (first.received, first.complete) == (60_000, False)
    beside = village.transport.attach(village.part(envelope, "photo.jpg", offset=10, data=content[10:20]))
    assert (beside.received, beside.complete) == (60_000, False)
    last = village.transport.attach(village.part(envelope, "photo.jpg", offset=60_000, data=content[60_000:]))
    assert (last.received, last.complete) == (100_000, True)
    assert township.transport.fetch(township.part(envelope, "photo.jpg")).data == content
    for call in (neighbour.transport.fetch, neighbour.transport.attach):
        with pytest.raises(Fault, match=r"hub\.no_attachment"):
            call(neighbour.part(envelope, "photo.jpg"))


def test_a_file_that_is_not_what_its_record_says_begins_anew(enrolled: Enrolling, world: World) -> None:
    village = enrolled()
    content = b"photograph" * 100
    file = Attachment("photo.jpg", crypto.digest(content), len(content))
    envelope = village.envelope(plain_records.request(village.chance), attachments=(file,))
    village.push(envelope)
    wrong = village.transport.attach(village.part(envelope, "photo.jpg", data=b"x" * len(content)))
    assert (wrong.received, wrong.complete) == (0, False)
    right = village.transport.attach(village.part(envelope, "photo.jpg", data=content))
    assert right.complete


def test_an_unknown_version_and_a_stranger_are_refused(enrolled: Enrolling, world: World) -> None:
    laptop = enrolled()
    with pytest.raises(Fault, match=r"sync\.version"):
        laptop.hello(min=7, max=9)
    with pytest.raises(Fault, match=r"hub\.unknown_device"):
        laptop.hello(device="D" + new_uuid(laptop.chance))
