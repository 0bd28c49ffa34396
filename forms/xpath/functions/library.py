"""How a function is declared: its result type, how many arguments it takes, and what builds its closure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forms.definition.model import NodeDef
from forms.xpath.nodes import Context
from forms.xpath.syntax import Expression

if TYPE_CHECKING:
    from forms.xpath.compiler import Compiler, Type

MANY = 10_000
Build = Callable[["Compiler", Sequence[Expression], NodeDef | None], Any]


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    returns: Type
    least: int
    most: int
    build: Build


def argument(
    compiler: Compiler, code: str, expression: Expression, context: NodeDef | None
) -> Callable[[Context], Any]:
    """The closure of one argument: s string, n number, b boolean, v any value, N nodes, S strings of a node-set."""
    if code == "s":
        return compiler.string(expression, context)
    if code == "n":
        return compiler.number(expression, context)
    if code == "b":
        return compiler.boolean(expression, context)
    if code == "N":
        return compiler.nodes(expression, context)
    if code == "S":
        return compiler.strings(expression, context)
    return compiler.value(expression, context)


def plain(name: str, returns: Type, codes: str, function: Callable[..., Any], *, least: int | None = None) -> Function:
    """A function of its arguments' values only. A last code followed by `*` takes any number of arguments."""
    return Function(name, returns, *_counts(codes, least), _builder(codes, function, worldly=False))


def worldly(
    name: str, returns: Type, codes: str, function: Callable[..., Any], *, least: int | None = None
) -> Function:
    """A function whose first argument is the Context."""
    return Function(name, returns, *_counts(codes, least), _builder(codes, function, worldly=True))


def _counts(codes: str, least: int | None) -> tuple[int, int]:
    if codes.endswith("*"):
        return (len(codes) - 2 if least is None else least), MANY
    return (len(codes) if least is None else least), len(codes)


def _builder(codes: str, function: Callable[..., Any], *, worldly: bool) -> Build:
    def build(compiler: Compiler, expressions: Sequence[Expression], context: NodeDef | None) -> Any:
        closures = [
            argument(compiler, _code(codes, at), expression, context) for at, expression in enumerate(expressions)
        ]
        if worldly:
            return lambda c: function(c, *[closure(c) for closure in closures])
        if len(closures) == 1:
            (first,) = closures
            return lambda c: function(first(c))
        if len(closures) == 2:
            first, second = closures
            return lambda c: function(first(c), second(c))
        if len(closures) == 3:
            first, second, third = closures
            return lambda c: function(first(c), second(c), third(c))
        return lambda c: function(*[closure(c) for closure in closures])

    return build


def _code(codes: str, at: int) -> str:
    if codes.endswith("*") and at >= len(codes) - 2:
        return codes[-2]
    return codes[at]
