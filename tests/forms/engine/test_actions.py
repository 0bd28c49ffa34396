"""setvalue and its events."""

import pytest
from small_forms import META, bind, inputs, opened, world, xform

from forms.api import Mode
from forms.load import load_form
from forms.xpath.errors import EvaluationFault


def test_first_load_happens_once() -> None:
    form = xform(
        f"<made/><seen/>{META}",
        model='<setvalue ref="/data/made" event="odk-instance-first-load" value="today()"/>'
        '<setvalue ref="/data/seen" event="odk-instance-load">yes</setvalue>',
        body=inputs("made", "seen"),
    )
    session = opened(form)
    assert session.node("/data/made").value == "2026-03-04"
    session.set("/data/made", "2020-01-01")
    session.set("/data/seen", "no")
    again = load_form(form).open(world(), instance=session.draft(), mode=Mode.EDIT)
    assert again.node("/data/made").value == "2020-01-01"
    assert again.node("/data/seen").value == "yes"


def test_a_changed_answer_sets_another_which_stays_free() -> None:
    form = xform(
        f"<kind/><hint/><count/>{META}",
        model=bind("count", type="int"),
        body='<input ref="/data/kind"><setvalue ref="/data/hint" event="xforms-value-changed" '
        "value=\"concat('about ', /data/kind)\"/></input>"
        '<input ref="/data/hint"><setvalue ref="/data/count" event="xforms-value-changed" '
        'value="coalesce(/data/count, 0) + 1"/></input>',
    )
    session = opened(form)
    change = session.set("/data/kind", "water")
    assert session.node("/data/hint").value == "about water"
    assert session.node("/data/count").value == "1"
    assert {"/data/hint", "/data/count"} <= change.refs
    session.set("/data/hint", "mine")
    session.set("/data/kind", "water")
    assert session.node("/data/hint").value == "mine"
    assert session.node("/data/count").value == "2"


def test_in_a_repeat_the_own_instance_is_set() -> None:
    form = xform(
        f'<rep jr:template=""><a/><b/><id/></rep>{META}',
        body='<repeat nodeset="/data/rep"><input ref="/data/rep/a">'
        '<setvalue ref="/data/rep/b" event="xforms-value-changed" value="../a"/></input>'
        '<input ref="/data/rep/b"/><setvalue ref="/data/rep/id" event="odk-new-repeat" value="position(..)"/></repeat>',
    )
    session = opened(form)
    session.add_repeat("/data/rep")
    session.add_repeat("/data/rep")
    session.set("/data/rep[2]/a", "x")
    assert session.node("/data/rep[1]/b").value == ""
    assert session.node("/data/rep[2]/b").value == "x"
    assert [session.node(f"/data/rep[{k}]/id").value for k in (1, 2)] == ["1", "2"]


def test_answers_that_set_one_another_off_are_stopped() -> None:
    form = xform(
        f"<a/><b/>{META}",
        model=bind("a", type="int") + bind("b", type="int"),
        body='<input ref="/data/a"><setvalue ref="/data/b" event="xforms-value-changed" value="/data/a + 1"/></input>'
        '<input ref="/data/b"><setvalue ref="/data/a" event="xforms-value-changed" value="/data/b + 1"/></input>',
    )
    session = opened(form)
    with pytest.raises(EvaluationFault) as raised:
        session.set("/data/a", "1")
    assert raised.value.code == "forms.never_settles"
    assert session.node("/data/a").value != ""


def test_background_position() -> None:
    form = xform(
        f"<where/>{META}",
        model='<odk:setgeopoint ref="/data/where" event="odk-instance-first-load"/>' + bind("where", type="geopoint"),
    )
    session = load_form(form).open(world(position="26.5 106.7 0 5"))
    assert session.node("/data/where").value == "26.5 106.7 0 5"
