"""R19: what a platform's documents name is fetched from that platform alone, bounded, and checked by its hash."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from forms.errors import Fault, Kind
from sync.client.openrosa import down, http
from sync.client.openrosa.address import platform, same_server
from sync.client.openrosa.documents import read_form_list, read_manifest
from sync.client.openrosa.down import Brought, bring
from sync.client.openrosa.http import Server, connected
from sync.store.api import FormSource
from sync.store.platform_values import Kept

BASE = "https://odk.example.org/v1/key/abc/projects/7"
ELSEWHERE = (
    "file:///etc/passwd",
    "file://odk.example.org/etc/passwd",
    "ftp://odk.example.org/x",
    "data:text/csv,name",
    "gopher://odk.example.org/x",
    "http://odk.example.org:8080/x",
    "https://odk.example.org:8443/x",
    "https://other.example.org/x",
    "https://odk.example.org.other.example.org/x",
    "https://odk.example.org@other.example.org/x",
    "https://me:secret@odk.example.org/x",
    "https://other.example.org\\@odk.example.org/x",
    "https://other.example.org\\.odk.example.org/x",
    "https:\\\\other.example.org/x",
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/x",
    "https://odk.example.org:99999999/x",
    "https://[::1/x",
    "https://odk.example.org\t.other.example.org/x",
    "https://odk.example.org%2f@other.example.org/x",
    "//other.example.org/x",
    "\\\\other.example.org\\x",
    "",
)
AT_HOME = (
    *("x", "/x", "./x?y=1", "//odk.example.org/x", "https://odk.example.org:443/x", "https://ODK.example.org/x"),
    "http://odk.example.org/x",  # as servers behind others write it: asked over https all the same
)


@pytest.mark.parametrize("written", ELSEWHERE)
def test_an_address_that_is_not_the_platforms_is_never_asked(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "_ask", lambda *_args, **_kwargs: pytest.fail("asked"))
    manifest = f"<manifest><mediaFile><filename>a.csv</filename><downloadUrl><![CDATA[{written}]]></downloadUrl>"
    manifest += f"<integrityUrl><![CDATA[{written}]]></integrityUrl></mediaFile></manifest>"
    listed = read_manifest(manifest.encode(), f"{BASE}/forms/a/manifest")
    with connected(platform(BASE)) as server:
        for file in listed:
            for url in filter(None, (file.download, file.integrity)):
                with pytest.raises(Fault) as told:
                    server.get(url)
                assert (told.value.code, told.value.kind) == ("openrosa.elsewhere", Kind.DENIED)


@pytest.mark.parametrize("written", AT_HOME)
def test_the_platforms_own_addresses_are_asked(written: str) -> None:
    listed = read_form_list(
        f"<xforms><xform><formID>a</formID><downloadUrl>{written}</downloadUrl></xform></xforms>".encode(), BASE + "/"
    )
    assert same_server(BASE, listed[0].download)


def test_this_computer_is_asked_only_where_the_platform_is_on_it() -> None:
    assert same_server("http://127.0.0.1:8383/x", "http://127.0.0.1:8383/y")
    assert not same_server("http://127.0.0.1:8383/x", "http://127.0.0.1:8384/y")
    assert not same_server("http://127.0.0.1:8383/x", "http://localhost:8383/y")
    with pytest.raises(Fault, match=r"openrosa\.not_encrypted"):
        platform("http://169.254.1.1/x")
    with pytest.raises(Fault, match=r"openrosa\.url"):
        platform("https://odk.example.org:99999999/x")


# ---- over the wire


@dataclass
class Stub:
    """A server that gives each path what is written for it; `asked` are the paths, with the Authorization shown."""

    url: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Stub]:
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            stub.asked.append((self.path, self.headers.get("Authorization", "")))
            status, headers, body = stub.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def home() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


@pytest.fixture
def away() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_no_secret_goes_along(home: Stub, away: Stub, status: int) -> None:
    home.pages["/p/formList"] = (status, {"Location": f"{away.url}/p/formList"}, b"")
    away.pages["/p/formList"] = (200, {}, b"<xforms/>")
    found = platform(f"{home.url}/p", token="hunter2")
    with connected(found) as server, pytest.raises(Fault, match=r"openrosa\.elsewhere"):
        server.get(f"{home.url}/p/formList")
    assert home.asked == [("/p/formList", "Token hunter2")]
    assert away.asked == []


def test_where_to_post_is_not_changed_to_another_server(home: Stub, away: Stub) -> None:
    with connected(platform(f"{home.url}/p")) as server:
        for place in (f"{away.url}/p/submission", "http://[::1", "file:///x"):
            server._ask = lambda *_a, place=place, **_k: http.Reply(204, "", b"", "", {"Location": place})  # type: ignore[method-assign]
            server.prepare()
            assert server._submission == f"{home.url}/p/submission"


class Kept_:  # noqa: N801  the part of a store that is asked for here
    """What a store would keep of a platform, in memory."""

    def __init__(self) -> None:
        self.tags: dict[tuple[Kept, str], str] = {}
        self.forms: list[FormSource] = []
        self.media: dict[str, bytes] = {}

    def tag(self, kind: Kept, key: str) -> str:
        return self.tags.get((kind, key), "")

    def keep_tag(self, kind: Kept, key: str, value: str) -> None:
        self.tags[kind, key] = value

    def put_form(self, source: FormSource) -> None:
        self.forms.append(source)

    def put_media(self, _form: str, _version: str, name: str, content: bytes) -> None:
        self.media[name] = content

    def retire(self, _listed: frozenset[str]) -> None:
        pass


FORM = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
<h:title>A</h:title><model><instance><data id="a" version="1"><name/></data></instance></model></h:head>
<h:body><input ref="/data/name"><label>n</label></input></h:body></h:html>"""


def listing(home: Stub, *files: tuple[str, str, str]) -> None:
    """Offer form a with these files: name, address, hash."""
    home.pages["/p/a.xml"] = (200, {}, FORM)
    home.pages["/p/formList"] = (
        200,
        {},
        b"<xforms><xform><formID>a</formID><version>1</version><name>A</name><downloadUrl>a.xml</downloadUrl>"
        b"<manifestUrl>manifest</manifestUrl></xform></xforms>",
    )
    rows = "".join(
        f"<mediaFile><filename>{name}</filename><hash>{hash}</hash><downloadUrl>{url}</downloadUrl></mediaFile>"
        for name, url, hash in files
    )
    home.pages["/p/manifest"] = (200, {}, f"<manifest>{rows}</manifest>".encode())


def brought(home: Stub) -> tuple[Brought, Kept_]:
    kept = Kept_()
    with connected(platform(f"{home.url}/p")) as server:
        done = bring(lambda work: work(kept), server, lambda _done, _all: None, lambda: False)  # type: ignore[arg-type]
    return done, kept


def test_one_file_from_elsewhere_holds_up_no_other(home: Stub, away: Stub) -> None:
    home.pages["/p/good.png"] = (200, {}, b"good")
    listing(home, ("bad.png", f"{away.url}/bad.png", ""), ("good.png", "good.png", ""))
    done, kept = brought(home)
    assert done.refused == [("a/bad.png", "openrosa.elsewhere")]
    assert kept.media == {"good.png": b"good"}
    assert away.asked == []


def test_content_that_is_not_what_its_hash_says_is_not_kept(home: Stub) -> None:
    home.pages["/p/x.png"] = (200, {}, b"other")
    listing(home, ("x.png", "x.png", "md5:" + "0" * 32))
    done, kept = brought(home)
    assert (done.refused, kept.media) == ([("a/x.png", "openrosa.hash")], {})
    assert not any(kind is Kept.MANIFEST for kind, _ in kept.tags)


def test_a_form_that_is_not_what_its_hash_says_is_not_kept(home: Stub) -> None:
    listing(home)
    page = home.pages["/p/formList"][2].replace(b"<name>", b"<hash>md5:" + b"0" * 32 + b"</hash><name>")
    home.pages["/p/formList"] = (200, {}, page)
    done, kept = brought(home)
    assert (done.refused, kept.forms) == ([("a", "openrosa.hash")], [])


def test_what_is_too_large_is_not_read_to_its_end(home: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 100_000)
    home.pages["/p/x.png"] = (200, {}, bytes(300_000))
    listing(home, ("x.png", "x.png", ""))
    done, kept = brought(home)
    assert (done.refused, kept.media) == ([("a/x.png", "openrosa.too_large")], {})


def test_what_unpacks_to_too_much_is_not_unpacked_to_its_end(home: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 1_000_000)
    home.pages["/p/x.png"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000)))
    listing(home, ("x.png", "x.png", ""))
    done, _ = brought(home)
    assert done.refused == [("a/x.png", "openrosa.too_large")]


def test_the_files_of_a_form_are_bounded_in_number_and_together(home: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(down, "MOST_FILES", 3)
    monkeypatch.setattr(down, "MOST_MEDIA", 150_000)
    for name in "abcd":
        home.pages[f"/p/{name}.png"] = (200, {}, bytes(100_000))
    listing(home, *((f"{name}.png", f"{name}.png", "") for name in "abcd"))
    assert brought(home)[0].refused == [("a", "openrosa.too_many")]
    listing(home, *((f"{name}.png", f"{name}.png", "") for name in "abc"))
    done, kept = brought(home)
    assert (done.refused, sorted(kept.media)) == ([("a/c.png", "openrosa.too_large")], ["a.png", "b.png"])


def test_a_list_of_very_many_forms_is_not_taken(home: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(down, "MOST_FORMS", 0)
    listing(home)
    with pytest.raises(Fault, match=r"openrosa\.too_many"):
        brought(home)


def test_a_server_that_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = platform(f"http://127.0.0.1:{silent.getsockname()[1]}/p")
        server = Server(found, read_seconds=0.2)
        try:
            with pytest.raises(Fault, match=r"openrosa\.unreachable"):
                server.get(found.base + "/formList")
        finally:
            server.close()
