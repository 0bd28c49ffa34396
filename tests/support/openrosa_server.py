"""A platform that answers as ODK Central or Ona were seen to, strange answers included; over HTTP on this computer."""

from __future__ import annotations

import email.parser
import email.policy
import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

TOKEN = "a$b!" + "c" * 60
PATH = f"/v1/key/{TOKEN}/projects/7"
REALM, NONCE = "platform", "dcd98b7102dd2f0e8b11d0f600bfb0c093"


class Flavour(StrEnum):
    CENTRAL = "central"
    ONA = "ona"


@dataclass
class EntityList:
    """An entity list as csv; `tag` is a version, not a checksum."""

    properties: tuple[str, ...]
    rows: dict[str, tuple[str, int, dict[str, str]]] = field(default_factory=dict)  # uuid -> label, version, values
    deleted: set[str] = field(default_factory=set)
    tag: str = "1"

    def csv(self, *, versions: bool = True) -> bytes:
        columns = ["name", "label", *(["__version"] if versions else []), *self.properties]
        lines = [",".join(columns)]
        for uuid, (label, version, values) in self.rows.items():
            shown = [uuid, label, *([str(version)] if versions else []), *(values.get(p, "") for p in self.properties)]
            lines.append(",".join(shown))
        return "\n".join(lines).encode()


@dataclass
class Stored:
    """A submission: its bytes, its files, and the id that replaced it."""

    xml: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    replaced_by: str = ""


Strange = Callable[["Handler"], bool]
"""Answers a request in its own way; false where it leaves it to the platform."""


class PlatformServer:
    """`strange` are asked before each POST, in order, and go once they answered; `log` holds (method, path, status)."""

    def __init__(self, flavour: Flavour = Flavour.CENTRAL) -> None:
        self.flavour = flavour
        self.forms: dict[str, tuple[str, bytes]] = {}
        self.media: dict[str, dict[str, bytes]] = {}
        self.lists: dict[str, EntityList] = {}
        self.attached: dict[str, list[str]] = {}
        self.submissions: dict[str, Stored] = {}
        self.posts: list[bytes] = []
        self.log: list[tuple[str, str, int]] = []
        self.strange: list[Strange] = []
        self.login: tuple[str, str] | None = None
        self.revoked = False
        self.moved: dict[str, str] = {}  # path below the base -> where it is now
        self.limit = 100_000_000
        self.url = ""

    def publish(self, form_id: str, version: str, xform: bytes, **media: bytes) -> None:
        self.forms[form_id] = (version, xform)
        self.media[form_id] = {name.replace("__", "."): content for name, content in media.items()}

    @property
    def base(self) -> str:
        return self.url + (PATH if self.flavour is Flavour.CENTRAL else "/village")


@contextmanager
def running(platform: PlatformServer) -> Iterator[PlatformServer]:
    class Bound(Handler):
        server_of = platform

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
    server.daemon_threads = True
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    server_of: PlatformServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    # ------------------------------------------------------------ answers

    def answer(self, status: int, body: bytes = b"", kind: str = "text/xml; charset=utf-8", **headers: str) -> None:
        self.server_of.log.append((self.command, unquote(urlsplit(self.path).path), status))
        self.send_response(status)
        self.send_header("X-OpenRosa-Version", "1.0")
        self.send_header("X-OpenRosa-Accept-Content-Length", str(self.server_of.limit))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def message(self, status: int, text: str) -> None:
        body = (
            '\n    <OpenRosaResponse xmlns="http://openrosa.org/http/response" items="0">'
            f'<message nature="">{escape(text)}</message></OpenRosaResponse>'
        )
        self.answer(status, body.encode())

    def json(self, status: int, text: str) -> None:
        self.answer(status, f'{{"message":"{text}","code":{status}.1}}'.encode(), "application/json")

    # ------------------------------------------------------------ requests

    def do_HEAD(self) -> None:
        if self._let_in():
            self.answer(204)

    def do_GET(self) -> None:
        if not self._let_in():
            return
        where = urlsplit(self.path)
        path = unquote(where.path).removeprefix(unquote(urlsplit(self.server_of.base).path))
        if path in self.server_of.moved:
            self.answer(302, b"<html>moved</html>", "text/html", Location=self.server_of.moved[path])
        elif path == "/formList":
            self._document(self._form_list(), "list")
        elif found := re.fullmatch(r"/forms/([^/]+)\.xml", path):
            self.answer(200, self.server_of.forms[found[1]][1], "application/xml; charset=utf-8")
        elif found := re.fullmatch(r"/forms/([^/]+)/manifest", path):
            self._document(self._manifest(found[1]), found[1])
        elif found := re.fullmatch(r"/forms/([^/]+)/attachments/(.+)", path):
            self._attachment(found[1], found[2])
        elif found := re.fullmatch(r"/datasets/([^/]+)/integrity", path):
            self._integrity(found[1], where.query)
        else:
            self.json(404, "Could not find the resource you were looking for.")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server_of.posts.append(body)
        if self.server_of.strange and self.server_of.strange[0](self):
            self.server_of.strange.pop(0)
            return
        if not self._let_in():
            return
        parts = _parts(self.headers["Content-Type"], body)
        xml = parts.pop("xml_submission_file", b"")
        if not xml:
            self.message(400, "Required multipart POST field xml_submission_file missing.")
            return
        self._take(xml, parts)

    # ------------------------------------------------------------ behaviour

    def _let_in(self) -> bool:
        server = self.server_of
        if server.flavour is Flavour.CENTRAL and self.headers.get("X-OpenRosa-Version") != "1.0":
            self.message(400, "An expected header field (X-OpenRosa-Version) did not match the expected format.")
            return False
        if server.revoked:
            self.message(403, "The authentication you provided does not have rights to perform that action.")
            return False
        if server.flavour is Flavour.CENTRAL:
            if TOKEN not in unquote(self.path):
                self.message(401, "Could not authenticate with the provided credentials.")
                return False
        elif server.login and not self._has_digest(*server.login):
            challenge = f'Digest realm="{REALM}", nonce="{NONCE}", algorithm=MD5, qop="auth"'
            self.answer(401, b"", WWW_Authenticate=challenge)
            return False
        return True

    def _has_digest(self, user: str, password: str) -> bool:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', self.headers.get("Authorization", "")))
        if given.get("username") != user:
            return False
        one, other = _md5(f"{user}:{REALM}:{password}"), _md5(f"{self.command}:{given.get('uri')}")
        parts = (one, given.get("nonce"), given.get("nc"), given.get("cnonce"), given.get("qop"), other)
        return given.get("response") == _md5(":".join(map(str, parts)))

    def _document(self, body: bytes, key: str) -> None:
        tag = hashlib.md5(body + key.encode(), usedforsecurity=False).hexdigest()
        if tag in self.headers.get("If-None-Match", ""):
            self.answer(304, ETag=f'W/"{tag}"')
        else:
            self.answer(200, body, ETag=f'W/"{tag}"')

    def _form_list(self) -> bytes:
        rows = []
        for form_id, (version, xform) in self.server_of.forms.items():
            base = f"{self.server_of.base}/forms/{form_id}"
            files = self.server_of.media.get(form_id) or self.server_of.attached.get(form_id)
            manifest = f"<manifestUrl>{base}/manifest</manifestUrl>" if files else ""
            rows.append(
                f"<xform><formID>{form_id}</formID><name>{form_id}</name><version>{version}</version>"
                f"<hash>md5:{_md5(xform)}</hash><downloadUrl>{base}.xml</downloadUrl>{manifest}</xform>"
            )
        return f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{"".join(rows)}</xforms>'.encode()

    def _manifest(self, form_id: str) -> bytes:
        server, base = self.server_of, f"{self.server_of.base}/forms/{form_id}/attachments"
        rows = [
            f"<mediaFile><filename>{name}</filename><hash>md5:{_md5(content)}</hash>"
            f"<downloadUrl>{base}/{name}</downloadUrl></mediaFile>"
            for name, content in server.media.get(form_id, {}).items()
        ]
        for name in server.attached.get(form_id, []):
            central = server.flavour is Flavour.CENTRAL
            kind = ' type="entityList"' if central else ""
            hash_ = f"md5:{_md5(server.lists[name].tag)}" if central else "md5:"
            integrity = f"{server.base}/datasets/{name}/integrity"
            ask = f"<integrityUrl>{integrity}</integrityUrl>" if central else ""
            rows.append(
                f"<mediaFile{kind}><filename>{name}.csv</filename><hash>{hash_}</hash>"
                f"<downloadUrl>{base}/{name}.csv</downloadUrl>{ask}</mediaFile>"
            )
        return f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{"".join(rows)}</manifest>'.encode()

    def _attachment(self, form_id: str, name: str) -> None:
        found = self.server_of.lists.get(name.removesuffix(".csv"))
        if found is None:
            self.answer(200, self.server_of.media[form_id][name], "application/octet-stream")
            return
        tag = _md5(found.tag)
        if tag in self.headers.get("If-None-Match", ""):
            self.answer(304, ETag=f'"{tag}"')
        else:
            versions = self.server_of.flavour is Flavour.CENTRAL
            self.answer(200, found.csv(versions=versions), "text/csv; charset=utf-8", ETag=f'"{tag}"')

    def _integrity(self, name: str, query: str) -> None:
        asked = parse_qs(query).get("id", [])
        if len(asked) > 1:
            self.json(500, "Internal Server Error")
            return
        found = self.server_of.lists[name]
        rows = "".join(
            f'<entity id="{each}"><deleted>{str(each in found.deleted).lower()}</deleted></entity>'
            for each in asked[0].split(",")
            if each in found.deleted or each in found.rows
        )
        self.answer(200, f"<data><entities>{rows}</entities></data>".encode())

    def _take(self, xml: bytes, files: dict[str, bytes]) -> None:
        server, text = self.server_of, xml.decode("utf-8", "replace")
        form = re.search(r"<\w+[^>]*\sid=\"([^\"]+)\"[^>]*>", text)
        if form is None:
            self.message(400, "Required parameter form ID xml attribute missing.")
            return
        if form[1] not in server.forms:
            self.json(404, "Could not find the resource you were looking for.")
            return
        instance = _between(text, "instanceID")
        replaced = _between(text, "deprecatedID")
        known = server.submissions.get(instance)
        if known is not None and (known.xml != xml or known.replaced_by):
            if server.flavour is Flavour.ONA:
                self.message(202, "b'Duplicate submission'")
            else:
                self.message(409, "A submission already exists with this ID, but with different XML.")
            return
        if replaced:
            original = server.submissions.get(replaced)
            if original is None and server.flavour is Flavour.CENTRAL:
                self.message(404, f"can't find that submission to update ({replaced})")
                return
            if original is not None:
                original.replaced_by = instance
        stored = server.submissions.setdefault(instance, Stored(xml))
        stored.files.update({name: content for name, content in files.items() if name in text})
        duplicate = known is not None and server.flavour is Flavour.ONA
        self.message(202 if duplicate else 201, "full submission upload was successful!")


def _parts(kind: str, body: bytes) -> dict[str, bytes]:
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    found = parser.parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    parts = {}
    for part in found.iter_parts():
        name = part.get_param("name", header="content-disposition")
        parts[str(name)] = part.get_payload(decode=True) or b""
    return parts


def _between(text: str, tag: str) -> str:
    found = re.search(rf"<(?:\w+:)?{tag}>([^<]*)<", text)
    return found[1] if found else ""


def _md5(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def once(status: int, body: str = "", kind: str = "text/html", **headers: str) -> Strange:
    """An answer that the platform, or something before it, gives one time."""

    def strange(handler: Handler) -> bool:
        handler.answer(status, body.encode(), kind, **headers)
        return True

    return strange


def chokes_on(marks: Sequence[bytes], status: int = 500) -> Strange:
    """The platform fails on submissions that hold one of these, again and again, and takes the others."""

    def strange(handler: Handler) -> bool:
        if not any(mark in handler.server_of.posts[-1] for mark in marks):
            return False
        handler.server_of.strange.append(strange)  # what has answered is taken away
        handler.answer(status, b"<h1>Server Error (500)</h1>", "text/html")
        return True

    return strange


def stored_but_unheard(handler: Handler) -> bool:
    """The submission is taken and the line breaks before the answer."""
    parts = _parts(handler.headers["Content-Type"], handler.server_of.posts[-1])
    xml = parts.pop("xml_submission_file")
    handler.server_of.submissions[_between(xml.decode(), "instanceID")] = Stored(xml, parts)
    handler.close_connection = True
    handler.connection.shutdown(2)
    return True


def cut(handler: Handler) -> bool:
    """The line breaks and nothing was stored."""
    handler.close_connection = True
    handler.connection.shutdown(2)
    return True
