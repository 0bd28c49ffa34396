"""The six workbooks of a township filled from a village's own records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from service_world import GROUP, household, workspace
from shared_folder import SHARED

from desktop.services.desk import TheDesk
from desktop.services.keeping.users import Users
from desktop.services.sheets.department_values import WorkbookFilled, WorkbookOrder
from desktop.services.values import Level
from forms.errors import Fault

pytestmark = [pytest.mark.shared, pytest.mark.slow]
WORKBOOKS = SHARED / "pack" / "workbooks"
APPROVER, AGREED = "chen", "another plain offered word"
CHILD, OLD = "990621201507040445", "990621194512301133"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TheDesk]:
    """Two households, one of them with the allowance and a dangerous house; a child and an old man live there."""
    opened = workspace(tmp_path_factory.mktemp("w") / "w", user="li")
    Users(opened).add(APPROVER, AGREED)
    desk = opened.desk(writer=True)
    batch = desk.batch("household")
    batch.add(household(GROUP, "仇桂英"), base=Path())
    poor = {"aid_type": "dibao", "risk": "illness", "house_grade": "D", "more": "yes"}
    batch.add(
        household(GROUP, "单长福") | {"life": poor, "house": {"built": "1998", "structure": "timber"}}, base=Path()
    )
    home = next(each.uuid for each in desk.context.store.entities.all("households") if "单长福" in each.label)
    people = desk.batch("resident")
    child = {"child": {"guardian_kind": "grandp", "guardian": "李大成", "guardian_phone": "15404037616"}}
    people.add(_resident(home, "李小满", CHILD, "left_child") | child | {"guardian_consent": "yes"}, base=Path())
    old = {"old": {"carer": "尉迟伟", "carer_phone": "15414485705"}}
    people.add(_resident(home, "尉迟明德", OLD, "old_alone") | old, base=Path())
    visits = desk.batch("visit")
    for day, way in (
        ("2026-10-05", "nobody"),
        ("2026-10-20", "phone"),
        ("2026-11-02", "nobody"),
        ("2026-11-18", "door"),
    ):
        found = {} if way == "nobody" else {"check": {"problems": "none"}}
        visits.add({"who": {"household": home, "visited_on": day, "way": way}} | found, base=Path())
    hazards = desk.batch("hazard")
    hazards.add(_hazard("water", "石桥下游回水湾") | {"four": {"kit_have": "sign pole"}}, base=Path())
    hazards.add(_hazard("fire", "李家老宅柴房"), base=Path())
    yield desk
    opened.close()


def _hazard(kind: str, place: str) -> dict[str, Any]:
    return {
        "what": {"kind": kind, "hlevel": "serious", "description": "学生放学经过，没有护栏"},
        "where": {"area": GROUP, "place": place},
        "done": {"did": "watch", "keeper": "网格员"},
    }


def _resident(home: str, name: str, id_no: str, tags: str) -> dict[str, Any]:
    who = {"household": home, "name": name, "id_no": id_no, "relation": "other", "has_phone": "no", "tags": tags}
    return {"who": who}


def fill(desk: TheDesk, name: str, folder: Path, **order: Any) -> tuple[WorkbookFilled, Worksheet]:
    """By the suggested map, at level full unless told otherwise."""
    workbook, mapping = WORKBOOKS / f"empty_{name}.xlsx", folder / "map.json"
    desk.departments.write_map(desk.departments.look(workbook), mapping)
    agreed = {"level": Level.FULL, "reason": "季度上报", "approver": APPROVER, "approver_passphrase": AGREED}
    done = desk.departments.fill(WorkbookOrder(workbook, mapping, folder / "out.xlsx", **(agreed | order)))
    sheet = load_workbook(folder / "out.xlsx").active
    assert isinstance(sheet, Worksheet)
    return done, sheet


def row(sheet: Worksheet, number: int = 5) -> dict[str, Any]:
    """The row's data by column letter."""
    values = {cell.column_letter: cell.value for cell in sheet[number]}
    return {letter: value for letter, value in values.items() if value is not None and not str(value).startswith("=")}


def test_allowance(desk: TheDesk, tmp_path: Path) -> None:
    done, sheet = fill(desk, "01_dibao", tmp_path)
    assert done.lines == 1
    assert row(sheet) == {"B": "石桥村", "C": "单长福", "F": 1, "L": "因病", "R": "15412345678"}
    asked = {gap.column: gap.why.value for gap in done.missing}
    assert asked["D"] == "unknown"
    assert asked["H"] == asked["Q"] == "ask"
    assert {gap.whom for gap in done.missing} == {"石桥村"}
    assert "S" not in asked


def test_dangerous_houses(desk: TheDesk, tmp_path: Path) -> None:
    done, sheet = fill(desk, "02_dangerous_houses", tmp_path)
    assert done.lines == 2
    rows = {each["D"]: each for each in (row(sheet, 5), row(sheet, 6))}
    poor = rows["单长福"]
    assert {key: poor[key] for key in "BCFGHKN"} == {
        "B": "石桥村", "C": "1组", "F": 1, "G": "低保户", "H": "土木", "K": 1998, "N": "D",
    }  # fmt: skip
    assert "U" not in poor  # that telephone is the responsible official's


def test_children(desk: TheDesk, tmp_path: Path) -> None:
    done, sheet = fill(desk, "03_children", tmp_path)
    assert done.lines == 1
    assert row(sheet) == {
        "B": "石桥村", "C": "李小满", "D": CHILD, "G": "留守儿童", "P": "李大成", "Q": "祖父母", "R": "15404037616",
        "V": datetime.fromisoformat("2026-11-18"),
    }  # fmt: skip


def test_old_people(desk: TheDesk, tmp_path: Path) -> None:
    done, sheet = fill(desk, "04_old_people_visits", tmp_path)
    known = {"B": "石桥村1组", "C": "尉迟明德", "D": OLD, "F": "独居", "I": "尉迟伟", "J": "15414485705"}
    assert row(sheet) == known | {"T": "△", "U": "√"}  # October by telephone, November at the door
    assert not any(gap.heading.endswith("月") for gap in done.missing)


def test_drowning_spots_are_the_hazards_at_water(desk: TheDesk, tmp_path: Path) -> None:
    done, sheet = fill(desk, "05_drowning_spots", tmp_path)
    assert done.lines == 1
    assert row(sheet) == {
        "B": "石桥村", "D": "石桥下游回水湾", "H": 1, "I": 0, "J": 0, "K": 1,
        "M": "学生放学经过，没有护栏", "N": "中", "R": "网格员",
    }  # fmt: skip
    asked = {gap.column for gap in done.missing if gap.why.value == "ask"}
    assert {"E", "F", "G"} <= asked


def test_insurance_counts_the_villages(desk: TheDesk, tmp_path: Path) -> None:
    done, sheet = fill(desk, "06_health_insurance_statistics", tmp_path)
    assert row(sheet, 6) == {"A": 2, "B": "石桥村", "C": 2, "J": 0, "K": 0, "L": 0}
    assert done.added == 0
    assert {gap.row for gap in done.missing} == {6}


def test_below_full_no_numbers_leave(desk: TheDesk, tmp_path: Path) -> None:
    done, sheet = fill(desk, "03_children", tmp_path, level=Level.HANDLING)
    assert "D" not in row(sheet)
    assert {gap.column for gap in done.missing if gap.why.value == "level"} == {"D", "R"}
    assert CHILD.encode() not in (tmp_path / "out.xlsx").read_bytes()


def test_full_needs_a_second_person(desk: TheDesk, tmp_path: Path) -> None:
    for wrong in ({"approver": ""}, {"approver": "li"}, {"reason": " "}, {"approver_passphrase": "wrong one here"}):
        with pytest.raises(Fault):
            fill(desk, "03_children", tmp_path, **wrong)
    assert not (tmp_path / "out.xlsx").exists()


def test_it_is_audited(desk: TheDesk, tmp_path: Path) -> None:
    before = desk.context.store.audit.verify().entries
    fill(desk, "01_dibao", tmp_path)
    assert desk.context.store.audit.verify().entries == before + 1


def test_the_department_moves_a_column(desk: TheDesk, tmp_path: Path) -> None:
    """The map knows columns by their headings, so that it outlives a new layout."""
    fill(desk, "01_dibao", tmp_path)
    moved = load_workbook(WORKBOOKS / "empty_01_dibao.xlsx")
    sheet = moved.active
    assert isinstance(sheet, Worksheet)
    sheet["Q3"], sheet["R3"] = sheet["R3"].value, sheet["Q3"].value
    moved.save(tmp_path / "moved.xlsx")
    order = WorkbookOrder(
        tmp_path / "moved.xlsx",
        tmp_path / "map.json",
        tmp_path / "again.xlsx",
        level=Level.FULL,
        reason="季度上报",
        approver=APPROVER,
        approver_passphrase=AGREED,
    )
    desk.departments.fill(order)
    assert load_workbook(tmp_path / "again.xlsx").active["Q5"].value == "15412345678"


def test_what_is_wrong_is_told(desk: TheDesk, tmp_path: Path) -> None:
    workbook, mapping = WORKBOOKS / "empty_01_dibao.xlsx", tmp_path / "map.json"
    look = desk.departments.look(workbook)
    desk.departments.write_map(look, mapping)
    data = json.loads(mapping.read_bytes())
    wrong = {
        "services.department_lines": {**data, "lines": "pigs"},
        "foreign.map_fact": {**data, "where": {"colour": ["red"]}},
        "foreign.sheet": {**data, "sheet": "Sheet9"},
    }
    for code, each in wrong.items():
        mapping.write_text(json.dumps(each), encoding="utf-8")
        with pytest.raises(Fault) as told:
            desk.departments.fill(WorkbookOrder(workbook, mapping, tmp_path / "out.xlsx"))
        assert told.value.code == code
    with pytest.raises(Fault) as told:
        desk.departments.fill(WorkbookOrder(workbook, mapping, tmp_path / "out.csv"))
    assert told.value.code == "services.department_ending"
    with pytest.raises(Fault) as told:
        desk.departments.look(tmp_path / "nothing.xlsx")
    assert told.value.code == "services.no_file"
