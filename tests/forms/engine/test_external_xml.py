"""External xml of any shape is asked like an instance inside the form; what was saved last is one."""

from __future__ import annotations

import pytest
from own_forms import form
from small_forms import world

from forms.load import load_form
from forms.rows import Tree, read

MODEL = '<instance id="x" src="{src}"/>{binds}'
NESTED = b'<land code="L"><zone name="n"><town pop="3">A</town><town pop="5">B</town></zone><zone name="s"/></land>'


def calculated(src: str, content: bytes | None, *expressions: str) -> list[str]:
    binds = "".join(f"<bind nodeset='/data/e{at}' calculate=\"{text}\"/>" for at, text in enumerate(expressions))
    blanks = "".join(f"<e{at}/>" for at in range(len(expressions)))
    loaded = load_form(form("x", blanks, MODEL.format(src=src, binds=binds), "").encode())
    rows = {} if content is None else {"x": read(src.rpartition("/")[2], content)}
    session = loaded.open(world(), rows=rows)
    return [session.node(f"/data/e{at}").value for at in range(len(expressions))]


def test_nested_elements_and_attributes() -> None:
    assert isinstance(read("land.xml", NESTED), Tree)
    asked = ("count(instance('x')/land/zone)", "instance('x')/land/@code", "sum(instance('x')/land/zone/town/@pop)",
             "instance('x')/land/zone[@name = 'n']/town[2]", "count(instance('x')/root/item)")  # fmt: skip
    assert calculated("jr://file/land.xml", NESTED, *asked) == ["2", "L", "8", "B", "0"]


def test_what_was_saved_last() -> None:
    saved = (
        b'<data id="x"><q>before</q><r><n>1</n></r><r><n>2</n></r><meta><instanceID>uuid:1</instanceID></meta></data>'
    )
    asked = ("instance('x')/data/q", "sum(instance('x')/data/r/n)")
    assert calculated("jr://instance/last-saved", saved, *asked) == ["before", "3"]
    assert calculated("jr://instance/last-saved", None, *asked) == ["", "0"]


def test_a_missing_element_is_not_an_empty_one() -> None:
    content = b"<root><item><a>1</a><b/></item><item><a>2</a></item></root>"
    item = "instance('x')/root/item"
    asked = (f"count({item}[b = ''])", f"count({item}[b])", f"count({item}/b)", f"{item}[not(b)]/a")
    assert calculated("jr://file/list.xml", content, *asked) == ["1", "1", "1", "2"]


@pytest.mark.parametrize(
    ("geometry", "text"),
    [
        ('{"type": "Point", "coordinates": [2.5, 48.5]}', "48.5 2.5 0 0"),
        ('{"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}', "2 1 0 0; 4 3 5 0"),
        (
            '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}',
            "0 0 0 0; 0 1 0 0; 1 1 0 0; 0 0 0 0",
        ),
    ],
)
def test_geojson(geometry: str, text: str) -> None:
    properties = '{"name": "p", "none": null, "yes": true, "n": 2}'
    feature = f'{{"type": "Feature", "id": "i", "properties": {properties}, "geometry": {geometry}}}'
    content = f'{{"type": "FeatureCollection", "features": [{feature}]}}'
    item = "instance('x')/root/item"
    asked = (f"{item}/geometry", f"{item}/id", f"count({item}/none)", f"{item}/yes", f"{item}[n = 2]/name")
    assert calculated("jr://file/p.geojson", content.encode(), *asked) == [text, "i", "0", "true", "p"]
