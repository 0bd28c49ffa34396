"""R25: a resident sees and takes away what is known of them, and has it put right; a correction is a new version."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from service_world import Filled, fill, workspace

from desktop.services.filling.filling import named


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Filled]:
    desk = workspace(tmp_path / "v").desk(writer=True)
    yield fill(desk)
    desk.close()


def test_everything_is_shown_and_the_look_is_logged(village: Filled) -> None:
    person = village.residents[0]
    data = village.desk.privacy.own(person)
    assert data.person.row.uuid == person
    assert {each.row.form_id for each in data.records} == {"household", "request"}
    said = repr(data)
    assert "小学路口的路灯不亮了" in said
    assert "****" not in repr(data.person.facts) + repr([each.facts for each in data.records])
    entries = village.desk.context.store.audit.list(limit=1000)
    assert [entry.subject for entry in entries if entry.action == "person.shown"] == [person]


def test_what_is_taken_away_holds_their_own_data_and_nobody_elses(village: Filled, tmp_path: Path) -> None:
    store = village.desk.context.store
    person, other = village.residents
    path = village.desk.privacy.export(person, tmp_path / "own.xlsx")
    cells = [str(cell.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert any("小学路口的路灯不亮了" in cell for cell in cells)
    theirs = store.entities.get(other).properties["full_name"]
    assert not any(theirs in cell for cell in cells)
    assert any(entry.action == "person.taken_away" for entry in store.audit.list(limit=1000))


def test_a_correction_is_a_new_version_and_the_old_one_stays(village: Filled) -> None:
    desk = village.desk
    first = next(row for row in desk.records.list().rows if row.form_id == "request")
    opening = desk.filling.correct(first.instance_id)
    opening.session.set(named(opening.form, "description"), "中学路口的路灯不亮了")
    second = desk.filling.finish(opening).instance_id
    records = desk.context.store.records
    old, new = records.get(first.instance_id), records.get(second)
    assert old.row.superseded_by == second
    assert new.row.deprecated_id == first.instance_id
    assert "小学路口".encode() in old.xml
    assert "中学路口".encode() in new.xml
    assert "中学路口" in repr(desk.privacy.own(village.residents[0]).records)
