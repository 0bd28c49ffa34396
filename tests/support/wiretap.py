"""What may sit between a laptop and its hub: a relay of bytes, or one that opens TLS with a certificate of its own."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from sync import certificate

PASSWORD = b"of the one in the middle"


def own_certificate(folder: Path, hub: str) -> ssl.SSLContext:
    """A certificate that claims to be `hub`'s, with another key."""
    folder.mkdir(parents=True, exist_ok=True)
    made = certificate.make(hub, password=PASSWORD, now=datetime.datetime.now(datetime.UTC))
    (folder / "c.pem").write_bytes(made.certificate)
    (folder / "k.pem").write_bytes(made.key)
    return certificate.server_context(folder / "c.pem", folder / "k.pem", password=PASSWORD)


class Relay:
    """Accepts connections and passes bytes to `target`; with contexts it opens TLS on both sides and reads along."""

    def __init__(self, target: tuple[str, int], *, inside: ssl.SSLContext | None = None) -> None:
        self.target = target
        self.inside = inside
        self.heard = bytearray()
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break every connection."""
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(client)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            server = socket.create_connection(self.target)
            self._open.append(server)
            if self.inside is not None:
                client = self.inside.wrap_socket(client, server_side=True)
                self._open.append(client)
                outside = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                outside.check_hostname = False
                outside.verify_mode = ssl.CERT_NONE
                server = outside.wrap_socket(server)
                self._open.append(server)
            self._pump(client, server)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        """Both ways in one thread: a TLS connection bears no second one."""
        ways = {client: server, server: client}
        with contextlib.suppress(OSError, ValueError):
            while True:
                ready = [one for one in ways if isinstance(one, ssl.SSLSocket) and one.pending()]
                for source in ready or select.select(list(ways), [], [])[0]:
                    source.settimeout(0)
                    try:
                        data = source.recv(65_536)
                    except (ssl.SSLWantReadError, BlockingIOError):
                        continue  # a record of TLS itself
                    finally:
                        source.settimeout(None)
                    if not data:
                        raise ConnectionResetError
                    if source is client:
                        self.heard += data
                    ways[source].sendall(data)
        for one in ways:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def relaying(target: tuple[str, int], *, inside: ssl.SSLContext | None = None) -> Iterator[Relay]:
    relay = Relay(target, inside=inside)
    try:
        yield relay
    finally:
        relay.close()


@contextlib.contextmanager
def answering(context: ssl.SSLContext, status: int, headers: dict[str, str], body: bytes = b"") -> Iterator[str]:
    """An HTTPS server that gives everyone the same answer; yields its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(http.server.HTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
