"""Serving a hub: uvicorn over TLS, in the foreground or in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from forms.errors import Fault, Kind
from sync.hub.http import application
from sync.hub.identity import fingerprint_words, tls_context
from sync.hub.service import Hub

KEEP_ALIVE = 75  # seconds; a hand-over on a slow link pauses between requests
CONNECTIONS = 2_000
HEAD_LIMIT = 16 * 1024
HEAD_SECONDS = 30.0
_ROUNDS = 5
STOPPING = 10  # seconds for requests that are under way


@dataclass(frozen=True, slots=True)
class Address:
    """Where a hub listens; `fingerprint` is that of its identity, for people to compare."""

    url: str
    port: int
    fingerprint: str


class Server:
    """A hub that listens from construction on, and serves in `run` or `start`."""

    def __init__(
        self,
        hub: Hub,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        head_seconds: float = HEAD_SECONDS,
    ) -> None:
        """`folder` holds the certificate. Port 0 takes a free one. Fault hub.cannot_listen.

        A connection that has not sent the head of a request within `head_seconds` is closed.
        """
        self._socket = _listen(host, port)
        bound: int = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.address = Address(f"https://{shown}:{bound}", bound, fingerprint_words(hub.identity.public))
        config = uvicorn.Config(
            application(hub),
            ssl_context_factory=lambda _config, _default: tls_context(folder, hub.identity),
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            ws="none",
            http=_patient_for(head_seconds),
            backlog=512,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=STOPPING,
            h11_max_incomplete_event_size=HEAD_LIMIT,
        )
        self._server = _Uvicorn(config)
        self._thread: threading.Thread | None = None

    def run(self) -> None:
        """Serve until told to stop by a signal or `stop`."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def start(self) -> None:
        """Serve in a thread of this process; returns when requests are answered."""
        self._thread = threading.Thread(target=self.run, name="hub-server", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the hub's server did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Let requests under way finish, then stop listening."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()


def _patient_for(seconds: float) -> type[H11Protocol]:
    """uvicorn's protocol, which by itself waits for ever for the rest of a head, be it the first or a later one."""

    class Patient(H11Protocol):
        waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.expect_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
                self.expect_head()
            else:
                self.stop_waiting()

        def connection_lost(self, exc: Exception | None) -> None:
            self.stop_waiting()
            super().connection_lost(exc)

        def expect_head(self) -> None:
            self.waiting = self.waiting or self.loop.call_later(seconds, self.transport.abort)

        def stop_waiting(self) -> None:
            if self.waiting is not None:
                self.waiting.cancel()
                self.waiting = None

    return Patient


class _Uvicorn(uvicorn.Server):
    """Leaves no socket open behind it."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            if (transport := getattr(connection, "transport", None)) is not None and _idle(connection):
                transport.abort()  # a farewell of TLS would wait for clients that are gone
        await super().shutdown(sockets)
        for _ in range(_ROUNDS):
            await asyncio.sleep(0.01)  # asyncio frees the sockets of closed TLS connections some rounds later


def _idle(connection: Any) -> bool:
    cycle = getattr(connection, "cycle", None)
    return cycle is None or bool(cycle.response_complete)


@contextlib.contextmanager
def serving(hub: Hub, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Address]:
    """A hub that answers while the block lasts."""
    server = Server(hub, folder, host=host, port=port)
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let another program share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except OSError as problem:
        listening.close()
        reason = problem.strerror or str(problem)
        raise Fault("hub.cannot_listen", Kind.USAGE, host=host, port=port, reason=reason) from problem
    return listening
