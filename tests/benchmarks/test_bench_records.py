"""Records kept one by one, handed over, and pulled by a township: against bare SQLCipher keeping the same bytes.

All figures of a table come from one run, in CPU time of this process, so that a busy machine weighs on every line.
"""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import plain_records
import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hub_world import TOWNSHIP, VILLAGE, Clock, Direct, make_world
from laptop_world import Workspace, make_workspace
from service_world import fill, request, workspace

from sync import crypto
from sync.protocol import Push, PushReply, Role
from sync.vault.database import prepare
from sync.wire import Codec

pytestmark = pytest.mark.bench
RECORDS = 1000
HANDED_OVER = 4000


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that this process spends on `work`."""
    began = time.process_time()
    work()
    return time.process_time() - began


def bare_inserts(path: Path, records: list[bytes]) -> None:
    """Each in a durable transaction of its own, in one table with one unique index."""
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{bytes(32).hex()}'\"")
    prepare(connection, writer=True)
    connection.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, instance TEXT UNIQUE, xml BLOB)")
    for number, xml in enumerate(records):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO record (instance, xml) VALUES (?, ?)", (str(number), xml))
        connection.execute("COMMIT")
    connection.close()


def test_records_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = workspace(tmp_path / "village").desk(writer=True)
    filled = fill(desk)
    batch = desk.batch("request")
    lines = [json.dumps(request(filled.residents[0], f"第 {n} 件：路灯不亮")) for n in range(RECORDS)]
    kept: list[str] = []

    def add() -> None:
        for line in lines:
            kept.append(batch.add(json.loads(line), base=Path()).instance_id)

    ours = cpu(add)
    listed = cpu(desk.requests.list)
    records = [desk.records.export(instance) for instance in kept]
    bare = cpu(lambda: bare_inserts(tmp_path / "bare.db", records))
    desk.close()
    with capsys.disabled():
        print(f"\n{f'{RECORDS} requests, {len(records[0])} bytes each':44}{'ms each':>9}{'ratio':>8}")
        print(f"{'bare sqlcipher3, synchronous=FULL':44}{bare / RECORDS * 1000:9.2f}{1:8.1f}")
        print(f"{'record add: answers, form, projections':44}{ours / RECORDS * 1000:9.2f}{ours / bare:8.1f}")
        print(f"{'request list':44}{listed / RECORDS * 1000:9.2f}{listed / bare:8.1f}")


class Weighed(Direct):
    """Counts the bytes of the runs that are pushed."""

    pushed = 0

    def push(self, message: Push) -> PushReply:
        self.pushed += len(Codec(crypto.commit).encode(message))
        return super().push(message)


def wrote(village: Workspace, count: int) -> int:
    """Requests as one village writes them; their bytes."""
    chance, size = random.Random(1), 0
    for number in range(count):
        xml = plain_records.request(chance, text=f"第 {number} 件：路灯不亮了三天", ref=f"QS-SQA-{number:04}-7")
        village.finalise("request", xml)
        size += len(xml)
    return size


def test_records_handed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = make_world(tmp_path / "hub", Clock())
    village = make_workspace(tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1)
    township = make_workspace(tmp_path / "township", world, TOWNSHIP, Role.TOWNSHIP, seed=2)
    weighed = Weighed(world.hub)
    village.hand_over()
    township.hand_over()
    size = 0

    def write() -> None:
        nonlocal size
        size = wrote(village, HANDED_OVER)

    took = {
        "finalised by the village's store": cpu(write),
        "village to hub, acknowledged": cpu(lambda: village.hand_over(transport=weighed)),
        "hub to township, first pull": cpu(township.hand_over),
    }
    try:
        assert sum(township.store.requests.counts().values()) == HANDED_OVER
    finally:
        village.store.close()
        township.store.close()
        world.hub.close()
    with capsys.disabled():
        print(f"\n{f'{HANDED_OVER} requests, {size / HANDED_OVER:.0f} bytes each':44}{'ms each':>9}{'s':>8}")
        for name, seconds in took.items():
            print(f"{name:44}{seconds / HANDED_OVER * 1000:9.2f}{seconds:8.1f}")
        print(f"{'bytes pushed for each':44}{weighed.pushed / HANDED_OVER:9.0f}")
