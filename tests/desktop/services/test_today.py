"""The page of the day: what an office has before it, and what this month brought."""

from pathlib import Path

from service_world import Filled, request, seen_by

from desktop.services.values import RequestState
from sync.protocol import Role


def test_an_office_sees_what_is_due_first_and_a_village_its_own_work(village: Filled) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP)
    office.requests.update(village.ref, {"action": "receive"})
    today = office.today()
    assert [(row.ref, row.state) for row in today.next_due] == [(village.ref, RequestState.TAKEN_UP)]
    assert (today.open, today.to_assign, today.overdue) == (1, 1, 0)
    assert village.desk.today().next_due == ()


def test_the_month_counts_what_was_recorded_and_what_was_told(village: Filled) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP)
    assert (office.today().month_requests, office.today().month_told) == (1, 0)
    office.requests.update(village.ref, {"action": "receive"})
    office.requests.update(
        village.ref, {"answer": {"outcome": "done", "did": "灯头换了"}, "/data/which/action": "answer"}
    )
    assert office.today().month_told == 0
    village.desk.requests.tell(village.ref, {"way": "phone", "reaction": "satisfied"})
    assert (office.today().month_requests, office.today().month_told) == (1, 1)


def test_a_department_counts_its_own_requests(village: Filled) -> None:
    def recorded(department: str) -> int:
        return seen_by(village.desk, Role.DEPARTMENT, departments=(department,)).today().month_requests

    assert (recorded("CW"), recorded("MZ")) == (1, 0)


def test_a_stopped_clock_stands_after_those_that_run(village: Filled) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP)
    later = village.desk.batch("request").add(request(village.residents[1], "低保怎么申请", "A01"), base=Path()).ref
    for ref in (village.ref, later):
        office.requests.update(ref, {"action": "receive"})
    first, second = (row.ref for row in office.today().next_due)
    office.requests.update(first, {"action": "return", "return_why": "place", "return_text": "哪一盏灯？"})
    assert [row.ref for row in office.today().next_due] == [second, first]
