"""R34: what is marked for one department is an age file in the XML from finalisation on, on every node."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hub_world import World, make_world
from laptop_world import make_workspace
from openpyxl import load_workbook
from service_world import PASSPHRASE, VILLAGE, clock, household, request, seen_by, workspace

from desktop.main import main
from desktop.services.desk import TheDesk
from desktop.services.filling.filling_values import Stored
from desktop.services.keeping.workspace import enrol
from desktop.services.office.hub_lists import put
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.values import Unnamed
from forms.api import Form
from forms.check import check
from forms.errors import Fault
from forms.load import load_form
from forms.sealed import BEGIN, is_sealed
from sync import crypto
from sync.client.openrosa.up import SEALED, _post
from sync.hub import admin
from sync.hub.server import serving
from sync.protocol import Role
from sync.sealed_text import key_of, open_text, public_of, recipient_of, seal_text, secret_of
from sync.store.api import Finalise
from sync.store.platform_values import Verdict, Waiting

SECRET = "AGE-SECRET-KEY-184JMZMVQH3E6U0PSL869004Y3U2NYV7R30EU99CSEDNPH02YUVFSZW44VU"
RECIPIENT = "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm"
"""A pair of keys from the tests of the reference implementation."""
MARKER = "MARKER-990621195803124219"
ILLNESS = "MARKER-肺结核"

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:hamlet="https://hamlet.invalid/xforms"
 xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>Care</h:title>
<model entities:entities-version="2024.1.0"><instance><data id="care" version="1"><who/><id_no/><ill/><to/><open/>
<meta><instanceID/><entity dataset="cases" id="" create="1"><label/></entity></meta></data></instance>
<bind nodeset="/data/who" type="string"/>
<bind nodeset="/data/id_no" type="string" hamlet:sealed="MZ" entities:saveto="id_no"
 constraint="starts-with(., 'MARKER')"/>
<bind nodeset="/data/ill" type="string" hamlet:sealed=" /data/to "/>
<bind nodeset="/data/to" type="string"/>
<bind nodeset="/data/open" type="string" hamlet:sealed=" /data/to "/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
<bind nodeset="/data/meta/entity/@id" type="string"/>
<setvalue ref="/data/meta/entity/@id" event="odk-instance-first-load" value="uuid()"/>
<bind nodeset="/data/meta/entity/label" calculate="/data/who"/></model></h:head><h:body>
<input ref="/data/who"><label>who</label></input><input ref="/data/id_no"><label>id</label></input>
<input ref="/data/ill"><label>ill</label></input><input ref="/data/to"><label>to</label></input>
<input ref="/data/open"><label>open</label></input></h:body></h:html>"""


@pytest.fixture
def village(tmp_path: Path) -> Iterator[TheDesk]:
    desk = workspace(tmp_path / "village").desk(writer=True)
    file = tmp_path / "care.xml"
    file.write_text(FORM, encoding="utf-8")
    desk.forms.add(file)
    yield desk
    desk.close()


@pytest.fixture
def department(tmp_path: Path) -> Iterator[TheDesk]:
    desk = workspace(tmp_path / "mz", role=Role.DEPARTMENT, area="990621101").desk(writer=True)
    yield seen_by(desk, Role.DEPARTMENT, departments=("MZ",))
    desk.close()


def announce(desk: TheDesk, department: str, recipient: str) -> None:
    """As the township's list of departments brings it."""
    seen_by(desk, Role.TOWNSHIP, area="990621101").sealing.announce(department, recipient)


def care(desk: TheDesk, **answers: str) -> str:
    opening = desk.filling.start("care")
    for name, value in {"who": "陈", "id_no": MARKER, **answers}.items():
        opening.session.set(f"/data/{name}", value)
    return desk.filling.finish(opening).instance_id


def dump(connection: Any) -> bytes:
    """Every value of every table."""
    tables = [row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = []
    for table in tables:
        for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):  # noqa: S608
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\0".join(found)


def held(store: Any) -> bytes:
    with store._context.database.read() as connection:
        return dump(connection)


def test_keys_are_written_as_age_writes_them() -> None:
    assert recipient_of(key_of(SECRET).public) == RECIPIENT
    assert secret_of(key_of(SECRET)) == SECRET
    assert public_of(RECIPIENT) == key_of(SECRET).public


@pytest.mark.parametrize("at", range(4, len(RECIPIENT)))
def test_a_key_with_one_wrong_sign_is_refused(at: int) -> None:
    wrong = RECIPIENT[:at] + ("q" if RECIPIENT[at] != "q" else "p") + RECIPIENT[at + 1 :]
    with pytest.raises(Fault) as refused:
        public_of(wrong)
    assert refused.value.code == "seal.recipient"


def test_only_the_key_opens_it_and_no_byte_can_be_changed() -> None:
    sealed = seal_text("肺结核", RECIPIENT, entropy=lambda size: bytes(range(size)))
    assert open_text(sealed, key_of(SECRET)) == "肺结核"
    assert open_text(sealed, crypto.ExchangeKey.generate()) is None
    lines = sealed.split("\n")
    for at in range(len(lines[-2])):
        changed = lines[-2][:at] + ("A" if lines[-2][at] != "A" else "B") + lines[-2][at + 1 :]
        with pytest.raises(Fault) as refused:
            open_text("\n".join((*lines[:-2], changed, lines[-1])), key_of(SECRET))
        assert refused.value.code == "bundle.damaged"


def test_the_record_and_its_entity_are_sealed_and_the_department_reads_them(village, department) -> None:
    announce(village, "MZ", department.sealing.key("MZ"))
    instance = care(village, ill=ILLNESS, to="MZ", open="")
    xml = village.records.export(instance).decode()
    assert MARKER not in xml
    assert "肺结核" not in xml
    assert xml.count(BEGIN) == 2
    everything = held(village.context.store)
    assert MARKER.encode() not in everything
    assert "肺结核".encode() not in everything
    (case,) = village.context.store.entities.all("cases")
    assert is_sealed(case.properties["id_no"])
    _, facts = village.records.show(instance)
    assert [fact.value for fact in facts if fact.name == "id_no"] == ["已封存，只有民政办能看"]
    assert MARKER not in str(facts)
    key = department.context.store.settings.get("seal.key.MZ")
    assert open_text(case.properties["id_no"], key_of(key)) == MARKER


def test_a_blank_department_leaves_the_answer_open(village, department) -> None:
    announce(village, "MZ", department.sealing.key("MZ"))
    xml = village.records.export(care(village, open="plain words")).decode()
    assert "plain words" in xml


def test_without_the_departments_key_nothing_leaves_in_the_open(village) -> None:
    with pytest.raises(Fault) as refused:
        care(village)
    assert refused.value.code == "seal.no_key"
    assert village.context.store.records.list(form_id="care").rows == ()


def test_a_sealed_record_can_be_corrected_by_who_cannot_read_it(village, department) -> None:
    announce(village, "MZ", department.sealing.key("MZ"))
    first = care(village)
    opening = village.filling.correct(first)
    opening.session.set("/data/who", "陈桂芳")
    second = village.records.export(village.filling.finish(opening).instance_id).decode()
    before = village.records.export(first).decode()
    assert "陈桂芳" in second
    assert (
        second[second.index(BEGIN) :].partition("</id_no>")[0] == before[before.index(BEGIN) :].partition("</id_no>")[0]
    )


def test_sealed_on_every_node(tmp_path: Path, village, department) -> None:
    """Village, hub and township hold the sealed bytes only; what the township pulled opens with the key."""
    announce(village, "MZ", department.sealing.key("MZ"))
    opening = village.filling.start("care")
    for name, value in {"who": "陈", "id_no": MARKER, "ill": ILLNESS, "to": "MZ"}.items():
        opening.session.set(f"/data/{name}", value)
    form: Form = load_form(FORM.encode())
    submission = opening.session.finalise()
    world = make_world(tmp_path / "hub")
    laptop = make_workspace(tmp_path / "v", world, "990621101202", Role.VILLAGE, seed=1)
    township = make_workspace(tmp_path / "t", world, "990621101", Role.TOWNSHIP, seed=2)
    laptop.store.records.finalise(Finalise(submission=submission, form=form, author="王"))
    laptop.hand_over()
    township.hand_over()
    for store in (laptop.store, township.store):
        assert MARKER.encode() not in held(store)
        assert BEGIN.encode() in held(store)
    everything = world.hub._lanes.read(dump)
    assert MARKER.encode() not in everything
    (row,) = township.store.records.list(form_id="care").rows
    record = township.store.records.get(row.instance_id)
    assert record is not None
    sealed = record.xml.decode()
    sealed = sealed[sealed.index(BEGIN) :].partition("</id_no>")[0]
    key = key_of(department.context.store.settings.get("seal.key.MZ"))
    assert open_text(sealed, key) == MARKER
    for each in (laptop, township):
        each.store.close()
    world.hub.close()


STORY = "MARKER-户主打人，孩子不敢回家"
OPENLY = "小学路口的路灯不亮了"


class Township:
    """A hub that serves, a village, the office and a department enrolled with it."""

    def __init__(self, world: World, url: str, folder: Path) -> None:
        self.world, self._url, self._folder = world, url, folder
        self.village = self.enrolled("v", Role.VILLAGE, VILLAGE)
        self.office = self.enrolled("o", Role.TOWNSHIP, "990621101")
        self.department = self.enrolled("d", Role.DEPARTMENT, "990621101", "PC")
        self.other = self.enrolled("e", Role.DEPARTMENT, "990621101", "MZ")

    def enrolled(self, name: str, role: Role, area: str, *departments: str) -> TheDesk:
        code = admin.invite(self.world.hub, area=area, role=role, departments=departments).code
        opened = enrol(self._folder / name, url=self._url, code=code, user="wang", passphrase=PASSPHRASE, clock=clock())
        return opened.desk(writer=True)

    def hand_over(self) -> None:
        for desk in self.desks:
            desk.hand_over.run()

    @property
    def desks(self) -> tuple[TheDesk, ...]:
        return self.village, self.office, self.department, self.other


@pytest.fixture
def township(tmp_path: Path) -> Iterator[Township]:
    world = make_world(tmp_path / "hub")
    with serving(world.hub, world.folder) as address:
        made = Township(world, address.url, tmp_path)
        made.hand_over()
        yield made
        for desk in made.desks:
            desk.close()
    world.hub.close()


def test_a_sensitive_request_is_for_its_department_alone_once_that_has_a_key(
    township: Township, tmp_path: Path
) -> None:
    """The pack's own form, from the department's key to its answer: L04 is domestic violence, H05 a street lamp."""
    village, office, department = township.village, township.office, township.department
    village.batch("household").add(household(), base=Path())
    person = next(iter(village.context.store.entities.all("residents"))).uuid

    def ask(said: str, matter: str) -> Stored:
        answers = request(person, said, matter)
        answers["who"]["phone"] = "15412345678"
        return village.batch("request").add(answers, base=Path())

    before = ask(STORY, "L04")
    assert STORY.encode() in village.records.export(before.instance_id), "without a key nobody is turned away"
    listed = office.sealing.announce("PC", department.sealing.key("PC"))
    done = put(township.world.hub, {"departments.csv": listed}, today=date(2026, 12, 1))
    assert (done.lists, done.own) == (("departments.csv",), ())
    assert "request" in done.forms
    village.hand_over.run()

    shut, plain = ask(STORY.replace("打人", "又打人"), "L04"), ask(OPENLY, "H05")
    assert BEGIN.encode() in village.records.export(shut.instance_id)
    assert OPENLY.encode() in village.records.export(plain.instance_id)
    village.hand_over.run()
    office.hand_over.run()
    for action in ("receive", "assign"):
        office.requests.update(shut.ref, {"action": action} | ({"dept": "PC"} if action == "assign" else {}))
    township.hand_over()

    assert {row.ref: row.sealed_for for row in office.requests.list()} == {
        before.ref: "", shut.ref: "PC", plain.ref: ""
    }, "the window says who alone reads it before it is given to somebody else"  # fmt: skip

    again = STORY.replace("打人", "又打人")
    for desk in (village, office):
        assert again.encode() not in held(desk.context.store)
        shown = repr((desk.requests.list(), desk.requests.show(shut.ref), desk.entities.list("requests")))
        assert (again in shown, BEGIN in shown, "已封存" in shown) == (False, False, True)
        assert OPENLY in repr(desk.requests.list())
        assert desk.requests.show(before.ref).row.description == STORY, "what was written before stays as it was"
    assert again.encode() not in township.world.hub.read(dump)
    assert department.requests.show(shut.ref).row.description == again
    assert again.encode() not in held(department.context.store), "with the key too it lies sealed"

    who = department.requests.show(shut.ref).asker
    assert (who.name, who.phone, who.covered) == ("王建国", "154****5678", True)
    assert [row.who for row in department.requests.list()] == ["王建国"]
    assert department.requests.reveal(shut.ref).phone == "15412345678"
    assert not [each for each in ("王建国", "15412345678") if each.encode() in held(department.context.store)]
    office.requests.update(shut.ref, {"action": "assign", "dept": "MZ"})
    township.hand_over()
    who = township.other.requests.show(shut.ref).asker
    assert (who.name, who.phone, who.now, who.unnamed) == ("", "", "", Unnamed.SEALED)
    assert "王建国" not in repr(township.other.requests.reveal(shut.ref))
    assert not [each for each in ("王建国", "15412345678") if each.encode() in held(township.other.context.store)]

    for what in ("requests", "request"):
        target = tmp_path / f"{what}.xlsx"
        office.exports.run(ExportOrder(what, target))
        cells = [str(cell.value) for sheet in load_workbook(target) for row in sheet.iter_rows() for cell in row]
        assert "已封存" in cells
        assert any(OPENLY in cell for cell in cells)
        assert not [cell for cell in cells if again in cell or BEGIN in cell]


def test_it_is_not_forwarded_to_a_platform() -> None:
    """The server is never asked: it would fail, being none."""
    sealed = f"<data><id_no>{BEGIN}</id_no></data>".encode()
    answer, wait = _post(lambda _work: sealed, None, Waiting("uuid:1", 10, (), frozenset(), 0), "d", None)  # type: ignore[arg-type]
    assert (answer.verdict, answer.reason, wait) == (Verdict.PARKED, SEALED, 0.0)


def test_a_picture_cannot_be_sealed() -> None:
    upload = '<upload ref="/data/ill" mediatype="image/*"><label>ill</label></upload>'
    drawn = FORM.replace('<input ref="/data/ill"><label>ill</label></input>', upload)
    assert "sealed_file" in {problem.code for problem in check(drawn.encode()).problems}


def test_the_commands_make_a_key_and_put_it_into_the_list(tmp_path: Path, monkeypatch, capsys) -> None:
    workspace(tmp_path / "mz", role=Role.DEPARTMENT, area="990621101").lock()
    workspace(tmp_path / "office", role=Role.TOWNSHIP, area="990621101").lock()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text(PASSPHRASE, encoding="utf-8")
    opened = ["--user", "wang", "--passphrase-file", "secret", "--json"]
    assert main([*opened, "--workspace", "mz", "seal", "key", "MZ"]) == 0
    recipient = json.loads(capsys.readouterr().out)["recipient"]
    assert recipient.startswith("age1")
    assert main([*opened, "--workspace", "office", "seal", "announce", "MZ", recipient]) == 0
    capsys.readouterr()
    listed = (tmp_path / "departments.csv").read_text("utf-8").splitlines()
    assert listed[1].startswith("MZ,")
    assert listed[1].endswith(recipient)
    assert main([*opened, "--workspace", "office", "seal", "announce", "MZ", recipient[:-1] + "q"]) != 0
