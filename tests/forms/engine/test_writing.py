"""Whatever characters an answer holds, a parser reads them back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from small_forms import META, inputs, opened, world, xform

from forms.api import Mode
from forms.load import load_form
from forms.xml import parse

FORM = load_form(xform(f'<a k="x"/>{META}', body=inputs("a")))
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("\r\n\t\"'&<>"))


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_content_and_attributes(value: str) -> None:
    session = opened(FORM)
    session.set("/data/a", value)
    leaf = session._find("/data/a")
    leaf.marks[0].value = leaf.marks[0].text = value  # type: ignore[union-attr]
    element = parse(session.submission_xml()).find("a")
    assert element is not None
    assert element.text == (value or None)
    assert element.get("k") == value
    assert FORM.open(world(), instance=session.draft(), mode=Mode.RESTORE).node("/data/a").value == value


def test_what_xml_cannot_hold_is_left_out_when_it_is_entered() -> None:
    session = opened(FORM)
    session.set("/data/a", "one\x0btwo\x01\ud800\ufffe\u3000three")
    assert session.node("/data/a").value == "one\ntwo\u3000three"
    assert parse(session.submission_xml()).findtext("a") == "one\ntwo\u3000three"
