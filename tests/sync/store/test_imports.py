"""Which records came of which spreadsheet, and several records that are stored together or not at all."""

from pathlib import Path

import pytest
from service_world import fill, workspace


def test_runs_and_their_records(tmp_path: Path) -> None:
    desk = workspace(tmp_path / "w").desk(writer=True)
    fill(desk)
    store = desk.context.store
    made = [row.instance_id for row in store.records.list().rows]
    first = store.imports.begin("resident", file="花名册.xlsx", author="wang")
    second = store.imports.begin("household", file="户.xlsx", author="wang")
    store.imports.note(first, [*made, "uuid:unknown"])
    store.imports.note(second, made[:1])  # a record came of one spreadsheet only
    assert store.imports.records(first) == tuple(sorted(made, key=made.index))
    assert store.imports.records(second) == ()
    assert [(run.id, run.records, run.undone_at) for run in store.imports.list()] == [(second, 0, ""), (first, 2, "")]
    store.imports.undone(first)
    run = store.imports.get(first)
    assert run is not None
    assert (run.file, run.author, bool(run.undone_at)) == ("花名册.xlsx", "wang", True)
    assert store.imports.get(99) is None
    desk.close()


def test_together_is_all_or_nothing(tmp_path: Path) -> None:
    desk = workspace(tmp_path / "w").desk(writer=True)
    store = desk.context.store

    def cut_short() -> None:
        with store.imports.together():
            fill(desk)
            raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        cut_short()
    assert store.records.list().rows == ()
    assert store.entities.count("residents") == 0
    with store.imports.together():
        fill(desk)
    assert len(store.records.list().rows) == 2
    assert store.check() == ()
    desk.close()
