"""A device of the township's own that signs a bundle with bombs in it: they are refused, and what else it brings goes
on. So too where a village's records pack so well that they look like one."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import plain_records
import pytest
import zstandard
from hub_world import World
from laptop_world import Workspace

from sync import crypto
from sync.bundle import content, sealing
from sync.bundle.content import PartKind
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.protocol import Outcome
from sync.wire.pack import Packing

pytestmark = pytest.mark.together

BOMBS = (
    bytes([Packing.ZSTD]) + zstandard.ZstdCompressor(level=1).compress(bytes(64 * 1024 * 1024)),
    bytes([Packing.GZIP]) + b"\x1f\x8b\x08\0\0\0\0\0",
    bytes([9]) + b"unknown",
    b"",
)


def test_a_bomb_in_a_bundle_keeps_nothing_else_back(village: Workspace, world: World, tmp_path: Path) -> None:
    record = village.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
    identity = village.store.identity()
    with (tmp_path / "up.hamlet").open("rb") as file:
        reader = content.Reader(file, crypto.exchange_key(world.hub.identity.key.seed()))
        kept = [b"".join(pieces) for _part, pieces in reader.parts()]
    manifest = reader.opened.manifest
    parts = (*(content.hashed(PartKind.PUSH, bomb) for bomb in BOMBS), *manifest.parts)
    signing = crypto.SigningKey.load(identity.key)
    plain = content.compose(replace(manifest, parts=parts), signing, map(content.pieces, [*BOMBS, *kept]))
    public = crypto.exchange_public(world.hub.identity.public)
    (tmp_path / "evil.hamlet").write_bytes(b"".join(sealing.seal(plain, [public], entropy=random.Random(1).randbytes)))
    taken = hub_stick.read_bundle(world.hub, tmp_path / "evil.hamlet")
    assert taken.outcomes[Outcome.STORED] == 1
    assert sorted(taken.refused) == ["sync.malformed", "sync.malformed", "sync.malformed", "sync.too_large"]
    assert admin.export_record(world.hub, record)


def test_records_that_pack_too_well_are_no_bombs(village: Workspace, world: World, tmp_path: Path) -> None:
    empty = b"<row/>" + b" " * 2_000_000 + b"</data>"
    for xml in (plain_records.request(village.chance) for _ in range(2)):
        village.finalise("request", xml.replace(b"</data>", empty))
    laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
    taken = hub_stick.read_bundle(world.hub, tmp_path / "up.hamlet")
    assert (taken.outcomes[Outcome.STORED], taken.refused) == (2, [])
