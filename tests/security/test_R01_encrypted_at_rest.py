"""R1: database, WAL, temporary files, drafts and attachments are encrypted at rest."""

import sqlite3
from pathlib import Path

import pytest
from store_samples import Village, new_village, submission

from sync.protocol import Page, Row, RowKind
from sync.store.api import Draft, NewAttachment

MARKS = [f"标记{number}甲乙丙" for number in range(10)]


def fill(village: Village) -> None:
    """Marks in answers, labels, drafts, attachments, file names, settings, notices, forms and lists."""
    house = village.household(MARKS[0], MARKS[1])
    person = village.resident(MARKS[2], house, phone="15400001234", remark=MARKS[3])
    village.request(person, label=MARKS[4], description=MARKS[5])
    draft = village.store.drafts.save(Draft("", "request", "1", MARKS[6], MARKS[6].encode()))
    village.store.drafts.attach(draft, NewAttachment(f"{MARKS[7]}.jpg", (MARKS[7] * 30_000).encode()))
    made = submission(
        "request", {"description": MARKS[8]}, instance="uuid:m", entity=village.uuid(), attachments=(f"{MARKS[8]}.jpg",)
    )
    village.put("request", made, attachments=(NewAttachment(f"{MARKS[8]}.jpg", MARKS[8].encode() * 1000),))
    village.store.settings.put(MARKS[9], MARKS[9])
    village.store.lists.put("x.csv", f"name\n{MARKS[9]}\n".encode())
    notice = Row(1, RowKind.NOTICE, "n", "", {"text": MARKS[9]})
    village.store.inbox.apply_page(Page(b"", (notice,), b"c", False, b""))
    village.store.people.search(MARKS[2])


def leaks(folder: Path) -> list[str]:
    spellings = [spelt for mark in MARKS for spelt in (mark.encode(), mark.encode("utf-16-le"), mark.encode("gb18030"))]
    found = []
    for path in folder.rglob("*"):
        if any(mark in path.name for mark in MARKS):
            found.append(path.name)
        if path.is_file() and any(spelt in path.read_bytes() for spelt in spellings):
            found.append(path.name)
    return found


def test_no_mark_is_found_in_any_file_while_it_is_open_and_after(tmp_path: Path) -> None:
    village = new_village(tmp_path / "v")
    fill(village)
    wal = village.folder / "store.db-wal"
    assert wal.stat().st_size > 0
    assert leaks(tmp_path) == []
    village.store.close()
    assert leaks(tmp_path) == []


def test_stock_sqlite_does_not_open_it(tmp_path: Path) -> None:
    village = new_village(tmp_path / "v")
    fill(village)
    village.store.close()
    connection = sqlite3.connect(village.folder / "store.db")
    with pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
