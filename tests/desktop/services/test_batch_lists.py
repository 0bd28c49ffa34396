"""Many records of one form: the lists that they change are what reading them again would give, and are not read."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from service_world import GROUP, Filled, household

from desktop.services.filling.batch import Batch
from forms.api import Rows
from sync.store.entities import Entities


def table(rows: Rows) -> dict[str, dict[str, str]]:
    return {
        rows.cell(at, "name"): {column: rows.cell(at, column) for column in rows.columns} for at in range(len(rows))
    }


def lists(batch: Batch, rows: Mapping[str, Rows]) -> dict[str, list[dict[str, str]]]:
    """Only those that the form changes, in their order."""
    return {id: list(table(rows[id]).values()) for id in batch.stale}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lists of entities that were read from the store."""
    found: list[str] = []
    before = Entities.rows

    def counted(self: Entities, dataset: str, **more: object) -> Rows:
        found.append(dataset)
        return before(self, dataset, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Entities, "rows", counted)
    return found


def test_lists_follow_what_is_recorded(village: Filled, read: list[str]) -> None:
    desk = village.desk
    desk.batch("household").add(household(GROUP, "单长福", "曾秀英", "单小满"), base=Path())
    homes = {item.label[:3]: item.uuid for item in desk.context.store.entities.all("households")}
    people = {item.label: item.uuid for item in desk.context.store.entities.all("residents")}
    for form, answers in (
        ("visit", {"who": {"household": homes["单长福"], "visited_on": "2026-11-02", "way": "nobody"}}),
        ("visit", {"who": {"household": homes["王建国"], "visited_on": "2026-11-03", "way": "nobody"}}),
        ("resident_change", {"which": {"what": "moved", "household": homes["单长福"], "members": people["单小满"]}}),
    ):
        batch = desk.batch(form)
        assert batch.stale
        read.clear()
        batch.add(answers, base=Path())
        assert read == []
        assert lists(batch, batch.rows) == lists(batch, desk.filling.rows(batch.form, batch.source))


def test_whoever_is_new_stands_at_the_end(village: Filled, read: list[str]) -> None:
    desk = village.desk
    (home,) = (item.uuid for item in desk.context.store.entities.all("households"))
    batch = desk.batch("resident_change")
    for name in ("王小宝", "王小贝"):
        read.clear()
        born = {"new_name": name, "new_sex": "m", "new_birth": "2026-11-01", "new_relation": "other"}
        born["guardian_consent"] = "yes"
        batch.add({"which": {"what": "born", "household": home}, "newcomer": born}, base=Path())
        assert read == []
        assert lists(batch, batch.rows) == lists(batch, desk.filling.rows(batch.form, batch.source))
    assert any(rows.where("label", "王小贝") for rows in batch.rows.values())
