"""What can be known to be wrong with a call before it is compiled."""

from __future__ import annotations

from forms.xpath.errors import ExpressionError
from forms.xpath.functions import LIBRARY
from forms.xpath.functions.naming import NAMING
from forms.xpath.syntax import (
    Alternatives,
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Filter,
    Literal,
    Logic,
    Negation,
    Number,
)

_NODES_ONLY = {"count": 0, "count-non-empty": 0, "position": 0, "randomize": 0, **dict.fromkeys(NAMING, 0)}
_VALUES = (Arithmetic, Comparison, Literal, Logic, Negation, Number)


def check(call: Call) -> None:
    """Raise ExpressionError for an unknown function, a wrong number of arguments, a value in place of nodes."""
    function = LIBRARY.get(call.name)
    if function is None:
        raise ExpressionError("unknown_function", function=call.name)
    if not function.least <= len(call.arguments) <= function.most:
        raise ExpressionError("wrong_arguments", function=call.name, count=len(call.arguments))
    if call.name == "indexed-repeat" and len(call.arguments) % 2 == 0:
        raise ExpressionError("wrong_arguments", function=call.name, count=len(call.arguments))
    place = _NODES_ONLY.get(call.name)
    if place is not None and len(call.arguments) > place and not may_be_nodes(call.arguments[place]):
        raise ExpressionError("nodes_expected")


def may_be_nodes(expression: Expression) -> bool:
    if isinstance(expression, _VALUES):
        return False
    if isinstance(expression, Call):
        function = LIBRARY.get(expression.name)
        return function is None or function.returns in ("nodes", "any")
    return True


def check_operands(expression: Expression) -> None:
    """A union takes node-sets only, and only nodes can be filtered."""
    if isinstance(expression, Filter) and not may_be_nodes(expression.base):
        raise ExpressionError("nodes_expected")
    if isinstance(expression, Alternatives) and not all(may_be_nodes(operand) for operand in expression.operands):
        raise ExpressionError("nodes_expected")
