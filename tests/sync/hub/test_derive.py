"""Rows that follow from records: order, moves between areas, branches; and that they follow from the log alone."""

from __future__ import annotations

from pathlib import Path

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import GROUP, NEIGHBOUR, NEIGHBOUR_GROUP, TOWNSHIP, Laptop, World, make_world

from sync.hub import sql
from sync.protocol import Outcome, Role, Row, RowKind

MOVE = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>Move</h:title>
 <model entities:entities-version="2024.1.0"><instance><data id="move" version="1"><area/><head/>
 <meta><instanceID/><entities:entity dataset="households" id="" update="1" baseVersion="" trunkVersion="" branchId=""/>
 </meta></data></instance><bind nodeset="/data/area" type="string" entities:saveto="area"/>
 <bind nodeset="/data/head" type="string" entities:saveto="head_name"/>
 <bind nodeset="/data/meta/instanceID" type="string"/></model></h:head><h:body><input ref="/data/area"/>
 <input ref="/data/head"/></h:body></h:html>"""


def move(laptop: Laptop, uuid: str, *, area: str = "", head: str = "", base: int = 1, branch: str = "") -> bytes:
    fields = (f"<area>{area}</area>" if area else "") + (f"<head>{head}</head>" if head else "")
    trunk = "1" if branch else ""
    return (
        '<data xmlns:entities="http://www.opendatakit.org/xforms/entities" id="move" version="1">'
        f"{fields}<meta><instanceID>uuid:{new_uuid(laptop.chance)}</instanceID>"
        f'<entities:entity dataset="households" id="{uuid}" update="1" baseVersion="{base}" trunkVersion="{trunk}"'
        f' branchId="{branch}"/></meta></data>'
    ).encode()


@pytest.fixture
def world(world: World) -> World:
    world.hub.publish_form(MOVE.encode())
    return world


def entities(rows: list[Row]) -> list[tuple[str, bool]]:
    return [(row.area.rpartition("/")[2], bool(row.body["deleted"])) for row in rows if row.kind is RowKind.ENTITY]


def test_who_moves_leaves_one_village_and_arrives_in_the_other(world: World) -> None:
    village, neighbour = world.laptop(), world.laptop(NEIGHBOUR)
    township = world.laptop(TOWNSHIP, Role.TOWNSHIP)
    house = new_uuid(village.chance)
    village.hand_in(plain_records.household(village.chance, uuid=house), form="household")
    for laptop in (village, neighbour, township):
        laptop.pull_all()
    done = township.hand_in(move(township, house, area=NEIGHBOUR_GROUP), form="move")
    assert done.results[0].outcome is Outcome.STORED
    assert entities(village.pull_all()) == [(GROUP, True)]
    assert entities(neighbour.pull_all()) == [(NEIGHBOUR_GROUP, False)]
    assert entities(township.pull_all()) == [(NEIGHBOUR_GROUP, False)]
    back = township.hand_in(move(township, house, area=GROUP, base=2), form="move")
    assert back.results[0].outcome is Outcome.STORED
    assert entities(village.pull_all()) == [(GROUP, False)]
    assert entities(neighbour.pull_all()) == [(NEIGHBOUR_GROUP, True)]


def test_a_village_moves_nobody_out_of_its_area(world: World) -> None:
    village = world.laptop()
    house = new_uuid(village.chance)
    village.hand_in(plain_records.household(village.chance, uuid=house), form="household")
    result = village.hand_in(move(village, house, area=NEIGHBOUR_GROUP), form="move").results[0]
    assert (result.outcome, result.reason) == (Outcome.REJECTED, "area")


def test_an_event_before_its_request_waits_for_it(world: World) -> None:
    village, township = world.laptop(), world.laptop(TOWNSHIP, Role.TOWNSHIP)
    power = world.laptop(TOWNSHIP, Role.DEPARTMENT, departments=["power"])
    for laptop in (village, township, power):
        laptop.pull_all()
    request = new_uuid(village.chance)
    township.hand_in(plain_records.update(township.chance, request, "assign", dept="power"), form="request_update")
    assert village.pull_all() == power.pull_all() == []
    village.hand_in(plain_records.request(village.chance, uuid=request))
    for laptop in (village, power):
        assert sorted(row.kind for row in laptop.pull_all()) == ["entity", "event"]
    assert [row.kind for row in township.pull_all()].count(RowKind.EVENT) == 1


def test_two_edits_of_one_fact_are_a_conflict_and_both_stay(world: World) -> None:
    village, township = world.laptop(), world.laptop(TOWNSHIP, Role.TOWNSHIP)
    house = new_uuid(village.chance)
    village.hand_in(plain_records.household(village.chance, uuid=house), form="household")
    village.hand_in(move(village, house, head="李四"), form="move")
    township.hand_in(move(township, house, head="王五"), form="move")
    row = [row for row in township.pull_all() if row.key == f"households/{house}"][-1]
    assert (row.body["conflict"], row.body["version"]) == ("hard", 3)
    assert [r.body["xml"] for r in township.pull_all()] == []


def test_a_branch_with_a_gap_waits_and_is_applied_when_it_closes(world: World) -> None:
    village = world.laptop()
    house, branch = new_uuid(village.chance), new_uuid(village.chance)
    village.hand_in(plain_records.household(village.chance, uuid=house), form="household")
    first = move(village, house, head="一", base=1, branch=branch)
    second = move(village, house, head="二", base=2, branch=branch)
    assert village.hand_in(second, form="move").results[0].outcome is Outcome.STORED
    assert _head_name(village, house) == "陈桂芳"
    village.hand_in(first, form="move")
    assert _head_name(village, house) == "二"


def _head_name(laptop: Laptop, house: str) -> str:
    laptop.cursor = b""
    rows = [row for row in laptop.pull_all() if row.key == f"households/{house}"]
    return str(rows[-1].body["properties"]["head_name"])


# Heads of a log are salted.
DERIVED = ("entity", "event", "request", "asker", "held_change", "feed", "log (n, kind, key, digest)", "record")


def test_rows_follow_from_the_log_alone(world: World, tmp_path: Path) -> None:
    """The same records, one by one in the order of the log, give another hub the same rows to the byte."""
    village, township = world.laptop(), world.laptop(TOWNSHIP, Role.TOWNSHIP)
    request, house, branch = (new_uuid(village.chance) for _ in range(3))
    batches = [
        (township, "request_update", [plain_records.update(township.chance, request, "assign", dept="power")]),
        (village, "household", [plain_records.household(village.chance, uuid=house)]),
        (village, "move", [move(village, house, head="二", base=2, branch=branch)]),
        (village, "request", [plain_records.request(village.chance, uuid=r) for r in ("", request, "")]),
        (township, "request_update", [plain_records.update(township.chance, request, "answer", outcome="done")]),
        (village, "move", [move(village, house, head="一", base=1, branch=branch)]),
        (township, "move", [move(township, house, area=NEIGHBOUR_GROUP, head="三", base=1)]),
        (village, "told", [plain_records.told(village.chance, request)]),
    ]
    other = make_world(tmp_path / "other")
    other.hub.publish_form(MOVE.encode())
    devices = world.hub.read(lambda connection: sql.run(connection, "SELECT * FROM device").mappings().all())
    other.hub.write(lambda connection: sql.insert_many(connection, "device", [dict(row) for row in devices]))
    for laptop, form, xmls in batches:
        items = [laptop.envelope(xml, form=form) for xml in xmls]
        head = laptop.head
        world.hub.push(laptop.push_message(items))
        laptop.head = head
        for item in items:
            other.hub.push(laptop.push_message([item]))
    for table in DERIVED:
        name, _, columns = table.partition(" ")
        query = f"SELECT {columns.strip('()') or '*'} FROM {name}"  # noqa: S608
        one, two = (hub.read(lambda c, q=query: sorted(map(tuple, sql.run(c, q)))) for hub in (world.hub, other.hub))
        assert one == two, table
    other.hub.close()
