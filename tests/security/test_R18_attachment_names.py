"""R18: the name of an attachment is never a path: a thousand hostile ones, and nothing is written by any of them."""

from __future__ import annotations

import random
from pathlib import Path

import plain_records
import pytest
from hub_world import World
from laptop_world import Workspace

from forms.errors import Fault
from sync import crypto
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.protocol import Attachment, Outcome

PARTS = (
    *("..", "/", "\\", ":", "C:", "CON", "nul", "aux.txt", "COM1", "LPT9.jpg", ".", " ", "~", "*", "?", "<", ">", "|"),
    *("\u202egpj.exe", "\u2066", "\u200b", "\ufeff", "é", "e\u0301", "．．", "／", "名", "a" * 120, "\t", "\n", "\r"),
    *("\x1b[2J", "\x7f", "$HOME", "%2e%2e%2f", "..%c0%af", '"', "'", ";rm -rf", "-rf", "file://", "\\\\?\\"),
    *("photo.jpg:stream", "::$DATA"),
)


def names(count: int) -> list[str]:
    chance = random.Random(18)
    found: dict[str, None] = {}
    while len(found) < count:
        name = "".join(chance.choice(PARTS) for _ in range(chance.randrange(1, 5)))[:255]
        found[name] = None
    return list(found)


def everything(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_thousand_hostile_names_are_only_names(world: World, tmp_path: Path) -> None:
    laptop = world.laptop()
    before = everything(tmp_path)
    hostile = names(1_000)
    for start in range(0, len(hostile), 250):
        data = b"x" * 10
        files = tuple(Attachment(name, crypto.digest(data), len(data)) for name in hostile[start : start + 250])
        envelope = laptop.envelope(plain_records.request(laptop.chance), attachments=files)
        reply = laptop.push(envelope)
        assert reply.results[0].outcome is Outcome.STORED
        for file in files[::25]:
            answer = laptop.transport.attach(laptop.part(envelope, file.name, data=data))
            assert answer.complete
            part = laptop.transport.fetch(laptop.part(envelope, file.name))
            assert (part.name, part.data) == (file.name, data)
    added = everything(tmp_path) - before
    assert added
    assert all(set(name) <= set("0123456789abcdef") and len(name) == 64 for name in added if "hub.db" not in name)


def test_nor_are_they_at_the_laptop_of_whoever_reads_the_record(
    world: World, township: Workspace, tmp_path: Path
) -> None:
    laptop = world.laptop()
    township.hand_over()
    before = everything(tmp_path / "township")
    data = b"x" * 10
    files = tuple(Attachment(name, crypto.digest(data), len(data)) for name in names(20))
    envelope = laptop.envelope(plain_records.request(laptop.chance), attachments=files)
    laptop.push(envelope)
    for file in files:
        laptop.transport.attach(laptop.part(envelope, file.name, data=data))
    assert township.hand_over().files_down == len(files)
    kept = township.store.records
    assert {b"".join(kept.attachment(envelope.instance_id, file.name)) for file in files} == {data}
    added = everything(tmp_path / "township") - before
    assert added
    assert all(set(name) <= set("0123456789abcdef") and len(name) == 64 for name in added)


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 256])
def test_names_that_can_be_none_are_refused(world: World, name: str) -> None:
    from sync.wire import Codec

    laptop = world.laptop()
    file = Attachment(name, crypto.digest(b"x"), 1)
    message = laptop.push_message([laptop.envelope(plain_records.request(laptop.chance), attachments=(file,))])
    codec = Codec(crypto.commit)
    with pytest.raises(Fault, match=r"sync\.malformed"):
        codec.decode(type(message), codec.encode(message))


def test_a_bundle_s_file_goes_only_where_its_record_says(village: Workspace, world: World, tmp_path: Path) -> None:
    """A device that signs a manifest with names of its own choosing writes nothing."""
    from dataclasses import replace

    from sync.bundle import content, sealing
    from sync.bundle.content import PartKind

    village.finalise("request", plain_records.request(village.chance))
    laptop_stick.write(village.on_store, tmp_path / "up.hamlet")
    identity = village.store.identity()
    key = crypto.exchange_key(world.hub.identity.key.seed())
    with (tmp_path / "up.hamlet").open("rb") as file:
        reader = content.Reader(file, key)
        kept = [b"".join(pieces) for _part, pieces in reader.parts()]
    manifest = reader.opened.manifest
    data = b"#!/bin/sh"
    hostile = [{"instance_id": "../../x", "name": name} for name in names(200)]
    parts = (*manifest.parts, *(content.hashed(PartKind.FILE, data, about) for about in hostile))
    forged = content.compose(
        replace(manifest, parts=parts),
        crypto.SigningKey.load(identity.key),
        [*(content.pieces(one) for one in kept), *(content.pieces(data) for _ in hostile)],
    )
    public = crypto.exchange_public(world.hub.identity.public)
    (tmp_path / "evil.hamlet").write_bytes(b"".join(sealing.seal(forged, [public], entropy=random.Random(1).randbytes)))
    before = everything(tmp_path)
    taken = hub_stick.read_bundle(world.hub, tmp_path / "evil.hamlet")
    assert taken.outcomes[Outcome.STORED] == 1
    assert set(taken.refused) == {"hub.no_attachment"}
    assert len(taken.refused) == 200
    assert everything(tmp_path) == before
    assert admin.stats(world.hub).records == 1
