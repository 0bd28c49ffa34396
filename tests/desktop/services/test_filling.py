"""From an opened form to a stored record: known facts, drafts, numbers, files."""

import dataclasses
import json
from pathlib import Path

import pytest
from service_world import GROUP, VILLAGE, Filled, household, request
from small_forms import inputs, xform

from desktop.services.desk import TheDesk, make_desk
from desktop.services.filling.filling import free_name, named, plain_name
from desktop.services.filling.filling_values import Opening, Stored
from desktop.services.filling.refusal import Refused
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.values import RecordState
from forms.api import NotReady
from forms.casework.numbers import parse
from forms.errors import Fault
from sync import receipts
from sync.store.api import FormSource


def test_known_facts_are_entered(village: Filled) -> None:
    opening = village.desk.filling.start("request", known={"resident": village.residents[0], "matter": "H05"})
    assert named(opening.form, "resident") in opening.prefilled
    assert opening.session.node(named(opening.form, "urgency")).value == "normal"
    assert opening.title == "王建国" or opening.title == "李秀兰"


def test_a_request_gets_the_next_number_and_five_steps(village: Filled) -> None:
    opening = village.desk.filling.start("request", known={"resident": village.residents[0], "matter": "H05"})
    opening.session.set(named(opening.form, "description"), "路口的灯又不亮了")
    stored = village.desk.filling.finish(opening)
    assert parse(stored.ref) is not None
    assert stored.ref.startswith("QS-SQA-0002-")
    assert village.ref.startswith("QS-SQA-0001-")
    assert len(stored.steps) == 5
    assert [step.state for step in stored.steps] == ["done", "now", "later", "later", "later"]
    assert stored.ref in stored.read_out
    assert dict(stored.slip)["编号"] == stored.ref


def test_the_slip_has_the_code_that_the_township_asks_for_and_names_nobody_unless_chosen(village: Filled) -> None:
    def hand_in() -> Stored:
        opening = village.desk.filling.start("request", known={"resident": village.residents[0], "matter": "H05"})
        opening.session.set(named(opening.form, "description"), "路口的灯又不亮了")
        return village.desk.filling.finish(opening)

    stored = hand_in()
    record = village.desk.context.store.records.get(stored.instance_id)
    assert record is not None
    assert stored.code == receipts.code(record.salt, stored.instance_id)
    assert stored.who
    assert stored.who not in {value for _, value in stored.slip}
    village.desk.settings.put("slip_names", "yes")
    assert stored.who in {value for _, value in hand_in().slip}


def test_what_is_missing_stores_nothing(village: Filled) -> None:
    before = village.desk.hand_over.status().records
    opening = village.desk.filling.start("request")
    with pytest.raises(NotReady) as missing:
        village.desk.filling.finish(opening)
    assert {problem.code for problem in missing.value.problems} == {"required"}
    assert village.desk.hand_over.status().records == before


def test_two_openings_never_share_a_number(village: Filled) -> None:
    openings = [
        village.desk.filling.start("request", known={"resident": village.residents[0], "matter": "H05"}) for _ in "ab"
    ]
    refs = set()
    for opening in openings:
        opening.session.set(named(opening.form, "description"), "路口的灯又不亮了")
        refs.add(village.desk.filling.finish(opening).ref)
    assert len(refs) == 2


def test_a_draft_is_kept_resumed_and_gone_after_finishing(village: Filled) -> None:
    filling = village.desk.filling
    opening = filling.start("request", known={"resident": village.residents[0]})
    opening.session.set(named(opening.form, "description"), "写到一半")
    place = named(opening.form, "description")
    row = filling.save(filling.snapshot(opening, place=place))
    assert row.mine
    assert 0 < row.filled < row.asked
    again = filling.resume(row.id)
    assert again.place == place
    assert not again.fresh
    assert again.session.node(place).value == "写到一半"
    again.session.set(place, "路灯不亮了")
    again.session.set(named(again.form, "matter"), "H05")
    filling.finish(again)
    assert filling.drafts() == ()


def test_a_draft_belongs_to_its_author(opened: OpenWorkspace, village: Filled) -> None:
    filling = village.desk.filling
    draft = filling.save(filling.snapshot(filling.start("household")))
    village.desk.close()
    opened.user = "li"
    desk = opened.desk(writer=True)
    try:
        (row,) = desk.filling.drafts()
        assert (row.mine, row.author, row.title) == (False, "wang", "")
        for refused in (desk.filling.resume, desk.filling.discard):
            with pytest.raises(Fault) as fault:
                refused(draft.id)
            assert fault.value.code == "services.others_draft"
    finally:
        desk.close()


LAST = xform(
    "<place/><meta><instanceID/></meta>",
    root='<data id="visit-book" version="1">',
    model='<instance id="last" src="jr://instance/last-saved"/>'
    '<setvalue event="odk-instance-first-load" ref="/data/place" value="instance(\'last\')/data/place"/>',
    body=inputs("place"),
)


def test_a_form_reads_what_its_author_saved_last(village: Filled) -> None:
    filling, store = village.desk.filling, village.desk.context.store
    store.forms.add(FormSource("visit-book", "1", "Visits", LAST))

    def said() -> str:
        return filling.start("visit-book").session.node("/data/place").value

    def filled(place: str) -> Opening:
        opening = filling.start("visit-book")
        opening.session.set("/data/place", place)
        return opening

    assert said() == ""
    filling.save(filling.snapshot(filled("石桥组")))
    assert said() == "石桥组"
    filling.finish(filled("松树组"))
    assert said() == "松树组"
    other = dataclasses.replace(village.desk.context.actor, user="li")
    context = dataclasses.replace(village.desk.context, actor=other)
    desk = make_desk(context, forget=lambda _: None)
    assert desk.filling.start("visit-book").session.node("/data/place").value == ""


def test_a_file_lies_with_its_draft_and_then_with_the_record(village: Filled) -> None:
    filling = village.desk.filling
    opening = filling.start("request", known={"resident": village.residents[0], "matter": "H05"})
    draft = filling.save(filling.snapshot(opening)).id
    name = filling.attach(draft, name="..\\lamp.jpg", data=b"\xff\xd8picture")
    assert name == "lamp.jpg"
    assert filling.attach(draft, name="lamp.jpg", data=b"other") == "lamp-2.jpg"
    assert filling.attachment(draft, name) == b"\xff\xd8picture"
    opening.session.set(named(opening.form, "photo"), name)
    opening.session.set(named(opening.form, "description"), "路灯不亮了")
    stored = filling.finish(opening)
    assert village.desk.records.attachment(stored.instance_id, name) == b"\xff\xd8picture"


def test_a_batch_takes_files_from_beside_its_answers(village: Filled, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    answers = request(village.residents[0])
    answers["what"]["photo"] = {"file": "a.png"}
    stored = village.desk.batch("request").add(answers, base=tmp_path)
    assert village.desk.records.attachment(stored.instance_id, "a.png") == b"\x89PNG"


def test_a_refused_line_says_every_reason_and_stores_nothing(village: Filled) -> None:
    batch = village.desk.batch("request")
    before = village.desk.hand_over.status().records
    with pytest.raises(Refused) as refused:
        batch.add({"who": {"requester": "person"}}, base=Path())
    assert len(refused.value.problems) > 1
    with pytest.raises(Refused):
        batch.add(request("00000000-0000-4000-8000-000000000000"), base=Path())
    assert village.desk.hand_over.status().records == before


def test_a_batch_sees_what_its_own_records_changed(desk: TheDesk) -> None:
    batch = desk.batch("household")
    for place in range(3):
        batch.add(household(GROUP, f"王建{'一二三'[place]}"), base=Path())
    assert desk.people.count() == 3
    assert len(desk.hand_over.list(RecordState.WAITING)) == 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a.jpg", "a.jpg"), ("../../etc/passwd", "passwd"), ("C:\\x\\b.png", "b.png"), ("", "file"), ("..", "file")],
)
def test_names_are_never_paths(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_a_taken_name_gets_a_number() -> None:
    assert free_name("a.jpg", {"a.jpg", "a-2.jpg"}) == "a-3.jpg"
    assert free_name("a", {"a"}) == "a-2"


def test_the_list_of_forms_says_how_many_were_handed_in(village: Filled) -> None:
    counted = {row.form_id: row.records for row in village.desk.forms.list()}
    assert (counted["household"], counted["request"], counted["hazard"]) == (1, 1, 0)


def test_a_form_that_asks_for_a_place_has_the_outlines_of_the_own_groups(village: Filled) -> None:
    ring = [[106.70, 26.57], [106.74, 26.57], [106.74, 26.60], [106.70, 26.57]]
    shapes = [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for code in (GROUP, VILLAGE, "990621101201")
    ]
    drawn = json.dumps({"type": "FeatureCollection", "features": shapes}).encode()
    assert list(village.desk.filling.start("hazard").outlines) == [village.desk.context.areas().label(VILLAGE, "zh")]
    village.desk.context.store.lists.put("outlines.geojson", drawn)
    (name,) = village.desk.filling.start("hazard").outlines
    assert name == village.desk.context.areas().label(GROUP, "zh")
    assert village.desk.filling.start("told").outlines == {}
