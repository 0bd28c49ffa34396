"""What the steps of a hand-over need of a transport beside SyncProtocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sync.protocol import SyncProtocol


@dataclass(frozen=True, slots=True)
class Peer:
    """Who answers, before anything is proven: the certificate's fingerprint and the hub id that it claims."""

    fingerprint: bytes
    hub: str


@dataclass(slots=True)
class Traffic:
    """Bytes of bodies and requests so far; `unfinished` is the hash of a body that did not get through whole."""

    up: int = 0
    down: int = 0
    requests: int = 0
    unfinished: bytes = b""
    resumed: int = 0  # bytes of it that the hub has, by its last greeting


class Transport(SyncProtocol, Protocol):
    """Carries messages to one hub. Faults of the way have kind UNREACHABLE, those of a false hub DENIED."""

    @property
    def traffic(self) -> Traffic: ...
    def peer(self) -> Peer:
        """Connect without proof: for enrolment only."""
        ...

    def close(self) -> None: ...
