"""The HTTP shell: whatever a client sends, the answer is a 4xx with a reason, never a 500, and never unbounded."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace

import messages
import plain_records
import pytest
import requests
import urllib3
from hub_world import World, make_world

from forms.errors import Fault, Kind
from sync import crypto
from sync.client.http import HttpTransport
from sync.hub import admin
from sync.hub.routes import ROUTES, Call
from sync.hub.server import Address, Server, serving
from sync.protocol import Push
from sync.wire import Codec, decode_fault

CODES = {
    f"{area}.{code}" for area in ("hub", "sync") for code in ("malformed", "too_large", "unknown_device", "version")
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("http") / "hub")
    yield made
    made.hub.close()


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[Address]:
    with serving(world.hub, world.folder) as found:
        yield found


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.verify = False
        made.trust_env = False
        yield made


def post(session: requests.Session, address: Address, call: str, body: bytes | Iterator[bytes]) -> requests.Response:
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        return session.post(f"{address.url}/v1/{call}", data=body, timeout=20)


@pytest.mark.slow
def test_bad_bodies_are_bad_requests(session: requests.Session, address: Address) -> None:
    chance = random.Random(4)
    codec = Codec(crypto.commit)
    bodies = [b"", b"\0", b"<xml/>", b"{}", bytes(1_000)]
    for message in messages.every().values():
        whole = codec.encode(message)
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] ^= 0xFF
        bodies += [chance.choice([whole[: len(whole) // 2], whole + b"x"]), bytes(damaged)]
    for call in Call:
        for body in bodies:
            answer = post(session, address, call, body)
            assert 400 <= answer.status_code < 500, (call, body[:20], answer.status_code)
            assert decode_fault(answer.content, CODES | {"hub.code_unknown", "hub.too_many_tries"}) is not None


def test_well_formed_messages_of_strangers_are_denied(session: requests.Session, address: Address) -> None:
    codec = Codec(crypto.commit)
    for message in messages.every().values():
        for call in [call for call in Call if ROUTES[call].question is type(message)]:
            assert post(session, address, call, codec.encode(message)).status_code == 403


def test_other_paths_and_methods_are_not_there(session: requests.Session, address: Address) -> None:
    assert post(session, address, "nothing", b"").status_code == 404
    assert post(session, address, "../admin", b"").status_code == 404
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        assert session.get(f"{address.url}/v1/push", timeout=20).status_code == 405


def test_bodies_past_the_limit_are_refused(session: requests.Session, address: Address) -> None:
    for call in Call:
        answer = post(session, address, call, bytes(ROUTES[call].limit + 1))
        assert answer.status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield bytes(64 * 1024)

    with contextlib.suppress(requests.ConnectionError):  # it may hang up before all was sent
        assert post(session, address, "push", endless()).status_code == 413


def raw(address: Address, data: bytes) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", address.port)) as plain, context.wrap_socket(plain) as secure:
        secure.settimeout(10)
        try:
            secure.sendall(data)
            return secure.recv(4_096)
        except (ssl.SSLError, ConnectionError):
            return b""  # it hung up before all was sent


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /v1/push HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"POST /v1/push HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
)
def test_broken_http_is_a_bad_request(address: Address, head: bytes) -> None:
    answer = raw(address, head)
    assert answer.startswith(b"HTTP/1.1 4") or answer == b""


def test_it_lives_on_after_all_that(session: requests.Session, address: Address, world: World) -> None:
    laptop = world.laptop()
    message = laptop.push_message([laptop.envelope(plain_records.request(laptop.chance))])
    codec = Codec(crypto.commit)
    assert post(session, address, "push", codec.encode(message)).status_code == 200
    forged = replace(message, signature=bytes(64))
    assert post(session, address, "push", codec.encode(forged)).status_code == 403
    empty = laptop.signed(replace(message, run=replace(message.run, envelopes=())))
    assert isinstance(empty, Push)
    assert post(session, address, "push", codec.encode(empty)).status_code == 200
    assert admin.stats(world.hub).records == 1


def test_a_taken_port_is_said_so(world: World, address: Address) -> None:
    with pytest.raises(Fault, match=r"hub\.cannot_listen"):
        Server(world.hub, world.folder, port=address.port)


def test_who_never_asks_is_hung_up_on(world: World) -> None:
    server = Server(world.hub, world.folder, head_seconds=0.2)
    server.start()
    try:
        assert raw(server.address, b"POST /v1/push HT") == b""
        laptop = world.laptop()
        transport = HttpTransport(server.address.url, identity=laptop.identity.hub_identity)
        laptop.transport = transport
        laptop.hello()
        time.sleep(0.4)  # a connection that has asked once stays
        assert laptop.pull().rows
        transport.close()
    finally:
        server.stop()


def test_the_hubs_own_trouble_is_told_as_its_own(
    session: requests.Session, world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_message: Push) -> None:
        raise Fault("vault.disk_full", Kind.DAMAGED, path="/srv/hub/hub.db")

    laptop = world.laptop()
    body = Codec(crypto.commit).encode(laptop.push_message([laptop.envelope(plain_records.request(laptop.chance))]))
    with monkeypatch.context() as patched:
        patched.setattr(world.hub, "push", full)
        reply = post(session, address, "push", body)
    fault = decode_fault(reply.content, frozenset({"hub.internal", "vault.disk_full"}))
    assert fault is not None
    assert (reply.status_code, fault.code, fault.kind, fault.values) == (503, "hub.internal", Kind.UNREACHABLE, {})
    assert post(session, address, "push", body).status_code == 200
