"""The overview's figures follow the requests, its lists stand behind them, and nobody sees another area's."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from office_data import fill_office
from service_world import TOWNSHIP, fill, seen_by, workspace

from desktop.services.desk import TheDesk
from desktop.services.overview.figures import Mark, Span, View
from forms.errors import Fault
from forms.insight.handling import Age, Wait
from sync.protocol import Role

FIRST = "990621/990621101/990621101201"
SECOND = "990621/990621101/990621101202"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[TheDesk]:
    desk = workspace(tmp_path / "w", role=Role.SUPERVISOR, area=TOWNSHIP).desk(writer=True)
    fill_office(
        desk.context.store, requests=800, months=20, today=desk.context.today(), households=80, surges=((1, "H"),)
    )
    yield desk
    desk.close()


def everything(desk: TheDesk) -> list[dict[str, object]]:
    with desk.context.store._context.database.read() as connection:  # type: ignore[attr-defined]
        return [dict(row._mapping) for row in connection.exec_driver_sql("SELECT * FROM request")]


def test_the_counts_are_those_of_the_requests(table: TheDesk) -> None:
    shown, rows = table.overview.show(Span.YEAR), everything(table)
    counted = Counter(
        (row["village"], row["category"]) for row in rows if row["recorded_on"] >= f"{shown.months[0]}-01"
    )
    found = {
        (line.path, code): cell.count
        for line, cells in zip(shown.lines, shown.cells, strict=True)
        for (code, _), cell in zip(shown.categories, cells, strict=True)
    }
    assert {key: count for key, count in found.items() if count} == counted
    answered = [row for row in rows if json.loads(str(row["course"]))["answered_on"]]
    assert shown.answers.answered + shown.answers_before.answered == len(answered)
    assert shown.late.open == sum(row["open"] == 1 and row["state"] != "answered" for row in rows)


@pytest.mark.parametrize("span", Span)
def test_the_list_behind_a_cell_is_as_long_as_the_cell_says(table: TheDesk, span: Span) -> None:
    shown = table.overview.show(span)
    months = f"{shown.months[0]}..{shown.months[-1]}"
    for line, cells in zip(shown.lines, shown.cells, strict=True):
        for (code, _), cell in zip(shown.categories, cells, strict=True):
            mark = Mark(View.NEEDS, "x", line=line.path, category=code, month=months)
            assert len(table.overview.behind(mark).rows) == cell.count


def test_the_lists_behind_the_other_views(table: TheDesk) -> None:
    shown, overview = table.overview.show(), table.overview
    for age, count in shown.late.by_age:
        assert len(overview.behind(Mark(View.LATE, "x", age=age)).rows) == count
    assert len(overview.behind(Mark(View.LATE, "x")).rows) == shown.late.overdue
    assert len(overview.behind(Mark(View.VISITS, "x")).rows) == sum(c.households - c.visited for c in shown.covered)
    for wait, count in shown.answers.by_wait:
        found = overview.behind(Mark(View.ANSWERS, "x", wait=wait))
        assert len(found.rows) == min(200, count)
        assert found.more is (count > 200)
    assert (
        len(overview.behind(Mark(View.ANSWERS, "x", untold=True)).rows) == shown.answers.answered - shown.answers.told
    )
    for covered in shown.covered:
        unseen = overview.behind(Mark(View.VISITS, "x", line=covered.line)).rows
        assert len(unseen) == covered.households - covered.visited
    for _, load in shown.loads:
        listed = overview.behind(Mark(View.LOADS, "x", department=load.department)).rows
        assert len(listed) == load.open


def test_what_stands_out_is_marked_and_nothing_else_much(table: TheDesk) -> None:
    shown = table.overview.show()
    surges = {
        (line.path, code)
        for line, cells in zip(shown.lines, shown.cells, strict=True)
        for (code, _), cell in zip(shown.categories, cells, strict=True)
        if cell.surge
    }
    assert (SECOND, "H") in surges
    assert len(surges) <= 3


def test_villages_stand_in_their_own_order_whatever_they_count(table: TheDesk) -> None:
    areas = table.context.areas()
    assert [line.code for line in table.overview.show().lines] == list(areas.children(TOWNSHIP))


def test_a_new_request_moves_the_figures_at_once(tmp_path: Path) -> None:
    desk = workspace(tmp_path / "w").desk(writer=True)
    before = desk.overview.show()
    fill(desk)
    after = desk.overview.show()
    assert after.version != before.version
    assert after.trend[-1].count == before.trend[-1].count + 1
    assert after.households[1] == 1
    assert after.late.by_age[-1] == (Age.STANDING, 1)
    assert [row.request for row in desk.overview.behind(Mark(View.LATE, "x", age=Age.STANDING)).rows] != []
    desk.close()


def test_what_follows_is_taken_away_where_it_was_and_added_where_it_is(tmp_path: Path) -> None:
    """Received, assigned, answered, told: each state's figures, and those of the one before gone."""
    desk = workspace(tmp_path / "w", role=Role.TOWNSHIP, area=TOWNSHIP).desk(writer=True)
    ref = fill(desk).ref
    for answers in ({"action": "receive"}, {"action": "assign", "dept": "CJ", "days": "3"}):
        desk.requests.update(ref, answers)
    due = desk.context.store.tallies.due()
    assert [(row.state, row.department, bool(row.due), row.n) for row in due] == [("assigned", "CJ", True, 1)]
    desk.requests.update(ref, {"action": "answer", "outcome": "done", "did": "换了灯"})
    shown = desk.overview.show()
    assert (shown.answers.answered, shown.answers.told, shown.late.open) == (1, 0, 0)
    desk.requests.tell(ref, {"way": "phone", "reaction": "satisfied"})
    assert desk.overview.show().answers.told == 1
    assert desk.context.store.tallies.due() == ()
    assert desk.overview.show().answers.by_wait[0] == (Wait.DAYS_3, 1)
    desk.close()


def test_a_department_sees_its_own_figures(table: TheDesk) -> None:
    own = seen_by(table, Role.DEPARTMENT, departments=("JT",)).overview.show()
    everything_ = table.overview.show()
    assert {load.department for _, load in own.loads} == {"JT"}
    assert 0 < own.total < everything_.total


def test_a_village_sees_itself(table: TheDesk) -> None:
    village = seen_by(table, Role.VILLAGE, area="990621101201")
    assert [line.path for line in village.overview.show().lines] == [FIRST]
    with pytest.raises(Fault) as refused:
        village.overview.behind(Mark(View.NEEDS, "x", line=SECOND, month="2026-11"))
    assert refused.value.code == "services.other_area"


def test_a_clock_that_ran_ahead_makes_nothing_newer_than_today(table: TheDesk) -> None:
    with table.context.store._context.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE area_last SET at = '2090-01-01T00:00:00.000Z' WHERE area = ?", (FIRST,))
    assert table.overview.show().lines[0].silent == 0


def test_a_wide_county_is_summed_by_township(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.services.overview.overview.MOST_LINES", 3)
    desk = workspace(tmp_path / "w", role=Role.SUPERVISOR, area="990621").desk(writer=True)
    fill_office(desk.context.store, requests=60, months=3, today=date(2026, 11, 20))
    shown = desk.overview.show(Span.YEAR)
    assert [len(line.code) for line in shown.lines] == [9] * len(shown.lines)
    assert shown.total == 60
    desk.close()
