"""A first pull: names before rows, and no form that came with the program; also where things change meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import link_set
import plain_records
import pytest
from envelopes import new_uuid
from hub_world import GROUP, TOWNSHIP, VILLAGE, Direct, World, make_world
from laptop_world import Workspace, make_workspace, pack_form

from forms.api import Submission
from forms.errors import Fault, Kind
from forms.load import load_form
from sync import first_pull
from sync.first_pull import Name
from sync.hub import names_first
from sync.protocol import Page, Pull, Role, RowKind
from sync.store.api import Finalise, FormSource
from sync.wire import cbor

pytestmark = pytest.mark.together

PEOPLE = 40


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(names_first, "LEAST", 5)
    made = make_world(tmp_path / "hub")
    made.hub.publish_form(link_set.resident_form())
    yield made
    made.hub.close()


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Workspace]:
    """A township whose residents the hub has."""
    made = make_workspace(tmp_path / "office", world, TOWNSHIP, Role.TOWNSHIP, seed=1)
    register(made, link_set.residents(PEOPLE))
    made.hand_over()
    yield made
    made.store.close()


def register(office: Workspace, records: Any) -> None:
    form = load_form(link_set.resident_form())
    for xml in records:
        instance = xml.partition(b"<instanceID>")[2][:41].decode()
        made = Submission(
            xml=xml, instance_id=instance, form_id=form.form_id, form_version=form.version, attachments=()
        )
        office.store.records.finalise(Finalise(submission=made, form=form, author="王秀兰", attachments=()))


class Watched(Direct):
    """Keeps every page that went through, and lets something happen before one."""

    def __init__(self, hub: Any) -> None:
        super().__init__(hub)
        self.asked: list[Pull] = []
        self.pages: list[Page] = []
        self.before: dict[int, Any] = {}

    def pull(self, message: Pull) -> Page:
        self.before.pop(len(self.pages), lambda: None)()
        page = super().pull(message)
        self.asked.append(message)
        self.pages.append(page)
        return page


@pytest.fixture
def laptop(world: World, tmp_path: Path) -> Iterator[Workspace]:
    made = make_workspace(tmp_path / "laptop", world, VILLAGE, Role.VILLAGE, seed=2, transport=Watched(world.hub))
    yield made
    made.store.close()


def entities(workspace: Workspace) -> dict[str, tuple[str, str, dict[str, str]]]:
    return {
        item.uuid: (item.label, item.area, dict(item.properties))
        for item in workspace.store.entities.all("residents")
        if item.area.startswith(workspace.store.identity().area) or workspace.store.identity().role is Role.TOWNSHIP
    }


def test_names_come_before_rows_and_all_is_there_in_the_end(office: Workspace, laptop: Workspace) -> None:
    laptop.hand_over()
    pages = laptop.transport.pages  # type: ignore[attr-defined]
    assert first_pull.NAMES in pages[0].extra
    assert pages[0].rows == ()
    rows = [row for page in pages for row in page.rows if row.kind is RowKind.ENTITY]
    assert len(rows) == PEOPLE
    assert all("label" not in row.body and row.body[first_pull.NAMED] == ["name"] for row in rows)
    assert entities(laptop) == entities(office)
    assert len({entity[0] for entity in entities(laptop).values()}) > 5
    assert laptop.store.people.arriving("王") == ()


def test_who_is_on_the_way_is_found_by_name_and_group(office: Workspace, laptop: Workspace) -> None:
    transport: Any = laptop.transport
    label, area = next((label, area) for label, area, _ in entities(office).values())
    found = []

    def look() -> None:
        for text in (label, label[-1], f"{label} {int(area[-2:])}组", "没有这个人"):
            found.append(list(laptop.store.people.arriving(text, limit=PEOPLE)))
        found.append(list(laptop.store.people.search(label)))

    transport.before[1] = look
    laptop.hand_over()
    whole, given, grouped, nobody, known = found
    assert (label, area) in [(each.label, each.area) for each in whole]
    assert {each.label for each in given} >= {label}
    assert [each.area for each in grouped] == [area] * len(grouped)
    assert nobody == known == []


def test_somebody_changed_meanwhile_and_somebody_new(office: Workspace, laptop: Workspace) -> None:
    transport: Any = laptop.transport

    def meanwhile() -> None:
        register(office, link_set.residents(3, seed=9))
        office.hand_over()

    transport.before[1] = meanwhile
    laptop.hand_over()
    assert len(entities(laptop)) == PEOPLE + 3
    assert entities(laptop) == entities(office)


def test_a_pull_that_broke_off_goes_on_with_the_names_it_has(office: Workspace, laptop: Workspace) -> None:
    transport: Any = laptop.transport

    def breaks() -> None:
        raise Fault("hub.no_right", Kind.DENIED)

    transport.before[1] = breaks
    with pytest.raises(Fault):
        laptop.hand_over()
    assert len(transport.pages) == 1
    transport.pages.clear()
    laptop.hand_over()
    assert all(first_pull.NAMES not in page.extra for page in transport.pages)
    assert entities(laptop) == entities(office)


def test_a_name_that_is_lost_here_begins_the_pull_again(office: Workspace, laptop: Workspace) -> None:
    transport: Any = laptop.transport

    def lose() -> None:
        with laptop.store._context.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM arriving")

    transport.before[1] = lose
    laptop.hand_over()
    assert sum(first_pull.NAMES in page.extra for page in transport.pages) == 2
    assert entities(laptop) == entities(office)


def household(chance: random.Random, members: int) -> bytes:
    """A household that registers its members with it: all of them stand at one position of the log."""
    listed = "".join(
        f"<member><name>{link_set.person(chance)}</name><meta>"
        f'<entities:entity dataset="residents" id="{new_uuid(chance)}" create="1"><entities:label>{{}}</entities:label>'
        "</entities:entity></meta></member>".format(link_set.person(chance))
        for _ in range(members)
    )
    return plain_records.household(chance).replace(b"<village>", listed.encode() + b"<village>")


def test_names_by_pages_and_several_rows_at_one_position(
    world: World, monkeypatch: pytest.MonkeyPatch, laptop: Workspace
) -> None:
    monkeypatch.setattr(names_first, "AT_ONCE", 7)
    chance = random.Random(4)
    township = world.laptop(TOWNSHIP, Role.TOWNSHIP, seed=3)
    township.hand_in(*[household(chance, 5) for _ in range(6)], form="household")
    laptop.hand_over()
    transport: Any = laptop.transport
    named = [first_pull.unpack(page.extra["names"]) for page in transport.pages if "names" in page.extra]
    assert [len(names) for names in named] == [5] * 6
    assert all(name.mark for names in named for name in names)
    whole = township.pull_all()
    assert {item.uuid: item.label for item in laptop.store.entities.all("residents")} == {
        row.body["uuid"]: row.body["label"] for row in whole if row.body.get("dataset") == "residents"
    }


def test_forms_and_lists_of_the_program_are_not_sent(world: World, laptop: Workspace) -> None:
    for file in sorted((files("resources") / "xforms").iterdir(), key=lambda each: each.name):
        form = load_form(file.read_bytes())
        laptop.store.forms.add(FormSource(form.form_id, form.version, form.title, file.read_bytes()))
    laptop.hand_over()
    transport: Any = laptop.transport
    keys = [row.key for page in transport.pages for row in page.rows if row.kind is RowKind.FORM]
    assert keys == [f"{link_set.RESIDENT_FORM}/{link_set.VERSION}"]
    assert laptop.store.forms.get(link_set.RESIDENT_FORM) is not None
    assert pack_form("request").form_id in {form.form_id for form in laptop.store.forms.list()}
    world.hub.publish_form(link_set.form())
    laptop.hand_over()
    assert transport.asked[-1].extra == {}
    assert laptop.store.forms.get(link_set.FORM) is not None


def test_a_laptop_of_before_gets_whole_rows(office: Workspace, world: World) -> None:
    old = world.laptop(VILLAGE, Role.VILLAGE, seed=5)
    rows = [row for row in old.pull_all() if row.kind is RowKind.ENTITY]
    assert len(rows) == PEOPLE
    assert all(row.body["label"] and row.body["properties"]["name"] == row.body["label"] for row in rows)


def test_names_are_packed_without_loss() -> None:
    chance = random.Random(1)
    signs = "".join(map(chr, range(0x4E00, 0x4E00 + 900)))
    names = []
    n = 0
    for _ in range(2_000):
        n += chance.choice((0, 1, 1, 1, 5))
        label = "".join(chance.choice(signs) for _ in range(chance.choice((2, 3, 3, 4))))
        names.append(Name(n, chance.randbytes(chance.choice((0, 1, 32))), label, chance.choice((GROUP, VILLAGE))))
    packed = cbor.loads(cbor.dumps(first_pull.pack(names)))
    assert first_pull.unpack(packed) == tuple(names)
    assert first_pull.unpack(cbor.loads(cbor.dumps(first_pull.pack([])))) == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: None,
        lambda packed: [],
        lambda packed: [[1], [b""], "王", b"\x05", packed[4]],
        lambda packed: [packed[0], packed[1], packed[2], packed[3] + b"\xff", packed[4]],
        lambda packed: [packed[0] + [1], *packed[1:]],
        lambda packed: [["a", *packed[0][1:]], *packed[1:]],
        lambda packed: [packed[0], [bytes(40), *packed[1][1:]], *packed[2:]],
        lambda packed: [*packed[:4], [1, b"", [], []]],
    ],
)
def test_spoilt_names_are_refused(spoil: Any) -> None:
    packed = first_pull.pack([Name(1, b"", "王芳", GROUP), Name(2, b"a", "李娜", GROUP)])
    with pytest.raises(Fault) as caught:
        first_pull.unpack(spoil(packed))
    assert caught.value.code == "sync.malformed"


def test_what_is_asked_is_bounded_and_checked() -> None:
    assert first_pull.asked({}) == (False, frozenset())
    known = [bytes([each]) * 12 for each in range(3)]
    assert first_pull.asked(first_pull.ask(names=True, known=known)) == (True, frozenset(known))
    for extra in ({"names": 1}, {"known": b"short"}, {"known": "text"}, {"known": bytes(12 * 1_001)}):
        with pytest.raises(Fault):
            first_pull.asked(extra)


def test_rows_get_back_what_was_taken_out() -> None:
    body = {"dataset": "residents", "uuid": "u", "label": "王芳", "deleted": False}
    body["properties"] = {"full_name": "王芳", "alias": "", "head_name": "王芳", "sex": "f"}
    bare = first_pull.nameless(body)
    assert "王芳" not in str(bare)
    assert first_pull.with_name(bare, "王芳") == body
    gone = {**body, "deleted": True}
    assert first_pull.nameless(gone) is gone
