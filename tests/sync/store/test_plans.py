"""Every question to the store is answered along an index, and lists are paged by key."""

import re
from collections.abc import Callable

import pytest
from store_samples import GROUP, VILLAGE, Village

from sync.protocol import Page, Row, RowKind
from sync.store import bulk
from sync.store.api import RecordState, RequestQuery, ResidentQuery
from sync.vault.database import fetch

SMALL = {"peer", "identity", "audit_head", "record_count", "request_count", "entity_count", "list", "form", "draft"}
MADE = {"found", "seen"}  # parts of a statement, limited themselves

QUESTIONS: dict[str, Callable[[Village], object]] = {
    "records": lambda v: v.store.records.list(),
    "records of a form": lambda v: v.store.records.list(form_id="request", after="1"),
    "records in a state": lambda v: v.store.records.list(state=RecordState.WAITING, after="1"),
    "records of both": lambda v: v.store.records.list(form_id="request", state=RecordState.WAITING),
    "records of an area": lambda v: v.store.records.list(area=VILLAGE),
    "submissions": lambda v: list(v.store.records.submissions("request", area=VILLAGE)),
    "records of a person": lambda v: v.store.records.of_entity(v.person),  # type: ignore[attr-defined]
    "a record": lambda v: v.store.records.get("uuid:none"),
    "requests": lambda v: v.store.requests.list(RequestQuery()),
    "requests by due": lambda v: v.store.requests.list(RequestQuery(order="due")),
    "requests in a state": lambda v: v.store.requests.list(RequestQuery(states=("ready",)), after="2026-11-16|1"),
    "requests in states": lambda v: v.store.requests.list(RequestQuery(states=("ready", "told"), order="due")),
    "requests of a department": lambda v: v.store.requests.list(RequestQuery(department="NY", order="due")),
    "requests of a village": lambda v: v.store.requests.list(RequestQuery(area=VILLAGE)),
    "requests of a group": lambda v: v.store.requests.list(RequestQuery(area=f"{VILLAGE}/{GROUP}")),
    "open requests": lambda v: v.store.requests.list(RequestQuery(open_only=True, order="due")),
    "overdue requests": lambda v: v.store.requests.list(RequestQuery(overdue_on="2026-12-01", order="due")),
    "overdue count": lambda v: v.store.requests.overdue("2026-12-01"),
    "requests of a person": lambda v: v.store.requests.list(RequestQuery(person=v.person)),  # type: ignore[attr-defined]
    "requests found": lambda v: v.store.requests.list(RequestQuery(query="ldc")),
    "a request": lambda v: v.store.requests.get("QS-SQA-0001-3"),
    "request counts": lambda v: v.store.requests.counts(area=VILLAGE),
    "residents": lambda v: v.store.entities.list("residents", after="1"),
    "residents of a village": lambda v: v.store.entities.list("residents", area=VILLAGE),
    "residents found": lambda v: v.store.entities.list("residents", query="ldc"),
    "a resident": lambda v: v.store.entities.get(v.person),  # type: ignore[attr-defined]
    "the list of people": lambda v: v.store.residents.list(ResidentQuery(VILLAGE), after=v.person),  # type: ignore[attr-defined]
    "everybody": lambda v: v.store.residents.list(ResidentQuery(), after=v.person),  # type: ignore[attr-defined]
    "people of a group": lambda v: v.store.residents.list(ResidentQuery(f"{VILLAGE}/{GROUP}", "dibao", "2026-08-01")),
    "people who fit": lambda v: v.store.residents.fitting(ResidentQuery(VILLAGE, "dibao"), ["a"]),
    "who is beside somebody": lambda v: v.store.residents.beside(ResidentQuery(VILLAGE), v.person),  # type: ignore[attr-defined]
    "who is beside them of all": lambda v: v.store.residents.beside(ResidentQuery(), v.person),  # type: ignore[attr-defined]
    "people counted": lambda v: v.store.residents.count(ResidentQuery(VILLAGE, "dibao", "2026-08-01")),
    "members": lambda v: v.store.entities.members("none"),
    "rows": lambda v: v.store.entities.rows("residents"),
    "people": lambda v: v.store.people.search("ldc 27"),
    "people by one sign": lambda v: v.store.people.search("l"),
    "people by two terms": lambda v: v.store.people.search("l 27"),
    "people lately seen": lambda v: v.store.people.search("", near=VILLAGE),
    "next run": lambda v: v.store.outbox.next_run(1000),
    "waiting files": lambda v: v.store.outbox.waiting_files(),
    "missing files": lambda v: v.store.inbox.missing_files(),
    "status": lambda v: v.store.status(),
    "drafts": lambda v: v.store.drafts.list(),
    "finalising": lambda v: v.request(v.person),  # type: ignore[attr-defined]
    "a page": lambda v: v.store.inbox.apply_page(Page(b"", (), b"", False, b"")),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_statement_goes_along_an_index(village: Village, question: str) -> None:
    house = village.household("李大成")
    village.person = village.resident("李大成", house)  # type: ignore[attr-defined]
    village.request(village.person)  # type: ignore[attr-defined]
    database = village.store._context.database
    seen: list[str] = []
    driver = database._connection.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(seen.append)
    QUESTIONS[question](village)
    driver.set_trace_callback(None)
    assert seen
    for statement in seen:
        if not re.match(r"\s*(SELECT|UPDATE|DELETE)", statement):
            continue
        with database.read():
            plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        for *_, detail in plan:
            table = re.match(r"SCAN (\w+)\b(?! USING| VIRTUAL| CONSTANT)", detail)
            assert table is None or table[1] in {*SMALL, *MADE, "CONSTANT"}, (statement, detail)
            if any(f"FROM {name} " in statement for name in ("request", "record", "entity e INDEXED BY")):
                assert "TEMP B-TREE FOR ORDER BY" not in detail or "IN (SELECT record" in statement, (statement, detail)


@pytest.mark.slow
def test_twenty_thousand_requests_are_paged_without_gap_or_repeat(village: Village) -> None:
    made = [_row(village, number) for number in range(20_000)]
    for at in range(0, len(made), 2000):
        village.store.inbox.apply_page(Page(b"", tuple(made[at : at + 2000]), b"c", at + 2000 < len(made), b""))
    for query in (RequestQuery(), RequestQuery(order="due"), RequestQuery(states=("arrived",), order="due")):
        found, after = [], None
        while True:
            page = village.store.requests.list(query, after=after, limit=500)
            found += [item.uuid for item in page.rows]
            after = page.next
            if after is None:
                break
        assert len(found) == len(set(found)) == 20_000
    assert sum(village.store.requests.counts().values()) == 20_000
    assert village.store.entities.count("requests") == 20_000


def _row(village: Village, number: int) -> Row:
    uuid = village.uuid()
    properties = {"area": GROUP, "request_no": f"QS-SQB-{number:04d}-X", "days": str(number % 9 + 1), "matter": "H01"}
    opened = {
        "instance_id": f"uuid:{uuid}",
        "form_id": "request",
        "wall_time": "2026-11-16T01:00:00Z",
        "author": "林晓",
    }
    day = number % 28 + 1
    body = {
        "dataset": "requests",
        "uuid": uuid,
        "label": "路灯亮化维护",
        "version": 1,
        "properties": {**properties, "asked_on": f"2026-10-{day:02d}"},
        "opened": {**opened, "at": f"2026-10-{day:02d}T02:00:00Z"},
    }
    return Row(number + 1, RowKind.ENTITY, f"requests/{uuid}", f"{VILLAGE}/{GROUP}", body)


@pytest.mark.parametrize("counted", bulk._COUNTS)
def test_what_is_written_in_bulk_is_counted_without_what_was_there(village: Village, counted: str) -> None:
    with village.store._context.database.read() as connection:
        sql = f"EXPLAIN QUERY PLAN {bulk._COUNTS[counted]}"
        plan = fetch(connection, sql, {"record": 1, "entity": 1, "request": 1})
    assert not [row.detail for row in plan if row.detail.startswith("SCAN")]
