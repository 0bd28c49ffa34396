"""What exports are made of."""

from datetime import date
from pathlib import Path

import pytest
from service_world import PASSPHRASE, VILLAGE, clock, household

from desktop.services.keeping.workspace import create
from desktop.services.sheets.export_tables import Tables
from desktop.services.sheets.export_values import ExportOrder
from sync.protocol import Role


@pytest.mark.parametrize(("day", "rows"), [(19, 0), (20, 1), (21, 0)])
def test_a_day_is_that_of_the_village(tmp_path: Path, day: int, rows: int) -> None:
    """Half an hour past midnight it is still the day before in the records' own time."""
    night = clock("2026-11-20T00:30:00+08:00")
    opened = create(tmp_path / "w", user="wang", passphrase=PASSPHRASE, role=Role.VILLAGE, area=VILLAGE, clock=night)
    desk = opened.desk(writer=True)
    desk.batch("household").add(household(), base=Path())
    only = date(2026, 11, day)
    first = Tables(desk.context, ExportOrder("household", Path("x.xlsx"), since=only, until=only)).all()[0]
    assert len(list(first.rows())) == rows
    desk.close()
