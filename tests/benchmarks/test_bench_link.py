"""What a hand-over costs on 64 kbit/s with 300 ms each way and 2 % loss, beside the same records posted one by one.

Medians over slowlink's seeds 1 to 9, or as many as HAMLET_BENCH_SEEDS says; the same seeds on both sides.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import link_set
import openrosa_posts
import pytest
import slow_link
from hub_world import TOWNSHIP, VILLAGE, World, make_world
from laptop_world import Workspace, make_workspace
from slow_link import Ran

from desktop.services.filling import pack
from forms.api import Submission
from forms.load import load_form
from sync import certificate
from sync.hub.server import serving
from sync.protocol import Role
from sync.store.api import Finalise

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(7_200),
    pytest.mark.skipif(not slow_link.there(), reason="needs root, iproute2 and a TUN device"),
]
SEEDS = range(1, 1 + int(os.environ.get("HAMLET_BENCH_SEEDS", "9")))
KB = 1_000


@dataclass(frozen=True, slots=True)
class Bars:
    """What must hold of a median; 0 where nothing is asked."""

    seconds: float = 0
    wire: int = 0  # IP bytes, both ways
    up: int = 0  # IP bytes up
    payload: int = 0
    names: float = 0
    requests: int = 0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path / "hub")
    made.hub.publish_form(link_set.form())
    yield made
    made.hub.close()


def write(workspace: Workspace, records: list[bytes], xform: bytes) -> None:
    form = load_form(xform)
    for xml in records:
        instance = xml.partition(b"<instanceID>")[2][:41].decode()
        submission = Submission(
            xml=xml, instance_id=instance, form_id=form.form_id, form_version=form.version, attachments=()
        )
        workspace.store.records.finalise(Finalise(submission=submission, form=form, author="王秀兰", attachments=()))


def prepared(world: World, folder: Path, records: int, *, seed: int) -> Path:
    """A village that has handed over before, with records that wait."""
    village = make_workspace(folder, world, VILLAGE, Role.VILLAGE, seed=seed)
    village.hand_over()
    write(village, list(link_set.records(records, seed=seed)), link_set.form())
    village.store.close()
    return folder


def over_the_link(world: World, prepare: Callable[[Path, int], Path], tmp_path: Path) -> list[Ran]:
    runs = []
    with serving(world.hub, world.folder) as address:
        for seed in SEEDS:
            folder = prepare(tmp_path / f"laptop{seed}", seed)
            runs.append(slow_link.run("hand-over", folder, address.url, seed=seed))
            shutil.rmtree(folder)
    return runs


def median(runs: list[Ran], of: Callable[[Ran], float]) -> float:
    return statistics.median(map(of, runs))


def payload(ran: Ran) -> int:
    return int(ran.client["up"] + ran.client["down"])


def told(name: str, runs: list[Ran], capsys: pytest.CaptureFixture[str], bars: Bars) -> None:
    """Print a line of the table, and hold it to its bars."""
    found = Bars(
        seconds=median(runs, lambda ran: ran.seconds),
        wire=int(median(runs, lambda ran: ran.up + ran.down)),
        up=int(median(runs, lambda ran: ran.up)),
        payload=int(median(runs, payload)),
        names=median(runs, lambda ran: float(ran.client.get("names", 0))),
        requests=int(median(runs, lambda ran: float(ran.client["requests"]))),
    )
    with capsys.disabled():
        print(
            f"\n{name:34}{found.seconds:7.1f} s {found.up:8} B up {found.wire:8} B on the wire"
            f" {found.payload:8} B payload {found.requests:3} requests"
            + (f" {found.names:6.1f} s to names" if found.names else "")
        )
    for bar in ("seconds", "wire", "up", "payload", "names", "requests"):
        asked = getattr(bars, bar)
        assert not asked or getattr(found, bar) <= asked, f"{name}: {bar} {getattr(found, bar)} over {asked}"


def test_a_hundred_records_beside_openrosa(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = over_the_link(world, lambda folder, seed: prepared(world, folder, 100, seed=seed), tmp_path)
    assert all(ran.client["pushed"] == 100 for ran in ours)
    told("100 records", ours, capsys, Bars(up=28 * KB))
    theirs = []
    for seed in SEEDS:
        folder = tmp_path / f"posts{seed}"
        folder.mkdir()
        for number, xml in enumerate(link_set.records(100, seed=seed)):
            (folder / f"{number:03}.xml").write_bytes(xml)
        with openrosa_posts.taking(context(tmp_path)) as (url, sizes):
            theirs.append(slow_link.run("post", folder, url, seed=seed))
            assert len(sizes) == 100
    ours_s, theirs_s = median(ours, lambda ran: ran.seconds), median(theirs, lambda ran: ran.seconds)
    with capsys.disabled():
        print(
            f"{'100 records one by one, OpenRosa':34}{theirs_s:7.1f} s"
            f" {int(median(theirs, lambda ran: ran.up)):8} B up, {theirs_s / ours_s:.1f} times as long"
        )
    assert theirs_s >= 15 * ours_s


def context(folder: Path) -> openrosa_posts.ssl.SSLContext:
    now = datetime.datetime.now(datetime.UTC)
    made = certificate.make("bench", password=b"bench", now=now)
    (folder / "c.pem").write_bytes(made.certificate)
    (folder / "k.pem").write_bytes(made.key)
    return certificate.server_context(folder / "c.pem", folder / "k.pem", password=b"bench")


def test_nothing_to_do(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = over_the_link(world, lambda folder, seed: prepared(world, folder, 0, seed=seed), tmp_path)
    told("nothing to do", runs, capsys, Bars(payload=1 * KB, requests=1))


def test_one_changed_record(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = over_the_link(world, lambda folder, seed: prepared(world, folder, 1, seed=seed), tmp_path)
    told("one changed record", runs, capsys, Bars(payload=2 * KB))


def test_a_thousand_records(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = over_the_link(world, lambda folder, seed: prepared(world, folder, 1_000, seed=seed), tmp_path)
    told("1,000 records", runs, capsys, Bars(wire=230 * KB, seconds=40))


def test_first_sync_of_ten_thousand_residents(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world.hub.publish_form(link_set.resident_form())
    known = list(link_set.residents(10_000))
    clerk = make_workspace(tmp_path / "clerk", world, TOWNSHIP, Role.TOWNSHIP, seed=99)
    write(clerk, known, link_set.resident_form())
    clerk.hand_over()
    clerk.store.close()

    def new(folder: Path, seed: int) -> Path:
        """A laptop just enrolled, with the forms and lists that came with the program; the hub has two forms more."""
        village = make_workspace(folder, world, VILLAGE, Role.VILLAGE, seed=seed)
        pack.install(village.store)
        village.store.settings.put("bench.watched", json.dumps(watched(known)))
        village.store.close()
        return folder

    runs = over_the_link(world, new, tmp_path)
    told("first sync, 10,000 residents", runs, capsys, Bars(payload=430 * KB, seconds=65, names=20))


def watched(known: list[bytes]) -> tuple[str, int]:
    """A name that not too many have, and how many have it: when all of them are found, names are searchable."""
    names = [xml.partition(b"<name>")[2].partition(b"</name>")[0].decode() for xml in known]
    counts = sorted({name: names.count(name) for name in names[-300:]}.items(), key=lambda pair: pair[1])
    return next((name, count) for name, count in counts if count >= 5)
