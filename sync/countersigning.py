"""The end of a laptop's audit log, signed by the level above: who cuts or rewrites the log later is found out.

`audit` of a hello is [entries, last link]; of the reply [entries, last link, time, signature], the signature by the
hub's identity over all four and the device, for the purpose "audit". An empty signature says that the hub has signed
another log, and which. `recovery` of the reply is the hub's public recovery key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync import crypto
from sync.wire import cbor
from sync.wire import fields as f
from sync.wire.cbor import malformed

AUDIT, RECOVERY, PURPOSE = "audit", "recovery", "audit"


@dataclass(frozen=True, slots=True)
class End:
    """The log has `n` entries, the last one's link is `link`."""

    n: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An end that the hub knows. `signature` is empty where it is not the one that was shown."""

    end: End
    at: str
    signature: bytes


def signed_data(device: str, end: End, at: str) -> bytes:
    return cbor.dumps([device, end.n, end.link, at])


def fits(device: str, known: Checkpoint, *, hub: bytes) -> bool:
    """Whether the hub with this identity signed it."""
    data = signed_data(device, known.end, known.at)
    return crypto.verify(hub, known.signature, purpose=PURPOSE, data=data)


def ask(end: End) -> dict[str, Any]:
    return {AUDIT: [end.n, end.link]}


def asked(extra: Mapping[str, Any]) -> End | None:
    match extra.get(AUDIT):
        case None:
            return None
        case [int(n), bytes(link)]:
            return End(f.whole()(n, AUDIT), f.octets(32)(link, AUDIT))
    raise malformed(AUDIT)


def give(checkpoint: Checkpoint, *, recovery: bytes) -> dict[str, Any]:
    end = checkpoint.end
    return {AUDIT: [end.n, end.link, checkpoint.at, checkpoint.signature], RECOVERY: recovery}


def given(extra: Mapping[str, Any]) -> tuple[Checkpoint, bytes] | None:
    """The checkpoint and the hub's recovery key; None where nothing was asked."""
    match extra.get(AUDIT), extra.get(RECOVERY):
        case None, _:
            return None
        case [int(n), bytes(link), str(at), bytes(signature)], bytes(recovery):
            end = End(f.whole()(n, AUDIT), f.octets(32)(link, AUDIT))
            return Checkpoint(end, f.text(40)(at, AUDIT), signature), f.octets(32)(recovery, RECOVERY)
    raise malformed(AUDIT)
