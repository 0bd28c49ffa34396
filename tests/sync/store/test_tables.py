"""Forms, lists, settings, and the columns that a session works with."""

import pytest
from store_samples import GROUP, VILLAGE, Village

from forms.errors import Fault
from sync.store.api import FormSource, RequestQuery


def test_the_newest_version_is_current_and_old_ones_stay(village: Village) -> None:
    forms = village.store.forms
    for version in ("9", "10", "8"):
        forms.add(FormSource("f", version, f"F {version}", f"<x v='{version}'/>".encode()))
    assert [(row.form_id, row.version, row.title) for row in forms.list()] == [("f", "10", "F 10")]
    row = forms.add(FormSource("f", "9", "F 9", b"<x v='9'/>", {"a.csv": b"name\n1\n"}))
    assert (row.current, row.version) == (False, "9")
    old = forms.get("f", "9")
    assert old is not None
    assert (old.xform, old.media) == (b"<x v='9'/>", {"a.csv": b"name\n1\n"})
    assert forms.get("f", "7") is None
    assert forms.get("g") is None
    with pytest.raises(Fault, match="form_taken"):
        forms.add(FormSource("f", "9", "F 9", b"<other/>"))
    forms.add(FormSource("f", "2026-11", "F", b"<x/>"))
    assert forms.list()[0].version == "10"


def test_lists_are_kept_and_broken_ones_refused(village: Village) -> None:
    lists = village.store.lists
    assert set(lists.names()) == {"areas.csv", "calendar.csv", "surnames.csv"}
    assert lists.get("none.csv") is None
    before = lists.get("areas.csv")
    with pytest.raises(Fault):
        lists.put("areas.csv", b"name,parent\nA,B\n")
    assert lists.get("areas.csv") == before


def test_settings_have_defaults(village: Village) -> None:
    settings = village.store.settings
    assert settings.get("text.size", "15") == "15"
    settings.put("text.size", "18")
    settings.put("text.size", "20")
    assert settings.get("text.size", "15") == "20"


def test_rows_are_columns_of_the_own_area_with_versions(village: Village) -> None:
    house = village.household("李大成", "27号")
    other = village.household("何家明", "3号", area="99062110120205")
    rows = village.store.entities.rows("households", columns=("house_no", "phone", "nothing"))
    assert list(rows.columns) == [
        "name",
        "label",
        "__version",
        "__trunkVersion",
        "__branchId",
        "house_no",
        "phone",
        "nothing",
    ]
    assert len(rows) == 1
    assert list(rows.where("name", house)) == [0]
    cells = [rows.cell(0, column) for column in ("label", "__version", "__trunkVersion", "house_no", "nothing")]
    assert cells == ["李大成 27号", "1", "", "27号", ""]
    assert len(rows.cell(0, "__branchId")) == 36
    everything = village.store.entities.rows("households", area="990621")
    assert sorted(everything.cell(row, "name") for row in range(2)) == sorted((house, other))
    assert "head_name" in everything.columns
    assert len(village.store.entities.rows("nothing")) == 0
    assert village.store.entities.versions("households", "none") == ("", "", "")


def test_entities_are_counted_and_listed_by_area(village: Village) -> None:
    made = [village.household(f"李{at}", f"{at}号") for at in range(5)]
    village.household("何家明", area="99062110120205")
    entities = village.store.entities
    assert entities.count("households") == 6
    assert entities.count("households", area=VILLAGE) == 5
    first = entities.list("households", area=f"{VILLAGE}/{GROUP}", limit=3)
    second = entities.list("households", area=f"{VILLAGE}/{GROUP}", limit=3, after=first.next)
    assert [item.uuid for item in (*first.rows, *second.rows)] == made
    assert second.next is None
    assert [item.uuid for item in entities.list("households", query="李3号", area=VILLAGE).rows] == [made[3]]
    assert entities.list("households", query="何家明", area=VILLAGE).rows == ()
    assert entities.get(made[0], "residents") is None


def test_requests_are_filtered(village: Village) -> None:
    person = village.resident("李大成")
    mine, public = village.request(person), village.request(matter="G02", urgency="emergency")

    def refs(**query: object) -> list[str]:
        return [item.ref for item in village.store.requests.all(RequestQuery(**query))]  # type: ignore[arg-type]

    assert refs() == [public.ref, mine.ref]
    assert refs(order="due") == [mine.ref, public.ref]
    assert refs(person=person) == refs(query="ldc") == [mine.ref]
    assert refs(matter="G02") == [public.ref]
    assert refs(states=("arrived", "ready")) == [public.ref, mine.ref]
    assert refs(states=("told",)) == refs(department="NY") == refs(outcome="done") == []
    assert refs(area=f"{VILLAGE}/{GROUP}") == refs(area="990621") == [public.ref, mine.ref]
    assert refs(area="990621/990621101/990621101202") == []
    assert refs(since="2026-11-16", until="2026-11-16") == [public.ref, mine.ref]
    assert refs(until="2026-11-15") == refs(query="没有") == []
    assert village.store.requests.counts(department="NY") == {}
    assert village.store.requests.get("QS-none") is None
