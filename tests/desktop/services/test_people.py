"""People found as people know them, shown masked, revealed only with a line in the log."""

from pathlib import Path

import pytest
from service_world import GROUP, Filled, seen_by

from desktop.services.people import ages
from desktop.services.people.masks import masked
from desktop.services.people.narrowing_values import Beside
from desktop.services.people.people import age
from desktop.services.values import TimelineKind
from forms.errors import Fault
from sync.protocol import Role
from sync.store.api import Record


@pytest.mark.parametrize("query", ["王建国", "wangjianguo", "wjg", "王"])
def test_a_resident_is_found(village: Filled, query: str) -> None:
    assert "王建国" in {row.name for row in village.desk.people.search(query)}


def test_a_person_with_household_and_facts(village: Filled) -> None:
    person = village.desk.people.person(village.residents[0])
    assert person.household is not None
    assert person.household.phone == "154****5678"
    assert {row.name for row in person.members} == {"王建国", "李秀兰"}
    assert {row.house_no for row in person.members} == {"1号"}
    assert [entry.kind for entry in village.desk.people.timeline(person.row.uuid)] == [
        TimelineKind.REQUEST,
        TimelineKind.REGISTERED,
    ]


def test_revealing_is_logged_and_not_for_everybody(village: Filled) -> None:
    before = village.desk.audit().entries
    village.desk.people.person(village.residents[0], reveal=True)
    assert village.desk.audit().entries == before + 1
    with pytest.raises(Fault):
        seen_by(village.desk, Role.SUPERVISOR).people.person(village.residents[0], reveal=True)


def test_households_and_groups(village: Filled) -> None:
    assert [row.head_name for row in village.desk.people.households()] == ["王建国"]
    assert [row.head_name for row in village.desk.people.households(query="wjg")] == ["王建国"]
    assert len(village.desk.people.list(group="99062110120201")) == 2
    assert village.desk.people.list(group="99062110120202") == ()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("phone", "15412345678", "154****5678"),
        ("telephone", "0851-2612345", "085****2345"),
        ("has_phone", "yes", ""),
        ("id_no", "990621198310171834", "****1834"),
        ("remark", "x", ""),
    ],
)
def test_masks(name: str, value: str, shown: str) -> None:
    assert masked(name, value) == shown


def test_age_counts_full_years() -> None:
    from datetime import date

    today = date(2026, 11, 20)
    assert age("1972-11-20", today) == 54
    assert age("1972-11-21", today) == 53
    assert age("", today) is None


def test_the_list_says_when_somebody_was_last_in_touch(village: Filled) -> None:
    listed = {row.name: row.last_contact for row in village.desk.people.list()}
    assert listed == {row.name: row.last_contact for row in village.desk.people.search("")}
    assert listed["王建国"] == village.desk.context.today()


def test_the_list_is_narrowed_by_place_group_of_people_and_visits(village: Filled) -> None:
    people, home = village.desk.people, village.desk.people.households()[0].uuid
    offered = people.narrowings()
    assert GROUP in dict(offered.places)
    tag, label = offered.tags[0]
    assert tag != label
    assert "none" not in dict(offered.tags)
    assert people.list(tag=tag) == ()
    assert people.search("wjg", tag=tag) == ()
    assert people.count(group=GROUP, months=3) == 2
    assert {row.name for row in people.search("wjg", group=GROUP, months=3)} >= {"王建国"}
    first = people.list(months=3, limit=1)
    assert people.list(months=3, after=first[0].uuid) == people.list(months=3)[1:]
    said = {"who": {"household": home, "visited_on": "2026-11-19", "way": "door"}}
    village.desk.batch("visit").add(said | {"check": {"problems": ["none"], "need": "no"}}, base=Path())
    assert people.list(months=3) == ()
    assert people.count(months=3) == 0
    assert people.count() == 2


def test_those_of_a_group_of_people(village: Filled) -> None:
    tag = village.desk.people.narrowings().tags[0][0]
    who = {"target": "resident", "resident": village.residents[0], "why": "asked", "fields": ["tags"]}
    correction = {"which": who, "res": {"n_tags": [tag]}, "reason": "本人来说的"}
    village.desk.batch("correction").add(correction, base=Path())
    assert [row.uuid for row in village.desk.people.list(tag=tag)] == [village.residents[0]]
    assert village.desk.people.count(tag=tag) == 1


def test_the_list_goes_on_after_whoever_was_last(village: Filled) -> None:
    everybody = village.desk.people.list()
    assert len(everybody) > 1
    assert village.desk.people.list(limit=1) == everybody[:1]
    assert village.desk.people.list(after=everybody[0].uuid) == everybody[1:]
    assert village.desk.people.list(after=everybody[-1].uuid) == ()
    assert village.desk.people.households(after=village.desk.people.households()[-1].uuid) == ()


def test_where_somebody_stands_in_the_list(village: Filled) -> None:
    people, (first, second) = village.desk.people, (row.uuid for row in village.desk.people.list())
    assert people.beside(first) == Beside(1, 2, "", second)
    assert people.beside(second) == Beside(2, 2, first, "")
    (found,) = people.search("wjg")
    assert people.beside(found.uuid, query="wjg") == Beside(1, 1)
    assert people.beside(first if found.uuid == second else second, query="wjg") == Beside()
    assert people.beside(first, tag=people.narrowings().tags[0][0]) == Beside()
    assert people.beside(first, group=GROUP).count == 2


def test_a_fact_says_since_when_it_stands(village: Filled) -> None:
    who = village.residents[0]
    known = {fact.name: fact.noted for fact in village.desk.people.person(who, ages=True).facts}
    assert set(known.values()) == {village.desk.context.today()}


def test_of_whoever_was_in_very_many_records_few_are_read(village: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    who, store, read = village.residents[0], village.desk.context.store, list[str]()
    get = store.records.get

    def counted(_: object, id: str) -> Record | None:
        read.append(id)
        return get(id)

    monkeypatch.setattr(type(store.records), "get", counted)
    assert ages.noted(village.desk.context, who, {"full_name", "sex"})
    assert len(read) == 1
    monkeypatch.setattr(ages, "MOST", 0)
    assert ages.noted(village.desk.context, who, {"full_name"}) == {}
