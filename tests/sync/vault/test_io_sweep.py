"""Seven operations, and each of their calls to the disk going wrong: refused, full for good, killed, torn, powered off.

In `./test` every seventh point, beginning with one that the commit chooses; in deep all.
"""

import errno
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import disk_operations
import pytest
from disk_operations import OPERATIONS, lost_or_doubled
from failing_disk import ROOT, Call, Disk, Mode, Plan, build, read_log
from power_cut import images

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a preloaded library"),
    pytest.mark.slow,
]

SHARE = 7
WRONG = {
    "refused": Plan(Mode.FAIL, error=errno.EIO),
    "full": Plan(Mode.FAIL, error=errno.ENOSPC, stays=True),
    "killed": Plan(Mode.KILL),
    "torn": Plan(Mode.TEAR),
}
CUTS = 2  # images of a power cut at each point


@dataclass
class Bench:
    disk: Disk
    folder: Path
    values: dict[str, Any]
    count: int = 0

    def place(self) -> Path:
        """A fresh copy of the template, always at the same path."""
        place = self.folder / "try"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder / "template", place)
        return place

    def calls(self, operation: str) -> tuple[Call, ...]:
        """What the operation does when nothing goes wrong."""
        log = self.folder / "log"
        tried = self.disk.attempt(operation, self.place(), log=log, **self.values)
        assert tried.ended == "done", tried
        assert lost_or_doubled(operation, self.folder / "try", self.values, tried.said) == []
        return tuple(read_log(log))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("disk")
    library = build(folder)
    if library is None:
        pytest.skip("no C compiler")
    values = disk_operations.template(folder / "template")
    disk = Disk(library, "disk_operations")
    yield Bench(disk, folder, values)
    disk.close()


def _offset() -> int:
    """Which points this commit tries."""
    asked = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    return int(found.stdout.strip() or "0", 16) % SHARE


def sweep(bench: Bench, operation: str, points: range) -> tuple[int, list[str]]:
    """Points tried, and everything that was wrong."""
    total = len(bench.calls(operation))
    wrong: list[str] = []
    tried = 0
    for point in points:
        if point >= total:
            break
        for name, plan in WRONG.items():
            planned = Plan(plan.mode, point, plan.error, plan.stays)
            done = bench.disk.attempt(operation, bench.place(), planned, **bench.values)
            tried += 1
            problems = [done.ended] if done.ended.startswith("bug") else []
            problems += _problems(operation, bench.folder / "try", bench.values, done.said)
            wrong += [f"{operation} {name} {point}: {problem}" for problem in problems]
    return tried, wrong


def cut(bench: Bench, operation: str, points: range) -> tuple[int, list[str]]:
    """The same for power cuts, which need no run of their own: images are made from what was done, in order."""
    calls = bench.calls(operation)
    chance = random.Random(points.start)
    wrong: list[str] = []
    tried = 0
    bench.place()
    for point, image in enumerate(images(bench.folder / "try", calls)):
        if point not in points:
            continue
        for _ in range(CUTS):
            place = bench.folder / "cut"
            shutil.rmtree(place, ignore_errors=True)
            image.write(place, chance)
            tried += 1
            problems = _problems(operation, place, bench.values, ())
            wrong += [f"{operation} cut {point}: {problem}" for problem in problems]
    return tried, wrong


def _problems(operation: str, place: Path, values: dict[str, Any], said: tuple[str, ...]) -> list[str]:
    try:
        return lost_or_doubled(operation, place, values, said)
    except Exception as problem:
        return [f"{type(problem).__name__}: {problem}"]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_lost_whichever_call_goes_wrong(bench: Bench, operation: str) -> None:
    tried, wrong = sweep(bench, operation, range(_offset(), 100_000, SHARE))
    assert wrong == []
    assert tried


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_lost_when_the_power_goes(bench: Bench, operation: str) -> None:
    tried, wrong = cut(bench, operation, range(_offset(), 100_000, SHARE))
    assert wrong == []
    assert tried


@pytest.mark.deep
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_call(bench: Bench, operation: str, capsys: pytest.CaptureFixture[str]) -> None:
    tried, wrong = sweep(bench, operation, range(100_000))
    cuts, more = cut(bench, operation, range(100_000))
    with capsys.disabled():
        print(f"\n{operation}: {tried} failing calls, {cuts} power cuts, {len(wrong) + len(more)} wrong")
    assert wrong + more == []
