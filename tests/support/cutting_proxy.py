"""A line that breaks: each connection is cut once so many bytes have gone up it."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
from collections.abc import Iterator

from wiretap import Relay

PIECE = 1_024


class CuttingProxy(Relay):
    """Passes bytes to `target`, and breaks each connection after `after` bytes upward."""

    def __init__(self, target: tuple[str, int], *, after: int) -> None:
        self.after = after
        self.connections = 0
        self.passed = 0  # bytes upward, of all connections
        self.mended = False
        super().__init__(target)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        self.connections += 1
        up = 0
        ways = {client: server, server: client}
        with contextlib.suppress(OSError, ValueError):
            while self.mended or up < self.after:
                source = select.select(list(ways), [], [])[0][0]
                data = source.recv(PIECE)
                if not data:
                    break
                up += len(data) if source is client else 0
                self.passed += len(data) if source is client else 0
                ways[source].sendall(data)
        with contextlib.suppress(OSError):  # who sends sees a reset, as where a mast is lost
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        with contextlib.suppress(OSError):  # what had come is there
            server.shutdown(socket.SHUT_WR)
        server.close()


@contextlib.contextmanager
def cutting(url: str, *, after: int) -> Iterator[CuttingProxy]:
    host, _, port = url.removeprefix("https://").partition(":")
    proxy = CuttingProxy((host, int(port)), after=after)
    try:
        yield proxy
    finally:
        proxy.close()
