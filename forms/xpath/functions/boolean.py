"""Truth: true, false, not, boolean, boolean-from-string, checklists, if, coalesce, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from forms.definition.model import NodeDef
from forms.xpath import compare
from forms.xpath.functions.library import MANY, Function, plain
from forms.xpath.nodes import Context
from forms.xpath.syntax import Call, Expression

if TYPE_CHECKING:
    from forms.xpath.compiler import Compiler


def _if(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    """An if whose else is an if again becomes one loop, so that long chains do not nest."""
    branches = []
    condition, then, other = arguments
    while True:
        branches.append((compiler.boolean(condition, context), compiler.value(then, context)))
        if not isinstance(other, Call) or other.name != "if" or len(other.arguments) != 3:
            break
        condition, then, other = other.arguments
    otherwise = compiler.value(other, context)
    if len(branches) == 1:
        test, result = branches[0]
        return lambda c: result(c) if test(c) else otherwise(c)

    def choose(c: Context) -> Any:
        for test, result in branches:
            if test(c):
                return result(c)
        return otherwise(c)

    return choose


def _coalesce(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    options = [compiler.string(argument, context) for argument in arguments]

    def first(c: Context) -> str:
        text = ""
        for option in options:
            text = option(c)
            if text != "":
                break
        return text

    return first


def _once(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    value = compiler.string(arguments[0], context)

    def once(c: Context) -> str:
        held = c.node.text
        return held if held != "" else value(c)

    return once


def _most(most: float) -> float:
    return float("inf") if most == -1 else most


def _checklist(least: float, most: float, *answers: Any) -> bool:
    total = sum(_truths(answer) for answer in answers)
    return least <= total <= _most(most)


def _truths(answer: Any) -> int:
    if isinstance(answer, list):
        return sum(1 for node in answer if node.text.strip() not in ("", "0", "false"))
    return 1 if compare.boolean_of(answer) else 0


def _weighted(least: float, most: float, *pairs: Any) -> bool:
    total = 0.0
    for answer, weight in zip(pairs[::2], pairs[1::2], strict=False):
        answers = answer if isinstance(answer, list) else [answer]
        weights = weight if isinstance(weight, list) else [weight]
        for one, its in zip(answers, weights, strict=False):
            if _truths([one] if hasattr(one, "text") else one):
                total += compare.number_of([its] if hasattr(its, "text") else its)
    return least <= total <= _most(most)


FUNCTIONS = (
    plain("true", "boolean", "", lambda: True),
    plain("false", "boolean", "", lambda: False),
    plain("not", "boolean", "b", lambda value: not value),
    plain("boolean", "boolean", "b", lambda value: value),
    plain("boolean-from-string", "boolean", "s", lambda text: text in ("1", "true")),
    plain("checklist", "boolean", "nnv*", _checklist),
    plain("weighted-checklist", "boolean", "nnv*", _weighted),
    Function("if", "any", 3, 3, _if),
    Function("coalesce", "string", 1, MANY, _coalesce),
    Function("once", "string", 1, 1, _once),
)
