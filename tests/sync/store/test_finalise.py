"""Finalising writes a record and everything that follows from it, or nothing at all."""

from pathlib import Path

import pytest
from store_samples import AUTHOR, GROUP, VILLAGE, Village, form, submission

from forms.errors import Fault
from sync import crypto
from sync.store.api import Draft, Finalise, InstanceTaken, NewAttachment, NumberTaken, RecordState
from sync.store.finalise import Derived


def test_a_record_and_all_that_follows_are_there(village: Village) -> None:
    household = village.household("李大成")
    person = village.resident("李大成", household, phone="15400001234")
    done = village.request(person)

    record = village.store.records.get(done.instance_id)
    assert record is not None
    assert record.row.state is RecordState.WAITING
    assert record.row.ref == done.ref == "QS-SQA-0001-" + done.ref[-1]
    assert record.row.area == f"{VILLAGE}/{GROUP}"
    assert record.commit == crypto.commit(record.salt, record.xml, [])
    detail = village.store.requests.get(done.ref)
    assert detail is not None
    assert (detail.item.state, detail.item.who, detail.item.person) == ("ready", "李大成", person)
    assert village.store.requests.counts() == {"ready": 1}
    assert village.store.status().waiting == village.store.status().records == 3
    assert village.store.records.of_entity(person)[0].instance_id == done.instance_id
    assert [row.form_id for row in village.store.records.of_entity(person, forms=("resident",), limit=1)] == [
        "resident"
    ]
    assert village.store.audit.verify().ok
    assert {member.uuid for member in village.store.entities.members(household)} == {person}


def test_the_same_bytes_again_are_no_second_record(village: Village) -> None:
    made = submission(
        "household", {"head_name": "何家明", "area": GROUP}, instance="uuid:1", entity=village.uuid(), label="何"
    )
    first = village.put("household", made)
    again = village.put("household", made)
    assert first.instance_id == again.instance_id
    assert village.store.status().records == 1
    other = submission(
        "household", {"head_name": "何家亮", "area": GROUP}, instance="uuid:1", entity=village.uuid(), label="何"
    )
    with pytest.raises(InstanceTaken):
        village.put("household", other)


def test_a_number_that_is_not_the_next_is_refused(village: Village) -> None:
    number = village.store.records.peek_number("QS")
    village.request()
    made = submission(
        "request", {"area": GROUP}, instance="uuid:2", entity=village.uuid(), label="x", numbers=(("QS", number),)
    )
    with pytest.raises(NumberTaken):
        village.put("request", made)
    assert village.store.records.get("uuid:2") is None
    assert village.store.records.peek_number("QS").startswith("QS-SQA-0002-")


def test_a_failure_in_the_middle_leaves_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8" + bytes(100_000))
    made = submission(
        "request", {"area": GROUP}, instance="uuid:3", entity=village.uuid(), label="x", attachments=("photo.jpg",)
    )

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(Derived, "follow", fail)
        with pytest.raises(RuntimeError):
            village.put("request", made, attachments=(NewAttachment("photo.jpg", photo),))
    assert village.store.records.get("uuid:3") is None
    assert village.store.status().records == 0
    assert not [path for path in (village.folder / "blobs").rglob("*") if path.is_file()]
    assert village.store.audit.verify().ok

    village.put("request", made, attachments=(NewAttachment("photo.jpg", photo),))
    assert b"".join(village.store.records.attachment("uuid:3", "photo.jpg")) == photo.read_bytes()


def test_a_file_that_is_missing_is_a_fault(village: Village) -> None:
    made = submission(
        "request", {"area": GROUP}, instance="uuid:4", entity=village.uuid(), label="x", attachments=("a.jpg",)
    )
    with pytest.raises(Fault, match="file_missing"):
        village.put("request", made)


def test_a_newer_version_supersedes_the_older(village: Village) -> None:
    entity = village.uuid()
    first = submission(
        "household", {"head_name": "何家明", "area": GROUP}, instance="uuid:5", entity=entity, label="何"
    )
    village.put("household", first)
    second = submission(
        "household", {"head_name": "何嘉明", "area": GROUP}, instance="uuid:6", deprecated="uuid:5", label="何"
    )
    village.put("household", second)
    rows = {row.instance_id: row for row in village.store.records.list().rows}
    assert rows["uuid:5"].superseded_by == "uuid:6"
    assert rows["uuid:6"].deprecated_id == "uuid:5"
    assert [row.instance_id for row, _ in village.store.records.submissions("household")] == ["uuid:6"]


def test_a_reader_sees_what_the_writer_wrote_and_writes_nothing(village: Village) -> None:
    done = village.request()
    reader = village.open(writer=False)
    try:
        assert reader.records.get(done.instance_id) is not None
        with pytest.raises(RuntimeError):
            reader.settings.put("a", "b")
    finally:
        reader.close()


def test_the_area_is_given_or_the_subjects(village: Village) -> None:
    given = submission("household", {"head_name": "何家明"}, instance="uuid:7", entity=village.uuid(), label="何")
    done = village.store.records.finalise(Finalise(given, form("household"), AUTHOR))
    assert done.area == VILLAGE
    moved = submission("household", {"head_name": "何家明"}, instance="uuid:8", entity=village.uuid(), label="何")
    assert village.put("household", moved, area="990621/990621101").area == "990621/990621101"


def blobs(village: Village) -> list[Path]:
    return [path for path in (village.folder / "blobs").rglob("*") if path.is_file()]


def test_a_drafts_files_become_the_records_and_the_rest_goes(village: Village) -> None:
    drafts = village.store.drafts
    draft = drafts.save(Draft("", "request", "1", "路灯", b"<data/>"))
    for name in ("photo.jpg", "removed.jpg"):
        drafts.attach(draft, NewAttachment(name, name.encode()))
    made = submission(
        "request", {"area": GROUP}, instance="uuid:9", entity=village.uuid(), label="x", attachments=("photo.jpg",)
    )
    village.put("request", made, draft=draft)
    assert drafts.list() == ()
    assert b"".join(village.store.records.attachment("uuid:9", "photo.jpg")) == b"photo.jpg"
    assert len(blobs(village)) == 1
    village.put("request", made, draft=draft)
    assert len(blobs(village)) == 1
    assert village.store.check() == ()


def test_a_spoilt_file_is_named_by_the_check(village: Village) -> None:
    made = submission(
        "request", {"area": GROUP}, instance="uuid:10", entity=village.uuid(), label="x", attachments=("photo.jpg",)
    )
    village.put("request", made, attachments=(NewAttachment("photo.jpg", b"photo"),))
    path = blobs(village)[0]
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert village.store.check() == (f"blob {path.name}",)
