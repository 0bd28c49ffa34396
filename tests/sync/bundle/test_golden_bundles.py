"""Bundles of version 1 are read for ever; `bundle_1_up.hamlet` and `bundle_1_down.hamlet` never change.

For a new version: `python tests/sync/bundle/test_golden_bundles.py FOLDER`.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import golden_bundles as made

from sync import crypto, succession
from sync.bundle import content, sealing
from sync.client import stick as laptop_stick
from sync.hub import stick as hub_stick
from sync.protocol import Push, Role
from sync.store.api import Identity
from sync.wire import Codec, Message, cbor
from sync.wire.pack import unpack

NAMES = UP, DOWN = "bundle_1_up.hamlet", "bundle_1_down.hamlet"


def golden(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


def opened(name: str, key: crypto.ExchangeKey) -> tuple[content.Opened, list[bytes]]:
    reader = content.Reader(io.BytesIO(golden(name)), key)
    return reader.opened, [b"".join(pieces) for _part, pieces in reader.parts()]


def test_a_village_s_bundle_of_version_1_is_read_and_written_as_it_always_was() -> None:
    found, parts = opened(UP, made.HUB_KEY)
    push = parts[0]
    assert Codec(crypto.commit).decode(Push, push) == made.pushed()
    assert (found.manifest, parts) == made.question(push)
    assert found.by(made.DEVICE.public)
    asked = hub_stick._question(found.manifest)
    assert (asked.anchor, asked.cursor, asked.lowest) == (made.ANCHOR, b"cursor", 3)
    claim = succession.claimed(found.manifest.state)
    assert claim is not None
    assert claim.by(made.HUB.public)
    assert made.file(made.question(push)) == golden(UP)


def test_the_answer_of_version_1_is_read_and_written_as_it_always_was() -> None:
    found, parts = opened(DOWN, made.DEVICE_KEY)
    assert found.by(made.HUB.public)
    plain = b"".join(sealing.unseal(io.BytesIO(parts[0]), made.DEVICE_KEY))
    read = laptop_stick._Answer(plain, identity())
    assert {"hello": read.hello, "results": read.results, "pages": read.pages} == made.said()
    assert (read.after, read.files) == (b"cursor", [("uuid:a", "photo.jpg")])
    bodies = as_packed_then(plain)
    assert (found.manifest, parts) == made.answer(bodies)
    assert made.file(made.answer(bodies)) == golden(DOWN)


def identity() -> Identity:
    return Identity("D1", Role.VILLAGE, "990621", "LSA", made.DEVICE.seed(), hub="H1", hub_identity=made.HUB.public)


def as_packed_then(plain: bytes) -> made.Encode:
    """The bodies that stand in an answer, by what is in them: how well they are compressed may change."""
    fields = cbor.loads(plain)
    known = {unpack(body): body for body in (fields["hello"], *fields["results"], *fields["pages"])}

    def encode(message: Message) -> bytes:
        return known[unpack(made.encode(message))]

    return encode


if __name__ == "__main__":
    up, down = made.question(made.encode(made.pushed())), made.answer(made.encode)
    for name, bundle in zip(NAMES, (up, down), strict=True):
        (Path(sys.argv[1]) / name).write_bytes(made.file(bundle))
