"""Who asked, as a department is told: while it has the request, as the register says, and nothing in any record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import TOWNSHIP, Laptop, World

from forms.sealed import BEGIN
from sync.hub import shown_again, sql
from sync.protocol import Role, Row, RowKind

NAME, PHONE, NEW = "李大成", "15400005678", "15400009999"
FOR_THIS = "15400001234"  # the telephone that a request of `plain_records` names
PHONE_OF = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>Phone</h:title>
 <model entities:entities-version="2024.1.0"><instance><data id="phone_of_DATASET" version="1"><phone/>
 <meta><instanceID/><entities:entity dataset="DATASET" id="" update="1" baseVersion="" trunkVersion="" branchId=""/>
 </meta></data></instance><bind nodeset="/data/phone" type="string" entities:saveto="phone"/>
 <bind nodeset="/data/meta/instanceID" type="string"/></model></h:head><h:body><input ref="/data/phone"/></h:body>
 </h:html>"""


@dataclass
class Place:
    """A village where somebody of the register asked, its township, and two departments."""

    world: World
    village: Laptop
    township: Laptop
    power: Laptop
    water: Laptop
    person: str
    home: str
    request: str = ""

    def ask(self, **changes: Any) -> str:
        made = new_uuid(self.village.chance)
        said = plain_records.request(self.village.chance, uuid=made, **{"resident": self.person, **changes})
        self.village.hand_in(said)
        return made

    def give(self, department: str, request: str = "") -> None:
        given = plain_records.update(self.township.chance, request or self.request, "assign", dept=department)
        self.township.hand_in(given, form="request_update")

    def change_phone(self, phone: str, *, of: str = "residents") -> None:
        """Of the person, or of their home."""
        uuid = self.person if of == "residents" else self.home
        self.township.hand_in(
            f'<data xmlns:entities="http://www.opendatakit.org/xforms/entities" id="phone_of_{of}" version="1">'
            f"<phone>{phone}</phone><meta><instanceID>uuid:{new_uuid(self.township.chance)}</instanceID>"
            f'<entities:entity dataset="{of}" id="{uuid}" update="1" baseVersion="1" trunkVersion=""'
            f' branchId=""/></meta></data>'.encode(),
            form=f"phone_of_{of}",
        )


@pytest.fixture
def place(world: World) -> Place:
    for dataset in ("residents", "households"):
        world.hub.publish_form(PHONE_OF.replace("DATASET", dataset).encode())
    village, township = world.laptop(), world.laptop(TOWNSHIP, Role.TOWNSHIP)
    power, water = (world.laptop(TOWNSHIP, Role.DEPARTMENT, departments=[name]) for name in ("power", "water"))
    person, home = (new_uuid(village.chance) for _ in range(2))
    made = Place(world, village, township, power, water, person, home)
    village.hand_in(plain_records.household(village.chance, uuid=home), form="household")
    said = plain_records.resident(village.chance, home, uuid=person, name=NAME, phone=PHONE)
    village.hand_in(said, form="resident")
    made.request = made.ask()
    for each in (village, township, power, water):
        each.pull_all()
    return made


def requests(rows: list[Row]) -> list[Any]:
    return [row.body for row in rows if row.kind is RowKind.ENTITY and row.body["dataset"] == "requests"]


def test_a_department_is_told_who_asked_and_nobody_else_of_the_register(place: Place) -> None:
    place.ask(ref="QS-SQA-0002-7")
    place.give("power")
    rows = place.power.pull_all()
    (body,) = requests(rows)
    assert body["opened"]["asked"] == {"name": NAME, "phone": PHONE, "house_no": "2组14号"}
    assert body["properties"]["phone"] == FOR_THIS
    assert {row.body["dataset"] for row in rows if row.kind is RowKind.ENTITY} == {"requests"}
    assert requests(place.water.pull_all()) == []
    for other in (place.village, place.township):
        assert all("asked" not in body["opened"] for body in requests(other.pull_all())), "they have the register"
    kept = place.world.hub.read(lambda there: sql.run(there, "SELECT body FROM feed WHERE departments <> ''").all())
    assert not [row for row in kept if NAME.encode() in row.body], "made when it is read, kept nowhere"


def test_a_corrected_telephone_follows(place: Place) -> None:
    place.give("power")
    place.power.pull_all()
    place.change_phone(NEW)
    (body,) = requests(place.power.pull_all())
    assert body["opened"]["asked"]["phone"] == NEW
    assert place.water.pull_all() == []


def test_who_has_no_telephone_is_reached_at_home(place: Place) -> None:
    place.give("power")
    place.power.pull_all()
    place.change_phone("")
    assert "phone" not in requests(place.power.pull_all())[0]["opened"]["asked"]
    place.change_phone(NEW, of="households")
    assert requests(place.power.pull_all())[0]["opened"]["asked"]["phone"] == NEW


def test_who_has_it_no_longer_has_no_telephone_either(place: Place) -> None:
    place.give("power")
    place.power.pull_all()
    place.give("water")
    (left,) = requests(place.power.pull_all())
    assert ("asked" in left["opened"], "phone" in left["properties"]) == (False, False)
    assert requests(place.water.pull_all())[0]["opened"]["asked"]["name"] == NAME
    place.change_phone(NEW)
    assert NEW not in repr(place.power.pull_all())
    place.give("power")
    assert requests(place.power.pull_all())[0]["opened"]["asked"]["phone"] == NEW, "it has it again"
    assert "asked" not in requests(place.water.pull_all())[0]["opened"]


def test_of_a_sealed_request_nothing_is_told_in_clear(place: Place) -> None:
    sealed = place.ask(text=f"{BEGIN}...", sealed_by=f"{BEGIN}...", ref="QS-SQA-0003-7")
    older = place.ask(text=f"{BEGIN}...", ref="QS-SQA-0004-7")
    for request in (sealed, older):
        place.give("power", request)
    shown = {body["uuid"]: body for body in requests(place.power.pull_all())}
    assert all("asked" not in body["opened"] for body in shown.values())
    assert "phone" not in shown[sealed]["properties"]
    assert shown[sealed]["properties"]["asked_by"].startswith(BEGIN)
    assert shown[older]["properties"]["phone"] == FOR_THIS, "as the form of its day wrote it"


def test_an_erased_person_is_erased_by_the_department_too(place: Place) -> None:
    place.give("power")
    place.power.pull_all()
    place.village.hand_in(plain_records.erasure(place.village.chance, place.person), form="erasure")
    rows = place.power.pull_all()
    (told,) = [row.body for row in rows if row.key == f"residents/{place.person}"]
    assert (told["properties"]["state"], NAME in repr(rows), PHONE in repr(rows)) == ("erased", False, False)
    assert place.water.pull_all() == []
    place.power.cursor = b""
    assert NAME not in repr(again := place.power.pull_all())
    assert all(body["deleted"] for body in requests(again))


def test_what_an_older_program_gave_is_shown_again_once(place: Place) -> None:
    place.give("power")
    place.power.pull_all()
    place.world.hub.write(lambda there: sql.run(there, "DELETE FROM asker"))
    assert [shown_again.catch_up(place.world.hub) for _ in range(2)] == [1, 0]
    assert requests(place.power.pull_all())[0]["opened"]["asked"]["name"] == NAME
    place.change_phone(NEW)
    assert requests(place.power.pull_all())[0]["opened"]["asked"]["phone"] == NEW
