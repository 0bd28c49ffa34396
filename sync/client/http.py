"""SyncProtocol over HTTPS. What counts is the hub's signature over the certificate, never the certificate by itself.

A connection is opened for `hello` or `enrol` only; every other request needs one that the hub has proven, and a new
connection in between, even to the same certificate, is refused: the caller says hello again.
"""

from __future__ import annotations

import io
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_ import create_urllib3_context

from forms.errors import Fault, Kind
from sync import crypto, resuming
from sync import protocol as p
from sync.certificate import claimed_hub
from sync.client.stopping import Line
from sync.client.transport import Peer, Traffic
from sync.wire import PACKED_LIMIT, Codec, Message, decode_fault, purpose, signed_part

M = TypeVar("M", bound=Message)

CONNECT_SECONDS = 10.0
TLS_RECORD = 4 * 1024  # bytes of a body in one
READ_SECONDS = 90.0
MEDIA_TYPE = "application/vnd.hamlet"


class _Hold:
    """Which connection may be opened, and whose certificate the present one has shown."""

    def __init__(self) -> None:
        self.opening = False
        self.certificate = b""
        self.line = Line()

    @property
    def fingerprint(self) -> bytes:
        return crypto.digest(self.certificate)


class HttpTransport:
    """A hub at `url`, pinned to its `identity` (32 bytes; empty before enrolment). One thread at a time."""

    def __init__(self, url: str, *, identity: bytes = b"", read_seconds: float = READ_SECONDS) -> None:
        if not url.startswith("https://"):
            raise Fault("sync.url", Kind.USAGE, url=url)
        self.url = url.rstrip("/")
        self.traffic = Traffic()
        self._identity = identity
        self._timeout = (CONNECT_SECONDS, read_seconds)
        self._codec = Codec(crypto.commit)
        self._hold = _Hold()
        self._device, self._pass = "", b""
        self._session = requests.Session()
        self._session.trust_env = False  # an environment's CA bundle would bring certificate authorities back in
        self._session.verify = False  # certificates are judged in `hello`
        self._session.mount("https://", _Adapter(self._hold))

    def peer(self) -> Peer:
        with self._opening(), self._errors():
            _read(self._session.get(self.url + "/", timeout=self._timeout, allow_redirects=False, stream=True))
        return Peer(self._hold.fingerprint, claimed_hub(self._hold.certificate))

    def enrol(self, message: p.Enrol) -> p.Enrolled:
        with self._opening():
            return self._ask("enrol", message, p.Enrolled)

    def hello(self, message: p.Hello) -> p.HelloReply:
        """Say hello, and hold the connection to the certificate that the hub's identity signed for this nonce."""
        with self._opening():
            reply = self._ask("hello", message, p.HelloReply)
        genuine = (
            reply.nonce == message.nonce
            and reply.fingerprint == self._hold.fingerprint
            and crypto.verify(self._identity, reply.signature, purpose=purpose(reply), data=signed_part(reply))
        )
        if not genuine:
            self.close()
            raise Fault("sync.false_hub", Kind.DENIED, url=self.url)
        self._device = message.device
        self._pass, self.traffic.resumed = resuming.told(reply.extra)
        return reply

    def push(self, message: p.Push) -> p.PushReply:
        return self._ask("push", message, p.PushReply)

    def pull(self, message: p.Pull) -> p.Page:
        return self._ask("pull", message, p.Page)

    def attach(self, message: p.AttachmentPart) -> p.AttachmentReply:
        return self._ask("attach", message, p.AttachmentReply)

    def fetch(self, message: p.AttachmentPart) -> p.AttachmentPart:
        return self._ask("fetch", message, p.AttachmentPart)

    def bundle(self, message: p.AttachmentPart) -> p.AttachmentReply:
        """A piece of a village's bundle, for the hub to open; beside the protocol, for a township's window."""
        return self._ask("bundle", message, p.AttachmentReply)

    def outcome(self, message: p.AttachmentPart) -> p.AttachmentPart:
        return self._ask("outcome", message, p.AttachmentPart)

    def close(self) -> None:
        self._session.close()

    def abort(self) -> None:
        """End the request that is under way in another thread: it fails as where a line breaks."""
        self._hold.line.break_off()

    @contextmanager
    def _opening(self) -> Iterator[None]:
        self._hold.opening = True
        try:
            yield
        finally:
            self._hold.opening = False

    def _ask(self, call: str, message: Message, answer: type[M]) -> M:
        body = self._codec.encode(message)
        rest, headers = self._rest(body)
        self.traffic.requests += 1
        self.traffic.up += len(rest)
        with self._errors():
            reply = self._session.post(
                f"{self.url}/v1/{call}",
                data=io.BytesIO(rest) if headers else rest,  # in small TLS records: one cut short is lost whole
                headers={"Content-Type": MEDIA_TYPE, "Accept-Encoding": "identity", **headers},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
            received = _read(reply)
        self.traffic.down += len(received)
        self._settle(headers)
        if reply.status_code == requests.codes.ok:
            return self._codec.decode(answer, received)
        raise self._refused(reply, received)

    def _rest(self, body: bytes) -> tuple[bytes, dict[str, str]]:
        """What is still to be sent of a body, and the header under which the hub puts it together."""
        if len(body) < resuming.LEAST or not self._pass:
            return body, {}
        hash = crypto.digest(body)
        offset = self.traffic.resumed if hash == self.traffic.unfinished else 0
        self.traffic.unfinished, self.traffic.resumed = hash, 0
        return body[offset:], {resuming.HEADER: resuming.Piece(self._device, self._pass, hash, offset).header()}

    def _settle(self, headers: dict[str, str]) -> None:
        """An answer came: nothing is unfinished."""
        if headers:
            self.traffic.unfinished = b""

    def _refused(self, reply: requests.Response, body: bytes) -> Fault:
        if 300 <= reply.status_code < 400:
            return Fault("sync.redirect", Kind.DENIED, url=self.url)
        fault = decode_fault(body, _words())
        if fault is not None:
            return fault
        if reply.status_code >= 500:
            return Fault("sync.unreachable", Kind.UNREACHABLE, url=self.url)
        return Fault("sync.not_a_hub", Kind.DENIED, url=self.url)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what the network does into Faults, and let no broken connection be used again."""
        try:
            yield
        except requests.exceptions.SSLError as problem:
            self.close()
            if _cut_off(problem):
                raise Fault("sync.unreachable", Kind.UNREACHABLE, url=self.url) from problem
            raise Fault("sync.tls", Kind.DENIED, url=self.url) from problem
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError) as problem:
            raise Fault("sync.url", Kind.USAGE, url=self.url) from problem
        except (requests.exceptions.RequestException, HTTPError, OSError) as problem:
            self.close()
            raise Fault("sync.unreachable", Kind.UNREACHABLE, url=self.url) from problem


class _Adapter(HTTPAdapter):
    """One connection, TLS 1.2 or newer, opened only while its hold says so."""

    def __init__(self, hold: _Hold) -> None:
        self._hold = hold
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        context = create_urllib3_context(ssl_minimum_version=ssl.TLSVersion.TLSv1_2, cert_reqs=ssl.CERT_NONE)
        context.check_hostname = False
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, ssl_context=context, blocksize=TLS_RECORD
        )
        self.poolmanager.pool_classes_by_scheme = {"https": _pool_class(self._hold)}


def _pool_class(hold: _Hold) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        def connect(self) -> None:
            if not hold.opening:
                raise ConnectionResetError("the proven connection is gone")
            super().connect()
            if not isinstance(self.sock, ssl.SSLSocket):
                raise ConnectionResetError("no TLS")
            hold.line.opened(self.sock)
            hold.certificate = self.sock.getpeercert(binary_form=True) or b""
            self.is_verified = True  # urllib3 asks for a certificate authority; here the hub's signature decides

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


def _read(reply: requests.Response) -> bytes:
    """The body, bounded."""
    body = bytearray()
    try:
        for chunk in reply.iter_content(64 * 1024):
            body += chunk
            if len(body) > PACKED_LIMIT + 1:
                raise Fault("sync.too_large", Kind.DAMAGED, limit=PACKED_LIMIT)
    finally:
        reply.close()
    return bytes(body)


def _cut_off(problem: BaseException) -> bool:
    """Whether a TLS error is a line that broke."""
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, ssl.SSLEOFError | ssl.SSLZeroReturnError | ConnectionError | TimeoutError):
            return True
        inner = [item for item in seen.args if isinstance(item, BaseException)]
        reason = getattr(seen, "reason", None)
        following = inner or ([reason] if isinstance(reason, BaseException) else [])
        seen = following[0] if following else seen.__cause__ or seen.__context__
    return False


@cache
def _words() -> frozenset[str]:
    """The codes that have words here; a newer hub's other codes become a general one."""
    found: set[str] = set()
    for area in ("bundle", "forms", "hub", "sync", "vault"):
        source = files("resources") / "translations" / "en" / f"{area}.json"
        found |= {f"{area}.{key}" for key in json.loads(source.read_text("utf-8"))}
    return frozenset(found)
