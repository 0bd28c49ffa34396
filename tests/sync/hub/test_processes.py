"""Several processes on one hub: administration beside `serve`, and `serve` killed in the midst of pushes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import plain_records
import pytest
from hub_world import PASSPHRASE, VILLAGE, Clock, World, make_world

from forms.errors import Fault
from forms.load import load_form
from sync.client.http import HttpTransport
from sync.hub import admin, opening
from sync.protocol import Outcome, Push, PushReply, Role

SERVE = """
import datetime, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from forms.load import load_form
from sync.hub import opening
from sync.hub.server import Server
folder = Path({folder!r})
clock = lambda: datetime.datetime(2026, 11, 21, 8, 0, tzinfo=datetime.timezone.utc)
hub = opening.open_hub(folder, opening.unlock(folder, {passphrase!r}), load=load_form, clock=clock)
server = Server(hub, folder)
print(server.address.url, flush=True)
server.run()
hub.close()
"""


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A hub in a process of its own; its URL."""
    script = SERVE.format(root=str(Path(__file__).parents[3]), folder=str(folder), passphrase=PASSPHRASE)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ})
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_administration_works_beside_a_running_hub(world: World) -> None:
    laptop = world.laptop()
    with served(world.folder) as (url, _):
        transport = HttpTransport(url, identity=laptop.identity.hub_identity)
        laptop.transport = transport
        laptop.hello()
        for number in range(5):
            assert laptop.hand_in(plain_records.request(laptop.chance)).results[0].outcome is Outcome.STORED
            admin.invite(world.hub, area=VILLAGE, role=Role.VILLAGE)
            assert admin.stats(world.hub).records == number + 1
        world.hub.publish_list("areas.csv", opening.pack_areas() + b"990621101999,x,x,village,990621101,,x\n")
        assert any(row.key == "areas.csv" for row in laptop.pull_all())
        admin.revoke(world.hub, laptop.identity.device)
        with pytest.raises(Fault, match=r"hub\.revoked"):
            laptop.pull()
        transport.close()


@pytest.mark.slow
def test_what_was_acknowledged_survives_a_kill(world: World) -> None:
    """SIGKILL at a random moment of a push, six times: what had a reply is there, nothing is there twice."""
    laptop = world.laptop()
    world.hub.close()
    chance = random.Random(11)
    acknowledged: dict[str, bytes] = {}
    unsure: list[Push] = []
    broken: set[str] = set()
    for _ in range(6):
        with served(world.folder) as (url, process):
            transport = HttpTransport(url, identity=laptop.identity.hub_identity, read_seconds=10)
            laptop.transport = transport
            try:
                laptop.hello()
                for message in unsure:
                    acknowledged |= _acknowledged(transport.push(message), message)
                unsure = []
                for number in range(6):
                    message = laptop.push_message(
                        [laptop.envelope(plain_records.request(laptop.chance)) for _ in range(8)]
                    )
                    unsure.append(message)
                    if number == chance.randrange(1, 6):
                        threading.Timer(chance.random() * 0.03, process.kill).start()
                    acknowledged |= _acknowledged(transport.push(message), message)
                    unsure.remove(message)
            except Fault as fault:
                broken.add(fault.code)
            finally:
                transport.close()
    key = opening.unlock(world.folder, PASSPHRASE)
    world.hub = opening.open_hub(world.folder, key, load=load_form, clock=Clock())
    assert broken == {"sync.unreachable"}
    stored = {row.instance_id for row in admin.list_records(world.hub, limit=10_000)}
    assert acknowledged.keys() <= stored
    assert len(acknowledged) > 40
    for instance_id, xml in acknowledged.items():
        assert admin.export_record(world.hub, instance_id) == xml


def _acknowledged(reply: PushReply, message: Push) -> dict[str, bytes]:
    done = {result.instance_id for result in reply.results}
    envelopes = message.run.envelopes
    return {envelope.instance_id: envelope.xml for envelope in envelopes if envelope.instance_id in done}


def test_nobody_changes_the_schema_under_a_hub_that_serves(tmp_path: Path) -> None:
    made = make_world(tmp_path / "hub")
    made.hub.write(lambda there: there.exec_driver_sql("DROP TABLE request_number") and None)
    made.hub.write(lambda there: there.exec_driver_sql("DELETE FROM schema_migration WHERE number > 2") and None)
    made.hub.close()
    with opening.serving(tmp_path / "hub"), pytest.raises(Fault, match=r"hub\.serving"):
        made.reopen()
    with (
        opening.serving(tmp_path / "hub"),
        pytest.raises(Fault, match=r"hub\.serving"),
        opening.serving(tmp_path / "hub"),
    ):
        pass
