"""A hub and laptops as processes that can be killed at any moment, started in a few milliseconds by a fork server."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest.mock import patch

from hub_world import Clock
from laptop_world import quick_world

from forms.errors import Fault
from forms.load import load_form
from sync.client import engine
from sync.client.http import HttpTransport
from sync.hub import opening as hub_opening
from sync.hub.server import serving
from sync.store import opening
from sync.vault.keys import DataKey

PATIENCE = 60.0  # seconds
BROKEN = 3  # exit code of a hand-over whose line broke; Python's own for a fault of ours is 1


def context() -> multiprocessing.context.ForkServerContext:
    """Processes that have everything imported: else a kill would hit them at that."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["killed_processes", "store_typist"])
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):  # its server knows no other way to this module
        forkserver.ensure_running()
    return made


def serve(folder: Path, key: DataKey, told: Connection) -> None:
    """Serve a hub until killed."""
    logging.disable()
    hub = hub_opening.open_hub(folder, key, load=load_form, clock=Clock())
    with serving(hub, folder) as address:
        told.send(address.url)
        told.recv()


def hand_over(folder: Path, key: DataKey, url: str) -> None:
    """One hand-over; exit code 0 where it went through, `BROKEN` where the line broke."""
    logging.disable()
    store = opening.open_store(folder, key, writer=True, clock=Clock())
    transport = HttpTransport(url, identity=store.identity().hub_identity, read_seconds=10)
    try:
        engine.hand_over(lambda work: work(store), transport, quick_world())
    except Fault as fault:
        if fault.code not in ("sync.unreachable", "hub.internal"):
            raise
        sys.exit(BROKEN)
    finally:
        transport.close()
        store.close()


@contextmanager
def hub_process(folder: Path, key: DataKey) -> Iterator[tuple[str, BaseProcess]]:
    """A hub's URL and process; killed at the end."""
    here, there = multiprocessing.Pipe()
    process = context().Process(target=serve, args=(folder, key, there), daemon=True)
    process.start()
    there.close()
    try:
        if not here.poll(PATIENCE):
            raise RuntimeError("the hub does not start")
        yield here.recv(), process
    finally:
        process.kill()
        process.join()
        process.close()
        here.close()


def laptop_process(folder: Path, key: DataKey, url: str) -> BaseProcess:
    process = context().Process(target=hand_over, args=(folder, key, url), daemon=True)
    process.start()
    return process
