"""R1: database, WAL, temporary files, drafts and attachments are encrypted at rest."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from store_samples import Village, new_village, submission

from sync.protocol import Page, Row, RowKind
from sync.store.api import Draft, NewAttachment

MARKS = [f"标记{number}甲乙丙" for number in range(10)]


def fill(village: Village, number: int = 0) -> None:
    """Marks in answers, labels, drafts, attachments, file names, settings, notices, forms and lists."""
    house = village.household(MARKS[0], MARKS[1])
    person = village.resident(MARKS[2], house, phone="15400001234", remark=MARKS[3])
    village.request(person, label=MARKS[4], description=MARKS[5])
    draft = village.store.drafts.save(Draft("", "request", "1", MARKS[6], MARKS[6].encode()))
    village.store.drafts.attach(draft, NewAttachment(f"{MARKS[7]}.jpg", (MARKS[7] * 30_000).encode()))
    made = submission(
        "request",
        {"description": MARKS[8]},
        instance=f"uuid:m{village.uuid()}",
        entity=village.uuid(),
        attachments=(f"{MARKS[8]}.jpg",),
    )
    village.put("request", made, attachments=(NewAttachment(f"{MARKS[8]}.jpg", MARKS[8].encode() * 1000),))
    village.store.settings.put(MARKS[9], MARKS[9])
    village.store.lists.put("x.csv", f"name\n{MARKS[9]}\n".encode())
    notice = Row(number + 1, RowKind.NOTICE, "n", "", {"text": MARKS[9]})
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


WRITING = """
import random, sys
from pathlib import Path
from store_samples import Clock, Village
from sync.vault.keys import DataKey
import test_R01_encrypted_at_rest as marks
village = Village(Path(sys.argv[1]), DataKey(bytes.fromhex(sys.argv[2])), Clock(), random.Random(int(sys.argv[3])))
for number in range(10_000):
    marks.fill(village, number)
    if number % 5 == 4:
        place = Path(sys.argv[1]).with_name("disk")
        village.store.copy_to_place(village.key, place, today=f"2026-11-{number % 28 + 1:02}")
    print(number, flush=True)
"""
KILLS = 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_process_that_is_killed_while_it_writes_leaves_nothing_in_the_clear(tmp_path: Path) -> None:
    """Records, drafts, photographs and copies; everything that it had anywhere: its home and temporary files too."""
    village = new_village(tmp_path / "v")
    village.store.close()
    home = tmp_path / "home"
    home.mkdir()
    here, chance = Path(__file__).resolve(), random.Random(3)
    paths = (here.parent, here.parents[1] / "support", here.parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    environment |= dict.fromkeys(("HOME", "TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR", "XDG_CACHE_HOME"), str(home))
    said = 0
    for kill in range(KILLS):
        command = [sys.executable, "-c", WRITING, str(village.folder), village.key.secret().hex(), str(kill)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=home, env=environment)
        assert process.stdout is not None
        said += bool(process.stdout.readline())
        time.sleep(chance.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert leaks(tmp_path) == []
    assert said == KILLS
    assert (village.folder / "store.db-wal").stat().st_size > 0
    village.store = village.open()
    assert village.store.status().records > KILLS
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


MARK = "标记甲乙丙丁"


def plant(connection: Any) -> int:
    """Rows with a mark in every column of every table that holds text or bytes; how many columns that are."""
    planted = 0
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    for (table,) in tables.fetchall():
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        kinds = [kind for _, _, kind, *_ in columns]
        came = 0
        for number in range(1000, 1030):
            said = f'{{"{MARK}": "{table} {number} {MARK}"}}'  # some columns hold JSON that indexes read
            row = [said if kind == "TEXT" else said.encode() if kind == "BLOB" else number for kind in kinds]
            made = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})"  # noqa: S608
            came += connection.execute(made, row).rowcount
        assert came, table
        planted += sum(kind in ("TEXT", "BLOB") for kind in kinds)
    return planted


@pytest.mark.parametrize("logged", [True, False], ids=["write-ahead log", "rollback journal"])
def test_no_column_of_any_table_shows_itself_on_the_disk_even_half_written(
    tmp_path: Path, logged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on the disk in the midst of a transaction is what a kill or a power cut leaves."""
    monkeypatch.setitem(globals(), "MARKS", [*MARKS, MARK])
    village = new_village(tmp_path / "v")
    database = village.store._context.database
    database.tell(("foreign_keys = OFF", "ignore_check_constraints = ON", "cache_size = 8"))
    assert logged or database.leave_log()
    with database.write() as connection:
        assert plant(connection.connection.dbapi_connection) > 200
        beside = village.folder / ("store.db-wal" if logged else "store.db-journal")
        assert beside.stat().st_size > 100_000
        assert leaks(tmp_path) == []
    assert leaks(tmp_path) == []
    village.store.close()
    assert leaks(tmp_path) == []
