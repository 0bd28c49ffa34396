"""R10: TLS 1.2 or newer, held to the certificate that the pinned identity signed for; no clock, no redirect."""

from __future__ import annotations

import datetime
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import plain_records
import pytest
from hub_world import VILLAGE, Laptop, World, make_world
from laptop_world import Workspace, make_workspace
from wiretap import answering, own_certificate, relaying

from forms.errors import Fault, Kind
from sync import certificate, crypto
from sync.client.http import HttpTransport
from sync.hub import admin, opening, sql
from sync.hub.server import serving
from sync.protocol import Role
from sync.wire import Codec


@contextmanager
def over(laptop: Laptop, url: str) -> Iterator[Laptop]:
    """The laptop with a connection to `url`, pinned as it is."""
    transport = HttpTransport(url, identity=laptop.identity.hub_identity, read_seconds=5)
    try:
        yield replace(laptop, transport=transport)
    finally:
        transport.close()


def test_the_hub_is_reached_and_held(world: World) -> None:
    laptop = world.laptop()
    with serving(world.hub, world.folder) as address, over(laptop, address.url) as connected:
        assert connected.hello().proven
        assert connected.pull().rows


def test_nothing_is_sent_before_hello(world: World) -> None:
    laptop = world.laptop()
    with (
        serving(world.hub, world.folder) as address,
        over(laptop, address.url) as connected,
        pytest.raises(Fault, match=r"sync\.unreachable"),
    ):
        connected.hand_in(plain_records.request(laptop.chance))
    assert admin.stats(world.hub).records == 0


def test_the_one_in_the_middle_is_seen_before_any_payload(world: World, tmp_path: Path) -> None:
    laptop = world.laptop()
    inside = own_certificate(tmp_path / "middle", world.hub.identity.hub)
    with serving(world.hub, world.folder) as address:
        with relaying(("127.0.0.1", address.port), inside=inside) as relay, over(laptop, relay.url) as connected:
            with pytest.raises(Fault, match=r"sync\.false_hub") as caught:
                connected.hello()
            assert caught.value.kind is Kind.DENIED
            with pytest.raises(Fault):
                connected.hand_in(plain_records.request(laptop.chance))
            assert b"/v1/hello" in relay.heard
            assert b"/v1/push" not in relay.heard
        with relaying(("127.0.0.1", address.port)) as cable, over(laptop, cable.url) as connected:
            assert connected.hello().proven  # a relay that only passes bytes is no harm


def test_the_one_who_comes_later_is_seen_too(world: World, tmp_path: Path) -> None:
    """The line is switched to another machine after hello, with the connection cut in between."""
    laptop = world.laptop()
    inside = own_certificate(tmp_path / "middle", world.hub.identity.hub)
    with (
        serving(world.hub, world.folder) as address,
        relaying(("127.0.0.1", address.port), inside=inside) as middle,
        relaying(("127.0.0.1", address.port)) as line,
        over(laptop, line.url) as connected,
    ):
        connected.hello()
        line.target = ("127.0.0.1", middle.port)
        line.cut()
        with pytest.raises(Fault, match=r"sync\.unreachable"):
            connected.hand_in(plain_records.request(laptop.chance))
        with pytest.raises(Fault, match=r"sync\.false_hub"):
            connected.hello()
        assert b"/v1/push" not in middle.heard


def test_a_stolen_certificate_without_the_identity_is_not_enough(world: World, tmp_path: Path) -> None:
    laptop = world.laptop()
    thief = make_world(tmp_path / "thief")
    for name in ("certificate.pem", "certificate_key.pem"):
        (thief.folder / name).write_bytes((world.folder / name).read_bytes())
    stolen = replace(thief.hub.identity, tls_password=world.hub.identity.tls_password, hub=world.hub.identity.hub)
    thief.hub.identity = replace(stolen, key=type(stolen.key).generate())
    thief.hub.fingerprint = world.hub.fingerprint
    thief.hub.write(lambda c: _copy_device(c, laptop))
    with (
        serving(thief.hub, thief.folder) as address,
        over(laptop, address.url) as connected,
        pytest.raises(Fault, match=r"sync\.false_hub"),
    ):
        connected.hello()
    thief.hub.close()


def _copy_device(connection: object, laptop: Laptop) -> None:
    sql.insert(
        connection,  # type: ignore[arg-type]
        "device",
        id=laptop.identity.device,
        key=laptop.key.public,
        person="",
        role="village",
        area=laptop.identity.area,
        departments="",
        letters="LSA",
        scope=1,
        invitation="",
        created_at="",
        revoked_at="",
        seen_at="2026-11-21",
    )


@pytest.mark.parametrize("year", [2019, 2050])
def test_a_renewed_certificate_and_dates_stop_nobody(world: World, year: int) -> None:
    laptop = world.laptop()
    before = world.hub.fingerprint
    moment = datetime.datetime(year, 1, 1, tzinfo=datetime.UTC)
    after = opening.renew_certificate(world.folder, world.hub, now=moment)
    world.reopen()
    assert world.hub.fingerprint == after != before
    with serving(world.hub, world.folder) as address, over(laptop, address.url) as connected:
        assert connected.hello().fingerprint == after


def test_a_laptop_in_2019_hands_over(world: World, tmp_path: Path) -> None:
    workspace: Workspace = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    with serving(world.hub, world.folder) as address:
        hub_time = world.clock.moment
        world.clock.moment = datetime.datetime(2019, 3, 1, tzinfo=datetime.UTC)  # the store reads this clock
        workspace.finalise("request", plain_records.request(workspace.chance))
        transport = HttpTransport(address.url, identity=workspace.store.identity().hub_identity)
        assert workspace.hand_over(transport=transport).pushed == 1
        transport.close()
        world.clock.moment = hub_time
    workspace.store.close()


def test_older_tls_is_refused(world: World, tmp_path: Path) -> None:
    laptop = world.laptop()
    context = own_certificate(tmp_path / "old", world.hub.identity.hub)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with answering(context, 200, {}) as url, over(laptop, url) as connected:
        with pytest.raises(Fault) as caught:
            connected.hello()
        assert caught.value.code in ("sync.tls", "sync.unreachable")


def test_the_hub_refuses_older_tls(world: World) -> None:
    with serving(world.hub, world.folder) as address:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", address.port)) as plain, pytest.raises(ssl.SSLError):
            context.wrap_socket(plain).close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(world: World, tmp_path: Path, status: int) -> None:
    laptop = world.laptop()
    context = own_certificate(tmp_path / "redirect", world.hub.identity.hub)
    with serving(world.hub, world.folder) as address:
        to = {"Location": f"{address.url}/v1/hello"}
        with answering(context, status, to) as url, over(laptop, url) as connected:
            with pytest.raises(Fault, match=r"sync\.redirect") as caught:
                connected.hello()
            assert caught.value.kind is Kind.DENIED


@pytest.mark.parametrize(
    ("status", "code"), [(200, "sync.malformed"), (404, "sync.not_a_hub"), (502, "sync.unreachable")]
)
def test_what_is_no_hub_is_said_so(world: World, tmp_path: Path, status: int, code: str) -> None:
    laptop = world.laptop()
    context = own_certificate(tmp_path / "page", "somebody")
    with answering(context, status, {"Content-Type": "text/html"}, b"<html>sign in</html>") as url:
        with over(laptop, url) as connected, pytest.raises(Fault) as caught:
            connected.hello()
        assert caught.value.code == code


def test_an_old_proof_serves_no_new_connection(world: World, tmp_path: Path) -> None:
    """A hub's hello, recorded and played again from the same certificate, answers another nonce."""
    laptop = world.laptop()
    recorded = laptop.hello()
    stolen = certificate.server_context(
        world.folder / "certificate.pem",
        world.folder / "certificate_key.pem",
        password=world.hub.identity.tls_password,
    )
    body = Codec(crypto.commit).encode(recorded)
    with (
        answering(stolen, 200, {}, body) as url,
        over(laptop, url) as connected,
        pytest.raises(Fault, match=r"sync\.false_hub"),
    ):
        connected.hello()


def test_only_https_is_spoken() -> None:
    for url in ("http://127.0.0.1:1", "ftp://x", "127.0.0.1", "file:///etc/passwd"):
        with pytest.raises(Fault, match=r"sync\.url"):
            HttpTransport(url)


def test_a_hub_that_is_off_is_unreachable(world: World) -> None:
    laptop = world.laptop()
    with over(laptop, "https://127.0.0.1:1") as connected, pytest.raises(Fault) as caught:
        connected.hello()
    assert (caught.value.code, caught.value.kind) == ("sync.unreachable", Kind.UNREACHABLE)
