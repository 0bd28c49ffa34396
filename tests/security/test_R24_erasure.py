"""R24: what is erased is nowhere on the computer any more, the chains still prove, and nothing brings it back."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import service_world
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hub_world import PASSPHRASE as HUB_PASSPHRASE
from hub_world import World as HubWorld
from hub_world import make_world
from service_world import GROUP, VILLAGE, Filled, clock, fill, seen_by, workspace
from sqlalchemy import Connection

from desktop.services.desk import TheDesk
from desktop.services.filling.filling import named
from desktop.services.keeping import backup
from desktop.services.keeping.backup import Backups
from desktop.services.keeping.workspace import OpenWorkspace, enrol
from desktop.services.overview.opinion_values import Ruling
from desktop.services.people.privacy import Reason
from forms.errors import Fault
from sync.hub import admin, copies, opening, restoring
from sync.hub.server import serving
from sync.protocol import Page, Role, Row, RowKind
from sync.vault.keys import DataKey

NAME, PHONE, SAID = "王建国", "15412345678", "小学路口的路灯不亮了"
BEGUN, THOUGHT, PUBLIC, LATER = "先写的是自来水停了", "水渠漏了两年没人管", "水渠漏水要修", "水渠漏水要快修"
PAGE, TAIL, VECTOR = 4096, 80, 16  # of SQLCipher 4: 16 bytes of vector and 64 of authentication end a page


class World:
    """A village's workspace, its key, and a person in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened = workspace(folder)
        self.desk: TheDesk = self.opened.desk(writer=True)
        self.filled: Filled = fill(self.desk)
        store = self.desk.context.store
        self.person = next(u for u in self.filled.residents if store.entities.get(u).properties["full_name"] == NAME)
        self.other = next(u for u in self.filled.residents if u != self.person)

    def pages(self) -> bytes:
        key: DataKey = self.opened._key  # type: ignore[assignment]
        (path,) = self.folder.glob("*.db")
        return pages(path, key)


def pages(path: Path, key: DataKey) -> bytes:
    """Every page of a database in the clear, free ones and what is left in them too."""
    data = path.read_bytes()
    found = []
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        vector = page[-TAIL : -TAIL + VECTOR]
        body = page[16:-TAIL] if start == 0 else page[:-TAIL]  # the first begins with the salt
        decryptor = Cipher(algorithms.AES(key.database()), modes.CBC(vector)).decryptor()
        found.append(decryptor.update(body) + decryptor.finalize())
    return b"".join(found)


def opinion(desk: TheDesk, person: str) -> str:
    """What a named person thinks."""
    opening = desk.filling.start("opinion")
    answers = {"topic": "H", "stance": "worry", "text": THOUGHT, "people": "1", "source": "visit", "area": GROUP}
    for name, value in (answers | {"named": "yes", "resident": person, "reply": "no"}).items():
        opening.session.set(named(opening.form, name), value)
    return desk.filling.finish(opening).instance_id


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "v")
    yield made
    made.desk.close()


def test_nothing_of_the_person_is_left_in_any_page(world: World) -> None:
    draft = world.desk.filling.start("request", known={"resident": world.person})
    world.desk.filling.save(world.desk.filling.snapshot(draft))
    world.desk.context.store._context.database.checkpoint()  # type: ignore[attr-defined]
    before = world.pages()
    assert all(marker.encode() in before for marker in (NAME, PHONE, SAID))
    gone = world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    assert gone.records >= 1
    after = world.pages()
    assert not [marker for marker in (NAME, PHONE, "wangjianguo", "5678") if marker.encode() in after]
    assert all(path.stat().st_size == 0 for path in world.folder.glob("*-wal"))
    assert world.desk.filling.drafts() == ()


def test_what_was_deleted_before_is_overwritten_too(world: World) -> None:
    """A draft that was finished long ago has left its pages free, with everything that stood in them."""
    desk = world.desk
    opening = desk.filling.start("request", known={"resident": world.person})
    for text in (BEGUN * 400, SAID):
        opening.session.set(named(opening.form, "description"), text)
        desk.filling.save(desk.filling.snapshot(opening))
    desk.filling.discard(desk.filling.drafts()[0].id)
    desk.context.store._context.database.checkpoint()  # type: ignore[attr-defined]
    assert BEGUN.encode() in world.pages()
    desk.privacy.erase(world.person, reason=Reason.ASKED)
    assert BEGUN.encode() not in world.pages()
    assert desk.context.store.check() == ()


def test_what_was_made_public_of_an_opinion_goes_with_it(world: World) -> None:
    thought = opinion(world.desk, world.person)
    office = seen_by(world.desk, Role.TOWNSHIP, area="990621101")
    office.opinions.decide(thought, Ruling.PUBLISH, text=PUBLIC, answer="下月修")
    store = world.desk.context.store
    (check,) = [row.instance_id for row in store.records.list(limit=100).rows if row.form_id == "opinion_check"]
    world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    assert (store.records.get(check).xml, store.erasure.known(check)) == (b"", True)
    assert not [said for said in (THOUGHT, PUBLIC, "下月修") if said.encode() in world.pages()]
    assert list(office.opinions.published()) == []


def test_nobody_finds_the_person_or_what_they_asked_for(world: World) -> None:
    world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    assert world.desk.people.search("wjg") == world.desk.people.search("5678") == ()
    assert [row.uuid for row in world.desk.people.list()] == [world.other]
    with pytest.raises(Fault) as fault:
        world.desk.people.person(world.person)
    assert fault.value.code == "services.unknown_person"
    with pytest.raises(Fault):
        world.desk.privacy.erase(world.person, reason=Reason.ASKED)


def test_commits_links_counts_and_the_log_still_prove(world: World) -> None:
    store = world.desk.context.store
    rows = store.records.list(limit=100).rows
    commits = {row.instance_id: store.records.get(row.instance_id).commit for row in rows}
    world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    for row in rows:
        record = store.records.get(row.instance_id)
        assert record.commit == commits[row.instance_id]
        if store.erasure.known(row.instance_id):
            assert (record.xml, record.salt) == (b"", b"")
    assert world.desk.audit().ok
    assert store.check() == ()
    assert store.entities.count("residents") == len(world.desk.people.list())
    assert sum(store.requests.counts().values()) == len(world.desk.requests.list())
    entry = store.audit.list(limit=1000)[-1]
    assert (entry.action, entry.subject, entry.detail["reason"]) == ("person.erased", world.person, "asked")


def test_others_of_the_household_stay(world: World) -> None:
    before = world.desk.people.person(world.other, reveal=True).facts
    world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    after = world.desk.people.person(world.other, reveal=True)
    assert [replace(fact, noted=None) for fact in after.facts] == [replace(fact, noted=None) for fact in before]
    assert [row.uuid for row in after.members] == [world.other]
    assert NAME not in repr(after)


def test_a_page_of_the_hub_does_not_bring_them_back(world: World) -> None:
    store = world.desk.context.store
    item = store.entities.get(world.person)
    world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    body = {
        "dataset": "residents",
        "uuid": world.person,
        "label": NAME,
        "version": 2,
        "properties": dict(item.properties),
    }
    row = Row(9, RowKind.ENTITY, world.person, item.area, body)
    store.inbox.apply_page(Page(bytes(16), (row,), b"cursor", False, bytes(64)))
    assert world.desk.people.search("wjg") == ()
    assert store.entities.get(world.person).properties == {}


def test_what_others_share_goes_to_the_township_first(world: World) -> None:
    store = world.desk.context.store
    store.enrol(replace(store.identity(), hub="hub-1", hub_name="柳林镇", hub_identity=bytes(32)))
    with pytest.raises(Fault) as fault:
        world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    assert fault.value.code == "store.hand_over_first"
    assert world.desk.people.search("wjg")


@pytest.mark.parametrize("told_by_copy", [True, False])
def test_a_copy_brought_back_erases_again_before_it_opens(world: World, tmp_path: Path, told_by_copy: bool) -> None:
    """A newer copy beside it knows of the erasure, or the workspace whose place it takes."""
    older = Backups(world.opened).run().path
    thought = opinion(world.desk, world.other)
    world.desk.privacy.erase(world.person, reason=Reason.ASKED)
    if told_by_copy:
        later = dataclasses.replace(world.opened, clock=clock("2026-11-22T09:00:00+08:00"))
        assert Backups(later).run().path.parent == older.parent
    back = backup.restore(
        older,
        tmp_path / "back",
        user="wang",
        passphrase=service_world.PASSPHRASE,
        clock=clock("2026-11-23T09:00:00+08:00"),
        instead_of=None if told_by_copy else world.folder,
    )
    desk = back.desk()
    assert (desk.people.search("wjg"), [row.uuid for row in desk.people.list()]) == ((), [world.other])
    assert desk.context.store.records.get(thought) is None, "the copy is older than this"
    assert desk.context.store.erasure.known(world.person)
    assert (desk.audit().ok, desk.context.store.check()) == (True, ())
    desk.close()
    held = pages(tmp_path / "back" / "store.db", back.key())
    assert not [marker for marker in (NAME, PHONE) if marker.encode() in held]
    assert sorted(path.name for path in (tmp_path / "back").glob("newer*")) == []


def test_a_forms_records_go_when_their_time_is_over(world: World) -> None:
    """Only what the township has, only of that form; what the registers say stays."""
    desk, store = world.desk, world.desk.context.store
    desk.privacy.keep_for("request", months=6)
    assert desk.privacy.expire() == ()
    with store._context.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE record SET wall_time = '2025-01-01T00:00:00.000Z'")
    assert desk.privacy.expire() == (), "it is not at the township yet"
    with store._context.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE record SET state = 'acknowledged'")
    (expired,) = desk.privacy.expire()
    assert (expired.form_id, expired.records) == ("request", 1)
    assert {row.form_id for row in store.records.list().rows if store.records.get(row.instance_id).xml} == {"household"}
    assert len(desk.requests.list()) == 1
    desk.privacy.keep_for("request", months=None)
    assert desk.privacy.expire() == ()


def test_an_order_to_erase_travels_and_names_nobody(tmp_path: Path) -> None:
    """The village erases; after the next hand-overs the township shows nothing, and its bytes are gone too."""
    world = make_world(tmp_path / "hub")
    try:
        with serving(world.hub, world.folder) as address:
            village, office = (
                enrolled(world, address.url, tmp_path / name, role, area)
                for name, role, area in (("v", Role.VILLAGE, VILLAGE), ("t", Role.TOWNSHIP, "990621101"))
            )
            try:
                filled = fill(village)
                teller = next(row for row in village.people.list() if row.name == NAME).uuid
                thought = opinion(village, teller)
                village.hand_over.run()
                office.hand_over.run()
                office.opinions.decide(thought, Ruling.PUBLISH, text=PUBLIC)
                office.hand_over.run()
                person = next(row for row in office.people.list() if row.name == NAME)
                asked = [SAID] if person.uuid.encode() in export_of(village, "request") else []
                older = backed_up(world, tmp_path / "copies" / "1")
                village.privacy.erase(person.uuid, reason=Reason.ASKED)
                (order,) = [row for row in village.records.list().rows if row.form_id == "erasure"]
                assert NAME.encode() not in village.records.export(order.instance_id)
                village.hand_over.run()
                gone = (NAME, PHONE, THOUGHT, PUBLIC, LATER, *asked)
                assert on_disk(world, gone) == []
                office.opinions.decide(thought, Ruling.PUBLISH, text=LATER)  # who has not heard of it yet
                office.hand_over.run()
                assert [row.uuid for row in office.people.list()] == [u for u in filled.residents if u != person.uuid]
                assert office.people.search("wjg") == ()
                store = office.context.store
                assert store.erasure.known(person.uuid)
                kept = b"".join(store.records.get(row.instance_id).xml for row in store.records.list(limit=100).rows)
                assert not [each for each in gone if each.encode() in kept]
                assert (village.audit().ok, office.audit().ok) == (True, True)
                village.hand_over.run()
                assert village.people.search("wjg") == ()
                assert told_by(world, gone) == on_disk(world, gone) == []
                assert world.hub.write(lambda there: left_and_done(there)) == (0, 1)
                backed_up(world, tmp_path / "copies" / "2")
                (tmp_path / "copies" / "3").write_bytes(b"no backup")
                restoring.restore(older, tmp_path / "again", HUB_PASSPHRASE, clock=world.clock)
                assert in_pages(tmp_path / "again", (NAME, PHONE, *asked)) == []
                assert sorted(path.name for path in (tmp_path / "again").glob("newer*")) == []
                key, now = opening.unlock(world.folder, HUB_PASSPHRASE), world.clock() + timedelta(days=89, hours=23)
                for days, left in ((0, ["1", "2", "3"]), (1, ["2", "3"]), (1000, ["2", "3"])):
                    copies.expire(older.parent, key, world.hub.identity.hub, now=now + timedelta(days=days))
                    assert sorted(path.name for path in older.parent.iterdir()) == left, "the newest always stays"
                late = enrolled(world, address.url, tmp_path / "late", Role.TOWNSHIP, "990621101")
                late.hand_over.run()
                assert late.people.search("wjg") == ()
                assert [row.uuid for row in late.people.list()] == [row.uuid for row in office.people.list()]
                assert late.requests.list() == office.requests.list()
                late.close()
            finally:
                village.close()
                office.close()
    finally:
        world.hub.close()


def test_a_department_that_was_told_who_asked_erases_as_well(tmp_path: Path) -> None:
    """Name, telephone, what was asked and what the department noted of it: gone from its computer too."""
    world = make_world(tmp_path / "hub")
    with serving(world.hub, world.folder) as address:
        village = enrolled(world, address.url, tmp_path / "v", Role.VILLAGE, VILLAGE)
        office = enrolled(world, address.url, tmp_path / "t", Role.TOWNSHIP, "990621101")
        there = joined(world, address.url, tmp_path / "d", Role.DEPARTMENT, "990621101", ["GD"])
        power = there.desk(writer=True)
        fill(village)
        person = next(each.uuid for each in village.people.list() if each.name == NAME)
        ref = village.batch("request").add(service_world.request(person, LATER), base=Path()).ref
        village.hand_over.run()
        office.hand_over.run()
        assert set(office.requests.assign([ref], department="GD").values()) == {""}
        for desk in (office, power):
            desk.hand_over.run()
        assert (asker := power.requests.show(ref).asker) is not None
        assert (asker.name, power.requests.reveal(ref).now) == (NAME, PHONE)
        assert [row.ref for row in power.requests.list(query="wjg")] == [ref]
        power.requests.update(ref, {"action": "progress", "note_text": f"给{NAME}打了电话"})
        for desk in (power, village):
            desk.hand_over.run()
        power.context.store._context.database.checkpoint()  # type: ignore[attr-defined]
        markers = (NAME, PHONE, LATER)
        assert [each for each in markers if each.encode() in pages(tmp_path / "d" / "store.db", there.key())] == [
            *markers
        ]
        village.privacy.erase(person, reason=Reason.ASKED)
        for desk in (village, power):
            desk.hand_over.run()
        assert [row.ref for row in power.requests.list()] == []
        held = pages(tmp_path / "d" / "store.db", there.key())
        assert [each for each in markers if each.encode() in held] == on_disk(world, markers) == []
        assert (power.audit().ok, power.context.store.check()) == (True, ())
        for desk in (village, office, power):
            desk.close()
    world.hub.close()


def export_of(desk: TheDesk, form: str) -> bytes:
    (row,) = [row for row in desk.records.list().rows if row.form_id == form]
    return desk.records.export(row.instance_id)


def on_disk(world: HubWorld, markers: Sequence[str]) -> list[str]:
    """What of the person is in any page of the hub's database; its log is empty, while the hub runs."""
    assert [path.stat().st_size for path in world.folder.glob("hub.db-wal")] == [0]
    return in_pages(world.folder, markers)


def in_pages(folder: Path, markers: Sequence[str]) -> list[str]:
    held = pages(folder / "hub.db", opening.unlock(folder, HUB_PASSPHRASE))
    return [marker for marker in markers if marker.encode() in held]


def backed_up(world: HubWorld, file: Path) -> Path:
    file.parent.mkdir(exist_ok=True)
    world.clock.move(hours=1)
    copies.to_file(world.hub, world.folder, opening.unlock(world.folder, HUB_PASSPHRASE), file)
    return file


def told_by(world: HubWorld, markers: Sequence[str]) -> list[str]:
    """Tables of the hub in which something of the person stands."""
    found = []

    def read(connection: Connection) -> None:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for table in tables:
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").all():  # noqa: S608
                said = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
                found.extend(f"{table}: {marker}" for marker in markers if marker.encode() in said)

    world.hub.read(read)
    return found


def left_and_done(connection: Connection) -> tuple[int, int]:
    """Records that name the person still, but for the order; orders that are carried out."""
    left = connection.exec_driver_sql(
        "SELECT count(*) FROM record, erasing WHERE form_id <> 'erasure' AND instr(xml, erasing.uuid) > 0"
    ).scalar_one()
    done = connection.exec_driver_sql("SELECT count(*) FROM erasing WHERE bytes_gone = 1").scalar_one()
    return int(left), int(done)


def enrolled(world: HubWorld, url: str, folder: Path, role: Role, area: str) -> TheDesk:
    return joined(world, url, folder, role, area).desk(writer=True)


def joined(
    world: HubWorld, url: str, folder: Path, role: Role, area: str, departments: Sequence[str] = ()
) -> OpenWorkspace:
    code = admin.invite(world.hub, area=area, role=role, departments=departments).code
    return enrol(folder, url=url, code=code, user="wang", passphrase=service_world.PASSPHRASE, clock=clock())
