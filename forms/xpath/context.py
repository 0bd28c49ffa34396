"""Whether an expression needs to know where it stands: one that does not is compiled once for a form."""

from __future__ import annotations

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
    Path,
)
from forms.xpath.tables import calls

_OF_CONTEXT = ("current", "once", "position", "last", "indexed-repeat", "jr:itext", "jr:choice-name")
_OF_NOTHING = frozenset({"true", "false", "today", "now", "uuid", "random", "pi"})  # without arguments


def same_anywhere(expression: Expression) -> bool:
    """Whether it means the same for every node that lies in no repeat; false where that is not plain to see."""
    if isinstance(expression, (Literal, Number)):
        return True
    if isinstance(expression, Path):
        steady = expression.start == "/" or (isinstance(expression.start, Call) and same_anywhere(expression.start))
        return steady and not any(calls(step.predicates, _OF_CONTEXT) for step in expression.steps)
    if isinstance(expression, Filter):
        return same_anywhere(expression.base) and not calls(expression.predicates, _OF_CONTEXT)
    if isinstance(expression, Call):
        known = expression.name in _OF_NOTHING if not expression.arguments else expression.name not in _OF_CONTEXT
        return known and all(same_anywhere(argument) for argument in expression.arguments)
    parts = _parts(expression)
    return bool(parts) and all(same_anywhere(part) for part in parts)


def _parts(expression: Expression) -> tuple[Expression, ...]:
    if isinstance(expression, Comparison):
        return (expression.left, expression.right)
    if isinstance(expression, Arithmetic):
        return (expression.first, *(operand for _, operand in expression.rest))
    if isinstance(expression, (Logic, Alternatives)):
        return expression.operands
    return (expression.operand,) if isinstance(expression, Negation) else ()
