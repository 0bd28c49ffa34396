"""Making, opening and checking a workspace; small things it remembers; demo data; exports."""

import os
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from service_world import PASSPHRASE, Filled, clock, moved, workspace

from desktop.services.filling.library import Library, shipped
from desktop.services.keeping.workspace import check_workspace, create, enrol, exists, open_workspace, users
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.trying.demo import make
from desktop.services.values import Level
from forms.errors import Fault
from sync.protocol import Role


def test_a_new_workspace_has_the_pack(tmp_path: Path) -> None:
    opened = workspace(tmp_path / "w")
    desk = opened.desk()
    forms = {row.form_id for row in desk.forms.list()}
    assert forms >= {"household", "resident", "request", "request_update", "told"}
    assert forms >= {"visit", "hazard", "opinion", "resident_change", "correction"}
    assert (desk.me.area, desk.me.area_label, desk.me.letters) == ("990621101202", "石桥村", "SQA")
    desk.close()
    assert check_workspace(opened).ok
    assert users(tmp_path / "w") == ("wang",)


def test_nothing_opens_without_the_right_words(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    assert not exists(folder)
    opened = workspace(folder)
    for code, arguments in {
        "vault.wrong_passphrase": {"passphrase": "some other words here", "user": "wang"},
        "vault.no_user": {"passphrase": PASSPHRASE, "user": "li"},
    }.items():
        with pytest.raises(Fault) as fault:
            open_workspace(folder, clock=clock(), **arguments)
        assert fault.value.code == code
    opened.lock()
    with pytest.raises(Fault) as fault:
        opened.desk()
    assert fault.value.code == "services.locked"


def test_an_unknown_area_or_a_weak_passphrase_makes_no_workspace(tmp_path: Path) -> None:
    for area, passphrase in (("123", PASSPHRASE), ("990621101202", "short")):
        with pytest.raises(Fault):
            create(tmp_path / "w", user="wang", passphrase=passphrase, role=Role.VILLAGE, area=area, clock=clock())
        assert not (tmp_path / "w").exists()


def test_settings_are_remembered(village: Filled) -> None:
    village.desk.settings.put("text.size", "18")
    assert village.desk.settings.get("text.size") == "18"


def test_the_same_seed_makes_the_same_people(tmp_path: Path) -> None:
    found = []
    for name in "ab":
        desk = workspace(tmp_path / name).desk(writer=True)
        made = make(desk, households=4, requests=3, seed=5)
        rows = desk.entities.list("residents")
        found.append((made.residents, sorted((row.label, row.area, row.properties["sex"]) for row in rows)))
        assert (made.households, made.requests) == (4, 3)
        desk.close()
    assert found[0] == found[1]


def test_a_copy_of_a_workspace_makes_the_same_bytes(tmp_path: Path) -> None:
    opened = workspace(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    found = []
    for each in (opened, moved(opened, tmp_path / "b")):
        desk = each.desk(writer=True)
        make(desk, households=2, requests=2, seed=5)
        make(desk, households=1, requests=0, seed=5)
        rows = desk.records.list().rows
        found.append([desk.records.export(row.instance_id) for row in rows])
        assert len(rows) == 5
        desk.close()
    assert found[0] == found[1]


def test_a_form_is_compiled_once(village: Filled) -> None:
    assert village.desk.forms.form("request") is village.desk.forms.form("request")


def test_only_the_own_area_may_be_chosen() -> None:
    data = shipped("areas.csv") or b""
    rows = Library().areas_within(data, "990621/990621101/990621101202")
    names = {rows.cell(place, "name") for place in range(len(rows))}
    assert "99062110120201" in names
    assert "990621101" in names
    assert "99062110120101" not in names


def test_an_export_is_masked_and_logged(village: Filled, tmp_path: Path) -> None:
    target = tmp_path / "requests.xlsx"
    before = village.desk.audit().entries
    done = village.desk.exports.run(ExportOrder("requests", target))
    book = load_workbook(target)
    text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert village.ref in text
    assert "15412345678" not in text
    assert next(iter(done.sheets.values())) == 1
    assert village.desk.audit().entries == before + 1


def test_everything_leaves_only_with_reason_and_second_person(village: Filled, tmp_path: Path) -> None:
    target = tmp_path / "all.xlsx"
    orders = [
        ExportOrder("residents", target, level=Level.FULL),
        ExportOrder("residents", target, level=Level.FULL, reason="x", approver="wang", approver_passphrase=PASSPHRASE),
        ExportOrder("residents", target, level=Level.FULL, reason="x", approver="li", approver_passphrase=PASSPHRASE),
    ]
    for order in orders:
        with pytest.raises(Fault):
            village.desk.exports.run(order)
        assert not target.exists()


@pytest.mark.parametrize("what", ["residents", "households", "household", "request"])
def test_every_list_can_be_taken_away(village: Filled, tmp_path: Path, what: str) -> None:
    done = village.desk.exports.run(ExportOrder(what, tmp_path / f"{what}.csv"))
    assert done.path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_wrong_export_orders_are_said_so(village: Filled, tmp_path: Path) -> None:
    for order, code in (
        (ExportOrder("requests", tmp_path / "x.doc"), "services.export_ending"),
        (ExportOrder("nosuch", tmp_path / "x.csv"), "services.unknown_form"),
        (ExportOrder("requests", tmp_path / "x.csv", columns=("nosuch",)), "services.unknown_column"),
        (ExportOrder("requests", tmp_path / "x.csv", area="990621101201"), "services.other_area"),
    ):
        with pytest.raises(Fault) as fault:
            village.desk.exports.run(order)
        assert fault.value.code == code


def test_a_folder_in_use_uses_up_no_code(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "letter.txt").write_text("hers")
    with pytest.raises(Fault) as fault:
        enrol(
            tmp_path / "w", url="https://127.0.0.1:1", code="ABCDEFGHJK", user="wang", passphrase=PASSPHRASE,
            clock=clock(),
        )  # fmt: skip
    assert fault.value.code == "vault.not_empty"


def test_rubbish_is_swept_once_a_day(tmp_path: Path) -> None:
    opened = workspace(tmp_path / "w")
    left = tmp_path / "w" / "blobs" / "ab" / "abcd.part"
    left.parent.mkdir()
    for expected in (False, True):
        left.write_bytes(b"x")
        os.utime(left, (0, 0))
        opened.desk(writer=True).close()
        assert left.exists() is expected
