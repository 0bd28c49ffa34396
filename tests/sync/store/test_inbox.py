"""The way down: the hub's rows beneath, own pending edits on top, everything with its cursor in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_samples import GROUP, VILLAGE, Village, new_village, submission

from forms.errors import Fault
from sync.protocol import Anchor, Envelope, HelloReply, Outcome, Page, PushReply, Result, Role, Row, RowKind
from sync.store.api import NewAttachment, RecordState, RequestQuery
from sync.wire import envelope_fields

AREA = f"{VILLAGE}/{GROUP}"


def page(*rows: Row, cursor: bytes = b"c1", more: bool = False) -> Page:
    return Page(b"", rows, cursor, more, b"")


def entity(n: int, uuid: str, *, version: int = 1, dataset: str = "households", **properties: str) -> Row:
    body: Mapping[str, Any] = {
        "dataset": dataset,
        "uuid": uuid,
        "label": properties.get("head_name", "x"),
        "version": version,
        "properties": {"area": GROUP, **properties},
        "area": AREA,
        "conflict": "none",
        "deleted": False,
    }
    return Row(n, RowKind.ENTITY, f"{dataset}/{uuid}", AREA, body)


def push(village: Village, *, n: int) -> None:
    sent = village.store.outbox.next_run(10_000_000)
    assert sent is not None
    results = tuple(
        Result(envelope.instance_id, Outcome.STORED, "", n + at) for at, envelope in enumerate(sent.run.envelopes)
    )
    village.store.outbox.apply_push_reply(
        PushReply(b"", Anchor("e1", n + len(results) - 1, bytes(32)), results, 0, (), b"")
    )


def test_rows_and_cursor_come_together(village: Village) -> None:
    uuid = village.uuid()
    applied = village.store.inbox.apply_page(page(entity(3, uuid, head_name="何家明", house_no="12号")))
    assert (applied.rows, applied.entities) == (1, 1)
    assert village.store.inbox.cursor() == b"c1"
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.label, item.area, item.version, item.pending) == ("何家明", AREA, 1, 0)
    assert [hit.uuid for hit in village.store.people.search("hjm 12", datasets=("households",))] == [uuid]
    base, trunk, branch = village.store.entities.versions("households", uuid)
    assert (base, trunk, len(branch)) == ("1", "1", 36)


def test_own_edits_lie_on_top_until_the_hub_has_them(village: Village) -> None:
    uuid = village.uuid()
    village.store.inbox.apply_page(page(entity(3, uuid, version=2, head_name="李大成", house_no="27号", phone="1")))
    _, _, branch = village.store.entities.versions("households", uuid)
    village.change_household(uuid, house_no="28号")
    assert village.store.entities.versions("households", uuid) == ("3", "2", branch)
    village.change_household(uuid, house_no="29号")
    assert village.store.entities.versions("households", uuid) == ("4", "2", branch)
    push(village, n=10)

    foreign = entity(9, uuid, version=3, head_name="李大成", house_no="27号", phone="2")
    village.store.inbox.apply_page(page(foreign, more=True))
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.properties["house_no"], item.properties["phone"], item.pending) == ("29号", "2", 2)

    half = entity(10, uuid, version=4, head_name="李大成", house_no="28号", phone="2")
    village.store.inbox.apply_page(page(half, more=True))
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.properties["house_no"], item.pending) == ("29号", 1)
    assert village.store.entities.versions("households", uuid) == ("4", "2", branch)

    whole = entity(11, uuid, version=5, head_name="李大成", house_no="29号", phone="2")
    village.store.inbox.apply_page(page(whole))
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.properties["house_no"], item.version, item.pending) == ("29号", 5, 0)
    base, trunk, new = village.store.entities.versions("households", uuid)
    assert (base, trunk) == ("5", "5")
    assert new != branch


def test_an_edit_is_seen_while_a_hub_that_was_put_back_lacks_whose_it_is(village: Village) -> None:
    uuid = village.uuid()
    village.store.inbox.apply_page(page(entity(3, uuid, head_name="李大成", house_no="27号")))
    village.change_household(uuid, house_no="28号")
    village.store.outbox.unacknowledge(Anchor("e2", 1, bytes(32)))
    push(village, n=10)
    village.store.inbox.apply_page(page(cursor=b"c2"))  # all that the hub has: it holds the edit
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.properties["house_no"], item.pending) == ("28号", 1)

    village.store.inbox.apply_page(page(entity(11, uuid, version=2, head_name="李大成", house_no="28号"), cursor=b"c3"))
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.properties["house_no"], item.pending) == ("28号", 0)


def test_an_older_row_changes_nothing(village: Village) -> None:
    uuid = village.uuid()
    village.store.inbox.apply_page(page(entity(5, uuid, version=2, head_name="新")))
    village.store.inbox.apply_page(page(entity(4, uuid, version=1, head_name="旧")))
    item = village.store.entities.get(uuid)
    assert item is not None
    assert item.label == "新"


def test_a_created_household_stays_in_view_until_the_hub_shows_it(village: Village) -> None:
    uuid = village.household("李大成")
    push(village, n=7)
    village.store.inbox.apply_page(page())
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.label, item.pending) == ("李大成 27号", 1)
    village.store.inbox.apply_page(page(entity(7, uuid, head_name="李大成", house_no="27号")))
    item = village.store.entities.get(uuid)
    assert item is not None
    assert (item.pending, item.version) == (0, 1)
    assert village.store.entities.count("households") == 1


def test_what_moved_out_of_the_area_is_gone_from_the_lists(village: Village) -> None:
    uuid = village.uuid()
    village.store.inbox.apply_page(page(entity(3, uuid, head_name="何家明")))
    gone = Row(4, RowKind.ENTITY, f"households/{uuid}", AREA, {"dataset": "households", "uuid": uuid, "deleted": True})
    village.store.inbox.apply_page(page(gone))
    assert village.store.entities.list("households").rows == ()
    assert village.store.entities.count("households") == 0
    assert village.store.people.search("何", datasets=("households",)) == ()


def test_a_row_that_makes_no_sense_holds_up_no_other(village: Village) -> None:
    uuid = village.uuid()
    broken = Row(2, RowKind.ENTITY, "x", AREA, {"uuid": "x"})
    bad_list = Row(3, RowKind.LIST, "areas.csv", "", {"csv": b"name,parent\nA,unknown\n"})
    applied = village.store.inbox.apply_page(page(broken, bad_list, entity(4, uuid, head_name="何")))
    assert applied.rows == 1
    assert village.store.entities.get(uuid) is not None
    actions = [entry.action for entry in village.store.audit.list(limit=1000)]
    assert actions.count("pull.row_refused") == 2
    assert len(village.store.lists.get("areas.csv") or b"") > 1000


def test_forms_and_lists_come_down(village: Village) -> None:
    body = {"form_id": "f", "version": "2", "title": "F", "xform": b"<x/>", "media": {"a.csv": b"name\n1\n"}}
    form = Row(1, RowKind.FORM, "f/2", "", body)
    older = Row(2, RowKind.FORM, "f/1", "", {**body, "version": "1"})
    departments = Row(3, RowKind.LIST, "departments.csv", "", {"csv": b"name\nMZ\n"})
    village.store.inbox.apply_page(page(form, older, departments))
    found = village.store.forms.get("f")
    assert found is not None
    assert (found.version, found.media) == ("2", {"a.csv": b"name\n1\n"})
    assert [row.version for row in village.store.forms.list()] == ["2"]
    assert village.store.lists.get("departments.csv") == b"name\nMZ\n"


def test_the_course_of_a_request_is_the_hubs_order_with_own_events_last(village: Village) -> None:
    done = village.request()
    push(village, n=1)
    told = village.event("told", done.request, way="phone", told_on="2026-11-18", to_whom="self", reaction="satisfied")
    detail = village.store.requests.get(done.request)
    assert detail is not None
    assert (detail.item.state, detail.item.late, detail.item.pending) == ("arrived", 1, 1)

    def event(n: int, **values: str) -> Row:
        body = {
            "request": done.request,
            "form": "request_update",
            "values": {"request": done.request, **values},
            "author": "林晓",
            "wall_time": "2026-11-17T02:00:00Z",
            "n": n,
        }
        return Row(n, RowKind.EVENT, f"uuid:event-{n}", AREA, body)

    assign = event(2, action="assign", dept="NY", days="5", changed_on="2026-11-17")
    answer = event(3, action="answer", outcome="done", answer_text="路灯已换", changed_on="2026-11-18")
    applied = village.store.inbox.apply_page(page(answer, assign))
    assert applied.requests == (done.request,)
    detail = village.store.requests.get(done.request)
    assert detail is not None
    item = detail.item
    assert (item.state, item.outcome, item.answer, item.reaction, item.late) == (
        "told",
        "done",
        "路灯已换",
        "satisfied",
        0,
    )
    assert (item.department, item.told_way) == ("NY", "phone")
    assert [event.instance_id for event in detail.events] == ["uuid:event-2", "uuid:event-3", told.instance_id]
    assert village.store.requests.counts() == {"told": 1}
    rows = village.store.entities.rows("requests", columns=("status", "answer", "dept"))
    assert (rows.cell(0, "status"), rows.cell(0, "answer"), rows.cell(0, "dept")) == ("told", "路灯已换", "NY")


def test_a_township_gets_records_verbatim(village: Village, tmp_path: Path) -> None:
    done = village.request()
    push(village, n=4)
    envelope = village.store.records.envelope(done.instance_id)
    assert envelope is not None
    township = new_village(tmp_path / "township", seed=2, role=Role.TOWNSHIP, area="990621/990621101", device="d2")
    try:
        _pull_record(township, envelope)
    finally:
        township.store.close()


def test_a_record_is_found_by_an_entity_whose_row_came_after_it(village: Village, tmp_path: Path) -> None:
    uuid = village.household("李大成")
    sent = village.store.outbox.next_run(10_000_000)
    assert sent is not None
    (envelope,) = sent.run.envelopes
    township = new_village(tmp_path / "township", seed=2, role=Role.TOWNSHIP, area="990621/990621101", device="d2")
    try:
        record = Row(4, RowKind.RECORD, envelope.instance_id, envelope.area, envelope_fields(envelope))
        township.store.inbox.apply_page(page(record, more=True))
        assert township.store.records.of_entity(uuid) == ()
        township.store.inbox.apply_page(page(entity(9, uuid, version=2, head_name="李大成"), cursor=b"c2"))
        assert [row.instance_id for row in township.store.records.of_entity(uuid)] == [envelope.instance_id]
        (found,) = township.store.people.search("ldc", datasets=("households",))
        assert found.last_contact == envelope.wall_time
    finally:
        township.store.close()


def _pull_record(township: Village, envelope: Envelope) -> None:
    row = Row(4, RowKind.RECORD, envelope.instance_id, envelope.area, envelope_fields(envelope))
    township.store.inbox.apply_page(page(row))
    record = township.store.records.get(envelope.instance_id)
    assert record is not None
    assert (record.xml, record.row.state) == (envelope.xml, RecordState.PULLED)
    assert township.store.records.envelope(envelope.instance_id) == envelope
    assert township.store.status().records == 0
    assert township.store.status().pulled == 1
    assert township.store.outbox.next_run(10_000) is None
    assert [row.instance_id for row, _ in township.store.records.submissions("request")] == [envelope.instance_id]
    forged = replace(envelope, xml=envelope.xml.replace(b"normal", b"urgent"), instance_id="uuid:other")
    township.store.inbox.apply_page(
        page(Row(5, RowKind.RECORD, forged.instance_id, forged.area, envelope_fields(forged)))
    )
    assert township.store.records.get("uuid:other") is None


def test_a_township_lists_requests_that_it_has_only_as_rows(tmp_path: Path) -> None:
    township = new_village(tmp_path / "township", role=Role.TOWNSHIP, area="990621/990621101", device="d2")
    try:
        uuid = township.uuid()
        row = entity(2, uuid, dataset="requests", request_no="QS-SQA-0001-3", days="5", matter="H01", dept="NY")
        opened = {"instance_id": "uuid:a", "form_id": "request", "wall_time": "2026-11-16T01:00:00Z"}
        body = {**row.body, "opened": {**opened, "author": "王秀兰", "at": "2026-11-16T02:00:00Z"}}
        township.store.inbox.apply_page(page(replace(row, body=body)))
        items = township.store.requests.list(RequestQuery()).rows
        assert [(item.state, item.due, item.instance_id, item.village) for item in items] == [
            ("arrived", "2026-11-23", "uuid:a", "990621101201")
        ]
        assert township.store.requests.overdue("2026-11-24") == 1
        assert township.store.requests.overdue("2026-11-23") == 0
    finally:
        township.store.close()


def test_other_areas_move_paths_and_another_calendar_moves_due_days(village: Village) -> None:
    house = village.household("李大成")
    done = village.request()
    push(village, n=1)
    before = village.store.requests.get(done.request)
    assert before is not None
    areas = (village.store.lists.get("areas.csv") or b"").replace(
        f"{GROUP},柳树湾村3组,Liushuwan Group 3,group,990621101201,990621101201".encode(),
        f"{GROUP},柳树湾村3组,Liushuwan Group 3,group,990621101202,990621101202".encode(),
    )
    calendar = (village.store.lists.get("calendar.csv") or b"").replace(b"2026-11-23,work", b"2026-11-23,rest")
    village.store.inbox.apply_page(
        page(
            Row(8, RowKind.LIST, "areas.csv", "", {"csv": areas}),
            Row(9, RowKind.LIST, "calendar.csv", "", {"csv": calendar}),
        )
    )
    item = village.store.entities.get(house)
    assert item is not None
    assert item.area == f"990621/990621101/990621101202/{GROUP}"
    after = village.store.requests.get(done.request)
    assert after is not None
    assert (before.item.due, after.item.due) == ("2026-11-23", "2026-11-24")
    assert after.item.village == "990621101202"
    assert village.store.requests.counts(area="990621/990621101/990621101202") == {"arrived": 1}
    assert village.store.requests.counts(area=VILLAGE) == {}


def test_a_held_record_is_acknowledged_by_its_receipt(village: Village) -> None:
    done = village.request()
    sent = village.store.outbox.next_run(10_000_000)
    assert sent is not None
    held = (Result(done.instance_id, Outcome.HELD, "form_unknown", 3),)
    village.store.outbox.apply_push_reply(PushReply(b"", Anchor("e1", 3, bytes(32)), held, 0, (), b""))
    assert village.store.status().held == 1
    receipt = Row(5, RowKind.RECEIPT, done.instance_id, "", {"level": "township", "n": 3, "state": "applied"})
    applied = village.store.inbox.apply_page(page(receipt))
    assert applied.records == (done.instance_id,)
    assert applied.requests == (done.request,)
    assert village.store.status().acknowledged == 1


def test_attachments_of_others_are_fetched_and_checked(village: Village, tmp_path: Path) -> None:
    instance = f"uuid:{village.uuid()}"
    made = submission("request", {"area": GROUP}, instance=instance, entity=village.uuid(), attachments=("a.jpg",))
    village.put("request", made, attachments=(NewAttachment("a.jpg", b"photo" * 20_000),))
    push(village, n=1)
    envelope = village.store.records.envelope(instance)
    assert envelope is not None
    assert [file.name for file in village.store.outbox.waiting_files()] == ["a.jpg"]
    village.store.outbox.file_received(instance, "a.jpg", received=100_000, complete=True)
    assert village.store.outbox.waiting_files() == ()

    township = new_village(tmp_path / "township", seed=2, role=Role.TOWNSHIP, area="990621/990621101", device="d2")
    row = Row(4, RowKind.RECORD, instance, envelope.area, envelope_fields(envelope))
    township.store.inbox.apply_page(page(row))
    assert [file.name for file in township.store.inbox.missing_files()] == ["a.jpg"]
    with pytest.raises(Fault, match="file_differs"):
        township.store.inbox.store_file(instance, envelope.attachments[0], [b"other"])
    content = village.store.outbox.read_file(instance, "a.jpg", offset=0, size=100_000)
    township.store.inbox.store_file(instance, envelope.attachments[0], [content])
    assert township.store.inbox.missing_files() == ()
    assert b"".join(township.store.records.attachment(instance, "a.jpg")) == b"photo" * 20_000
    with pytest.raises(LookupError):
        township.store.outbox.read_file(instance, "b.jpg", offset=0, size=1)
    township.store.close()


def test_the_hubs_clock_and_watermark_are_remembered(village: Village) -> None:
    now = village.clock.now.astimezone(UTC) + timedelta(hours=3)
    answer = HelloReply(b"", 1, b"", "hub-1", Anchor("e1", 5, bytes(32)), True, False, 4, now.isoformat(), False, b"")
    village.store.inbox.contact(answer)
    village.store.inbox.contact(replace(answer, proven=False, anchor=Anchor("e2", 0, bytes(32))))
    assert village.store.inbox.anchor() == Anchor("e1", 5, bytes(32))
    village.request()
    sent = village.store.outbox.next_run(10_000)
    assert sent is not None
    assert abs(sent.run.envelopes[0].clock_offset - 3 * 3600) < 10
    assert village.store.status().backed_up_n == 4
    assert village.store.status().last_contact


def test_the_name_of_who_asks_may_come_after_the_request(village: Village) -> None:
    person, request = village.uuid(), village.uuid()
    asked = entity(2, request, dataset="requests", request_no="QS-SQB-0001-X", resident=person)
    village.store.inbox.apply_page(page(asked))
    assert village.store.requests.list(RequestQuery(query="ldc")).rows == ()
    resident = entity(3, person, dataset="residents", full_name="李大成", head_name="李大成")
    applied = village.store.inbox.apply_page(page(resident))
    assert applied.requests == (request,)
    assert [item.who for item in village.store.requests.list(RequestQuery(query="ldc")).rows] == ["李大成"]
