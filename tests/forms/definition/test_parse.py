"""XForm XML -> definition."""

import pytest
from small_forms import META, bind, inputs, xform

from forms.api import Control, FormFault
from forms.definition.binds import type_of
from forms.definition.model import FlatList, Output, Seed
from forms.definition.names import absolute
from forms.definition.parse import define
from forms.load import load_form

FORM = xform(
    f"<a/><g><b>default</b></g><rep jr:template=''><c/></rep><rep><c>1</c></rep><rep><c>2</c></rep>{META}",
    model='<itext><translation lang="zh" default="true()"><text id="a:label"><value>你好 <output value="/data/g/b"/>！'
    '</value><value form="image">jr://images/a.png</value></text><text id="a:hint"><value>提示</value>'
    '<value form="guidance">细说</value></text></translation><translation lang="en"><text id="a:label">'
    "<value>Hello</value></text></translation></itext>"
    + bind(
        "a", type="xsd:int", required="true()", constraint=". > 1", jr_constraintMsg="Too small", hamlet_level="full"
    )
    + bind("g/b", type="select1", entities_saveto="b"),
    body='<input ref="/data/a" appearance="numbers  thousands-sep" rows="3"><label ref="jr:itext(\'a:label\')"/>'
    '<hint ref="jr:itext(\'a:hint\')"/></input><group ref="/data/g"><label>Group</label>'
    '<select1 ref="/data/g/b"><item><label>One</label><value>1</value></item></select1></group>'
    '<group ref="/data/rep"><label>Rep</label><repeat nodeset="/data/rep"><input ref="/data/rep/c"/></repeat></group>',
)


def test_identity_and_structure() -> None:
    definition = define(FORM)
    assert (definition.form_id, definition.version, definition.title) == ("small", "1", "Small")
    assert [c.name for c in definition.root.children] == ["a", "g", "rep", "meta"]
    rep = definition.by_path["/data/rep"]
    assert rep.is_repeat
    assert definition.by_path["/data/rep/c"].repeats == (rep,)
    assert [seed.name for seed in definition.seed.children] == ["a", "g", "rep", "rep", "meta"]
    assert rep.template is not None
    assert rep.template.children[0].text == ""


def test_binds() -> None:
    bound = define(FORM).by_path["/data/a"].bind
    assert bound is not None
    assert (bound.type, bound.required, bound.constraint) == ("int", "true()", ". > 1")
    assert bound.constraint_message is not None
    assert bound.constraint_message.parts == ("Too small",)
    assert bound.attributes == {"hamlet:level": "full"}
    other = define(FORM).by_path["/data/g/b"].bind
    assert other is not None
    assert (other.type, other.saves_to) == ("string", "b")


def test_body_in_order_with_repeats_folded_into_their_group() -> None:
    body = define(FORM).body
    assert [(e.kind, e.node.path if e.node else "") for e in body.children] == [
        ("control", "/data/a"),
        ("group", "/data/g"),
        ("repeat", "/data/rep"),
    ]
    first, _, repeat = body.children
    assert first.control is Control.INPUT
    assert first.appearance == ("numbers", "thousands-sep")
    assert first.parameters == {"rows": "3"}
    assert repeat.label is not None
    assert repeat.label.parts == ("Rep",)


def test_texts_by_language() -> None:
    definition = define(FORM)
    itext = definition.itext
    assert itext.languages == ("zh", "en")
    assert itext.default == "zh"
    forms = itext.forms("zh", "a:label")
    assert forms is not None
    assert isinstance(forms[""][1], Output)
    assert forms["image"] == ("jr://images/a.png",)
    assert itext.forms("en", "a:hint") == itext.forms("zh", "a:hint")
    assert itext.forms("en", "nothing") is None
    assert definition.outputs == {"a:label": {"/data/g/b"}}


def test_questions_as_tables_need_them() -> None:
    questions = {q.path: q for q in load_form(FORM).questions}
    assert list(questions) == ["/data/a", "/data/g/b", "/data/rep/c"]
    assert questions["/data/a"].labels == {"zh": "你好 …！", "en": "Hello"}
    assert questions["/data/g/b"].groups == ("/data/g",)
    assert questions["/data/g/b"].choices == (("1", {"zh": "One", "en": "One"}),)
    assert questions["/data/rep/c"].repeats == ("/data/rep",)


@pytest.mark.parametrize(
    ("reference", "context", "expected"),
    [
        ("/data/a", "/data/g", "/data/a"),
        ("../a", "/data/g", "/data/a"),
        (" b ", "/data/g", "/data/g/b"),
        ("current()/../a", "/data/g", "/data/a"),
        (".", "/data/g", "/data/g"),
        ("/data/rep[position() = 1]/x", "/data", "/data/rep/x"),
    ],
)
def test_references(reference: str, context: str, expected: str) -> None:
    assert absolute(reference, context) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("xsd:string", "string"),
        ("integer", "int"),
        ("odk:rank", "string"),
        ("geopoint", "geopoint"),
        ("xs:date", "date"),
    ],
)
def test_old_and_prefixed_types(written: str, expected: str) -> None:
    assert type_of(written) == expected


def test_namespaces_of_the_instance_are_kept() -> None:
    form = xform(
        "<a/><orx:meta><orx:instanceID/></orx:meta>",
        root='<data xmlns="http://example.org/own" id="small" version="1">',
        body=inputs("a"),
    )
    definition = define(form)
    assert definition.namespaces == {"": "http://example.org/own", "orx": "http://openrosa.org/xforms"}
    assert "/data/orx:meta/orx:instanceID" in definition.by_path


def test_a_form_without_instance_is_refused() -> None:
    with pytest.raises(FormFault) as raised:
        define(b'<html xmlns="http://www.w3.org/2002/xforms"><head><model/></head><body/></html>')
    assert raised.value.problems[0].code == "no_instance"


def test_an_element_that_an_item_lacks_is_a_gap_in_its_list() -> None:
    items = "<item><name>a</name><x>1</x></item><item><name>b</name></item><item><x/><name>c</name></item>"
    form = xform("<a/>", model=f'<instance id="l"><root>{items}</root></instance>', body=inputs("a"))
    content = define(form).instances["l"].content
    assert isinstance(content, FlatList)
    assert content.columns == {"name": ["a", "b", "c"], "x": ["1", "", ""]}
    assert content.gaps == {"x": [1]}


@pytest.mark.parametrize(
    "items",
    ['<item k="1"><name>a</name></item>', "<item><name>a</name><name>b</name></item>", "<item><g><h/></g></item>"],
)
def test_a_list_of_another_shape_stays_a_tree(items: str) -> None:
    form = xform("<a/>", model=f'<instance id="l"><root>{items}</root></instance>', body=inputs("a"))
    assert isinstance(define(form).instances["l"].content, Seed)
