"""Bodies of a released protocol version are read for ever; `protocol_1.json` is that of version 1 and never changes.

Each entry holds the body as version 1 packs it (zstd), the plain CBOR in it, and what a signature covers, in hex.
To write one for a new version: `python tests/sync/wire/test_golden.py > tests/sync/wire/protocol_N.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

import messages
import pytest

from sync import crypto
from sync.protocol import PROTOCOL
from sync.wire import Codec, Message, signed_part
from sync.wire.pack import unpack

GOLDEN = Path(__file__).with_name("protocol_1.json")
FIRST_PULL = Path(__file__).with_name("protocol_1_first_pull.json")  # what came to version 1 later


def packed(written: dict[str, Message]) -> dict[str, dict[str, str]]:
    codec, made = Codec(crypto.commit), {}
    for kind, message in written.items():
        body = codec.encode(message)
        made[kind] = {"body": body.hex(), "plain": unpack(body).hex(), "signed": signed_part(message).hex()}
    return made


def written() -> dict[str, dict[str, str]]:
    made = packed(messages.every())
    made["chain"] = {"links": b"".join(crypto.links(messages.run().before, messages.run().envelopes)).hex()}
    return made


@pytest.mark.parametrize("kind", sorted(messages.every()))
def test_version_1_is_read_and_written_as_it_always_was(kind: str) -> None:
    golden = json.loads(GOLDEN.read_text())[kind]
    message = messages.every()[kind]
    codec = Codec(crypto.commit)
    assert codec.decode(type(message), bytes.fromhex(golden["body"])) == message
    assert unpack(codec.encode(message)).hex() == golden["plain"]
    assert signed_part(message).hex() == golden["signed"]


@pytest.mark.parametrize("kind", sorted(messages.first_pull_messages()))
def test_a_first_pull_is_read_and_written_as_it_always_was(kind: str) -> None:
    golden = json.loads(FIRST_PULL.read_text())[kind]
    message = messages.first_pull_messages()[kind]
    codec = Codec(crypto.commit)
    assert codec.decode(type(message), bytes.fromhex(golden["body"])) == message
    assert unpack(codec.encode(message)).hex() == golden["plain"]
    assert signed_part(message).hex() == golden["signed"]


def test_the_chain_of_version_1_is_as_it_always_was() -> None:
    golden = json.loads(GOLDEN.read_text())["chain"]["links"]
    assert b"".join(crypto.links(messages.run().before, messages.run().envelopes)).hex() == golden


def test_this_is_version_1() -> None:
    assert PROTOCOL == 1, "a new version needs a golden file of its own, and reads this one too"


if __name__ == "__main__":
    print(json.dumps(written(), indent=1))
