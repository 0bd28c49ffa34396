"""A hub in this process: in the foreground until a signal, or in threads for the story."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from desktop.services.clock import Clock
from forms.load import load_form
from sync.hub.opening import open_hub
from sync.hub.server import Server
from sync.vault.keys import DataKey

Ready = Callable[[str, str, int], None]


def serve(folder: Path, key: DataKey, *, host: str, port: int, clock: Clock, ready: Ready) -> None:
    """Serve until told to stop; `ready` gets address, fingerprint and process id once somebody may connect."""
    hub = open_hub(folder, key, load=load_form, clock=clock.instant)
    try:
        server = Server(hub, folder, host=host, port=port)
        ready(server.address.url, server.address.fingerprint, os.getpid())
        server.run()
    finally:
        hub.close()
