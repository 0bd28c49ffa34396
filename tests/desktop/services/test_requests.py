"""The board, one request, handling and telling."""

import dataclasses
from pathlib import Path

import pytest
from openpyxl import load_workbook
from service_world import GROUP, Filled, clock, request, seen_by

from desktop.services.desk import make_desk
from desktop.services.filling.refusal import Refused
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.values import BoardFilter, RequestState, Tab, TimelineKind, Unnamed
from forms.errors import Fault
from forms.text import Text
from sync.protocol import Role


def test_a_new_request_waits_and_its_rows_are_readable(village: Filled) -> None:
    board = village.desk.requests.board(BoardFilter())
    (row,) = board.rows
    assert (row.ref, row.state, row.pending) == (village.ref, RequestState.READY, True)
    assert row.matter_label == "路灯亮化维护"
    assert row.area_label == "石桥村1组"
    assert row.description == "小学路口的路灯不亮了"
    assert "****" in row.phone or row.phone == ""
    assert board.counts[Tab.OPEN] == 1
    assert board.counts[Tab.WAITING] == 1


def test_handling_goes_through_its_states(village: Filled) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP)
    update, show = office.requests.update, office.requests.show
    update(village.ref, {"action": "receive"})
    assert show(village.ref).row.state is RequestState.TAKEN_UP
    update(village.ref, {"action": "assign"})
    row = show(village.ref).row
    assert (row.state, row.department, row.days) == (RequestState.ASSIGNED, "CW", 10)
    update(village.ref, {"answer": {"outcome": "done", "did": "灯头换了"}, "/data/which/action": "answer"})
    detail = show(village.ref)
    assert (detail.row.state, detail.row.outcome) == (RequestState.ANSWERED, "done")
    assert detail.row.answer == "灯头换了"
    assert village.desk.requests.counts()[Tab.TO_TELL] == 1
    standing = {entry.kind: entry.state for entry in detail.course}
    assert standing[TimelineKind.ANSWERED] is RequestState.ANSWERED  # so the timeline offers to tell
    village.desk.requests.tell(village.ref, {"way": "phone", "reaction": "satisfied"})
    row = village.desk.requests.show(village.ref).row
    assert (row.state, row.told_way, row.reaction) == (RequestState.TOLD, "phone", "satisfied")
    kinds = [entry.kind for entry in village.desk.requests.show(village.ref).course]
    assert kinds == [
        TimelineKind.REQUEST,
        TimelineKind.TAKEN_UP,
        TimelineKind.ASSIGNED,
        TimelineKind.ANSWERED,
        TimelineKind.TOLD,
    ]
    person = village.desk.requests.show(village.ref).person
    assert person is not None
    assert village.desk.people.timeline(person.uuid)[0].kind is TimelineKind.TOLD


def test_what_nobody_has_touched_for_days_is_found(village: Filled) -> None:
    """The rows of the filter are those that are called quiet, on every tab; the filter is kept under a name."""
    stuck = BoardFilter(stuck=True)
    office = seen_by(village.desk, Role.TOWNSHIP)
    office.requests.update(village.ref, {"action": "receive"})
    assert office.requests.board(stuck).rows == ()
    later = dataclasses.replace(office.context, clock=clock("2026-11-27T10:30:00+08:00"))  # five working days
    office = make_desk(later, forget=lambda _: None)
    (row,) = office.requests.board(stuck).rows
    assert row.quiet == 5
    assert office.requests.board(dataclasses.replace(stuck, tab=Tab.TO_ASSIGN)).rows == (row,)
    assert office.requests.board(dataclasses.replace(stuck, tab=Tab.TO_TELL)).rows == ()
    earlier = dataclasses.replace(later, clock=clock("2026-11-26T23:30:00+08:00"))
    assert make_desk(earlier, forget=lambda _: None).requests.board(stuck).rows == ()
    office.remembered.keep_filter("没动静的", stuck)
    assert [kept.wanted.stuck for kept in office.remembered.filters()] == [True]


def test_to_give_it_to_who_has_it_changes_the_time_limit(village: Filled) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP)
    for answers in ({"action": "receive"}, {"action": "assign"}, {"action": "assign", "days": "3"}):
        office.requests.update(village.ref, answers)
    first, second = [each for each in office.requests.show(village.ref).course if each.kind is TimelineKind.ASSIGNED]
    assert "分派给" in first.title
    assert (second.title, second.detail) == ("改了时限", "时限 3 个工作日")


def test_only_possible_steps_are_offered_and_taken(village: Filled) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP)
    names = {action.name for action in office.requests.show(village.ref).actions}
    assert names == {"receive", "assign", "return"}
    with pytest.raises(Refused) as refused:
        office.requests.update(village.ref, {"action": "answer"})
    assert refused.value.problems[0].code == "not_a_choice"
    assert village.desk.requests.show(village.ref).actions == ()


def test_many_are_assigned_and_those_left_out_say_why(village: Filled) -> None:
    second = village.desk.batch("request").add(request(village.residents[1]), base=Path()).ref
    office = seen_by(village.desk, Role.TOWNSHIP)
    done = office.requests.assign([village.ref, second, "QS-XXA-0001-1"], department="GD", days=3)
    assert (done[village.ref], done[second]) == ("", "")
    assert done["QS-XXA-0001-1"]
    assert {row.department for row in office.requests.list()} == {"GD"}


def test_an_unknown_number_is_said_so(village: Filled) -> None:
    with pytest.raises(Fault) as fault:
        village.desk.requests.show("QS-SQA-9999-0")
    assert fault.value.code == "services.unknown_request"


def test_a_department_sees_only_what_is_assigned_to_it(village: Filled) -> None:
    department = seen_by(village.desk, Role.DEPARTMENT, departments=("GD",))
    assert department.requests.board(BoardFilter()).rows == ()
    with pytest.raises(Fault):
        department.requests.show(village.ref)
    seen_by(village.desk, Role.TOWNSHIP).requests.update(village.ref, {"action": "assign", "dept": "GD"})
    assert [row.ref for row in department.requests.board(BoardFilter()).rows] == [village.ref]
    department.requests.update(village.ref, {"action": "answer", "outcome": "done", "did": "修好了"})
    assert department.requests.show(village.ref).row.state is RequestState.ANSWERED


def test_what_is_new_to_a_department_is_new_until_it_notes_something(village: Filled) -> None:
    power = seen_by(village.desk, Role.DEPARTMENT, departments=("GD",))
    seen_by(village.desk, Role.TOWNSHIP).requests.update(village.ref, {"action": "assign", "dept": "GD"})
    assert [row.ref for row in power.requests.fresh()] == [row.ref for row in power.today().fresh] == [village.ref]
    power.requests.update(village.ref, {"action": "progress", "note_text": "打了电话"})
    assert power.requests.fresh() == ()
    assert [row.ref for row in power.today().next_due] == [village.ref]
    power.requests.update(village.ref, {"action": "answer", "outcome": "done", "did": "修好了"})
    assert (power.today().next_due, power.today().open) == ((), 0), "it waits for the village now"


def test_who_asked_and_how_to_reach_them(village: Filled) -> None:
    """The telephone for this request with its day, and the register's where it is another; else why nobody is named."""
    asked = request(village.residents[0])
    asked["who"]["phone"] = "15400009999"
    other = village.desk.batch("request").add(asked, base=Path()).ref
    asker = village.desk.requests.reveal(other)
    today = village.desk.context.today()
    assert (asker.phone, asker.noted, asker.now, asker.covered) == ("15400009999", today, "15412345678", False)
    shown = village.desk.requests.show(other).asker
    assert (shown.phone, shown.now, shown.covered) == ("154****9999", "154****5678", True)
    public = {"requester": "public", "area_asked": GROUP}
    what = {"matter": "H05", "description": "路灯都不亮"}
    everybody = village.desk.batch("request").add({"who": public, "what": what}, base=Path()).ref
    nobody = village.desk.requests.show(everybody).asker
    assert (nobody.name, nobody.unnamed, nobody.covered) == ("", Unnamed.PUBLIC, False)


def test_a_departments_list_names_who_asked_and_covers_the_telephone(village: Filled, tmp_path: Path) -> None:
    power = seen_by(village.desk, Role.DEPARTMENT, departments=("GD",))
    seen_by(village.desk, Role.TOWNSHIP).requests.update(village.ref, {"action": "assign", "dept": "GD"})
    power.exports.run(ExportOrder("requests", tmp_path / "ours.xlsx"))
    cells = [str(cell) for row in load_workbook(tmp_path / "ours.xlsx").worksheets[0].values for cell in row]
    assert village.desk.requests.show(village.ref).row.who in cells
    assert "15412345678" not in cells


def test_an_export_says_when_and_how_it_went(village: Filled, tmp_path: Path) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP)
    office.requests.update(village.ref, {"action": "assign"})
    answer = {"answer": {"outcome": "done", "did": "灯头换了"}, "/data/which/action": "answer"}
    office.requests.update(village.ref, answer)
    told = {"way": "phone", "reaction": "unsatisfied", "why_not": "还是暗", "again": "no"}
    village.desk.requests.tell(village.ref, told)
    target = tmp_path / "requests.xlsx"
    office.exports.run(ExportOrder("requests", target))
    header, row = list(load_workbook(target).worksheets[0].iter_rows(values_only=True))
    text = Text(office.exports.context.language)
    by_label = dict(zip(header, row, strict=True))
    today = office.exports.context.today()
    for key in ("received_on", "answered_on", "told_on"):
        assert by_label[text(f"export.{key}")].date() == today
    assert by_label[text("export.why_not")] == "还是暗"


def test_two_about_the_same_are_answered_as_one(village: Filled) -> None:
    other = village.desk.batch("request").add(request(village.residents[1]), base=Path()).ref
    office = seen_by(village.desk, Role.TOWNSHIP)
    office.requests.update(village.ref, {"action": "assign"})
    proposal = office.requests.show(village.ref).proposal
    assert proposal is not None
    (same,) = proposal.same
    assert same.ref == other
    said = {"action": "answer", "outcome": "merged", "did": f"与 {other} 一起办", "merged_into": other}
    office.requests.update(village.ref, said)
    row = office.requests.show(village.ref).row
    assert (row.state, row.outcome) == (RequestState.ANSWERED, "merged")
    with pytest.raises(Fault, match="unknown_request"):
        office.requests.update(other, {**said, "merged_into": "QS-SQA-9999-9"})
