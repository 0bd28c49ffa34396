"""How a computer comes to belong to a hub: by a code over the network, or by a file that the clerk wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.given_file import read_given
from sync.client.enrol import Pending, confirm, from_file
from sync.client.enrol import enrol as by_code
from sync.client.http import HttpTransport
from sync.store.api import Identity, Settings

Entropy = Callable[[int], bytes]
USER, KEY = "enrolment.user", "enrolment.key"


@dataclass(frozen=True, slots=True)
class Enrolling:
    """`file` is the enrolment file, None where the hub at `url` is asked at once."""

    url: str
    code: str
    user: str
    file: Path | None = None


def ask_hub(asked: Enrolling, *, clock: Clock, entropy: Entropy) -> tuple[Identity, Pending | None]:
    """The identity that the hub gives; from a file it is pending until the hub has heard of the device."""
    if asked.file is not None:
        identity, pending = from_file(read_given(asked.file), code=asked.code, user=asked.user, now=clock.utc())
        return replace(identity, url=asked.url or identity.url), pending
    transport = HttpTransport(asked.url)
    try:
        return by_code(transport, url=asked.url, code=asked.code, user=asked.user, entropy=entropy), None
    finally:
        transport.close()


def remember(settings: Settings, pending: Pending) -> None:
    """Keep what the first contact needs, in the encrypted store only."""
    settings.put(USER, pending.user)
    settings.put(KEY, pending.key.hex())


def confirmed(transport: HttpTransport, identity: Identity, user: str, key: str, *, entropy: Entropy) -> Identity:
    """Make the hub know a device that began with a file."""
    return confirm(transport, identity, Pending(user, bytes.fromhex(key)), entropy=entropy)


def forget(settings: Settings) -> None:
    settings.put(USER, "")
    settings.put(KEY, "")
