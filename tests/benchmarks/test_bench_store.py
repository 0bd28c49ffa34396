"""The store when it is large: saving, opening, searching, paging, memory, each against its own bare or small twin.

HAMLET_BENCH_SCALE (1.0: 1,060,000 records, 190,000 residents) makes all of it smaller. Ratios are of CPU time of one
process in one run, so that a busy machine weighs on both sides. Records a second are by the clock on the wall, with
the CPU that they took beside it: they need two cores to themselves.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from service_world import moved, workspace

from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.trying.crew import Processes, uncollected
from desktop.services.trying.demo import Maker, plan_for
from desktop.services.trying.demo_fast import make_fast
from desktop.services.trying.demo_filled import make_filled
from forms.casework.numbers import format_number, parse
from forms.entities import changes
from sync.store import opening
from sync.store.api import Finalise
from sync.vault.database import prepare

pytestmark = [pytest.mark.bench, pytest.mark.timeout(0)]  # a million records take minutes
SCALE = float(os.environ.get("HAMLET_BENCH_SCALE", "1"))
HOUSEHOLDS, REQUESTS = int(60_000 * SCALE), int(1_000_000 * SCALE)
SLOW_HOUSEHOLDS, SLOW_REQUESTS, SAMPLED = int(400 * min(1, SCALE * 10)), int(6_000 * min(1, SCALE * 10)), 1000
SAVED, TURN, ASKED, OPENED = 300, 20, 40, 15
TABLES = (
    "record",
    "payload",
    "entity",
    "entity_pending",
    "record_entity",
    "request",
    "search_key",
    "entity_key",
    "audit",
)

MEMORY = """
import sys
from pathlib import Path
from sync.store import opening
from sync.vault.keys import DataKey
from desktop.services.clock import Clock
store = opening.open_store(Path(sys.argv[1]), DataKey(bytes.fromhex(sys.stdin.read())), writer=False,
                           clock=Clock().now, entropy=bytes)
page = store.records.list(limit=200)
store.records.list(limit=200, after=str(int(store.status().records * 0.9)))
store.requests.counts(), store.people.search("wang"), store.people.search("李")
print([line for line in open("/proc/self/status") if line.startswith("VmRSS")][0].split()[1])
"""


WRITING = """
import json, os, resource, sys, time
from pathlib import Path
from service_world import PASSPHRASE, clock
from desktop.services.keeping.workspace import open_workspace
from desktop.services.trying.crew import Processes
from desktop.services.trying.demo_fast import make_fast
if __name__ == "__main__":
    desk = open_workspace(Path(sys.argv[1]), passphrase=PASSPHRASE, clock=clock()).desk(writer=True)
    wall, before = time.perf_counter(), os.times()
    make_fast(desk, households=int(sys.argv[2]), requests=int(sys.argv[3]), seed=1, crew=Processes())
    wall, after = time.perf_counter() - wall, os.times()
    desk.close()
    own = after.user + after.system - before.user - before.system
    others = after.children_user + after.children_system - before.children_user - before.children_system
    print(json.dumps([wall, own, others, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
"""As the command does it, in a process of its own: what it says is seconds, those of CPU, and KB of memory at most."""


@dataclass(frozen=True)
class Took:
    """Seconds: by the clock, and of CPU in this process and in those that it waited for."""

    wall: float
    own: float
    others: float

    @classmethod
    def by(cls, work: Callable[[], object]) -> Took:
        wall, before = time.perf_counter(), os.times()
        work()
        after = os.times()
        return cls(
            time.perf_counter() - wall,
            after.user + after.system - before.user - before.system,
            after.children_user + after.children_system - before.children_user - before.children_system,
        )

    def line(self, records: int, bound: int) -> tuple[str, str]:
        each = f"{self.own / records * 1000:.3f} ms CPU writing, {self.others / records * 1000:.3f} in two others"
        return f"{records / self.wall:.0f} /s", f"{bound} or more; {each}"


@dataclass(frozen=True)
class Large:
    """A large store and a small one, both with the pack, and what the large one took to write; `peak` in KB."""

    opened: OpenWorkspace
    large: Path
    small: Path
    empty: Path
    took: Took
    peak: int

    def desk(self, folder: Path) -> TheDesk:
        return moved(self.opened, folder).desk(writer=True)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    place = tmp_path_factory.mktemp("store")
    opened = workspace(place / "large")
    for twin in ("small", "empty"):
        shutil.copytree(place / "large", place / twin)
    desk = moved(opened, place / "small").desk(writer=True)
    make_fast(desk, households=100, requests=900, seed=1)
    desk.close()
    command = [sys.executable, "-c", WRITING, str(place / "large"), str(HOUSEHOLDS), str(REQUESTS)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    written = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    *took, peak = json.loads(written.stdout)
    yield Large(opened, place / "large", place / "small", place / "empty", Took(*took), peak)
    shutil.rmtree(place, ignore_errors=True)


def cpu(work: Callable[[], object]) -> float:
    """Seconds. Garbage waits, as it does in the window until nobody works."""
    with uncollected():
        began = time.process_time()
        work()
        return time.process_time() - began


def median(work: Callable[[], object], times: int) -> float:
    return statistics.median(cpu(work) for _ in range(times))


def say(capsys: pytest.CaptureFixture[str], *lines: tuple[str, str, str]) -> None:
    with capsys.disabled():
        print()
        for name, value, bound in lines:
            print(f"{name:58}{value:>14}  {bound}")


def test_demo_data(stores: Large, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(stores.empty, tmp_path / "slow")
    slowly = moved(stores.opened, tmp_path / "slow")
    desk = slowly.desk(writer=True)
    what = {"households": SLOW_HOUSEHOLDS, "requests": SLOW_REQUESTS, "seed": 6}
    slow = Took.by(lambda: make_filled(slowly, desk, **what, crew=Processes()))
    desk.close()
    records, filled = HOUSEHOLDS + REQUESTS, SLOW_HOUSEHOLDS + SLOW_REQUESTS
    desk = stores.desk(stores.large)
    equal = sum(made_alike(desk))
    desk.close()
    say(
        capsys,
        (f"demo-data --fast, {records} records", *stores.took.line(records, 5000)),
        ("  memory at most, of the one that writes", f"{stores.peak / 1024:.0f} MB", "500"),
        (f"demo-data through the form engine, {filled} records", *slow.line(filled, 400)),
        ("sampled of the fast ones, made by themselves, equal", str(equal), f"{SAMPLED} of {SAMPLED}"),
    )
    assert equal == SAMPLED


def made_alike(desk: TheDesk) -> Iterator[bool]:
    """Whether sampled records, each made by the form engine from the seed and its number alone, have the same bytes."""
    plan = dataclasses.replace(plan_for(desk, households=HOUSEHOLDS, seed=1), root=f"1/{desk.me.device}/0")
    store, maker, chance = desk.context.store, Maker(desk), random.Random(4)
    letters = store.identity().letters
    for _ in range(SAMPLED):
        if chance.randrange(10):
            number = chance.randint(1, REQUESTS)
            made = maker.submission(dataclasses.replace(plan).request(number), format_number("QS", letters, number))
        else:
            made = maker.submission(plan.household(chance.randint(1, HOUSEHOLDS)))
        record = store.records.get(made.instance_id)
        yield record is not None and record.xml == made.xml


def rows_of(desk: TheDesk, before: dict[str, int]) -> list[dict[str, list[Sequence[Any]]]]:
    """What finalising left, record by record and table by table, as it stands in the database."""
    with desk.context.store._context.database.read() as c:  # type: ignore[attr-defined]
        found = []
        for (record,) in c.exec_driver_sql("SELECT id FROM record WHERE id > ? ORDER BY id", (before["record"],)).all():
            links = c.exec_driver_sql("SELECT entity FROM record_entity WHERE record = ?", (record,)).scalars().all()
            born = [entity for entity in links if entity > before["entity"]]
            marks = ", ".join(map(str, born)) or "0"
            instance = c.exec_driver_sql("SELECT instance_id FROM record WHERE id = ?", (record,)).scalar()
            where = {
                "record": f"id = {record}", "payload": f"record = {record}", "entity": f"id IN ({marks})",
                "entity_pending": f"record = {record}", "record_entity": f"record = {record}",
                "request": f"instance_id = '{instance}'", "search_key": f"entity IN ({marks})",
                "entity_key": f"entity IN ({marks})", "audit": f"subject = '{instance}'",
            }  # fmt: skip
            rows = {t: [tuple(r) for r in c.exec_driver_sql(f"SELECT * FROM {t} WHERE {where[t]}")] for t in TABLES}  # noqa: S608
            rows["known"] = [(entity,) for entity in links if entity <= before["entity"]]
            found.append(rows)
    return found


class Bare:
    """The same rows into the same tables and indexes, one durable transaction a record, statements prepared."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._connection = sqlcipher.connect(str(path), isolation_level=None, cached_statements=256)
        self._connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        prepare(self._connection, writer=True)
        widths = {t: len(self._connection.execute(f"PRAGMA table_info({t})").fetchall()) for t in TABLES}
        self._sql = {t: f"INSERT INTO {t} VALUES ({', '.join('?' * widths[t])})" for t in TABLES}  # noqa: S608

    def write(self, records: Sequence[Mapping[str, Sequence[Sequence[Any]]]]) -> None:
        run = self._connection
        for rows in records:
            run.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                run.executemany(self._sql[table], rows[table])
            now, last = rows["record"][0][7], rows["audit"][0]
            run.executemany(
                "UPDATE entity SET last_contact = ?, requests = requests + 1 WHERE id = ?",
                [(now, entity) for (entity,) in rows["known"]],
            )
            run.execute("UPDATE number_counter SET running = running + 1")
            run.execute("UPDATE audit_head SET n = ?, link = ?", (last[0], last[-1]))
            run.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def last_ids(desk: TheDesk) -> dict[str, int]:
    with desk.context.store._context.database.read() as connection:  # type: ignore[attr-defined]
        return {t: connection.exec_driver_sql(f"SELECT max(id) FROM {t}").scalar() or 0 for t in ("record", "entity")}  # noqa: S608


def test_saving_one_record(stores: Large, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In turns of a few records each, so that both meet the same moments of the machine; filled in before."""
    shutil.copytree(stores.small, tmp_path / "twin")
    desk = stores.desk(stores.small)
    key = stores.opened._key
    assert key is not None
    (path,) = (tmp_path / "twin").glob("*.db")
    twin = Bare(path, key.database())
    plan, maker = plan_for(desk, households=0, seed=9), Maker(desk)
    people = [item.uuid for item in desk.context.store.entities.all("residents")]
    form, store = maker.batch("request").form, desk.context.store
    following = parse(store.records.peek_number("QS"))
    assert following is not None
    ours, raw = [], []
    for turn in range(SAVED // TURN + 1):
        before, records = last_ids(desk), []
        for number in range(turn * TURN, (turn + 1) * TURN):
            ref = str(dataclasses.replace(following, running=following.running + number))
            made = maker.submission(plan.request(number + 1, people), ref)
            records.append(Finalise(made, form, author="wang", changes=changes(form, made.xml)))
        ours.append(cpu(lambda records=records: [store.records.finalise(record) for record in records]))  # type: ignore[misc]
        rows = rows_of(desk, before)
        raw.append(cpu(lambda rows=rows: twin.write(rows)))  # type: ignore[misc]
    desk.close()
    twin.close()
    seconds, plain = sum(ours[1:]), sum(raw[1:])  # the first turn reads lists and how names are spelt
    say(
        capsys,
        ("bare transaction of the same rows and indexes", f"{plain / SAVED * 1000:.2f} ms", ""),
        ("saving one record", f"{seconds / SAVED * 1000:.2f} ms", f"{seconds / plain:.2f} x, at most 1.6"),
    )


def test_opening_and_paging(stores: Large, capsys: pytest.CaptureFixture[str]) -> None:
    def opening_of(folder: Path) -> Callable[[], None]:
        def work() -> None:
            opening.open_store(
                folder, stores.opened._key, writer=False, clock=stores.opened.clock.now, entropy=random.randbytes
            ).close()

        return work

    opening_of(stores.small)()
    small, large = (median(opening_of(folder), OPENED) for folder in (stores.small, stores.large))
    desk = stores.desk(stores.large)
    last = desk.context.store.status().records
    first = median(lambda: desk.records.list(limit=200), OPENED)
    far = median(lambda: desk.records.list(limit=200, after=str(int(last * 0.9))), OPENED)
    desk.close()
    say(
        capsys,
        ("opening, 1,000 records", f"{small * 1000:.1f} ms", ""),
        (f"opening, {last} records", f"{large * 1000:.1f} ms", f"{large / small:.2f} x, at most 1.5"),
        ("first page of the record list", f"{first * 1000:.1f} ms", ""),
        ("page at 90 %", f"{far * 1000:.1f} ms", f"{far / first:.2f} x, at most 1.5"),
    )


def kinds(name: str, door: str, phone: str, ref: str) -> dict[str, str]:
    """What people type, by kind, of somebody of that name."""
    return {
        "one sign": name[0], "surname and sign": name[:2], "name": name, "given name": name[1:],
        "one letter": "w", "surname spelt": "wang", "initials": "lgf", "whole name spelt": "liguifang",
        "door": door, "group": "3组", "mixture": "wang 3zu", "name and door": f"{name[0]} {door}",
        "surname spelt and sign": f"li {name[-1]}", "sign and letter": f"{name[0]}w", "two letters": "l w",
        "spelt in two parts": "li wei", "three letters": "w j l", "spelt and group": "li 3zu",
        "sign and group": f"{name[0]} 3zu", "spelt, letter, group": "li w 3zu",
        "spelt, sign, group": f"li {name[-1]} 3zu", "sign, letter, group": f"{name[-1]} l 3zu",
        "tail of telephone": phone[-4:], "telephone": phone, "number": ref, "nobody": "zzzqx",
    }  # fmt: skip


def test_search(stores: Large, capsys: pytest.CaptureFixture[str]) -> None:
    desk = stores.desk(stores.large)
    chance, store = random.Random(3), desk.context.store
    some = [item for item, _ in zip(store.entities.all("residents"), range(3000), strict=False)]
    took: dict[str, list[float]] = {}
    for _ in range(ASKED):
        person = chance.choice(some).properties
        for kind, text in kinds(
            person["full_name"], f"{chance.randrange(1, 300)}号", "15412345678", "QS-SQA-0042-1"
        ).items():
            took.setdefault(kind, []).append(cpu(lambda text=text: store.people.search(text, limit=50)))  # type: ignore[misc]
    residents = store.entities.count("residents")
    desk.close()
    say(
        capsys,
        (f"search among {residents} residents, p95", "", "at most 10 ms"),
        *((f"  {kind}", f"{sorted(times)[int(len(times) * 0.95)] * 1000:.1f} ms", "") for kind, times in took.items()),
    )


def test_memory(stores: Large, capsys: pytest.CaptureFixture[str]) -> None:
    key = stores.opened._key
    assert key is not None

    def resident(folder: Path) -> int:
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(folder)],
            input=key.secret().hex(),
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)

    empty, large = resident(stores.empty), resident(stores.large)
    say(
        capsys,
        ("resident memory, empty store", f"{empty / 1024:.0f} MB", ""),
        ("resident memory, large store", f"{large / 1024:.0f} MB", f"+{(large - empty) / 1024:.0f} MB, at most 60"),
    )
