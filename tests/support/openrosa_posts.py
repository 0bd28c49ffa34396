"""Records posted one by one over OpenRosa on one kept-alive TLS connection, and a server that takes them.

What a platform does with them is left out, so that only the way counts: https://docs.getodk.org/openrosa-form-submission
"""

from __future__ import annotations

import contextlib
import http.server
import ssl
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import requests

MESSAGE = b'<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>full submission upload was successful!</message></OpenRosaResponse>'  # noqa: E501


def post(url: str, records: Sequence[bytes]) -> int:
    """Post each record; how many were taken."""
    taken = 0
    headers = {"X-OpenRosa-Version": "1.0", "Accept-Encoding": "gzip"}
    with requests.Session() as session:
        session.verify, session.trust_env = False, False
        session.headers.update(headers)
        session.head(f"{url}/submission", timeout=120).raise_for_status()
        for xml in records:
            file = {"xml_submission_file": ("submission.xml", xml, "text/xml")}
            answer = session.post(f"{url}/submission", files=file, timeout=120)
            taken += answer.status_code == requests.codes.created
    return taken


@contextlib.contextmanager
def taking(context: ssl.SSLContext) -> Iterator[tuple[str, list[int]]]:
    """A server on this machine; its URL, and the sizes of what it took."""
    sizes: list[int] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(204, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sizes.append(len(body))
            self._answer(201, MESSAGE)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("X-OpenRosa-Version", "1.0")
            self.send_header("X-OpenRosa-Accept-Content-Length", "104857600")
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: object, client_address: object) -> None:
            with context.wrap_socket(request, server_side=True) as secured:  # type: ignore[arg-type]
                super().finish_request(secured, client_address)  # type: ignore[arg-type]

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}", sizes
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def records_in(folder: Path) -> list[bytes]:
    """Records that lie in a folder, in the order of their names."""
    return [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
