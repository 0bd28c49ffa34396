"""This computer receives the villages: the hub inside the program, serving while the program runs.

Its folder lies in the workspace's; what opens it is kept in the workspace's encrypted store and stands on the sheet
that was printed when it was set up.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from desktop.services.clock import Clock
from desktop.services.office.hub import relaying
from desktop.services.office.pack_forms import keep_up
from forms.errors import Fault, Kind
from forms.load import load_form
from sync.hub import opening
from sync.hub.server import Server
from sync.hub.service import Hub
from sync.vault import slots, words
from sync.vault.keys import DataKey

Entropy = Callable[[int], bytes]

SETTING = "office_reception"
PORT = 8521  # a free one is taken where another program has it
EVERYWHERE, HERE = "0.0.0.0", "127.0.0.1"  # noqa: S104  villages come over the local network
NOWHERE = "192.0.2.1"  # documentation: nothing is sent there, but the system says by which address it would be


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of a reception: `secret` opens its folder."""

    port: int
    secret: str = field(repr=False)

    @classmethod
    def read(cls, written: str) -> Kept | None:
        """From the setting; None where this computer receives nobody."""
        if not written:
            return None
        found = json.loads(written)
        return cls(int(found["port"]), str(found["secret"]))

    def written(self) -> str:
        return json.dumps({"port": self.port, "secret": self.secret})


@dataclass(frozen=True, slots=True)
class SetUp:
    """A reception that was just made. `sheet` belongs into an envelope: (name, value), nothing of it is shown again."""

    kept: Kept
    hub: str
    sheet: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(slots=True)
class Reception:
    """Made once for the program, in whose threads the hub serves; `stop` ends it. Safe to ask from any thread."""

    folder: Path
    clock: Clock
    _hub: Hub | None = field(default=None, repr=False)
    _key: DataKey | None = field(default=None, repr=False)
    _server: Server | None = field(default=None, repr=False)
    _open: ExitStack = field(default_factory=ExitStack, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def exists(self) -> bool:
        """Whether one was set up here."""
        return any((self.folder / name).exists() for name in slots.COPIES)

    @property
    def running(self) -> bool:
        return self._server is not None

    @property
    def hub(self) -> Hub:
        """Fault office.not_receiving."""
        if self._hub is None:
            raise Fault("office.not_receiving", Kind.USAGE)
        return self._hub

    @property
    def key(self) -> DataKey:
        """Fault office.not_receiving."""
        if self._key is None:
            raise Fault("office.not_receiving", Kind.USAGE)
        return self._key

    @property
    def port(self) -> int:
        return self._server.address.port if self._server is not None else 0

    @property
    def fingerprint(self) -> str:
        """Of the hub's identity, in words that two people can compare by telephone."""
        return self._server.address.fingerprint if self._server is not None else ""

    def set_up(self, *, name: str, area: str, secret: str) -> SetUp:
        """Lay the hub out. Faults: hub.not_empty, hub.area_unknown, vault.weak_passphrase."""
        made = opening.create(
            self.folder, name=name, area=area, passphrase=secret, load=load_form, clock=self.clock.instant
        )
        sheet = (("name", name), ("secret", secret), ("backup", made.backup_secret.hex()), ("hub", made.hub))
        return SetUp(Kept(PORT, secret), made.hub, sheet)

    def start(self, kept: Kept, *, host: str = EVERYWHERE) -> Kept:
        """Serve; with the port where it listens. Faults: hub.serving (another program does), vault.*."""
        with self._lock:
            if self._server is not None:
                return kept
            key = opening.unlock(self.folder, kept.secret)
            with ExitStack() as began:
                hub = opening.open_hub(self.folder, key, load=load_form, clock=self.clock.instant)
                began.callback(hub.close)
                keep_up(hub, today=self.clock.now().date())
                began.enter_context(opening.serving(self.folder))
                server = _listening(hub, self.folder, host, kept.port)
                server.start()
                began.callback(server.stop)
                began.enter_context(relaying(hub))
                self._open = began.pop_all()
            self._hub, self._key, self._server = hub, key, server
            return Kept(server.address.port, kept.secret)

    def stop(self) -> None:
        """Let requests under way finish; safe to call where nothing runs."""
        with self._lock:
            self._server = self._hub = self._key = None
            self._open.close()

    def addresses(self) -> tuple[str, ...]:
        """Where villages in the local network reach this computer, the likeliest first."""
        return tuple(f"https://{address}:{self.port}" for address in local_addresses()) if self.running else ()

    @property
    def own_url(self) -> str:
        """Where this computer's own workspace reaches it."""
        return f"https://{HERE}:{self.port}"


def _listening(hub: Hub, folder: Path, host: str, port: int) -> Server:
    try:
        return Server(hub, folder, host=host, port=port)
    except Fault as fault:
        if fault.code != "hub.cannot_listen" or not port:
            raise
        return Server(hub, folder, host=host, port=0)


def local_addresses() -> tuple[str, ...]:
    """Addresses of this computer that others may know it by; the loop to itself only where there is no other."""
    found: list[str] = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.connect((NOWHERE, 9))
        found.append(out.getsockname()[0])
    with suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    outside = [each for each in dict.fromkeys(found) if not each.startswith("127.")]
    return tuple(outside or [HERE])


def new_secret(entropy: Entropy = os.urandom) -> str:
    """What opens the hub's folder: four words, for the sealed sheet."""
    return words.offer(entropy).typed


@contextmanager
def receiving(reception: Reception, kept: Kept, *, host: str = HERE) -> Iterator[Reception]:
    """Serve while the block lasts."""
    reception.start(kept, host=host)
    try:
        yield reception
    finally:
        reception.stop()
