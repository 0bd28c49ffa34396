"""Nothing that was printed is lost: `record add` killed while it works, then handed over."""

import contextlib
import json
import random
import signal
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue

import pytest
from hamlet_program import HOUSEHOLD, PASSPHRASE, Program, World, jsonl, request

from desktop.services.clock import Clock
from desktop.services.keeping.workspace import open_workspace
from forms.load import load_form
from sync.hub import admin, opening

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
WITHIN = 0.05  # seconds after a printed line


def added_until_killed(program: Program, workspace: Path, lines: list[bytes], chance: random.Random) -> list[str]:
    """Feed lines to `record add`, kill it within 50 ms after a printed line chosen by chance; what it printed."""
    process = program.start("record", "add", "request", "--answers", "-", "--workspace", str(workspace), stdin=-1)
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None
    printed: SimpleQueue[str] = SimpleQueue()

    def feed() -> None:
        with contextlib.suppress(OSError):  # it was killed
            for line in lines:
                stdin.write(line)
                stdin.flush()
            stdin.close()

    def listen() -> None:
        for line in iter(stdout.readline, b""):
            printed.put(line.decode().strip())
        printed.put("")

    threads = [threading.Thread(target=work, daemon=True) for work in (feed, listen)]
    for thread in threads:
        thread.start()
    last = chance.randrange(1, len(lines))
    found: list[str] = []
    while (line := printed.get()) and len(found) < last:
        found.append(line)
    if line:
        found.append(line)
    time.sleep(chance.uniform(0, WITHIN))
    process.send_signal(signal.SIGKILL)
    process.wait()
    while line:
        line = printed.get()
        found += [line] if line else []
    for thread in threads:
        thread.join()
    stdout.close()
    with contextlib.suppress(OSError):
        stdin.close()
    return found


def killed_and_handed_over(world: World, *, records: int, kills: int, seed: int) -> None:
    ask = world.program.ask
    village = ["--workspace", str(world.village)]
    done = world.program.run("record", "add", "household", "--answers", "-", *village, stdin=jsonl([HOUSEHOLD]))
    assert done.code == 0, done
    resident = ask("entity", "list", "residents", *village)["entities"][0]["uuid"]
    chance = random.Random(seed)
    share = records // (kills + 1)
    printed: list[str] = []
    for batch in range(kills):
        lines = [jsonl([request(resident, f"第 {batch} 批第 {n} 件：路灯不亮")]) for n in range(share)]
        printed += added_until_killed(world.program, world.village, lines, chance)
    rest = b"".join(jsonl([request(resident, f"最后第 {n} 件：路灯不亮")]) for n in range(share))
    done = world.program.run("record", "add", "request", "--answers", "-", *village, stdin=rest)
    assert done.code == 0, done.err
    printed += done.out.decode().split()
    assert len(printed) == len(set(printed))

    assert ask("workspace", "check", *village)["ok"]
    stored = [row["instanceID"] for row in ask("record", "list", "--form", "request", *village)["records"]]
    assert len(stored) == len(set(stored))
    assert set(printed) <= set(stored)
    assert len(stored) <= len(printed) + kills, "more than the one that was under way at each kill"
    refs = [row["ref"] for row in ask("record", "list", "--form", "request", *village)["records"]]
    assert len(refs) == len(set(refs))

    result = ask("sync", *village)
    assert result["pushed"] == len(stored) + 1
    assert (result["duplicate"], result["held"], result["rejected"]) == (0, 0, 0)
    assert ask("sync", *village)["pushed"] == 0
    listed = ask("hub", "record", str(world.hub), "list")["records"]
    assert sorted(row["instanceID"] for row in listed if row["form"] == "request") == sorted(stored)
    equal_bytes(world, stored)
    for instance in chance.sample(stored, 3):
        here = world.program.run("record", "export", instance, *village)
        there = world.program.run("hub", "record", str(world.hub), "export", instance)
        assert here.out == there.out != b""


def equal_bytes(world: World, stored: list[str]) -> None:
    desk = open_workspace(world.village, passphrase=PASSPHRASE, clock=Clock()).desk()
    key = opening.unlock(world.hub, PASSPHRASE)
    hub = opening.open_hub(world.hub, key, load=load_form, clock=Clock().instant, readers=1)
    try:
        for instance in stored:
            assert desk.records.export(instance) == admin.export_record(hub, instance)
    finally:
        hub.close()
        desk.close()


@pytest.mark.slow
def test_every_printed_record_is_stored_once_and_arrives(world: World) -> None:
    killed_and_handed_over(world, records=240, kills=5, seed=1)


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_twenty_thousand_records_and_twenty_kills(world: World) -> None:
    killed_and_handed_over(world, records=20_000, kills=20, seed=2)


@pytest.mark.slow
def test_a_line_is_answered_before_the_next_is_sent(program: Program, lone: Path, resident: str) -> None:
    """A script that waits for each identifier gets it: nothing is buffered on either side."""
    process = program.start("record", "add", "request", "--answers", "-", "--json", "--workspace", str(lone), stdin=-1)
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(1, 4):
        process.stdin.write(jsonl([request(resident)]))
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert answer["line"] == number
        assert answer["instanceID"].startswith("uuid:")
    process.stdin.close()
    assert json.loads(process.stdout.readline()) == {"added": 3, "refused": 0}
    assert process.wait(30) == 0
    process.stdout.close()
