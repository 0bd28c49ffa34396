"""Wrong forms are told when they are loaded, with the place."""

import pytest
from small_forms import META, bind, inputs, opened, xform

from forms.api import FormFault
from forms.load import load_form
from forms.text import Text

WRONG = {
    "cycle": bind("a", calculate="/data/b + 1") + bind("b", calculate="/data/a + 1"),
    "cycle of one": bind("a", calculate="/data/a + 1"),
    "cycle through a group": bind("g", relevant="/data/g/c = '1'"),
    "unknown_function": bind("a", calculate="frobnicate(1)"),
    "unknown_function inside": bind("a", calculate="if(/data/b = 1, nonsense(), 2)"),
    "wrong_arguments": bind("a", constraint="regex(.)"),
    "nodes_expected": bind("a", calculate="count(1)"),
    "expression_malformed": bind("a", relevant="/data/b = "),
    "expression_too_deep": bind("a", calculate="(" * 300 + "1" + ")" * 300),
    "no_such_node": '<setvalue ref="/data/zzz" event="odk-instance-first-load">1</setvalue>',
}


@pytest.mark.parametrize("name", WRONG)
def test_refused_with_place_cause_and_remedy(name: str) -> None:
    with pytest.raises(FormFault) as raised:
        load_form(xform("<a/><b/><g><c/></g>" + META, model=WRONG[name], body=inputs("a", "b", "g/c")))
    problem = raised.value.problems[0]
    assert problem.code == name.split()[0]
    for language in ("zh", "en"):
        text = Text(language)
        assert "/data/" in problem.message(text)
        assert problem.remedy(text)
        assert raised.value.message(text)


@pytest.mark.parametrize("content", [b"", b"<x/>", b"not xml", b"<h:html xmlns:h='x'/>", b"\x00\x01"])
def test_what_is_no_form(content: bytes) -> None:
    with pytest.raises(FormFault) as raised:
        load_form(content, name="a.xml")
    assert all(p.message(Text("zh")) for p in raised.value.problems)


def test_a_control_without_a_node_is_refused() -> None:
    with pytest.raises(FormFault) as raised:
        load_form(xform("<a/>", body=inputs("missing")))
    assert raised.value.problems[0].values["path"] == "/data/missing"


def test_what_is_doubtful_is_a_warning() -> None:
    model = bind("a", calculate="/data/gone") + bind("lost", type="int")
    form = load_form(xform("<a/>", model=model, body=inputs("a")))
    assert {w.code for w in form.warnings} == {"dangling", "no_such_node"}


def test_a_constraint_that_cannot_be_evaluated_refuses_nobody() -> None:
    session = opened(xform(f"<a/>{META}", model=bind("a", constraint="regex(., '(?=x)y')"), body=inputs("a")))
    session.set("/data/a", "anything")
    assert session.node("/data/a").valid
    assert session.problems() == ()


def test_once_may_look_at_itself() -> None:
    session = opened(xform("<a/>", model=bind("a", calculate="once(uuid())")))
    assert len(session.node("/data/a").value) == 36


ANSWERS = {
    "new_repeat_outside": ('<setvalue event="odk-new-repeat" ref="/data/a">1</setvalue>', "", "wrong"),
    "itemset_without_list": ("", '<select1 ref="/data/b"><itemset><value ref="n"/></itemset></select1>', "wrong"),
    "itemset_without_value": ("", '<select1 ref="/data/b"><itemset nodeset="/data/a"/></select1>', "wrong"),
    "event_unsupported": ('<setvalue event="frobnicated" ref="/data/a">1</setvalue>', "", "unsupported"),
    "preload_unsupported": (
        bind("a", **{"jr:preload": "property", "jr:preloadParams": "simserial"}),
        "",
        "unsupported",
    ),
    "control_unsupported": ("", '<dial ref="/data/b"/>', "unsupported"),
    "external_app_unsupported": ("", '<input ref="/data/b" appearance="ex:org.example.scan"/>', "unsupported"),
    "encryption_unsupported": ('<submission base64RsaPublicKey="AA=="/>', "", "unsupported"),
    "recordaudio_not_yet": ('<odk:recordaudio event="odk-instance-load" ref="/data/a"/>', "", "not-yet"),
    "audit_not_yet": ('<bind nodeset="/data/meta/audit" type="binary"/>', "", "not-yet"),
    "regex_unsupported": (bind("a", constraint="regex(., '(?=a)b')"), "", "unsupported"),
}


@pytest.mark.parametrize("code", ANSWERS)
def test_three_kinds_of_answer(code: str) -> None:
    model, body, kind = ANSWERS[code]
    form = xform("<a/><b/><meta><instanceID/><audit/></meta>", model=model, body=inputs("a") + body)
    try:
        problems = load_form(form).warnings
    except FormFault as fault:
        problems = fault.problems
    found = next(problem for problem in problems if problem.code == code)
    assert found.kind.value == kind
    assert found.path or code == "encryption_unsupported"
    for language in ("zh", "en"):
        assert found.message(Text(language))
        assert found.remedy(Text(language))


def test_a_newer_entities_version_is_refused() -> None:
    form = xform("<a/>", body=inputs("a")).replace(b"<model", b'<model entities:entities-version="2031.1.0"', 1)
    with pytest.raises(FormFault) as raised:
        load_form(form)
    assert [(p.code, p.kind.value) for p in raised.value.problems] == [("entities_version_not_yet", "not-yet")]


def test_the_old_name_of_the_first_load() -> None:
    action = "<setvalue event='xforms-ready' ref='/data/a' value='1 + 1'/>"
    assert opened(xform(f"<a/>{META}", model=action, body=inputs("a"))).node("/data/a").value == "2"
