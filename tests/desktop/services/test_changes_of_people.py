"""Changes of people and corrections through the use cases: current facts change, what was recorded stays."""

from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from service_world import GROUP, Filled, household

from desktop.services.sheets.export_values import ExportOrder
from desktop.services.values import TimelineKind


def handed_in(village: Filled, form: str, **known: str) -> None:
    desk = village.desk
    desk.filling.finish(desk.filling.start(form, known=known))


def homes(village: Filled) -> dict[str, str]:
    return {item.label: item.uuid for item in village.desk.context.store.entities.all("households")}


def known(village: Filled, uuid: str, dataset: str = "residents") -> dict[str, str]:
    item = village.desk.context.store.entities.get(uuid, dataset)
    assert item is not None
    return dict(item.properties)


def people(village: Filled) -> dict[str, str]:
    return {item.label: item.uuid for item in village.desk.context.store.entities.all("residents")}


def test_a_death_keeps_the_request_and_the_history(village: Filled) -> None:
    who = people(village)
    (home,) = homes(village).values()
    head, wife = who["王建国"], who["李秀兰"]
    handed_in(village, "resident_change", what="died", household=home, members=head, next_head=wife, since="2026-11-18")
    assert known(village, head)["state"] == "died"
    assert known(village, home, "households")["head_name"] == "李秀兰"
    assert village.desk.requests.show(village.ref).row.resident in who.values()
    timeline = village.desk.people.timeline(head)
    changed = next(entry for entry in timeline if entry.kind is TimelineKind.CHANGED)
    assert changed.detail == "去世"
    assert TimelineKind.REGISTERED in {entry.kind for entry in timeline}
    assert village.desk.people.person(head).row.left == "已去世"
    assert village.desk.people.person(wife).row.left == ""


def test_a_household_is_divided_and_both_are_found(village: Filled) -> None:
    who = people(village)
    (home,) = homes(village).values()
    son = {"what": "born", "household": home, "new_name": "王小宝", "new_sex": "m", "new_birth": "2026-11-01"}
    handed_in(village, "resident_change", **son, new_relation="other", guardian_consent="yes")
    child = people(village)["王小宝"]
    assert known(village, child)["area"] == GROUP
    wife = who["李秀兰"]
    split = {"what": "split", "household": home, "members": f"{wife} {child}", "new_head": wife}
    handed_in(village, "resident_change", **split, new_house_no="1-1号")
    new = homes(village)["李秀兰 1-1号"]
    assert [known(village, uuid)["household"] for uuid in (who["王建国"], wife, child)] == [home, new, new]
    assert [row.name for row in village.desk.people.person(wife).members if row.name != "李秀兰"] == ["王小宝"]
    assert village.desk.people.search("lxl")[0].house_no == "1-1号"


def test_to_another_household_and_away(village: Filled) -> None:
    village.desk.batch("household").add(household(GROUP, "单长福") | {}, base=Path())
    who, places = people(village), homes(village)
    home, other = (uuid for label, uuid in sorted(places.items(), key=lambda each: "单长福" in each[0]))
    moved = {"what": "house", "household": home, "members": who["李秀兰"], "to_household": other}
    handed_in(village, "resident_change", **moved, to_relation="other")
    assert known(village, who["李秀兰"])["household"] == other
    assert (known(village, other, "households")["registered"], known(village, home, "households")["registered"]) == (
        "2",
        "1",
    )
    handed_in(village, "resident_change", what="moved", household=home, members=who["王建国"], left_to="省城")
    assert known(village, home, "households")["state"] == "gone"


def test_a_correction_is_one_change_of_one_fact(village: Filled) -> None:
    wife = people(village)["李秀兰"]
    before = known(village, wife)
    handed_in(village, "correction", resident=wife, why="asked", fields="phone", n_phone="15498765432")
    assert known(village, wife) == before | {"phone": "15498765432", "has_phone": "yes"}
    assert TimelineKind.CHANGED in {entry.kind for entry in village.desk.people.timeline(wife)}


def test_the_export_says_who_has_left(village: Filled, tmp_path: Path) -> None:
    head = people(village)["王建国"]
    (home,) = homes(village).values()
    handed_in(village, "resident_change", what="moved", household=home, members=head, since="2026-11-18")
    village.desk.exports.run(ExportOrder("residents", tmp_path / "r.xlsx"))
    sheet = load_workbook(tmp_path / "r.xlsx").worksheets[0]
    labels = [cell.value for cell in sheet[1]]
    rows = {
        row["姓名"]: row
        for values in sheet.iter_rows(min_row=2, values_only=True)
        if (row := dict(zip(labels, values, strict=True)))
    }
    assert rows["王建国"]["在册状态"] == "已迁出"
    assert rows["王建国"]["离开日期"].date() == date(2026, 11, 18)
    assert rows["李秀兰"]["在册状态"] == "在册"
