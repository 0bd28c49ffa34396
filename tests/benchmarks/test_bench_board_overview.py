"""The supervisor's table over 1,000,000 requests: how soon it opens and follows, what keeping its counts costs; surges.

HAMLET_BENCH_SCALE (1.0: 1,000,000 requests) makes it smaller.
"""

import contextlib
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from office_data import COLUMNS, _row, fill_office
from service_world import TOWNSHIP, clock, workspace
from surge_histories import as_quiet, histories, ours, plain, score

from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.overview.figures import Mark, Span, View
from sync.protocol import Role

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
SCALE = float(os.environ.get("HAMLET_BENCH_SCALE", "1"))
REQUESTS, HOUSEHOLDS = int(1_000_000 * SCALE), int(50_000 * SCALE)
OPENED, FOLLOWED = 7, 15
TALLIES = ("tally_month", "tally_due", "tally_wait", "tally_told")


@dataclass(frozen=True)
class Table:
    opened: OpenWorkspace
    seconds: float

    def desk(self, *, writer: bool = False) -> TheDesk:
        return self.opened.desk(writer=writer)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    opened = workspace(tmp_path_factory.mktemp("table") / "w", role=Role.SUPERVISOR, area=TOWNSHIP)
    desk = opened.desk(writer=True)
    began = time.process_time()
    with counted_at_once(desk):
        fill_office(
            desk.context.store, requests=REQUESTS, months=36, today=desk.context.today(), households=HOUSEHOLDS,
            surges=((1, "H"), (2, "G")),
        )  # fmt: skip
    seconds = time.process_time() - began
    desk.close()
    return Table(opened, seconds)


@contextlib.contextmanager
def counted_at_once(desk: TheDesk) -> Iterator[None]:
    """Without the triggers and indexes while very many are written, then counted and indexed as a migration does it."""
    what = "type = 'trigger' AND name LIKE 'tally%' OR type = 'index' AND name LIKE 'request_%'"
    database = desk.context.store._context.database  # type: ignore[attr-defined]
    with database.write() as connection:
        made = connection.exec_driver_sql(f"SELECT type, name, sql FROM sqlite_master WHERE {what}").all()  # noqa: S608
        for row in made:
            connection.exec_driver_sql(f"DROP {row.type} {row.name}")
    yield
    with database.write() as connection:
        for name in TALLIES:
            keys = ", ".join([row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")][:-1])
            connection.exec_driver_sql(f"INSERT INTO {name} SELECT {keys}, count(*) FROM {name}_row GROUP BY {keys}")  # noqa: S608
        for row in made:
            connection.exec_driver_sql(row.sql)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(capsys: pytest.CaptureFixture[str], *lines: tuple[str, str, str]) -> None:
    with capsys.disabled():
        print()
        for name, value, bound in lines:
            print(f"{name:62}{value:>16}  {bound}")


def test_opening_and_following(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    def anew() -> None:
        desk = table.desk()
        desk.overview.show()
        desk.close()

    opened = statistics.median(seconds(anew) for _ in range(OPENED))
    reader, writer = table.desk(), table.desk(writer=True)
    shown = reader.overview.show()
    year = statistics.median(seconds(lambda: reader.overview.show(Span.YEAR)) for _ in range(OPENED))
    began = time.process_time()
    followed = [_follow(reader, writer, number) for number in range(FOLLOWED)]
    spent = (time.process_time() - began) / 2  # the half of it is the figures before
    cell = Mark(View.NEEDS, "x", line=shown.lines[0].path, category="H", month=f"{shown.months[0]}..{shown.months[-1]}")
    listed = statistics.median(seconds(lambda: reader.overview.behind(cell)) for _ in range(OPENED))
    bare = _counted_anew(reader)
    reader.close()
    writer.close()
    say(
        capsys,
        (f"overview over {REQUESTS} requests, opened", f"{opened * 1000:.0f} ms", "1000 ms or less"),
        ("the same over twelve months, connection open", f"{year * 1000:.0f} ms", ""),
        (
            "one new record: written, noticed, shown anew",
            f"{statistics.median(followed) * 1000:.0f} ms",
            "300 ms or less",
        ),
        ("the same, the worst of them", f"{max(followed) * 1000:.0f} ms", ""),
        ("the same, CPU", f"{spent / FOLLOWED * 1000:.0f} ms", ""),
        ("the list behind a cell", f"{listed * 1000:.0f} ms", ""),
        ("the same counts from the requests themselves", f"{bare * 1000:.0f} ms", f"{bare / year:.0f} times as long"),
    )


def _follow(reader: TheDesk, writer: TheDesk, number: int) -> float:
    """Writes one request and times until a reader's figures have it."""
    import random

    before = reader.overview.show()
    row = _row(random.Random(number), 10_000_000 + number, before.lines[0].path, "H", before.today, 0)
    insert = f"INSERT INTO request ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
    began = time.perf_counter()
    with writer.context.store._context.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql(insert, row)
    assert reader.overview.version() != before.version
    after = reader.overview.show()
    took = time.perf_counter() - began
    assert after.trend[-1].count == before.trend[-1].count + 1
    return took


def _counted_anew(desk: TheDesk) -> float:
    def count() -> None:
        with desk.context.store._context.database.read() as connection:  # type: ignore[attr-defined]
            for name in TALLIES:
                columns = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")][:-1]
                keys = ", ".join(columns)
                connection.exec_driver_sql(f"SELECT {keys}, count(*) FROM {name}_row GROUP BY {keys}").all()  # noqa: S608

    return seconds(count)


def test_what_keeping_the_counts_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same requests with and without the triggers."""
    took = {}
    for kept in (True, False):
        desk = workspace(tmp_path / str(kept), role=Role.SUPERVISOR, area=TOWNSHIP).desk(writer=True)
        store = desk.context.store
        if not kept:
            with store._context.database.write() as connection:  # type: ignore[attr-defined]
                names = connection.exec_driver_sql(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tally%'"
                ).scalars()
                for name in list(names):
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
        began = time.process_time()
        fill_office(store, requests=max(2000, REQUESTS // 50), months=36, today=clock().now().date())
        took[kept] = time.process_time() - began
        desk.close()
    say(capsys, ("requests written with their counts, against without", f"{took[True] / took[False]:.2f} times", "CPU"))


def test_surges(capsys: pytest.CaptureFixture[str]) -> None:
    """Planted surges in five times 200 histories: seasons, drift, restless and rare matters, earlier outbreaks."""
    found = [histories(200, seed) for seed in range(2026, 2031)]
    here = [score(each, ours) for each in found]
    quiet = [as_quiet(each, mine.alarms) for each, mine in zip(found, here, strict=True)]
    rules = {
        "ours": here,
        "mean of 12 months + 2 deviations": [score(each, plain(2)) for each in found],
        "mean + 3 deviations": [score(each, plain(3)) for each in found],
        "mean + as many as are as quiet": [score(each, plain(d)) for each, d in zip(found, quiet, strict=True)],
    }
    with capsys.disabled():
        print(f"\n{'surges in 5 x 200 histories':40}{'recall':>10}{'false alarms':>16}")
        for name, scores in rules.items():
            recall, alarms = statistics.mean(s.recall for s in scores), statistics.mean(s.alarms for s in scores)
            print(f"{name:40}{recall:>10.1%}{alarms:>16.2%}")
