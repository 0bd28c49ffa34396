"""Nothing that a form can nest reaches Python's recursion limit, nor takes time that doubles with each level."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from small_forms import bind, inputs, opened, world, xform

from forms.api import FormFault, Mode
from forms.engine.session import FillingSession
from forms.load import load_form
from forms.xml import MAX_DEPTH
from forms.xpath.parser import MAX_NESTING

A = "/data/a"
NESTED: dict[str, Callable[[int], str]] = {
    "parentheses": lambda d: "(" * d + A + ")" * d,
    "concat": lambda d: "concat(" * d + A + ", 'x')" * d,
    "if": lambda d: f"if({A} = '1', " * d + "'y'" + ", 'n')" * d,
    "not": lambda d: "not(" * d + A + ")" * d,
    "arithmetic": lambda d: "(1 + " * d + A + ")" * d,
    "comparison": lambda d: "(1 = " * d + A + ")" * d,
    "chained comparisons": lambda d: A + f" > {A}" * d,
    "logic": lambda d: f"({A} = 1 and " * d + A + ")" * d,
    "negation": lambda d: "-(" * d + A + ")" * d,
    "predicate": lambda d: "count(" + "/data/r[x " * d + "]" * d + ")",
    "compared predicate": lambda d: "count(" + "/data/r[x = 1 and x" * d + " = 1]" * d + ")",
    "predicate on a parent": lambda d: "count(/data/r" + "[../r" * d + "/x = 1]" * d + ")",
    "row": lambda d: "instance('l')/root/item[name = " * d + "'x'" + "]/name" * d,
    "union": lambda d: "count(" + "(" * d + "/data/r" + " | /data/a)" * d + ")",
    "filter": lambda d: "count(" + "(" * d + "/data/r" + ")[1]" * d + ")",
    "indexed-repeat": lambda d: "indexed-repeat(/data/r/x, /data/r, " * d + "1" + ")" * d,
}
LIST = '<instance id="l"><root><item><name>x</name></item></root></instance>'
REPEAT = '<group ref="/data/r"><repeat nodeset="/data/r"><input ref="/data/r/x"/></repeat></group>'


def calculating(expression: str) -> bytes:
    return xform(
        "<a>1</a><r><x>1</x></r><out/>",
        model=LIST + bind("out", calculate=expression),
        body=inputs("a") + REPEAT,
    )


def below_a_stack_of(frames: int, action: Callable[[], FillingSession]) -> FillingSession:
    return action() if frames == 0 else below_a_stack_of(frames - 1, action)


@pytest.mark.parametrize("kind", NESTED)
def test_an_expression_is_refused_or_evaluated_at_any_depth(kind: str) -> None:
    evaluated = 0
    for depth in (10, 24, 32, MAX_NESTING // 2 - 2, MAX_NESTING - 2, MAX_NESTING, 400, 3_000):
        try:
            session = below_a_stack_of(300, lambda depth=depth: opened(calculating(NESTED[kind](depth))))  # type: ignore[misc]
        except FormFault as fault:
            assert {p.code for p in fault.problems} <= {"expression_too_deep", "expression_too_long"}  # noqa: PT017
            continue
        below_a_stack_of(300, lambda session=session: _answered(session))  # type: ignore[misc]
        assert not session._live.faults
        evaluated = depth
    assert evaluated >= 24


def _answered(session: FillingSession) -> FillingSession:
    assert session.set(A, "2").skipped is None
    return session


@pytest.mark.parametrize("operator", ["+", "and", "|"])
def test_a_long_chain_of_one_operator_is_flat(operator: str) -> None:
    expression = f" {operator} ".join(["../a"] * 10_000)
    session = opened(calculating(f"string({expression})"))
    assert session.node("/data/out").value


@pytest.mark.parametrize("repeating", [False, True])
def test_groups_and_repeats_as_deep_as_a_document_may_be(repeating: bool) -> None:
    levels = (MAX_DEPTH - 6) // 2 if repeating else MAX_DEPTH - 6
    paths = ["/data" + "".join(f"/g{k}" for k in range(n + 1)) for n in range(levels)]
    tag, reference = ("repeat", "nodeset") if repeating else ("group", "ref")
    body = "".join(
        f'<group ref="{p}"><repeat nodeset="{p}">' if repeating else f'<{tag} {reference}="{p}">' for p in paths
    )
    body += f'<input ref="{paths[-1]}/q"/>' + ("</repeat></group>" if repeating else "</group>") * levels
    instance = "".join(f"<g{k}>" for k in range(levels)) + "<q/>" + "".join(f"</g{k}>" for k in reversed(range(levels)))
    form = load_form(xform(instance, body=body))
    session = below_a_stack_of(300, lambda: form.open(world()))
    leaf = next(node.ref for node in session.everything() if node.name == "q")
    assert session.set(leaf, "deep").skipped is None
    assert len(list(session.walk())) >= levels
    draft = session.draft()
    assert b">deep</q>" in session.submission_xml()
    assert form.open(world(), instance=draft, mode=Mode.RESTORE).node(leaf).value == "deep"


def test_a_chain_of_thousands_of_calculations() -> None:
    names = [f"c{k}" for k in range(10_000)]
    model = bind("c0", calculate="/data/a + 1") + "".join(
        bind(name, calculate=f"/data/{before} + 1") for before, name in pairwise(names)
    )
    session = opened(xform("<a>1</a>" + "".join(f"<{n}/>" for n in names), model=model, body=inputs("a")))
    session.set(A, "2")
    assert session.node("/data/c9999").value == "10002"
