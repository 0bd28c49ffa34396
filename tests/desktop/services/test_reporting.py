"""Visits, hazards and opinions through the use cases: the board, the timeline, what comes next, the exports."""

from pathlib import Path

from openpyxl import load_workbook
from service_world import GROUP, Filled, seen_by

from desktop.services.filling.filling_values import Stored
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.values import BoardFilter, RequestState, TimelineKind
from sync.protocol import Role

HAZARD = {
    "what": {"kind": "water", "hlevel": "serious", "description": "水塘边没有护栏，孩子常去玩"},
    "where": {"area": GROUP, "place": "老桥头水塘"},
    "four": {"kit_have": "sign ring"},
    "done": {"did": "watch"},
}


def handed_in(village: Filled, form: str, known: dict[str, str]) -> Stored:
    desk = village.desk
    return desk.filling.finish(desk.filling.start(form, known=known))


def home(village: Filled) -> str:
    (row,) = village.desk.people.households()
    return row.uuid


def test_forms_are_offered(village: Filled) -> None:
    own = {row.form_id for row in village.desk.forms.list() if row.own}
    assert {"household", "resident", "request", "visit", "hazard", "opinion"} <= own


def test_a_hazard_goes_all_the_way_on_the_board(village: Filled) -> None:
    stored = village.desk.batch("hazard").add(HAZARD, base=Path())
    assert stored.ref.startswith("YH-")
    (row,) = [row for row in village.desk.requests.board(BoardFilter()).rows if row.ref == stored.ref]
    assert (row.kind_label, row.matter, row.urgency, row.days) == ("隐患", "K05", "urgent", 3)
    assert row.area_label == "石桥村1组"
    office = seen_by(village.desk, Role.TOWNSHIP)
    office.requests.update(stored.ref, {"action": "receive"})
    office.requests.update(stored.ref, {"action": "assign"})
    row = office.requests.show(stored.ref).row
    assert (row.state, row.department, row.days) == (RequestState.ASSIGNED, "YJ", 3)
    office.requests.update(
        stored.ref, {"answer": {"outcome": "done", "did": "装了护栏"}, "/data/which/action": "answer"}
    )
    village.desk.requests.tell(stored.ref, {"way": "board"})
    assert village.desk.requests.show(stored.ref).row.state is RequestState.TOLD


def test_an_opinion_that_wants_an_answer_is_told_its_number(village: Filled) -> None:
    who = village.residents[0]
    known = {"topic": "H", "stance": "worry", "text": "晚上没有灯不敢出门", "area": GROUP, "named": "yes"}
    stored = handed_in(village, "opinion", {**known, "resident": who, "reply": "yes"})
    assert stored.ref.startswith("MY-")
    assert stored.steps
    assert stored.slip
    (row,) = [row for row in village.desk.requests.board(BoardFilter()).rows if row.ref == stored.ref]
    assert (row.kind_label, row.resident, row.description) == ("民意", who, "晚上没有灯不敢出门")


def test_other_opinions_are_kept_and_counted_only(village: Filled) -> None:
    known = {"topic": "H", "stance": "praise", "text": "新修的路真好走", "area": GROUP}
    stored = handed_in(village, "opinion", known)
    assert (stored.ref, stored.steps) == ("", ())
    assert len(village.desk.requests.board(BoardFilter()).rows) == 1
    assert [record.form_id for record in village.desk.records.list(form_id="opinion").rows] == ["opinion"]


def test_after_a_visit_with_something_to_do_comes_the_request_of_who_was_met(village: Filled) -> None:
    who = village.residents[1]
    known = {"household": home(village), "seen": who, "problems": "power", "said": "电线老化", "need": "yes"}
    stored = handed_in(village, "visit", known)
    assert stored.then is not None
    opening = village.desk.filling.start(stored.then.form_id, known=dict(stored.then.known))
    assert opening.session.node("/data/who/resident").value == who
    assert opening.session.node("/data/who/area_asked").relevant is False


def test_without_a_name_the_head_of_the_household_asks(village: Filled) -> None:
    known = {"household": home(village), "problems": "none", "need": "yes"}
    stored = handed_in(village, "visit", known)
    assert stored.then is not None
    person = village.desk.people.person(dict(stored.then.known)["resident"])
    assert person.row.relation == "户主"
    assert handed_in(village, "visit", {**known, "need": "no"}).then is None


def test_a_visit_stands_in_the_timeline_of_who_was_met(village: Filled) -> None:
    who = village.residents[0]
    handed_in(village, "visit", {"household": home(village), "seen": who, "problems": "ill", "said": "腿摔了"})
    entry = next(entry for entry in village.desk.people.timeline(who) if entry.kind is TimelineKind.VISITED)
    assert (entry.title, entry.detail) == ("走访", "上门 · 有人生病、摔倒")


def test_exports_hold_hazards_and_the_last_visit(village: Filled, tmp_path: Path) -> None:
    village.desk.batch("hazard").add(HAZARD, base=Path())
    handed_in(village, "visit", {"household": home(village), "problems": "none"})
    village.desk.exports.run(ExportOrder("requests", tmp_path / "r.xlsx"))
    sheet = load_workbook(tmp_path / "r.xlsx").worksheets[0]
    rows = [dict(zip((c.value for c in sheet[1]), (c.value for c in row), strict=True)) for row in sheet.iter_rows()]
    (found,) = [row for row in rows if str(row["编号"]).startswith("YH-")]
    assert found["隐患类型"] == "危险水域（溺水点）"
    assert found["具体事项"] == "危险水域、溺水"
    village.desk.exports.run(ExportOrder("households", tmp_path / "h.xlsx"))
    sheet = load_workbook(tmp_path / "h.xlsx").worksheets[0]
    labels = [cell.value for cell in sheet[1]]
    assert {"最近走访日期", "怎么走访"} <= set(labels)
    assert sheet.cell(2, labels.index("最近走访日期") + 1).value is not None
