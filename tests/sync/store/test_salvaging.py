"""A flipped byte in any page is noticed and named, and all that is sound comes into a new workspace."""

import random
import shutil
from pathlib import Path

import pytest
from store_samples import AUTHOR, Village, submission

from forms.errors import Fault
from sync.store import opening, salvaging
from sync.store.api import Draft, NewAttachment
from sync.store.salvaging import Salvaged, _shape
from sync.vault.pages import Cell

PAGE = 4096
ON_A_PAGE = 24  # records that lie on one page at most
PHOTO = bytes(range(256)) * 500


def fill(village: Village) -> dict[str, bytes]:
    """Records of several tables' worth; their bytes."""
    house = village.household("王建国")
    for number in range(40):
        village.resident(f"王{number}", house, phone=f"1540000{number:04}")
        village.request()
    made = submission(
        "request", {"description": "路灯"}, instance="uuid:p", entity=village.uuid(), attachments=("a.jpg",)
    )
    village.put("request", made, attachments=(NewAttachment("a.jpg", PHOTO),))
    village.store.drafts.save(Draft("", "request", "1", "", b"<draft/>", author=AUTHOR))
    rows = village.store.records.list(limit=1000).rows
    return {row.instance_id: village.store.records.get(row.instance_id).xml for row in rows}  # type: ignore[union-attr]


def flip(path: Path, page: int, chance: random.Random) -> None:
    """One byte of a page, from 1, after the salt of the first."""
    data = bytearray(path.read_bytes())
    data[(page - 1) * PAGE + chance.randrange(20, PAGE)] ^= chance.randrange(1, 256)
    path.write_bytes(bytes(data))


def saved(village: Village, target: Path, copies: tuple[Path, ...] = ()) -> Salvaged:
    return salvaging.salvage(
        village.folder,
        village.key,
        target,
        copies=copies,
        actor=AUTHOR,
        clock=village.clock,
        entropy=village.seed.randbytes,
    )


def compare(village: Village, done: Salvaged, known: dict[str, bytes], *, lost: int) -> None:
    store = opening.open_store(done.folder, village.key, writer=True, clock=village.clock)
    try:
        assert store.check() == ()
        rows = store.records.list(limit=1000).rows
        assert {row.instance_id: store.records.get(row.instance_id).xml for row in rows} == {  # type: ignore[union-attr]
            instance: xml for instance, xml in known.items() if instance in {row.instance_id for row in rows}
        }
        assert store.status().records == len(rows) == done.records
        missing = set(known) - {row.instance_id for row in rows}
        assert set(done.lost) <= missing
        assert len(missing) <= lost
    finally:
        store.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("copied", [False, True])
def test_a_flipped_byte_in_any_page(village: Village, tmp_path: Path, copied: bool) -> None:
    known = fill(village)
    copies = (village.store.copy_to_place(village.key, tmp_path / "disk", today="2026-11-20").path,) if copied else ()
    village.store.close()
    database = village.folder / "store.db"
    sound = database.read_bytes()
    chance = random.Random(3)
    pages = len(sound) // PAGE
    all_lost = 0
    for page in range(1, pages + 1, max(1, pages // 20)):
        database.write_bytes(sound)
        flip(database, page, chance)
        before = database.read_bytes()
        target = tmp_path / f"saved-{page}"
        done = saved(village, target, copies)
        assert database.read_bytes() == before
        if page > 1:
            assert f"page {page}" in " ".join(done.pages)
        compare(village, done, known, lost=0 if copied else ON_A_PAGE)
        all_lost += len(known) - done.records
        shutil.rmtree(target)
    assert not copied or all_lost == 0


def test_nothing_is_written_over_and_nothing_left_behind(village: Village, tmp_path: Path) -> None:
    fill(village)
    village.store.close()
    with pytest.raises(Fault, match="not_empty"):
        saved(village, village.folder)
    done = saved(village, tmp_path / "new")
    assert (done.pages, done.tables, done.lost, done.copy) == ((), {}, (), "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "village"]


def test_a_row_written_before_its_table_grew_is_told_by_its_page(village: Village) -> None:
    village.household("王建国")
    with village.store._context.database.read() as connection:
        shape = _shape(connection, "entity")
        row = tuple(connection.exec_driver_sql("SELECT * FROM entity").one())
    whole = shape.row(Cell(row[0], (None, *row[1:])))
    assert shape.row(Cell(row[0], (None, *row[1:-2]))) == whole
    assert shape.row(Cell(row[0], (None, *row[1:-8]))) is None
