"""One connection to a platform: version header, the answer to its challenge, bounded bodies, and no way elsewhere."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from forms.errors import Fault, Kind
from sync.client.openrosa.address import joined, same_server
from sync.client.stopping import Line
from sync.client.transport import Traffic
from sync.store.platform_values import Platform

CONNECT_SECONDS = 15.0
READ_SECONDS = 180.0
MOST_BYTES = 256 * 1024 * 1024
HOPS = 5  # redirects of one request, all on the same server
LIMIT = 10_000_000
"""Bytes of a submission that any server takes, where it does not say."""

VERSION = {"X-OpenRosa-Version": "1.0"}
FilePart = tuple[str, tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole."""

    status: int
    kind: str
    body: bytes
    tag: str
    headers: Mapping[str, str]

    @property
    def retry_after(self) -> float:
        """Seconds that the server asks us to wait; 0 where it does not say."""
        written = self.headers.get("Retry-After", "").strip()
        if written.isdecimal():
            return float(written[:6])
        try:
            then, now = parsedate_to_datetime(written), parsedate_to_datetime(self.headers.get("Date", ""))
            return max(0.0, (then - now).total_seconds())
        except (TypeError, ValueError):
            return 0.0


class Server:
    """A platform. Faults of the way have kind UNREACHABLE; no message names the address, which may hold a token."""

    def __init__(self, platform: Platform, *, read_seconds: float = READ_SECONDS) -> None:
        self.platform = platform
        self.traffic = Traffic()
        self.limit = LIMIT
        self._timeout = (CONNECT_SECONDS, read_seconds)
        self._submission = platform.base + "/submission"
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy or netrc of the machine sends our password elsewhere
        self._session.headers.update(VERSION)
        self._session.verify = platform.authority or True
        self._line = Line()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._line))
        if platform.token:
            self._session.headers["Authorization"] = f"Token {platform.token}"

    def get(self, url: str, *, tag: str = "") -> Reply:
        """A document, or status 304 where it is still that of `tag`. Faults openrosa.denied, .missing, .strange."""
        self._same(url)
        headers = {"If-None-Match": f'"{tag}"'} if tag else {}
        reply = self._ask("GET", url, headers=headers)
        if reply.status in (200, 304):
            return reply
        raise self._fault(reply)

    def prepare(self) -> None:
        """Ask before the first submission: answers a challenge, learns where to post and how much is taken at once."""
        reply = self._ask("HEAD", self._submission)
        if reply.status in (401, 403):
            raise self._fault(reply)
        if reply.status >= 500:
            raise self._fault(reply)
        size = reply.headers.get("X-OpenRosa-Accept-Content-Length", "")
        self.limit = int(size) if re.fullmatch(r"\d{4,12}", size) else LIMIT
        place = reply.headers.get("Location", "")
        if place and same_server(self.platform.base, joined(self._submission, place)):
            self._submission = joined(self._submission, place)

    def submit(self, xml: bytes, files: Sequence[tuple[str, bytes]], *, device: str) -> Reply:
        """Post a submission with these files; whatever comes back is the reply."""
        parts: list[FilePart] = [("xml_submission_file", ("submission.xml", xml, "text/xml"))]
        parts += [(name, (name, content, _media_type(name))) for name, content in files]
        separator = "&" if "?" in self._submission else "?"
        return self._ask("POST", f"{self._submission}{separator}deviceID={device}", files=parts)

    def close(self) -> None:
        self._session.close()

    def abort(self) -> None:
        """End the request that is under way in another thread: it fails as where a line breaks."""
        self._line.break_off()

    def _ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        files: Sequence[FilePart] = (),
    ) -> Reply:
        """The answer, after a challenge was answered and redirects on the same server were followed."""
        for _ in range(HOPS):
            reply = self._once(method, url, headers or {}, files)
            if reply.status == 401 and self._answer(reply):
                reply = self._once(method, url, headers or {}, files)
            further = self._further(url, reply)
            if not further:
                break
            url = further
        return reply

    def _further(self, url: str, reply: Reply) -> str:
        """Where a redirect leads; "" where it is none, or leads to another server: that gets nothing of ours."""
        if reply.status not in (301, 302, 303, 307, 308):
            return ""
        place = joined(url, reply.headers.get("Location", ""))
        return place if place != url and same_server(self.platform.base, place) else ""

    def _once(self, method: str, url: str, headers: Mapping[str, str], files: Sequence[FilePart]) -> Reply:
        """One request; a kept connection that the server had closed meanwhile is opened anew, once."""
        for again in (True, False):
            try:
                return self._send(method, url, headers, files)
            except requests.exceptions.ConnectionError as problem:
                self._session.close()
                if not again or isinstance(problem, requests.exceptions.SSLError | requests.exceptions.Timeout):
                    raise self._unreachable(problem) from None
            except (requests.exceptions.RequestException, HTTPError, OSError, UnicodeError) as problem:
                self._session.close()
                raise self._unreachable(problem) from None
        raise AssertionError("unreachable")

    def _send(self, method: str, url: str, headers: Mapping[str, str], files: Sequence[FilePart]) -> Reply:
        self.traffic.requests += 1
        self.traffic.up += sum(len(part[1][1]) for part in files)
        with self._session.request(
            method,
            url,
            headers=dict(headers),
            files=list(files) or None,
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
        ) as found:
            body = b"".join(_bounded(found))
        self.traffic.down += len(body)
        return Reply(
            found.status_code,
            found.headers.get("Content-Type", ""),
            body,
            found.headers.get("ETag", ""),
            found.headers,
        )

    def _answer(self, reply: Reply) -> bool:
        """Take up the server's challenge, once; whether there is anything to answer with."""
        if not self.platform.login or self._session.auth is not None:
            return False
        challenge = reply.headers.get("WWW-Authenticate", "").lower()
        found: AuthBase
        if "digest" in challenge:
            found = HTTPDigestAuth(self.platform.login, self.platform.password)
        elif "basic" in challenge or not challenge:
            found = HTTPBasicAuth(self.platform.login.encode(), self.platform.password.encode())
        else:
            return False
        self._session.auth = found
        return True

    def _same(self, url: str) -> None:
        if not same_server(self.platform.base, url):
            raise Fault("openrosa.elsewhere", Kind.DENIED, host=self.platform.shown)

    def _unreachable(self, problem: BaseException) -> Fault:
        if isinstance(problem, requests.exceptions.SSLError):
            return Fault("openrosa.tls", Kind.DENIED, host=self.platform.shown)
        return Fault("openrosa.unreachable", Kind.UNREACHABLE, host=self.platform.shown)

    def _fault(self, reply: Reply) -> Fault:
        if reply.status in (401, 403):
            return Fault("openrosa.denied", Kind.DENIED, host=self.platform.shown)
        place = joined(self.platform.base, reply.headers.get("Location", ""))
        if 300 <= reply.status < 400 and not same_server(self.platform.base, place):
            return Fault("openrosa.elsewhere", Kind.DENIED, host=self.platform.shown)
        if reply.status == 404:
            return Fault("openrosa.missing", Kind.USAGE, host=self.platform.shown)
        if reply.status == 429 or reply.status >= 500:
            return Fault("openrosa.busy", Kind.UNREACHABLE, host=self.platform.shown, status=reply.status)
        return Fault("openrosa.strange", Kind.UNREACHABLE, host=self.platform.shown)


class _Adapter(HTTPAdapter):
    """One connection, whose line is known."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **kwargs)
        line = self._line

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                line.opened(self.sock)

        class Secured(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                line.opened(self.sock)

        plain = type("Pool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
        secured = type("Pool", (HTTPSConnectionPool,), {"ConnectionCls": Secured})
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secured}


def _bounded(found: requests.Response) -> Iterator[bytes]:
    size = 0
    for chunk in found.iter_content(64 * 1024):
        size += len(chunk)
        if size > MOST_BYTES:
            raise Fault("openrosa.too_large", Kind.DAMAGED, limit=MOST_BYTES // 1024 // 1024)
        yield chunk


_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".mp4": "video/mp4", ".m4a": "audio/mp4",
          ".mp3": "audio/mpeg", ".csv": "text/csv", ".pdf": "application/pdf"}  # fmt: skip


def _media_type(name: str) -> str:
    return next((kind for ending, kind in _TYPES.items() if name.lower().endswith(ending)), "application/octet-stream")


class _NoAddress(logging.Filter):
    """urllib3 would write each address that is asked for, token and all."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


_NO_ADDRESS = _NoAddress()


@contextmanager
def connected(platform: Platform) -> Iterator[Server]:
    """A server that is closed at the end; while it is open no address is logged."""
    log, server = logging.getLogger("urllib3.connectionpool"), Server(platform)
    log.addFilter(_NO_ADDRESS)
    try:
        yield server
    finally:
        log.removeFilter(_NO_ADDRESS)
        server.close()
