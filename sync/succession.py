"""A laptop that was restored from a backup: what it asks in its hello, and what it is told.

It signs as the device that it was, and names the key that it goes on with: `continues` of a hello is [new public key,
last seq of the old chain that it knows], `succeeds` of the reply [device, letters].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.wire import fields as f
from sync.wire.cbor import malformed

ASKED, GIVEN = "continues", "succeeds"


@dataclass(frozen=True, slots=True)
class Asked:
    key: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Given:
    device: str
    letters: str


def ask(asked: Asked) -> dict[str, Any]:
    return {ASKED: [asked.key, asked.seq]}


def asked(extra: Mapping[str, Any]) -> Asked | None:
    match extra.get(ASKED):
        case None:
            return None
        case [bytes(key), int(seq)]:
            return Asked(f.octets(32)(key, ASKED), f.whole()(seq, ASKED))
    raise malformed(ASKED)


def give(given: Given) -> dict[str, Any]:
    return {GIVEN: [given.device, given.letters]}


def given(extra: Mapping[str, Any]) -> Given | None:
    match extra.get(GIVEN):
        case None:
            return None
        case [str(device), str(letters)]:
            return Given(f.CODE(device, GIVEN), f.text(8)(letters, GIVEN))
    raise malformed(GIVEN)
