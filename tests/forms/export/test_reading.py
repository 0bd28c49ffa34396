"""Records are read by a pattern once their shape is known, and always as lxml reads them."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from forms.export.reading import Below, Reader, values

PATHS = ("/data/name", "/data/house/door", "/data/house/more/built", "/data/note", "/data/meta/instanceID")
WANTED = {path: place for place, path in enumerate(PATHS)}
MEMBERS = "<member><age>3</age></member><member/><member><age/><name>not this one</name></member>"


def read(*records: str) -> list[tuple[str, ...]]:
    reader = Reader("/data", WANTED, etree.XMLParser(resolve_entities=False, remove_comments=True))
    return [tuple(reader.values(each.encode())) for each in records]


def as_parsed(record: str) -> tuple[str, ...]:
    parser = etree.XMLParser(resolve_entities=False, remove_comments=True)
    return tuple(values(etree.fromstring(record.encode(), parser), Below("/data", WANTED), len(WANTED)))


@pytest.mark.parametrize(
    "record",
    [
        '<data id="a"><name>王</name><house><door>3</door></house><meta><instanceID>uuid:1</instanceID></meta></data>',
        '<data id="a"><name/><house/><note> two\nlines </note><meta><instanceID>uuid:2</instanceID></meta></data>',
        "<data id='a'><name>R&amp;D &#21495;</name><house><more><built>1968</built></more></house></data>",
        "<data><name><![CDATA[<b>]]></name><note>a<!-- aside -->b</note></data>",
        f"<data><name>x</name><house><door>1</door></house>{MEMBERS}<note>end</note></data>",
        "<?xml version='1.0'?>\n<data>\n  <name>spaced</name>\n  <house>\n <door>2</door></house></data>",
        "<data><name>a\r\nb</name></data>",
        '<data xmlns:o="urn:o"><name>p</name><o:meta><o:instanceID>uuid:3</o:instanceID></o:meta></data>',
        '<data xmlns="urn:d"><name>q</name><meta xmlns="urn:m" a="x/"><instanceID>uuid:4</instanceID></meta></data>',
        "<data><note>first</note><name>the other way round</name></data>",
        '<data><meta><entity dataset="r" id="1"/><instanceID>uuid:5</instanceID></meta></data>',
    ],
)
def test_any_record_is_read_as_it_is_parsed(record: str) -> None:
    usual = "<data><name>王</name><house><door>3</door><more><built/></more></house><note/></data>"
    assert read(usual, record, usual, record)[1::2] == [as_parsed(record)] * 2


def test_random_records_of_one_form() -> None:
    chance = random.Random(5)

    def element(name: str, inside: str) -> str:
        if chance.random() < 0.3:
            return ""
        return f"<{name}/>" if not inside or chance.random() < 0.2 else f"<{name}>{inside}</{name}>"

    def text() -> str:
        return chance.choice(["", "王秀兰", "a < b".replace("<", "&lt;"), "/>", "]]", " ", "1968-3-5", "👵"])

    records = [
        f"<data id='x'>{element('name', text())}"
        + element("house", element("door", text()) + element("more", element("built", text())))
        + MEMBERS * chance.randint(0, 2)
        + f"{element('note', text())}</data>"
        for _ in range(400)
    ]
    assert read(*records) == [as_parsed(record) for record in records]


def test_a_known_shape_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader("/data", WANTED, etree.XMLParser())
    reader.values(b"<data id='x'><name>a</name><note>b</note></data>")

    def never(*_: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(etree, "fromstring", never)
    assert tuple(reader.values("<data id='y'><note>后</note></data>".encode())) == ("", "", "", "后", "")
