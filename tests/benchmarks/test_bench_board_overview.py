"""The supervisor's table over 1,000,000 requests: how soon it opens and follows, what keeping its counts costs; surges.

HAMLET_BENCH_SCALE (1.0: 1,000,000 requests) makes it smaller.
"""

import contextlib
import os
import random
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
from desktop.services.overview.counted import Counted, Scope
from desktop.services.overview.figures import Mark, Overview, Span, View
from desktop.services.overview.overview import HISTORY, TREND
from forms.insight import coverage, handling, surges
from forms.insight import needs as need
from forms.insight.months import elapsed, month_of
from forms.insight.needs import months_until
from forms.insight.sums import Answered, Recorded
from sync.protocol import Role

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
SCALE = float(os.environ.get("HAMLET_BENCH_SCALE", "1"))
REQUESTS, HOUSEHOLDS = int(1_000_000 * SCALE), int(50_000 * SCALE)
OPENED, FOLLOWED = 7, 15
TALLIES = ("tally_month", "tally_due", "tally_wait", "tally_told", "tally_visit")
BY_MONTH = ("month", "wait", "told")


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
        for name in BY_MONTH:
            noted = f"INSERT INTO tally_changed SELECT DISTINCT '{name}', month, 1 FROM tally_{name}"  # noqa: S608
            connection.exec_driver_sql(noted)
        for row in made:
            connection.exec_driver_sql(row.sql)


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and of the processor: the machine may have others to work for."""

    wall: float
    cpu: float


def took(work: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def median(found: list[Took]) -> str:
    wall, cpu = (statistics.median(getattr(each, name) for each in found) * 1000 for name in ("wall", "cpu"))
    return f"{wall:.0f} ms, CPU {cpu:.0f} ms"


def say(capsys: pytest.CaptureFixture[str], *lines: tuple[str, str, str]) -> None:
    with capsys.disabled():
        print()
        for name, value, bound in lines:
            print(f"{name:58}{value:>22}  {bound}")


def test_opening_and_following(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    def anew() -> None:
        desk = table.desk()
        desk.overview.show()
        desk.close()

    opened = [took(anew) for _ in range(OPENED)]
    reader, writer = table.desk(), table.desk(writer=True)
    shown = reader.overview.show()
    again = [took(lambda: reader.overview.show(Span.YEAR)) for _ in range(OPENED)]
    followed = [_follow(reader, writer, number) for number in range(FOLLOWED)]
    cell = Mark(View.NEEDS, "x", line=shown.lines[0].path, category="H", month=f"{shown.months[0]}..{shown.months[-1]}")
    listed = [took(lambda: reader.overview.behind(cell)) for _ in range(OPENED)]
    bare = took(lambda: _counted_anew(reader))
    worst = max(each.wall for each in followed)
    lines = [
        (f"overview over {REQUESTS} requests, opened", median(opened), "1000 ms or less"),
        ("one new record: written, noticed, shown anew", median(followed), "300 ms or less"),
        ("the same, the worst of them", f"{worst * 1000:.0f} ms", ""),
        ("shown again over twelve months, nothing new", median(again), ""),
        ("the list behind a cell", median(listed), ""),
        ("the same counts from the requests themselves", median([bare]), ""),
    ]
    lines += [(f"  {name}", median([first]), f"again {median([after])}") for name, first, after in _parts(table)]
    reader.close()
    writer.close()
    say(capsys, *lines)


def _parts(table: Table) -> Iterator[tuple[str, Took, Took]]:
    """What each view costs: its counts read for the first time and again, then its figures."""
    desk = table.desk()
    today, area, tallies = desk.context.today(), desk.context.actor.area, desk.context.store.tallies
    month, counted, ground = month_of(today), Counted(), desk.overview._ground()
    lines = [line.path for line in ground.lines]
    scope, months = Scope(area, None, tuple(lines)), months_until(month, HISTORY)
    codes, share = tuple(desk.context.table("categories.csv")), elapsed(today)

    def read() -> tuple[Recorded, ...]:
        return counted.recorded(tallies, scope, months, place=ground.place)

    def answered() -> tuple[Answered, ...]:
        return counted.answered(tallies, scope, months_until(month, 2 * TREND + 1))

    for cached in (surges.tail, surges._settled, surges._wanted):
        cached.cache_clear()
    yield "counts of needs, trend and growth", took(read), took(read)
    yield "counts of answers and loads", took(answered), took(answered)
    known, done, due = read(), answered(), tallies.due(area=area)
    views: dict[str, Callable[[], object]] = {
        "needs": lambda: need.needs(known, lines=lines, categories=codes, months=months[-4:], share=share),
        "trend": lambda: need.trend(known, months=months[-TREND:], share=share),
        "growth": lambda: need.growth(known, month=month, share=share),
        "late": lambda: handling.ageing(tallies.due(area=area), today),
        "answers": lambda: handling.answers(done, months[-TREND:]),
        "visits": lambda: coverage.coverage(tallies.visits(area=area), lines=lines, place=ground.place, month=month),
        "loads": lambda: handling.loads(known, done, due, months=months[-4:-1], departments=(), today=today),
    }
    for name, work in views.items():
        yield name, took(work), took(work)
    desk.close()


def _follow(reader: TheDesk, writer: TheDesk, number: int) -> Took:
    """Writes one request and times until a reader's figures have it."""
    before = reader.overview.show()
    row = _row(random.Random(number), 10_000_000 + number, before.lines[0].path, "H", before.today, 0)
    insert = f"INSERT INTO request ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
    seen: list[Overview] = []

    def follow() -> None:
        with writer.context.store._context.database.write() as connection:  # type: ignore[attr-defined]
            connection.exec_driver_sql(insert, row)
        assert reader.overview.version() != before.version
        seen.append(reader.overview.show())

    found = took(follow)
    assert seen[0].trend[-1].count == before.trend[-1].count + 1
    return found


def _counted_anew(desk: TheDesk) -> None:
    with desk.context.store._context.database.read() as connection:  # type: ignore[attr-defined]
        for name in TALLIES:
            columns = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")][:-1]
            keys = ", ".join(columns)
            connection.exec_driver_sql(f"SELECT {keys}, count(*) FROM {name}_row GROUP BY {keys}").all()  # noqa: S608


def test_what_keeping_the_counts_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same requests with and without the triggers."""
    spent = {}
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
        spent[kept] = time.process_time() - began
        desk.close()
    say(
        capsys,
        ("requests written with their counts, against without", f"{spent[True] / spent[False]:.2f} times", "CPU"),
    )


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
