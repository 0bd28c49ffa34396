"""R32: the suite stands everywhere, and one that is not known here fails closed, wherever it stands."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import plain_records
import pytest
from hub_world import World
from laptop_world import Workspace

from forms.errors import Fault
from sync import crypto
from sync.bundle import content, sealing
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.protocol import Outcome, Suite
from sync.store import opening
from sync.vault import slots

UNKNOWN = (0, 2, 3, 255)

PRIMITIVES: dict[str, Callable[[int], object]] = {
    "known": crypto.known,
    "digest": lambda suite: crypto.digest(b"x", suite=suite),
    "digest_chunks": lambda suite: crypto.digest_chunks([b"x"], suite=suite),
    "running_digest": lambda suite: crypto.running_digest(suite=suite),
    "keyed": lambda suite: crypto.keyed(b"k", b"x", suite=suite),
    "commit": lambda suite: crypto.commit(bytes(16), b"x", (), suite=suite),
    "verify": lambda suite: crypto.verify(bytes(32), bytes(64), purpose="p", data=b"x", suite=suite),
    "seal": lambda suite: crypto.seal(bytes(32), b"x", nonce=bytes(12), suite=suite),
    "unseal": lambda suite: crypto.unseal(bytes(32), bytes(40), suite=suite),
}


def test_one_suite_is_known_and_the_second_reserved() -> None:
    assert {suite.value for suite in Suite} == {1}


@pytest.mark.parametrize("suite", UNKNOWN)
@pytest.mark.parametrize("name", PRIMITIVES)
def test_no_primitive_works_under_another_suite(name: str, suite: int) -> None:
    with pytest.raises(Fault, match=r"vault\.suite"):
        PRIMITIVES[name](suite)


@pytest.mark.parametrize("suite", UNKNOWN)
def test_a_record_of_another_suite_is_kept_aside_and_the_next_run_goes_on(world: World, suite: int) -> None:
    laptop = world.laptop()
    good = laptop.envelope(plain_records.request(laptop.chance))
    message = laptop.push_message([good])
    bad = replace(message.run, envelopes=(replace(good, suite=suite),))
    reply = laptop.transport.push(laptop.signed(replace(message, run=bad)))
    assert [(one.outcome, one.reason) for one in reply.results] == [(Outcome.REJECTED, "suite")]
    waiting = admin.list_quarantined(world.hub)
    assert [one.reason for one in waiting] == ["suite"]
    assert admin.export_any(world.hub, waiting[0].id) == good.xml
    assert laptop.transport.push(message).results[0].outcome is Outcome.STORED


@pytest.mark.parametrize("suite", UNKNOWN)
def test_a_bundle_of_another_suite_is_refused(village: Workspace, world: World, tmp_path: Path, suite: int) -> None:
    village.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
    key = crypto.exchange_key(world.hub.identity.key.seed())
    reader = content.Reader(io.BytesIO((tmp_path / "up.hamlet").read_bytes()), key)
    parts = [b"".join(pieces) for _part, pieces in reader.parts()]
    other = replace(reader.opened.manifest, suite=suite)
    signing = crypto.SigningKey.load(village.store.identity().key)
    plain = content.compose(other, signing, [content.pieces(part) for part in parts])
    data = b"".join(sealing.seal(plain, [key.public], entropy=random.Random(1).randbytes))
    (tmp_path / "other.hamlet").write_bytes(data)
    with pytest.raises(Fault, match=r"vault\.suite"):
        hub_stick.read_bundle(world.hub, tmp_path / "other.hamlet")
    assert admin.stats(world.hub).records == 0


@pytest.mark.parametrize("suite", UNKNOWN)
def test_a_workspace_of_another_suite_is_not_opened_and_stays_as_it_is(village: Workspace, suite: int) -> None:
    folder = village.store.folder
    for name in slots.COPIES:
        body = {**json.loads((folder / name).read_bytes()), "suite": suite}
        del body["check"]
        (folder / name).write_text(json.dumps({**body, "check": slots._check(body)}), "utf-8")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(Fault, match=r"vault\.suite"):
        opening.unlock(folder, user="王秀兰", secret="a quiet river runs")
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
