"""A hub in this process: in the foreground until a signal, or in threads for the story; and its hub above."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.office.pack_forms import keep_up
from forms.errors import Fault, Kind
from forms.load import load_form
from sync import vouching
from sync.client.enrol import enrol
from sync.client.http import HttpTransport
from sync.hub import above, relay, runs
from sync.hub.above import HubAbove
from sync.hub.opening import open_hub, serving
from sync.hub.relay import Relay
from sync.hub.server import Server
from sync.hub.service import Hub
from sync.vault.keys import DataKey
from sync.vouching import HubBelow

Ready = Callable[[str, str, int], None]

EVERY = 60.0  # seconds between two exchanges with the hub above when nothing waits
SOON = 5.0  # after what came in meanwhile
LONGEST = 900.0  # between two tries while it does not answer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upstream:
    """The hub above, as it was named on the command line; `code` is needed once."""

    url: str
    code: str = ""


def serve(
    folder: Path,
    key: DataKey,
    *,
    host: str,
    port: int,
    clock: Clock,
    ready: Ready,
    upstream: Upstream | None = None,
) -> None:
    """Serve until told to stop; `ready` gets address, fingerprint and process id once somebody may connect.

    What a newer program brings of the pack is published first: forms that are missing, and newer versions.

    Faults: hub.serving, hub.cannot_listen; with `upstream` hub.has_above, hub.needs_code and those of an enrolment.
    """
    hub = open_hub(folder, key, load=load_form, clock=clock.instant)
    try:
        keep_up(hub, today=clock.now().date())
        with serving(folder), relaying(hub, upstream):
            server = Server(hub, folder, host=host, port=port)
            ready(server.address.url, server.address.fingerprint, os.getpid())
            server.run()
    finally:
        hub.close()


def belong(hub: Hub, upstream: Upstream) -> HubAbove:
    """Make this hub known to the one above, once; afterwards it is remembered, and a new address too."""
    known = hub.read(lambda there: above.find(there, hub.identity))
    if known is not None and not upstream.code:
        if known.url != upstream.url:
            known = above.moved(known, upstream.url)
            hub.write(lambda there: above.note_address(there, hub.identity, known))
        return known
    if not upstream.code:
        raise Fault("hub.needs_code", Kind.USAGE)
    transport = HttpTransport(upstream.url)
    shown = vouching.introduce(HubBelow(hub.identity.hub, hub.identity.public))
    try:
        given = enrol(transport, url=upstream.url, code=upstream.code, user=hub.identity.name, extra=shown)
    finally:
        transport.close()
    found = HubAbove(given.url, given.hub, given.hub_name, given.hub_identity, given.device, given.area, given.key)
    hub.write(lambda there: above.remember(there, hub.identity, found))
    return found


@contextmanager
def relaying(hub: Hub, upstream: Upstream | None = None) -> Iterator[None]:
    """Exchange with the hub above in a thread of its own while the block lasts, if there is one."""
    to = belong(hub, upstream) if upstream else hub.read(lambda there: above.find(there, hub.identity))
    if to is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_exchange_for_ever, args=(hub, to, stop), name="hub-relay", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _exchange_for_ever(hub: Hub, to: HubAbove, stop: threading.Event) -> None:
    failures, rested = 0, EVERY
    while not stop.is_set():
        if rested < EVERY and not hub.read(lambda there: runs.waiting(there, limit=1)):
            stop.wait(SOON)
            rested += SOON
            continue
        rested = 0.0
        failures = 0 if exchange_once(hub, to) else failures + 1
        if failures:
            stop.wait(min(LONGEST, SOON * 2.0**failures) * (0.5 + random.random()))  # noqa: S311 - spreads hubs out
            rested = EVERY


def exchange_once(hub: Hub, to: HubAbove) -> bool:
    """One exchange; whether it went through. What stopped it stands in `hub stats`."""
    transport = HttpTransport(to.url, identity=to.identity)
    try:
        Relay(hub, to, transport).exchange()
    except Fault as fault:
        code = fault.code
        _log.warning("the hub above: %s", code)
        hub.write(lambda there: above.in_trouble(there, code))
        return False
    except Exception as bug:  # it is tried again; the hub serves its own laptops all the same
        _log.error("the exchange with the hub above failed: %s", type(bug).__name__)
        return False
    finally:
        transport.close()
    return True


@dataclass(frozen=True, slots=True)
class AboveStatus:
    """How it stands with the hub above: `waiting` runs have no receipt from there; `seen` is ISO 8601, "" for never."""

    name: str
    url: str
    waiting: int
    seen: str
    trouble: str


def above_status(hub: Hub) -> AboveStatus | None:
    to = hub.read(lambda there: above.find(there, hub.identity))
    if to is None:
        return None
    stand, waiting = hub.read(lambda there: (above.standing(there), relay.waiting(there)))
    return AboveStatus(to.name, to.url, waiting, stand.seen_at, stand.trouble)
