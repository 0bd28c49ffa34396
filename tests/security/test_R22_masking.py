"""R22: identity numbers and telephones are covered on screen; uncovered one by one, and every look is in the log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from service_world import Filled, household, request, seen_by, workspace

from desktop.services.values import BoardFilter
from forms.errors import Fault
from sync.protocol import Role

PHONE, ID = "15412345678", "990621195803124215"


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Filled]:
    desk = workspace(tmp_path / "v").desk(writer=True)
    made = household()
    made["member"][0]["telephone"] = PHONE
    desk.batch("household").add(made, base=Path())
    (home,) = (item.uuid for item in desk.context.store.entities.all("households"))
    uncle = {"household": home, "name": "王三", "id_no": ID, "relation": "other", "has_phone": "no", "tags": "none"}
    desk.batch("resident").add({"who": uncle}, base=Path())
    residents = tuple(sorted(item.uuid for item in desk.context.store.entities.all("residents")))
    stored = desk.batch("request").add(request(residents[0]), base=Path())
    yield Filled(desk, residents, stored.ref, stored.uuid)
    desk.close()


def holder(village: Filled) -> str:
    """The resident who has the telephone."""
    store = village.desk.context.store
    return next(uuid for uuid in village.residents if store.entities.get(uuid).properties["relation"] == "head")


def looks(village: Filled, action: str) -> list[str]:
    return [entry.subject for entry in village.desk.context.store.audit.list(limit=1000) if entry.action == action]


def test_nothing_that_is_shown_holds_telephone_or_identity_number(village: Filled) -> None:
    desk, person = village.desk, holder(village)
    records = desk.records.list().rows
    shown = [desk.people.search("wjg"), desk.people.list(), desk.people.households()]
    shown += [desk.people.person(uuid) for uuid in village.residents]
    shown += [desk.people.timeline(person), desk.requests.list(), desk.requests.show(village.ref)]
    shown += [desk.records.show(row.instance_id) for row in records]
    for dataset in ("residents", "households", "requests"):
        listed = desk.entities.list(dataset)
        shown += [listed, [desk.entities.show(row.uuid) for row in listed]]
    assert all(secret not in repr(each) for each in shown for secret in (PHONE, ID))
    assert "154****5678" in repr(desk.people.person(person))
    assert looks(village, "person.revealed") == looks(village, "record.revealed") == []


def test_each_look_is_in_the_log_without_what_was_seen(village: Filled) -> None:
    desk, person = village.desk, holder(village)
    assert PHONE in repr(desk.people.person(person, reveal=True))
    assert looks(village, "person.revealed") == [person]
    opened = {row.form_id: row.instance_id for row in desk.records.list().rows}
    assert PHONE in repr(desk.privacy.reveal(opened["household"]))
    assert ID in repr(desk.privacy.reveal(opened["resident"]))
    assert looks(village, "record.revealed") == [opened["household"], opened["resident"]]
    assert not any(secret in repr(desk.context.store.audit.list(limit=1000)) for secret in (PHONE, ID))
    assert PHONE not in repr(desk.people.person(person)), "the next look is covered again"


def test_whoever_handles_a_request_uncovers_its_telephone_alone_and_every_look_is_in_the_log(village: Filled) -> None:
    """Of departments only the one that has it, of the others only who may see people's numbers."""
    asked = village.desk.batch("request").add(request(holder(village)), base=Path())
    seen_by(village.desk, Role.TOWNSHIP).requests.update(asked.ref, {"action": "assign", "dept": "GD"})
    power, water = (seen_by(village.desk, Role.DEPARTMENT, departments=(each,)) for each in ("GD", "SL"))
    shown = [power.requests.list(), power.requests.show(asked.ref), power.requests.board(BoardFilter())]
    assert all(PHONE not in repr(each) for each in shown)
    assert looks(village, "request.revealed") == []
    assert PHONE in repr(power.requests.reveal(asked.ref))
    assert looks(village, "request.revealed") == [asked.uuid]
    assert PHONE not in repr(power.requests.show(asked.ref)), "the next look is covered again"
    for desk in (water, seen_by(village.desk, Role.SUPERVISOR)):
        with pytest.raises(Fault):
            desk.requests.reveal(asked.ref)
    assert looks(village, "request.revealed") == [asked.uuid]


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.SUPERVISOR])
def test_who_may_not_uncover_sees_nothing_and_leaves_no_look(village: Filled, role: Role) -> None:
    record = village.desk.records.list().rows[0].instance_id
    desk = seen_by(village.desk, role, departments=("GD",))
    for look in (lambda: desk.people.person(village.residents[0], reveal=True), lambda: desk.privacy.reveal(record)):
        with pytest.raises(Fault) as fault:
            look()
        assert fault.value.code == "services.no_right"
    assert looks(village, "person.revealed") == looks(village, "record.revealed") == []
