"""A hub and laptops as processes that can be killed at any moment, started in a few milliseconds by a fork server."""

from __future__ import annotations

import logging
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

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


def context() -> multiprocessing.context.ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["killed_processes"])
    return made


def serve(folder: Path, key: DataKey, told: Connection) -> None:
    """Serve a hub until killed."""
    logging.disable()
    hub = hub_opening.open_hub(folder, key, load=load_form, clock=Clock())
    with serving(hub, folder) as address:
        told.send(address.url)
        told.recv()


def hand_over(folder: Path, key: DataKey, url: str) -> None:
    """One hand-over; exit code 0 where it went through, 1 where the line broke."""
    logging.disable()
    store = opening.open_store(folder, key, writer=True, clock=Clock())
    transport = HttpTransport(url, identity=store.identity().hub_identity, read_seconds=10)
    try:
        engine.hand_over(lambda work: work(store), transport, quick_world())
    except Fault as fault:
        if fault.code not in ("sync.unreachable", "hub.internal"):
            raise
        sys.exit(1)
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
