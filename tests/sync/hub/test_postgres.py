"""The same hub on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import plain_records
import postgres_server
import pytest
from envelopes import new_uuid
from hub_world import NEIGHBOUR, PASSPHRASE, TOWNSHIP, Clock, World

from forms.errors import Fault, Kind
from forms.load import load_form
from sync import crypto
from sync.hub import admin, opening, sql
from sync.protocol import Attachment, Outcome, Role
from sync.vault import audit

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server.running() as url:
        yield url


@pytest.fixture(scope="module")
def world(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, clock = tmp_path_factory.mktemp("postgres") / "hub", Clock()
    opening.create(
        folder, name="青禾县", area=TOWNSHIP, passphrase=PASSPHRASE, load=load_form, clock=clock, database=server
    )
    key = opening.unlock(folder, PASSPHRASE)
    made = World(folder, clock, opening.open_hub(folder, key, load=load_form, clock=clock, database=server))
    yield made
    made.hub.close()


def test_a_request_goes_its_way(world: World) -> None:
    village, neighbour = world.laptop(), world.laptop(NEIGHBOUR)
    township = world.laptop(TOWNSHIP, Role.TOWNSHIP)
    power = world.laptop(TOWNSHIP, Role.DEPARTMENT, departments=["power"])
    for laptop in (village, neighbour, township, power):
        assert {row.kind for row in laptop.pull_all()} == {"form", "list"}
    request = new_uuid(village.chance)
    message = village.push_message([village.envelope(plain_records.request(village.chance, uuid=request))])
    assert [result.outcome for result in world.hub.push(message).results] == [Outcome.STORED]
    assert [result.outcome for result in world.hub.push(message).results] == [Outcome.DUPLICATE]
    assert neighbour.pull_all() == power.pull_all() == []
    assert [row.kind for row in township.pull_all()] == ["entity", "record"]
    township.hand_in(plain_records.update(township.chance, request, "assign", dept="power"), form="request_update")
    assert [row.kind for row in power.pull_all()] == ["entity", "event"]
    assert sorted(row.kind for row in village.pull_all()) == ["entity", "event"]
    refused = neighbour.hand_in(plain_records.told(neighbour.chance, request), form="told")
    assert refused.results[0].reason == "area"
    stats = admin.stats(world.hub)
    assert (stats.records, stats.duplicates, stats.quarantined) == (2, 1, 1)
    assert village.hello(anchor=village.hello().anchor).proven


def test_files_pages_and_the_audit_log_work(world: World) -> None:
    village = world.laptop()
    content = village.chance.randbytes(70_000)
    file = Attachment("photo.jpg", crypto.digest(content), len(content))
    envelope = village.envelope(plain_records.request(village.chance), attachments=(file,))
    village.push(envelope)
    village.transport.attach(village.part(envelope, "photo.jpg", data=content[:50_000]))
    done = village.transport.attach(village.part(envelope, "photo.jpg", offset=50_000, data=content[50_000:]))
    assert done.complete
    assert village.transport.fetch(village.part(envelope, "photo.jpg")).data == content
    village.hand_in(*[plain_records.household(village.chance) for _ in range(30)], form="household")
    whole = village.pull_all()
    village.cursor = b""
    assert village.pull_all(max_bytes=500) == whole
    admin.invite(world.hub, area=TOWNSHIP, role=Role.SUPERVISOR)
    assert world.hub.read(audit.verify).ok


def test_the_hubs_own_secrets_are_sealed(world: World, server: str) -> None:
    stored = world.hub.read(lambda connection: [row.value for row in sql.run(connection, "SELECT value FROM meta")])
    for secret in (world.hub.identity.key.seed(), world.hub.identity.tls_password, world.hub.identity.cursors):
        assert not any(secret in value for value in stored)
    with pytest.raises(Fault, match=r"hub\.other_database"):
        opening.open_hub(world.folder, opening.DataKey(bytes(32)), load=load_form, clock=world.clock, database=server)


def test_what_is_no_database_is_said_so(world: World) -> None:
    key = opening.unlock(world.folder, PASSPHRASE)
    for url, code, kind in (
        ("postgresql://postgres@127.0.0.1:1/postgres", "hub.database", Kind.UNREACHABLE),
        ("mysql://x/y", "hub.database_url", Kind.USAGE),
        ("nonsense", "hub.database_url", Kind.USAGE),
    ):
        with pytest.raises(Fault) as caught:
            opening.open_hub(Path(world.folder), key, load=load_form, clock=world.clock, database=url)
        assert (caught.value.code, caught.value.kind) == (code, kind)


def test_a_hub_served_from_a_database_is_found_there_by_every_command(server: str, tmp_path: Path) -> None:
    folder, clock = tmp_path / "hub", Clock()
    url = postgres_server.another(server, "moved")
    opening.create(folder, name="青禾县", area=TOWNSHIP, passphrase=PASSPHRASE, load=load_form, clock=clock)
    key = opening.unlock(folder, PASSPHRASE)
    first = opening.open_hub(folder, key, load=load_form, clock=clock)
    identity = first.identity.public
    admin.invite(first, area=TOWNSHIP, role=Role.TOWNSHIP)
    first.close()
    for _ in range(2):
        opening.settle(folder, key, url, load=load_form, clock=clock)
    assert not (folder / opening.DATABASE).exists()
    assert b"postgres" not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    hub = opening.open_hub(folder, key, load=load_form, clock=clock)
    world = World(folder, clock, hub)
    try:
        assert hub.identity.public == identity
        assert hub.read(lambda connection: sql.scalar(connection, "SELECT count(*) FROM invitation")) == 1
        village = world.laptop()
        assert {row.kind for row in village.pull_all()} == {"form", "list"}
    finally:
        hub.close()
    with pytest.raises(Fault, match=r"hub\.database_used"):
        opening.create(
            tmp_path / "other", name="x", area=TOWNSHIP, passphrase=PASSPHRASE, load=load_form, clock=clock,
            database=url,
        )  # fmt: skip
    assert not (tmp_path / "other").exists()
