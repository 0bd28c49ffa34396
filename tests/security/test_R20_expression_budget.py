"""R20: no expression of a form runs for ever, fills the memory or overflows the stack."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from small_forms import META, bind, inputs, opened, xform

from forms.api import FormFault
from forms.load import load_form
from forms.rows import from_records
from forms.text import Text
from forms.xpath.errors import EvaluationFault
from forms.xpath.functions.strings import pattern

ITEMS = "instance('list')/root/item"
LIST = '<instance id="list" src="jr://file-csv/list.csv"/>'
ROWS = from_records([{"name": str(k), "n": str(k)} for k in range(3_000)])


def _form(expression: str) -> bytes:
    return xform(f"<go/><out/>{META}", model=LIST + bind("out", calculate=expression), body=inputs("go"))


ENDLESS = {
    "lists within lists": f"count({ITEMS}[count({ITEMS}[count({ITEMS}[n > current()/../go]) > 1]) > 1])",
    "every pair": f"count({ITEMS}[n > {ITEMS}[n > /data/go]/n])",
    "sums of sums": f"sum({ITEMS}[sum({ITEMS}[n mod 7 = /data/go]/n) > 0]/n)",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_too_many_steps_are_stopped(name: str) -> None:
    with pytest.raises(EvaluationFault) as raised:
        opened(_form(ENDLESS[name]), rows={"list": ROWS}).set("/data/go", "1")
    assert raised.value.code == "forms.expression_endless"
    for language in ("zh", "en"):
        assert raised.value.message(Text(language))
        assert raised.value.remedy(Text(language))


def test_the_answer_given_is_kept_when_a_calculation_is_stopped() -> None:
    expression = f"if(/data/go = '', 0, {ENDLESS['sums of sums']})"
    session = opened(_form(expression), rows={"list": ROWS})
    with pytest.raises(EvaluationFault):
        session.set("/data/go", "1")
    assert session.node("/data/go").value == "1"
    assert b"<go>1</go>" in session.draft()


def test_text_that_doubles_is_stopped() -> None:
    names = [f"t{k}" for k in range(64)]
    form = xform(
        "".join(f"<{name}/>" for name in names) + META,
        model="".join(bind(b, calculate=f"concat('x', /data/{a}, /data/{a})") for a, b in pairwise(names)),
        body=inputs("t0"),
    )
    with pytest.raises(EvaluationFault) as raised:
        opened(form).set("/data/t0", "x")
    assert raised.value.code == "forms.expression_endless"


def test_every_instance_reading_every_other_is_stopped() -> None:
    form = xform(
        f'<many/><rep jr:template=""><x>0</x><all/></rep>{META}',
        model=bind("many", type="int") + bind("rep/all", calculate="sum(../../rep/x)"),
        body=inputs("many") + '<repeat nodeset="/data/rep" jr:count="/data/many"><input ref="/data/rep/x"/></repeat>',
    )
    session = opened(form)
    session.set("/data/many", "1000")
    session.set("/data/rep[7]/x", "2")
    assert session.node("/data/rep[1000]/all").value == "2"
    with pytest.raises(EvaluationFault) as raised:
        session.set("/data/many", "10000")
    assert raised.value.code == "forms.expression_endless"


def test_regular_expressions_take_linear_time() -> None:
    session = opened(xform(f"<a/>{META}", model=bind("a", constraint="regex(., '^(a+)+$')"), body=inputs("a")))
    session.set("/data/a", "a" * 50_000 + "b")
    assert session.node("/data/a").violation == "constraint"
    with pytest.raises(EvaluationFault):
        pattern("(" * 2_000 + "a" + ")" * 2_000 + "{1000}{1000}{1000}")


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("(" * 20_000 + "1" + ")" * 20_000, id="brackets"),
        pytest.param("if(1, 2, " * 5_000 + "3" + ")" * 5_000, id="ifs"),
        pytest.param("-" * 50_000 + "1", id="signs"),
        pytest.param("1=" * 20_000 + "1", id="comparisons"),
    ],
)
def test_depth_ends_before_the_stack_does(expression: str) -> None:
    """Signs and comparisons that merely follow one another may be evaluated, if they can be."""
    with suppress(FormFault):
        assert opened(_form(expression), rows={"list": ROWS}).node("/data/out").value
    if "(" in expression:
        with pytest.raises(FormFault) as raised:
            load_form(_form(expression))
        assert raised.value.problems[0].code in ("expression_too_deep", "expression_too_long")
        assert raised.value.problems[0].message(Text("zh"))


def test_a_repeat_cannot_grow_without_end() -> None:
    form = xform(
        f"<many/><rep><x/></rep>{META}",
        model=bind("many", type="int"),
        body=inputs("many") + '<repeat nodeset="/data/rep" jr:count="/data/many"><input ref="/data/rep/x"/></repeat>',
    )
    session = opened(form)
    session.set("/data/many", "2000000000")
    assert session.node("/data/rep").count == 10_000


def test_a_form_of_a_thousand_dependent_questions_loads() -> None:
    names = [f"q{k}" for k in range(1_000)]
    form = load_form(
        xform(
            "".join(f"<{name}/>" for name in names),
            model="".join(bind(b, calculate=f"/data/{a}") for a, b in pairwise(names)),
            body=inputs("q0"),
        )
    )
    session = opened(form)
    session.set("/data/q0", "x")
    assert session.node("/data/q999").value == "x"
