"""Finalising, drafts, edits, numbers and entities."""

from datetime import timedelta

import pytest
from small_forms import META, NOON, UID, bind, inputs, opened, world, xform

from forms.api import Mode, NotReady, Skipped
from forms.errors import Fault
from forms.load import load_form
from forms.rows import from_records
from forms.submission import read

FORM = xform(
    f"<start/><end/><device/><name/><no/><title/><photo/>{META}",
    model=bind("start", type="dateTime", jr_preload="timestamp", jr_preloadParams="start")
    + bind("end", type="dateTime", jr_preload="timestamp", jr_preloadParams="end")
    + bind("device", jr_preload="property", jr_preloadParams="deviceid")
    + bind("name", required="true()", jr_requiredMsg="Who is it?", constraint="string-length(.) < 9")
    + bind("no", calculate="once('draft')", hamlet_number="QS")
    + bind("title", calculate="concat(/data/no, ' ', /data/name)")
    + bind("photo", type="binary")
    + UID,
    body=inputs("name") + '<upload ref="/data/photo" mediatype="image/*"/>',
)


def test_missing_and_wrong_answers_stop_it_and_leave_the_session_usable() -> None:
    session = opened(FORM)
    with pytest.raises(NotReady) as raised:
        session.finalise()
    assert [(p.ref, p.code, p.said) for p in raised.value.problems] == [("/data/name", "required", "Who is it?")]
    session.set("/data/name", "much too long")
    assert session.node("/data/name").violation == "constraint"
    session.set("/data/name", "Wang")
    assert session.finalise().form_id == "small"


def test_the_number_takes_the_place_of_the_calculation() -> None:
    asked: list[str] = []

    def number(kind: str) -> str:
        asked.append(kind)
        return "QS-SQA-0424-7"

    session = opened(FORM, number=number)
    assert session.node("/data/no").attributes["hamlet:number"] == "QS"
    with pytest.raises(NotReady):
        session.finalise()
    assert asked == []
    session.set("/data/name", "Wang")
    assert session.node("/data/no").value == "draft"
    submission = session.finalise()
    assert asked == ["QS"]
    assert submission.numbers == (("QS", "QS-SQA-0424-7"),)
    assert b"<title>QS-SQA-0424-7 Wang</title>" in submission.xml


def test_stamps_meta_and_files() -> None:
    moments = iter([NOON + timedelta(minutes=k) for k in range(50)])
    session = load_form(FORM).open(world(now=lambda: next(moments)))
    session.set("/data/name", "Wang")
    session.set("/data/photo", "roof.jpg")
    submission = session.finalise()
    info = read(submission.xml)
    assert info.form_id == "small"
    assert info.version == "1"
    assert info.instance_id == submission.instance_id
    assert submission.instance_id.startswith("uuid:")
    assert submission.attachments == ("roof.jpg",)
    assert b"<start>2026-03-04T12:30:15.000+08:00</start>" in submission.xml
    assert b"<start>2026-03-04T12:30:15.000+08:00</start><end></end>" not in submission.xml
    assert b"<device>device-1</device>" in submission.xml


def test_an_edit_names_what_it_replaces() -> None:
    session = opened(FORM)
    session.set("/data/name", "Wang")
    first = session.finalise()
    form = load_form(FORM)
    edit = form.open(world(uuid=lambda: "11111111-0000-4000-8000-000000000000"), instance=first.xml, mode=Mode.EDIT)
    edit.set("/data/name", "Wang Li")
    second = edit.finalise()
    assert second.deprecated_id == first.instance_id
    assert second.instance_id == "uuid:11111111-0000-4000-8000-000000000000"
    assert b"<name>Wang Li</name>" in second.xml
    assert second.xml.count(b"instanceID>") == 2


def test_a_draft_comes_back_as_it_was() -> None:
    session = opened(FORM)
    session.set("/data/name", "Wang <&> \"'\r\n]]>")
    draft = session.draft()
    restored = load_form(FORM).open(world(), instance=draft, mode=Mode.RESTORE)
    assert restored.draft() == draft
    assert restored.node("/data/name").value == "Wang <&> \"'\r\n]]>"


def test_a_record_of_another_form_is_refused() -> None:
    with pytest.raises(Fault) as raised:
        load_form(FORM).open(world(), instance=b"<other id='x'/>", mode=Mode.EDIT)
    assert raised.value.code == "forms.other_form"
    with pytest.raises(Fault) as raised:
        read(b"<data/>")
    assert raised.value.code == "forms.submission_without_form"


def test_answers_are_refused_with_their_reason() -> None:
    session = opened(
        xform(
            "<a/><b/><c>1</c>",
            model=bind("a", relevant="false()") + bind("b", readonly="true()"),
            body=inputs("a", "b"),
        )
    )
    assert session.set("/data/a", "1").skipped is Skipped.IRRELEVANT
    assert session.set("/data/b", "1").skipped is Skipped.READONLY
    assert session.set("/data/c", "1").skipped is Skipped.NOT_A_CONTROL
    assert session.set("/data/d", "1").skipped is Skipped.MISSING
    assert session.set("/data/b", "1", force=True).skipped is None
    assert session.node("/data/b").value == "1"


ENTITY = xform(
    '<who/><phone/><meta><instanceID/><entity dataset="residents" update="1" baseVersion="" trunkVersion="" '
    'branchId="" id=""><label/></entity></meta>',
    model='<instance id="residents" src="jr://file-csv/residents.csv"/>'
    + bind("phone", entities_saveto="phone")
    + bind("meta/entity/@id", calculate="/data/who")
    + bind("meta/entity/@baseVersion", calculate="instance('residents')/root/item[name=/data/who]/__version")
    + bind("meta/entity/label", calculate="instance('residents')/root/item[name=/data/who]/label")
    + UID,
    body=inputs("who", "phone"),
)


def test_entity_versions_come_from_the_list() -> None:
    rows = from_records([{"name": "u1", "label": "Wang", "__version": "3"}])
    session = opened(ENTITY, rows={"residents": rows})
    session.set("/data/who", "u1")
    xml = session.finalise().xml
    assert b'id="u1"' in xml
    assert b'baseVersion="3"' in xml
    assert b"<label>Wang</label>" in xml


def test_entity_versions_are_asked_for_where_the_list_has_none() -> None:
    asked: list[tuple[str, str]] = []

    def versions(dataset: str, uuid: str) -> tuple[str, str, str]:
        asked.append((dataset, uuid))
        return "4", "2", "b-1"

    session = load_form(ENTITY).open(world(), entity_versions=versions)
    session.set("/data/who", "u1")
    xml = session.finalise().xml
    assert asked == [("residents", "u1")]
    assert b'baseVersion="4" trunkVersion="2" branchId="b-1"' in xml


def test_the_form_declares_its_entities() -> None:
    (entity,) = load_form(ENTITY).entities
    assert (entity.dataset, entity.path, entity.updates, entity.creates) == ("residents", "/data", True, False)
    assert entity.properties == {"phone": "/data/phone"}
    phone = next(q for q in load_form(ENTITY).questions if q.name == "phone")
    assert phone.saves_to == "residents#phone"


BARE = xform("<a/>", body=inputs("a"))
NAMED = xform("<a/><orx:meta><orx:instanceName/></orx:meta>", model=bind("orx:meta/orx:instanceName", calculate="'N'"))


@pytest.mark.parametrize("form", [BARE, NAMED])
def test_an_edit_names_what_it_takes_the_place_of_without_a_meta_block_in_the_form(form: bytes) -> None:
    environment = world()
    first = load_form(form).open(environment).finalise()
    assert read(first.xml).instance_id == first.instance_id
    edit = load_form(form).open(environment, instance=first.xml, mode=Mode.EDIT)
    restored = load_form(form).open(environment, instance=edit.draft(), mode=Mode.RESTORE)
    for session in (edit, restored):
        second = session.finalise()
        told = read(second.xml)
        assert (told.instance_id, told.deprecated_id) == (second.instance_id, first.instance_id)
        assert second.deprecated_id == first.instance_id != second.instance_id
        assert second.xml.count(b"meta>") == 2


def test_a_form_without_a_meta_block_shows_none() -> None:
    session = opened(xform("<a/><n/>", model=bind("n", calculate="count(/data/*)"), body=inputs("a")))
    assert session.node("/data/n").value == "2"
    assert b"meta" not in session.draft()
    assert [node.ref for node in session.everything()] == ["/data", "/data/@id", "/data/@version", "/data/a", "/data/n"]
