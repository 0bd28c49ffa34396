"""An older workspace is brought up to date on a copy first; without room for one, only where a proven copy exists."""

from collections.abc import Callable
from pathlib import Path

import pytest
from store_samples import Village

from forms.errors import Fault
from sync.store import opening
from sync.store.migrating import PLACE, migrate
from sync.vault import files, migrations
from sync.vault.database import Database
from sync.vault.migrations import Migration

KNOWN = opening.known_migrations()
NEXT = Migration(
    len(KNOWN) + 1, "later", "CREATE TABLE later (a BLOB) STRICT;\nINSERT INTO later SELECT xml FROM payload;"
)
BROKEN = Migration(len(KNOWN) + 2, "broken", "CREATE TABLE more (x);\nINSERT INTO missing VALUES (1);")


def brought_up(village: Village, *steps: Migration) -> int:
    """The number of the last step afterwards."""
    database = Database.open(village.folder / opening.DATABASE, village.key.database(), writer=True)
    try:
        migrate(database, (*KNOWN, *steps), village.key, now="t")
    finally:
        last = migrations.current(database)
        database.close()
    return last


def contents(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called there is no room on the disk for a second database."""
    return lambda: monkeypatch.setattr(files, "free", lambda _folder: files.SPARE)


@pytest.fixture
def filled(village: Village, tmp_path: Path) -> Village:
    village.store.settings.put(PLACE, str(tmp_path / "disk"))
    for _ in range(3):
        village.request()
    return village


def test_with_room_it_runs_on_a_copy_first_which_goes_again(filled: Village) -> None:
    filled.store.close()
    before = contents(filled.folder)
    assert brought_up(filled, NEXT) == NEXT.number
    assert contents(filled.folder) == before


def test_a_step_that_fails_has_changed_nothing_of_the_workspace(filled: Village) -> None:
    filled.store.close()
    before = (filled.folder / opening.DATABASE).read_bytes()
    there = contents(filled.folder)
    with pytest.raises(Fault, match=r"store\.migration_failed"):
        brought_up(filled, NEXT, BROKEN)
    assert (filled.folder / opening.DATABASE).read_bytes() == before
    assert contents(filled.folder) == there


def test_without_room_and_without_a_copy_nothing_is_done(filled: Village, full: Callable[[], None]) -> None:
    filled.store.close()
    before = (filled.folder / opening.DATABASE).read_bytes()
    full()
    with pytest.raises(Fault, match=r"store\.migration_space"):
        brought_up(filled, NEXT)
    assert (filled.folder / opening.DATABASE).read_bytes() == before


def test_without_room_a_copy_of_exactly_this_state_is_enough(
    filled: Village, full: Callable[[], None], tmp_path: Path
) -> None:
    filled.store.copy_to_place(filled.key, tmp_path / "disk", today="2026-11-20")
    filled.store.close()
    full()
    assert brought_up(filled, NEXT) == NEXT.number


@pytest.mark.parametrize("what", ["older", "damaged", "another's"])
def test_another_copy_is_not(filled: Village, full: Callable[[], None], tmp_path: Path, what: str) -> None:
    made = filled.store.copy_to_place(filled.key, tmp_path / "disk", today="2026-11-20")
    manifest = made.path / "manifest.json"
    if what == "older":
        filled.request()
    elif what == "damaged":
        manifest.write_bytes(manifest.read_bytes()[:-40])
    else:
        manifest.write_bytes(manifest.read_bytes().replace(b'"records": 3', b'"records": 4'))
    filled.store.close()
    full()
    with pytest.raises(Fault, match=r"store\.migration_space"):
        brought_up(filled, NEXT)
