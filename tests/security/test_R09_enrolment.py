"""R9: the code never travels, pins the hub's identity, serves once; role and area come from the invitation."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hub_world import NEIGHBOUR, TOWNSHIP, VILLAGE, Direct, Laptop, World, make_world
from wiretap import own_certificate, relaying

from forms.errors import Fault, Kind
from sync import crypto, enrolment
from sync.client import enrol
from sync.client.http import HttpTransport
from sync.client.transport import Peer
from sync.hub import accounts, admin
from sync.hub.server import serving
from sync.protocol import Enrol, Enrolled, Role
from sync.store.api import Identity
from sync.wire import Codec, signed_part


def invite(world: World, role: Role = Role.VILLAGE, area: str = VILLAGE) -> str:
    return admin.invite(world.hub, area=area, role=role).code


def join(transport: Any, code: str) -> Identity:
    return enrol.enrol(transport, url="https://hub", code=code, user="王秀兰")


def devices(world: World) -> int:
    return len(admin.devices(world.hub))


class Recorder(Direct):
    """Keeps what passed, as bytes."""

    def __init__(self, hub: Any) -> None:
        super().__init__(hub)
        self.asked: list[Enrol] = []
        self.bytes = bytearray()

    def enrol(self, message: Enrol) -> Enrolled:
        self.asked.append(message)
        reply = self.hub.enrol(message)
        codec = Codec(crypto.commit)
        self.bytes += codec.encode(message) + codec.encode(reply)
        return reply


def test_code_and_key_never_travel(world: World) -> None:
    code = invite(world)
    recorder = Recorder(world.hub)
    identity = join(recorder, code)
    shared = enrolment.stretch(code, world.hub.identity.hub)
    for secret in (code.encode(), enrolment.spelling(code).encode(), shared, identity.key):
        assert secret not in recorder.bytes


def test_role_and_area_are_those_of_the_invitation(world: World) -> None:
    identity = join(Direct(world.hub), invite(world, Role.TOWNSHIP, TOWNSHIP))
    assert (identity.role, identity.area) == (Role.TOWNSHIP, "990621/990621101")


def test_another_role_asked_for_changes_nothing(world: World) -> None:
    """The request has no place for a role; one put there by the client is kept as an unknown field and ignored."""

    class Greedy(Direct):
        def enrol(self, message: Enrol) -> Enrolled:
            bare = replace(message, extra={"role": "supervisor", "area": TOWNSHIP})
            shared = enrolment.stretch(code, world.hub.identity.hub)
            peer = self.peer()
            shown = enrolment.proof(shared, enrolment.CLIENT, fingerprint=peer.fingerprint, message=signed_part(bare))
            return self.hub.enrol(replace(bare, proof=shown))

    code = invite(world)
    identity = join(Greedy(world.hub), code)
    assert (identity.role, identity.area.rpartition("/")[2]) == (Role.VILLAGE, VILLAGE)


@pytest.mark.parametrize("field", ["role", "area", "departments", "identity", "device", "village_letters", "hub_name"])
def test_an_answer_changed_on_the_way_is_not_believed(world: World, field: str) -> None:
    others = {
        "role": Role.SUPERVISOR,
        "area": "990621",
        "departments": ("power",),
        "identity": bytes(32),
        "device": "D2",
        "village_letters": "ZZZ",
        "hub_name": "别的镇",
    }

    class Forger(Direct):
        def enrol(self, message: Enrol) -> Enrolled:
            return replace(self.hub.enrol(message), **{field: others[field]})

    with pytest.raises(Fault, match=r"sync\.false_hub"):
        join(Forger(world.hub), invite(world))


def test_a_used_code_serves_nobody_else(world: World) -> None:
    code = invite(world)
    join(Direct(world.hub), code)
    with pytest.raises(Fault, match=r"hub\.code_used") as caught:
        join(Direct(world.hub), code)
    assert caught.value.kind is Kind.DENIED
    assert devices(world) == 1


def test_a_replay_makes_no_second_device_and_opens_nothing(world: World) -> None:
    recorder = Recorder(world.hub)
    identity = join(recorder, invite(world))
    asked = recorder.asked[0]
    again = world.hub.enrol(asked)  # as when the answer was lost: the same laptop, the same device
    assert (again.device, devices(world)) == (identity.device, 1)
    thief = Laptop(Direct(world.hub), replace(identity, key=crypto.SigningKey.generate().seed()), random.Random(1))
    with pytest.raises(Fault, match=r"hub\.unknown_device"):
        thief.pull()
    other_key = replace(asked, device_key=crypto.SigningKey.generate().public)
    with pytest.raises(Fault, match=r"hub\.code_unknown"):
        world.hub.enrol(other_key)
    world.clock.move(minutes=16)
    with pytest.raises(Fault, match=r"hub\.code_expired"):
        world.hub.enrol(asked)


def test_a_revoked_device_does_not_come_back_by_its_code(world: World) -> None:
    recorder = Recorder(world.hub)
    identity = join(recorder, invite(world))
    admin.revoke(world.hub, identity.device)
    with pytest.raises(Fault, match=r"hub\.code_used"):
        world.hub.enrol(recorder.asked[0])


def test_a_code_lasts_fifteen_minutes(world: World) -> None:
    code = invite(world)
    world.clock.move(minutes=15)
    with pytest.raises(Fault, match=r"hub\.code_expired") as caught:
        join(Direct(world.hub), code)
    assert caught.value.kind is Kind.DENIED
    assert devices(world) == 0


def test_guessing_is_stopped_and_starts_again_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    code = invite(world)
    shared = enrolment.stretch(code, world.hub.identity.hub)
    peer = Direct(world.hub).peer()

    def guess(key: bytes) -> Enrolled:
        bare = Enrol(nonce=bytes(16), device_key=crypto.SigningKey.generate().public, user="x", proof=bytes(32))
        shown = enrolment.proof(key, enrolment.CLIENT, fingerprint=peer.fingerprint, message=signed_part(bare))
        return world.hub.enrol(replace(bare, proof=shown))

    for number in range(accounts.TRIES):
        with pytest.raises(Fault, match=r"hub\.code_unknown"):
            guess(number.to_bytes(32, "big"))
    for key in (bytes(32), shared):  # even the right one
        with pytest.raises(Fault, match=r"hub\.too_many_tries"):
            guess(key)
    world.reopen()  # the count is in the database
    with pytest.raises(Fault, match=r"hub\.too_many_tries"):
        guess(shared)
    world.clock.move(minutes=16)
    with pytest.raises(Fault, match=r"hub\.code_expired"):
        guess(shared)
    join(Direct(world.hub), invite(world))


def test_a_false_hub_that_relays_tls_gets_neither_device_nor_trust(world: World, tmp_path: Path) -> None:
    """It terminates TLS with its own certificate and passes everything on to the real hub, and back."""
    code = invite(world)
    with serving(world.hub, world.folder) as address:
        inside = own_certificate(tmp_path / "false", world.hub.identity.hub)
        with relaying(("127.0.0.1", address.port), inside=inside) as relay:
            transport = HttpTransport(relay.url)
            with pytest.raises(Fault, match=r"hub\.code_unknown"):
                join(transport, code)
            transport.close()
            assert b"/v1/enrol" in relay.heard  # it did read along
        assert devices(world) == 0
        honest = HttpTransport(address.url)
        assert join(honest, code).hub_identity == world.hub.identity.public
        honest.close()


def test_a_false_hub_without_the_code_cannot_answer(world: World, tmp_path: Path) -> None:
    other = make_world(tmp_path / "other")

    class False_(Direct):  # noqa: N801
        def peer(self) -> Peer:
            return Peer(other.hub.fingerprint, world.hub.identity.hub)

        def enrol(self, message: Enrol) -> Enrolled:
            invitation = admin.invite(other.hub, area=VILLAGE, role=Role.VILLAGE)
            shared = enrolment.stretch(invitation.code, world.hub.identity.hub)
            reply = Enrolled(
                nonce=message.nonce,
                identity=other.hub.identity.public,
                backup_identity=bytes(32),
                hub=world.hub.identity.hub,
                hub_name="柳林镇",
                device="D1",
                role=Role.VILLAGE,
                area="990621/990621101/990621101201",
                departments=(),
                village_letters="LSA",
                proof=b"",
            )
            shown = enrolment.proof(
                shared, enrolment.HUB, fingerprint=other.hub.fingerprint, message=signed_part(reply)
            )
            return replace(reply, proof=shown)

    with pytest.raises(Fault, match=r"sync\.false_hub"):
        join(False_(world.hub), invite(world))
    other.hub.close()


def test_an_answer_to_another_question_is_not_believed(world: World) -> None:
    recorder = Recorder(world.hub)
    code = invite(world)
    shared = enrolment.stretch(code, world.hub.identity.hub)
    join(recorder, code)
    old = world.hub.enrol(recorder.asked[0])

    class Replayer(Direct):
        def enrol(self, message: Enrol) -> Enrolled:
            return old

    transport = Replayer(world.hub)
    fresh = replace(recorder.asked[0], nonce=random.Random(2).randbytes(16))
    with pytest.raises(Fault, match=r"sync\.false_hub"):
        enrol._ask(transport, shared, peer=transport.peer(), bare=fresh)


def test_a_device_key_is_never_enrolled_twice(world: World) -> None:
    recorder = Recorder(world.hub)
    join(recorder, invite(world))
    second = invite(world, area=NEIGHBOUR)
    shared = enrolment.stretch(second, world.hub.identity.hub)
    bare = replace(recorder.asked[0], nonce=bytes(16))
    shown = enrolment.proof(shared, enrolment.CLIENT, fingerprint=world.hub.fingerprint, message=signed_part(bare))
    with pytest.raises(Fault, match=r"hub\.device_known"):
        world.hub.enrol(replace(bare, proof=shown))


class TestEnrolmentFile:
    """Seven days, for places without a network; sealed under the code."""

    def file(self, world: World, tmp_path: Path) -> tuple[bytes, str]:
        path = tmp_path / "village.enrolment"
        code = admin.invite(world.hub, area=VILLAGE, role=Role.VILLAGE, file=path, urls=["https://10.0.0.1:8443"]).code
        return path.read_bytes(), code

    def test_it_gives_the_identity_at_once_and_the_device_later(self, world: World, tmp_path: Path) -> None:
        data, code = self.file(world, tmp_path)
        assert b"Liulin" not in data
        assert VILLAGE.encode() not in data
        identity, pending = enrol.from_file(data, code=code, user="王秀兰", now="2026-11-22T08:00:00Z")
        assert identity.hub_identity == world.hub.identity.public
        assert (identity.letters, identity.url) == ("LSA", "https://10.0.0.1:8443")
        world.clock.move(days=6)
        assert enrol.confirm(Direct(world.hub), identity, pending) == identity
        assert Laptop(Direct(world.hub), identity, random.Random(1)).hello().proven
        world.clock.move(days=6)  # the answer was lost, and the laptop long away
        assert enrol.confirm(Direct(world.hub), identity, pending) == identity
        with pytest.raises(Fault, match=r"hub\.code_used"):  # a second laptop with the same file
            enrol.confirm(Direct(world.hub), *enrol.from_file(data, code=code, user="x", now="2026-11-22T08:00:00Z"))

    def test_wrong_code_damage_age_and_strangers_are_refused(self, world: World, tmp_path: Path) -> None:
        data, code = self.file(world, tmp_path)
        now = "2026-11-22T08:00:00Z"
        with pytest.raises(Fault, match=r"hub\.code_wrong"):
            enrol.from_file(data, code="ABCDE-FGHJK", user="x", now=now)
        with pytest.raises(Fault, match=r"hub\.code_form"):
            enrol.from_file(data, code="ABC", user="x", now=now)
        with pytest.raises(Fault, match=r"hub\.code_expired"):
            enrol.from_file(data, code=code, user="x", now="2026-11-28T08:00:01Z")
        for bad in (b"", b"hamlet", data[:-1], data + b"x", bytes(100_000), data[:20] + b"\0" + data[21:]):
            with pytest.raises(Fault) as caught:
                enrol.from_file(bad, code=code, user="x", now=now)
            assert caught.value.code in ("hub.file_damaged", "hub.code_wrong")
        damaged = bytearray(data)
        damaged[-5] ^= 1
        with pytest.raises(Fault, match=r"hub\.code_wrong"):
            enrol.from_file(bytes(damaged), code=code, user="x", now=now)
