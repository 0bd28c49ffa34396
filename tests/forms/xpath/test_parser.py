"""Expressions -> trees: what is an operator, what a name, and what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.xpath.errors import ExpressionError
from forms.xpath.lexer import tokens
from forms.xpath.parser import MAX_NESTING, parse
from forms.xpath.syntax import Arithmetic, Call, Comparison, Filter, Logic, Negation, Path


def test_a_star_is_a_name_or_an_operator_by_its_place() -> None:
    kinds = [(t.kind, t.text) for t in tokens("* * *")]
    assert kinds == [("sign", "*"), ("operator", "*"), ("sign", "*"), ("end", "")]


def test_words_are_operators_only_after_an_operand() -> None:
    tree = parse("div div mod")
    assert isinstance(tree, Arithmetic)
    assert tree.rest[0][0] == "div"


def test_a_hyphen_belongs_to_the_name() -> None:
    assert isinstance(parse("a-b"), Path)
    assert isinstance(parse("a - b"), Arithmetic)


def test_chains_are_flat() -> None:
    tree = parse(" or ".join(["a = 1"] * 500))
    assert isinstance(tree, Logic)
    assert len(tree.operands) == 500
    total = parse(" + ".join(["1"] * 500))
    assert isinstance(total, Arithmetic)
    assert len(total.rest) == 499


def test_precedence() -> None:
    tree = parse("1 + 2 * 3 = 7 and not(false())")
    assert isinstance(tree, Logic)
    assert isinstance(tree.operands[0], Comparison)
    assert isinstance(parse("--1"), Negation)


def test_paths_with_predicates_and_functions() -> None:
    tree = parse("instance('x')/root/item[name = current()/../a][1]/label")
    assert isinstance(tree, Path)
    assert isinstance(tree.start, Call)
    assert [len(step.predicates) for step in tree.steps] == [0, 2, 0]
    assert isinstance(parse("(a | b)[1]"), Filter)


MALFORMED = ["", "1 +", "a[", "a b", "'open", "f(1,", "a//", "$x", "child::", "a::b", ")", "!", "§"]


@pytest.mark.parametrize("source", MALFORMED)
def test_malformed(source: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(source)
    assert raised.value.code == "expression_malformed"
    assert raised.value.values["expression"] == source


def test_one_tree_for_one_string() -> None:
    assert parse("/data/a = 1") is parse("/data/a = 1")


def test_nesting_ends_before_the_stack_does() -> None:
    parse("(" * (MAX_NESTING - 1) + "1" + ")" * (MAX_NESTING - 1))
    for deep in ("(" * 5_000 + "1" + ")" * 5_000, "not(" * 5_000, "a[" * 5_000, "-(" * 5_000):
        with pytest.raises(ExpressionError):
            parse(deep)


@given(st.text(alphabet="ab/.[]()@*|+-=<>!'\"1 ,:div", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_parses_or_is_refused(source: str) -> None:
    with suppress(ExpressionError):
        parse(source)
