"""R30: the hub bounds what one client can cost it, and a full disk refuses without harm."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import plain_records
import pytest
import requests
import urllib3
import zstandard
from hub_world import World, make_world

from forms.errors import Fault, Kind
from sync.client.http import HttpTransport
from sync.hub import admin, asking, http
from sync.hub.asking import Asked, Patience
from sync.hub.quota import Limits
from sync.hub.routes import ROUTES, Call
from sync.hub.server import Address, Server, serving
from sync.protocol import Outcome, Push
from sync.receipts import code as slip_code
from sync.wire import decode_fault, encode_fault
from sync.wire.pack import PLAIN_LIMIT, unpack

NUMBER = "QS-SQA-0777-3"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("r30") / "hub")
    yield made
    made.hub.close()


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[Address]:
    with serving(world.hub, world.folder) as found:
        yield found


def ask(address: Address, method: str = "POST", path: str = "/ask", **options: object) -> requests.Response:
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        return requests.request(method, address.url + path, verify=False, timeout=20, **options)  # type: ignore[arg-type]  # noqa: S501


# ---- bombs


@pytest.mark.parametrize("size", [PLAIN_LIMIT + 1, 1 << 30])
def test_a_zstd_bomb_is_refused_before_it_is_unpacked(size: int) -> None:
    small = zstandard.ZstdCompressor(level=1).compress(bytes(1 << 20))
    lying = bytearray(small)
    bomb = bytes([1]) + bytes(lying)
    with pytest.raises(Fault, match=r"sync\.too_large"):
        unpack(bomb, limit=1 << 16)
    chunks = zstandard.ZstdCompressor(level=1).compressobj(size=size)
    packed = bytes([1]) + b"".join(chunks.compress(bytes(1 << 20)) for _ in range(min(4, size >> 20))) + b""
    with pytest.raises(Fault):
        unpack(packed)


def test_bodies_past_their_limit_get_413(address: Address) -> None:
    for call in Call:
        assert ask(address, path=f"/v1/{call}", data=bytes(ROUTES[call].limit + 1)).status_code == 413


# ---- slow and many


@contextlib.contextmanager
def connected(port: int) -> Iterator[ssl.SSLSocket]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain) as secure:
        secure.settimeout(10)
        yield secure


def dribbled(secure: ssl.SSLSocket) -> bytes:
    """What is answered to somebody who sends a byte now and then; nothing where the line is cut."""
    try:
        for _ in range(100):
            secure.sendall(b"y")
            time.sleep(0.05)
            secure.settimeout(0.01)
            with contextlib.suppress(TimeoutError):
                return secure.recv(100)
    except (ssl.SSLError, ConnectionError):
        return b""
    return b"still there"


@pytest.mark.parametrize("before", [b"", b"GET /ask HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["at once", "after a request"])
def test_a_client_that_dribbles_is_hung_up_on(world: World, before: bytes) -> None:
    server = Server(world.hub, world.folder, head_seconds=0.5)
    server.start()
    try:
        with connected(server.address.port) as secure:
            if before:
                secure.sendall(before)
                answer = b""
                while b"</html>" not in answer:
                    answer += secure.recv(10_000)
            secure.sendall(b"POST /v1/hello HTTP/1.1\r\nHost: x\r\nX: ")
            assert dribbled(secure) == b""
    finally:
        server.stop()


def test_a_body_that_never_ends_is_refused_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.3)
    with serving(world.hub, world.folder) as address, connected(address.port) as secure:
        secure.sendall(b"POST /v1/hello HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        assert dribbled(secure).startswith(b"HTTP/1.1 408 ")


@pytest.mark.slow
def test_fifty_clients_at_once_get_their_answers(world: World, address: Address) -> None:
    laptops = [world.laptop(seed=number) for number in range(1, 51)]
    answers: list[Outcome] = []

    def push(number: int) -> None:
        laptop = laptops[number]
        transport = HttpTransport(address.url, identity=laptop.identity.hub_identity)
        laptop.transport = transport
        laptop.hello()
        answers.append(laptop.hand_in(plain_records.request(laptop.chance)).results[0].outcome)
        transport.close()

    threads = [threading.Thread(target=push, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [Outcome.STORED] * 50


# ---- quotas


def test_a_device_has_its_share_of_a_day_and_no_more(world: World) -> None:
    laptop, other = world.laptop(), world.laptop()
    before = admin.stats(world.hub).records
    world.hub.limits = Limits(records=5)
    try:
        laptop.hand_in(*[plain_records.request(laptop.chance) for _ in range(5)])
        with pytest.raises(Fault, match=r"hub\.quota"):
            laptop.hand_in(plain_records.request(laptop.chance))
        assert other.hand_in(plain_records.request(other.chance)).results[0].outcome is Outcome.STORED
        world.clock.move(days=1)
        assert laptop.hand_in(plain_records.request(laptop.chance)).results[0].outcome is Outcome.STORED
        assert admin.stats(world.hub).records == before + 7
    finally:
        world.hub.limits = Limits()


def test_bytes_count_too_and_a_revoked_laptop_fills_no_quarantine(world: World) -> None:
    laptop = world.laptop()
    admin.revoke(world.hub, laptop.identity.device)
    world.hub.limits = Limits(bytes=3_000)
    try:
        laptop.hand_in(plain_records.request(laptop.chance))
        with contextlib.suppress(Fault):
            for _ in range(5):
                laptop.hand_in(plain_records.request(laptop.chance))
        with pytest.raises(Fault, match=r"hub\.quota"):
            laptop.hand_in(plain_records.request(laptop.chance, text="x" * 3_000))
    finally:
        world.hub.limits = Limits()


def test_a_full_disk_refuses_and_corrupts_nothing(tmp_path: Path) -> None:
    full = make_world(tmp_path / "hub")
    laptop = full.laptop()
    laptop.hand_in(plain_records.request(laptop.chance))
    pages = full.hub.write(lambda there: there.exec_driver_sql("PRAGMA page_count").scalar_one())
    full.hub.write(lambda there: there.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}").fetchone())
    stored = admin.stats(full.hub).records
    pushes: list[Push] = []

    def until_full() -> None:
        for _ in range(50):
            pushes.append(laptop.push_message([laptop.envelope(plain_records.request(laptop.chance))]))
            laptop.transport.push(pushes[-1])

    with pytest.raises(Fault, match=r"vault\.disk_full"):
        until_full()
    stored += len(pushes) - 1
    assert admin.stats(full.hub).records == stored
    laptop.transport.hub = full.reopen()
    assert laptop.transport.push(pushes[-1]).results[0].outcome is Outcome.STORED
    assert full.hub.write(lambda there: there.exec_driver_sql("PRAGMA quick_check").scalar()) == "ok"
    full.hub.close()


# ---- the page for residents


@pytest.fixture(scope="module")
def slip(world: World) -> str:
    laptop = world.laptop()
    envelope = laptop.envelope(plain_records.request(random.Random(1), ref=NUMBER))
    laptop.push(envelope)
    return slip_code(envelope.salt, envelope.instance_id)


def test_number_and_code_tell_where_a_request_stands(address: Address, slip: str) -> None:
    shown = ask(
        address, data={"number": NUMBER.lower(), "code": f"{slip[:3]}-{slip[3:]}"}, headers={"Accept-Language": "en"}
    )
    assert shown.status_code == 200
    assert "Arrived at the township" in shown.text
    for private in ("陈桂芳", "15400001234", "路灯"):
        assert private not in shown.text
    for header, value in asking.HEADERS.items():
        assert shown.headers[header] == value
    assert "<script" not in shown.text
    chinese = ask(address, data={"number": NUMBER, "code": slip}).text
    assert "已送到镇里" in chinese
    assert ask(address, "GET").status_code == 200


def test_without_the_code_it_tells_nothing(address: Address, slip: str) -> None:
    wrong = "2" * 6 if slip != "2" * 6 else "3" * 6
    pages = {
        ask(address, data={"number": number, "code": tried}).text
        for number, tried in ((NUMBER, wrong), (NUMBER, ""), ("QS-SQA-9999-1", slip), ("", ""), ("<b>", "'\"><script>"))
    }
    assert len(pages) == 1
    assert "<b>" not in pages.pop()
    assert ask(address, data=b"number=" + b"x" * 5_000).status_code == 413
    assert ask(address, data=b"\xff\xfe").status_code == 200


def test_tries_are_counted_by_address_and_by_number() -> None:
    patience = Patience(each=3, number=2, all=100, seconds=60)
    assert [patience.allows(address="a", number=str(n), now=1.0) for n in range(4)] == [True, True, True, False]
    assert [patience.allows(address=str(n), number="X", now=2.0) for n in range(3)] == [True, True, False]
    assert patience.allows(address="a", number="X", now=62.0)


def test_too_many_questions_are_put_off(world: World, slip: str) -> None:
    with serving(world.hub, world.folder) as fresh:
        codes = [ask(fresh, data={"number": NUMBER, "code": "222222"}).status_code for _ in range(12)]
    assert codes == [200] * 10 + [429] * 2
    assert world.hub.ask_after(Asked(NUMBER, slip)) is not None


def test_every_code_of_the_hub_has_words() -> None:
    for name in ("hub.quota", "hub.serving", "hub.no_receipt", "hub.has_above"):
        found = decode_fault(encode_fault(Fault(name, Kind.DENIED, records=1, megabytes=1)), {name: 1})
        assert found is not None
        assert found.code == name
