"""A laptop that was restored from a backup: what it asks in its hello, and what it is told.

It signs as the device that it was, and names the key that it goes on with: `continues` of a hello is [new public key,
last seq of the old chain that it knows], `succeeds` of the reply [device, letters].

By stick it cannot wait for the reply: it goes on at once under the name that its new key gives it, and every bundle
says whose place it takes, under the old key. The letters come with the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync import crypto, enrolment
from sync.wire import cbor
from sync.wire import fields as f
from sync.wire.cbor import malformed

ASKED, GIVEN = "continues", "succeeds"
PURPOSE = "succession"


@dataclass(frozen=True, slots=True)
class Asked:
    key: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Given:
    device: str
    letters: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a bundle says of the device whose place its writer takes, `signature` being that device's."""

    former: str
    asked: Asked
    signature: bytes

    def by(self, public: bytes) -> bool:
        data = _claimed(self.former, self.asked)
        return crypto.verify(public, self.signature, purpose=PURPOSE, data=data)


def device_of(key: bytes) -> str:
    """The name of the device that goes on under a new key."""
    number = int.from_bytes(crypto.digest(b"hamlet/succession\0" + key)[:8], "big")
    return "D" + "".join(enrolment.ALPHABET[number >> 5 * place & 31] for place in range(12))


def claim(former: str, asked: Asked, key: crypto.SigningKey) -> dict[str, Any]:
    """For a bundle's state; `key` is the former device's."""
    return {ASKED: [former, asked.key, asked.seq, key.sign(PURPOSE, _claimed(former, asked))]}


def claimed(state: Mapping[str, Any]) -> Claim | None:
    match state.get(ASKED):
        case [str(former), bytes(key), int(seq), bytes(signature)]:
            asked = Asked(f.octets(32)(key, ASKED), f.whole()(seq, ASKED))
            return Claim(f.CODE(former, ASKED), asked, f.octets(64)(signature, ASKED))
    return None


def _claimed(former: str, asked: Asked) -> bytes:
    return cbor.dumps([former, asked.key, asked.seq])


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
