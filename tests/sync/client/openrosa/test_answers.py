"""What answers mean, as real servers gave them."""

import pytest

from forms.errors import Fault, Kind
from sync.client.openrosa.address import is_app_user_link, joined, platform, same_server
from sync.client.openrosa.answers import judge, text_of
from sync.client.openrosa.documents import read_form_list, read_manifest, tag
from sync.client.openrosa.lists import is_entity_list, read_entities
from sync.store.platform_values import Verdict

XML, JSON, HTML = "text/xml; charset=utf-8", "application/json", "text/html"


def openrosa(text: str) -> bytes:
    return (
        '\n <OpenRosaResponse xmlns="http://openrosa.org/http/response" items="0">'
        f'<message nature="">{text}</message></OpenRosaResponse>'
    ).encode()


@pytest.mark.parametrize(
    ("status", "kind", "body", "verdict"),
    [
        (201, XML, openrosa("full submission upload was successful!"), Verdict.DELIVERED),
        (202, XML, openrosa("b'Duplicate submission'"), Verdict.DELIVERED),
        (401, XML, openrosa("Could not authenticate"), Verdict.STOP),
        (403, JSON, b'{"message":"no","code":403.1}', Verdict.STOP),
        (400, JSON, b'{"message":"Multipart form content failed to parse.","code":400.39}', Verdict.PARKED),
        (404, XML, openrosa("The form version specified in this submission '1' does not exist."), Verdict.PARKED),
        (404, XML, b"<root><detail>Not found.</detail></root>", Verdict.PARKED),
        (405, XML, openrosa("inactive"), Verdict.PARKED),
        (410, XML, b"", Verdict.PARKED),
        (413, HTML, b"<html><body>413 Request Entity Too Large</body></html>", Verdict.PARKED),
        (409, XML, openrosa("This submission has been deleted."), Verdict.AGAIN),
        (402, XML, b"", Verdict.LATER),
        (408, XML, b"", Verdict.LATER),
        (423, XML, b"", Verdict.LATER),
        (429, XML, b"", Verdict.LATER),
        (500, HTML, b"<h1>Server Error (500)</h1>", Verdict.LATER),
        (503, XML, b"", Verdict.LATER),
        (200, HTML, b"<html>log in to the network</html>", Verdict.LATER),
        (200, XML, openrosa("?"), Verdict.LATER),
        (302, HTML, b"", Verdict.LATER),
        (404, HTML, b"<!DOCTYPE html><html>nginx</html>", Verdict.PARKED),
        (405, HTML, b"<h1>Method Not Allowed</h1>", Verdict.PARKED),
        (400, "", b"", Verdict.PARKED),
        (201, "", b"", Verdict.DELIVERED),
        (202, HTML, b"<p>Accepted", Verdict.DELIVERED),
        (502, HTML, b"<html>Bad Gateway</html>", Verdict.LATER),
        (418, HTML, b"<html>?</html>", Verdict.LATER),
    ],
)
def test_verdicts(status: int, kind: str, body: bytes, verdict: Verdict) -> None:
    assert judge(status, kind, body).verdict is verdict


def test_a_conflict_is_believed_the_second_time() -> None:
    assert judge(409, XML, openrosa("out of date"), conflicts=1).verdict is Verdict.PARKED


def test_the_servers_own_words() -> None:
    assert text_of(XML, openrosa("out of date")) == "out of date"
    assert text_of(XML, b"<root><detail>Not found.</detail></root>") == "Not found."
    assert text_of(JSON, b'{"message":"no","code":1}') == "no"
    assert text_of(HTML, b"<html><style>x{}</style><b>Too &amp; large</b></html>") == "Too & large"
    assert len(text_of(HTML, b"a" * 5000)) == 300
    assert judge(404, XML, openrosa("gone")).reason == "404: gone"


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("https://odk.example.org/v1/key/a$b!c/projects/7", "https://odk.example.org/v1/key/a$b!c/projects/7"),
        ("https://odk.example.org/v1/key/a%24b%21c/projects/7/", "https://odk.example.org/v1/key/a$b!c/projects/7"),
        ("https://odk.example.org/v1/key/abc/projects/7/formList", "https://odk.example.org/v1/key/abc/projects/7"),
        (" https://ona.example.org/village ", "https://ona.example.org/village"),
        ("http://127.0.0.1:8383/v1/key/abc/projects/1", "http://127.0.0.1:8383/v1/key/abc/projects/1"),
    ],
)
def test_addresses(written: str, base: str) -> None:
    assert platform(written).base == base


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("http://odk.example.org/village", "openrosa.not_encrypted"),
        ("odk.example.org", "openrosa.url"),
        ("ftp://odk.example.org", "openrosa.url"),
        ("https://me:secret@odk.example.org/", "openrosa.url"),
        ("https://", "openrosa.url"),
    ],
)
def test_addresses_that_are_refused(written: str, code: str) -> None:
    with pytest.raises(Fault) as told:
        platform(written)
    assert told.value.code == code


def test_a_link_of_an_app_user_is_known_by_its_shape() -> None:
    assert is_app_user_link("https://odk.example.org/v1/key/abc/projects/7")
    assert not is_app_user_link("https://hub.example.org:8443")


def test_nothing_secret_is_shown() -> None:
    found = platform("https://odk.example.org/v1/key/abcsecret/projects/7", login="li", password="hunter2")
    assert "secret" not in repr(found)
    assert "hunter2" not in repr(found)
    assert found.shown == "https://odk.example.org"


def test_another_server_is_another_server() -> None:
    assert same_server("https://a.org/x", "https://a.org:443/y")
    assert not same_server("https://a.org/x", "https://b.org/x")
    assert not same_server("https://a.org/x", "http://a.org/x")


def test_form_list_and_manifest() -> None:
    forms = read_form_list(
        b'<xforms xmlns="http://openrosa.org/xforms/xformsList"><xform><formID>a</formID><name>A</name><version/>'
        b"<hash>md5:x</hash><downloadUrl>forms/a.xml?x=1&amp;y=2</downloadUrl></xform><xform/></xforms>",
        "https://h/p/",
    )
    assert [(f.form_id, f.version, f.download, f.manifest) for f in forms] == [
        ("a", "", "https://h/p/forms/a.xml?x=1&y=2", "")
    ]
    files = read_manifest(
        b'<manifest xmlns="http://openrosa.org/xforms/xformsManifest"><mediaFile type="entityList">'
        b"<filename>t.csv</filename><hash>md5:1</hash><downloadUrl>/t</downloadUrl><integrityUrl>/i</integrityUrl>"
        b"</mediaFile><mediaFile><filename>p.jpg</filename><downloadUrl>/p</downloadUrl></mediaFile></manifest>",
        "https://h/p/",
    )
    assert [(f.name, f.entities, f.integrity) for f in files] == [("t.csv", True, "https://h/i"), ("p.jpg", False, "")]


@pytest.mark.parametrize("content", [b"", b"<html/>", b"<xforms", b"<!DOCTYPE x><xforms/>"])
def test_a_strange_list_is_no_list(content: bytes) -> None:
    with pytest.raises(Fault) as told:
        read_form_list(content, "https://h/secret/")
    assert (told.value.code, told.value.kind) == ("openrosa.strange", Kind.UNREACHABLE)


def test_tags_without_what_is_put_around_them() -> None:
    assert tag('W/"abc"') == tag('"abc"') == tag("abc") == "abc"


def test_entity_lists() -> None:
    content = '﻿name,label,__version,kind\nu1,"Elm, old",3,elm\n'.encode()
    (found,) = read_entities(content)
    assert (found.uuid, found.label, found.version, found.properties) == ("u1", "Elm, old", 3, {"kind": "elm"})
    assert is_entity_list(content)
    assert not is_entity_list(b"name,label,kind\n")
    assert next(read_entities(b"name,label,kind\nu1,Elm,elm\n")).version == 1
    for strange in ("²", "٣", "9" * 5000, "-1", "1.5"):
        assert next(read_entities(f"name,label,__version\nu1,Elm,{strange}\n".encode())).version == 1
    with pytest.raises(Fault):
        list(read_entities(b"a,b\n1,2\n"))
    with pytest.raises(Fault):
        list(read_entities(b"\xff\xfe\x00"))


@pytest.mark.parametrize(
    ("base", "written", "whole"),
    [
        ("https://a.org/u/formList", "forms/1.xml", "https://a.org/u/forms/1.xml"),
        ("https://a.org/u/formList", "/u/forms/1.xml?x=1&y=2", "https://a.org/u/forms/1.xml?x=1&y=2"),
        ("https://a.org/u/formList", "//a.org/1.xml", "https://a.org/1.xml"),
        ("https://a.org/u/formList", "http://a.org/1.xml", "https://a.org/1.xml"),
        ("https://a.org/u/formList", "http://a.org:8000/1.xml", "http://a.org:8000/1.xml"),
        ("https://a.org/u/formList", "http://b.org/1.xml", "http://b.org/1.xml"),
        ("https://a.org/u/formList", " my picture.jpg ", "https://a.org/u/my%20picture.jpg"),
        ("https://a.org/u/formList", "http://[", ""),
    ],
)
def test_an_address_in_a_document_is_made_whole(base: str, written: str, whole: str) -> None:
    assert joined(base, written) == whole


def test_documents_with_prefixes_marks_and_blanks() -> None:
    content = (
        '\ufeff\n<?xml version="1.0" encoding="utf-8"?>\n'
        '<x:xforms xmlns:x="http://openrosa.org/xforms/xformsList"><x:xform><x:formID>f</x:formID><x:version/>'
        "<x:descriptionText/><x:downloadUrl> f.xml?a=1&amp;b=2 </x:downloadUrl></x:xform><x:xforms-group/></x:xforms>"
    ).encode()
    (form,) = read_form_list(content, "https://a.org/u/")
    assert (form.form_id, form.version, form.download, form.manifest, form.hash) == (
        "f",
        "",
        "https://a.org/u/f.xml?a=1&b=2",
        "",
        "",
    )
