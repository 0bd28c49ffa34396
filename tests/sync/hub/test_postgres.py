"""The same hub on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import plain_records
import postgres_server
import pytest
from envelopes import new_uuid
from hub_world import COUNTY, NEIGHBOUR, PASSPHRASE, TOWNSHIP, VILLAGE, Clock, World
from laptop_world import Workspace, make_workspace
from simulation_records import household_edit
from two_hubs import Line, belong, exchange

from desktop.services.office import at_rest
from forms.errors import Fault, Kind
from forms.load import load_form
from sync import crypto
from sync.client import stick as laptop_stick
from sync.hub import admin, erasing, opening, sql
from sync.hub import stick as hub_stick
from sync.protocol import Attachment, Outcome, Role
from sync.store.api import NewAttachment
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


def test_where_it_lies_is_known_to_the_doctor(world: World) -> None:
    """PostgreSQL encrypts nothing itself: `doctor --hub` looks at the disk below its files."""
    found = at_rest.look(world.folder, PASSPHRASE, user=opening.USER)
    assert found.where.startswith("PostgreSQL /")
    data = Path(found.where.removeprefix("PostgreSQL ").rpartition(":")[0])
    assert found.encrypted is at_rest.on_encrypted_disk(data)


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


def test_sticks_decisions_and_the_hub_above_work(server: str, tmp_path: Path) -> None:
    """Both hubs stand on PostgreSQL; the laptop goes by stick, is enrolled anew, and lets go of what is backed up."""
    worlds = []
    for name, area in (("county", COUNTY), ("township", TOWNSHIP)):
        folder, clock, url = tmp_path / name, Clock(), postgres_server.another(server, name)
        opening.create(folder, name=name, area=area, passphrase=PASSPHRASE, load=load_form, clock=clock, database=url)
        key = opening.unlock(folder, PASSPHRASE)
        worlds.append(World(folder, clock, opening.open_hub(folder, key, load=load_form, clock=clock, database=url)))
    county, township = worlds
    to = belong(township.hub, county.hub)
    village, office = (
        make_workspace(tmp_path / f"laptop-{role}", township, area, role, seed=seed)
        for seed, (area, role) in enumerate(((VILLAGE, Role.VILLAGE), (TOWNSHIP, Role.TOWNSHIP)), 1)
    )
    kept, other = (new_uuid(village.chance) for _ in range(2))
    for uuid in (kept, other):
        photo = (NewAttachment("a.jpg", village.chance.randbytes(1_000)),)
        village.finalise("household", plain_records.household(village.chance, uuid=uuid), attachments=photo)
    by_stick(township, village, tmp_path)
    village.store.enrol(township.laptop(VILLAGE, Role.VILLAGE, seed=77).identity)
    office.hand_over()
    merge = office.finalise("decision", plain_records.decision(office.chance, "merge", kept, other=other))
    office.hand_over()
    branch = new_uuid(village.chance)
    village.finalise("household", household_edit(village.chance, kept, ("3", "1", branch), house_no="9号"))
    by_stick(township, village, tmp_path)
    office.hand_over()
    review = office.store.decisions.review("households", kept)
    assert review is not None
    taken = plain_records.decision(office.chance, "take", kept, about=review.held[0].instance_id)
    office.finalise("decision", taken)
    office.hand_over()
    assert exchange(township.hub, to, Line(county.hub)).records == 5
    county.hub.publish_list("notes.csv", b"code,label\n1,one\n")  # a backup after its place has the photographs too
    county.hub.backed_up(admin.stats(county.hub).head_n)
    exchange(township.hub, to, Line(county.hub))
    by_stick(township, village, tmp_path)
    by_stick(township, village, tmp_path)
    item = village.store.entities.get(kept, "households")
    merged = village.store.entities.get(other, "households")
    assert item is not None
    assert merged is not None
    assert (item.properties["house_no"], item.pending, merged.merged_into) == ("9号", 0, kept)
    assert admin.export_record(county.hub, merge) == admin.export_record(township.hub, merge)
    assert village.store.outbox.prune(before="9999").records > 0
    for workspace in (village, office):
        workspace.store.close()
    for world in worlds:
        world.hub.close()


def by_stick(world: World, who: Workspace, folder: Path) -> None:
    laptop_stick.write(who.on_store, folder / "up.hamlet")
    hub_stick.read_bundle(world.hub, folder / "up.hamlet")
    hub_stick.write_answer(world.hub, folder / "down.hamlet", area=who.store.identity().area)
    laptop_stick.read(who.on_store, folder / "down.hamlet")


def test_somebody_is_erased_and_a_late_file_reaches_who_waits_for_it(server: str, tmp_path: Path) -> None:
    folder, clock, url = tmp_path / "hub", Clock(), postgres_server.another(server, "erased")
    opening.create(
        folder, name="青禾县", area=TOWNSHIP, passphrase=PASSPHRASE, load=load_form, clock=clock, database=url
    )
    key = opening.unlock(folder, PASSPHRASE)
    world = World(folder, clock, opening.open_hub(folder, key, load=load_form, clock=clock, database=url))
    village = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    township = make_workspace(tmp_path / "township", world, TOWNSHIP, Role.TOWNSHIP, seed=2)
    try:
        resident, request = (new_uuid(village.chance) for _ in range(2))
        xml = plain_records.request(village.chance, uuid=request)
        visitor = "<requester>visitor</requester><visitor_name>陈桂芳</visitor_name>"
        named = xml.replace(visitor.encode(), f"<requester>person</requester><resident>{resident}</resident>".encode())
        record = village.finalise("request", named, attachments=(NewAttachment("a.jpg", b"photograph" * 1_000),))
        other = village.finalise("request", plain_records.request(village.chance))
        village.hand_over(budget=0)
        township.hand_over()  # and waits for the photograph
        village.hand_over()
        assert township.hand_over().files_down == 1

        world.hub.write(lambda there: erasing.order(there, resident, {}))
        assert admin.export_record(world.hub, other) != b""
        bodies = "SELECT instance_id FROM record WHERE length(xml) = 0"
        assert world.hub.read(lambda there: list(sql.run(there, bodies).scalars())) == [record]
        assert world.hub.read(lambda there: sql.scalar(there, "SELECT bytes_gone FROM erasing")) == 1
        newcomer = world.laptop(TOWNSHIP, Role.TOWNSHIP)
        assert not any(request in row.key and not row.body["deleted"] for row in newcomer.pull_all())
    finally:
        village.store.close()
        township.store.close()
        world.hub.close()
