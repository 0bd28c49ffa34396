"""What an invented village lives through shows in the tables, the board and the department's workbooks."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from service_world import clock, workspace
from shared_folder import SHARED

from desktop.services.desk import TheDesk
from desktop.services.sheets.department_values import WorkbookOrder
from desktop.services.trying.demo import make
from desktop.services.trying.demo_life import Lived, live
from desktop.services.trying.practice import HAZARDS, lay_out
from desktop.services.trying.practice_place import practice_folder

pytestmark = pytest.mark.together


def lived(folder: Path) -> tuple[TheDesk, Lived]:
    desk = workspace(folder).desk(writer=True)
    make(desk, households=12, requests=0, seed=5)
    return desk, live(desk, visits=20, hazards=4, seed=5)


def test_groups_visits_hazards_are_there(tmp_path: Path) -> None:
    desk, made = lived(tmp_path / "w")
    assert (made.visits, made.hazards) == (20, 4)
    assert made.corrections >= 3
    store = desk.context.store
    assert (
        sum(item.properties.get("aid_type") not in ("none", "", None) for item in store.entities.all("households")) == 3
    )
    assert all(item.properties.get("last_visit_way") for item in store.entities.all("households"))
    assert sum(row.ref.startswith("YH-") for row in desk.requests.list()) == 4
    desk.close()


@pytest.mark.shared
@pytest.mark.parametrize("name", ["04_old_people_visits", "05_drowning_spots", "01_dibao"])
def test_the_workbooks_show_something(name: str, tmp_path: Path) -> None:
    desk, _ = lived(tmp_path / "w")
    workbook, mapping = SHARED / "pack" / "workbooks" / f"empty_{name}.xlsx", tmp_path / "map.json"
    desk.departments.write_map(desk.departments.look(workbook), mapping)
    done = desk.departments.fill(WorkbookOrder(workbook, mapping, tmp_path / "out.xlsx"))
    assert done.lines >= 1
    assert load_workbook(tmp_path / "out.xlsx").active["C5" if name != "05_drowning_spots" else "D5"].value
    desk.close()


def test_practice_has_hazards_on_its_board(tmp_path: Path) -> None:
    opened = lay_out(practice_folder(tmp_path / "w"), user="li", area="990621101202", clock=clock())
    desk = opened.desk(writer=False)
    assert sum(row.ref.startswith("YH-") for row in desk.requests.list()) == HAZARDS
    desk.close()
    opened.close()
