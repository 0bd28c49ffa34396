"""A line that is cut again and again: what came through stays, and the rest follows."""

from __future__ import annotations

import base64

import plain_records
import pytest
from cutting_proxy import cutting
from hub_world import World
from laptop_world import Workspace

from sync.client.http import HttpTransport
from sync.hub import admin
from sync.hub.bodies import Bodies
from sync.hub.server import serving
from sync.store.api import NewAttachment, RecordState

KB = 1_024
RECORDS = 240
DIFFERENT = 1_100  # random bytes in each record, so that they do not pack


def write(village: Workspace, records: int) -> None:
    for number in range(records):
        said = base64.b64encode(village.chance.randbytes(DIFFERENT)).decode()
        xml = plain_records.request(village.chance, text=said, ref=f"QS-SQA-{number:04}-7")
        photo = (NewAttachment("photo.jpg", village.chance.randbytes(120 * KB)),) if number == 0 else ()
        village.finalise("request", xml, attachments=photo)


@pytest.mark.parametrize(
    "after",
    [
        *(pytest.param(size * KB, marks=pytest.mark.slow) for size in (8, 20, 64)),
        *(pytest.param(size * KB, marks=pytest.mark.deep) for size in (10, 12, 14, 16, 24, 28, 32, 40, 48, 56)),
    ],
)
def test_every_record_comes_through_a_line_that_is_cut(world: World, village: Workspace, after: int) -> None:
    write(village, RECORDS)
    with serving(world.hub, world.folder) as address, cutting(address.url, after=after) as proxy:
        transport = HttpTransport(proxy.url, identity=village.store.identity().hub_identity)
        done = village.hand_over(transport=transport)
        transport.close()
    sent = RECORDS * DIFFERENT + 120 * KB
    assert done.pushed + done.duplicate == RECORDS
    assert done.files_up == 1
    assert {row.state for row in village.store.records.list(limit=RECORDS).rows} == {RecordState.ACKNOWLEDGED}
    assert proxy.connections > sent // after
    stats = admin.stats(world.hub)
    assert (stats.records, stats.quarantined) == (RECORDS, 0)
    greeting = 5 * KB  # bytes of a connection that carry nothing on: TLS, hello, the piece that was cut
    assert proxy.passed < 1.3 * sent * after / (after - greeting), "what had come through was sent again"


@pytest.mark.slow
def test_a_hub_that_has_forgotten_the_part_gets_it_again(world: World, village: Workspace) -> None:
    write(village, RECORDS)
    with serving(world.hub, world.folder) as address, cutting(address.url, after=20 * KB) as proxy:
        transport = HttpTransport(proxy.url, identity=village.store.identity().hub_identity)

        def forgets(_seconds: float) -> bool:
            world.hub.bodies = Bodies()
            proxy.mended = proxy.connections > 1
            return False

        done = village.hand_over(transport=transport, wait=forgets)
        transport.close()
    assert done.pushed + done.duplicate == RECORDS


def test_bodies_of_many_devices_take_a_bounded_room() -> None:
    bodies = Bodies(most=1_000)
    for number in range(50):
        bodies.begin(f"D{number}", bytes([number]) * 32, 0)
        bodies.add(f"D{number}", bytes(100))
    kept = [number for number in range(50) if bodies.received(f"D{number}", bytes([number]) * 32)]
    assert kept == list(range(40, 50))
