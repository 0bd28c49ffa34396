"""Comparisons by XPath 1.0 section 3.4, and conversions of values whose type shows only when they are there."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from typing import Any

from forms.xpath.errors import EvaluationFault
from forms.xpath.nodes import BooleanOf, Context, Node, NumberOf, StringOf, StringsOf
from forms.xpath.syntax import Expression, Literal
from forms.xpath.values import NAN, to_number, to_string, truth

_BY_SIGN: dict[str, Callable[[Any, Any], bool]] = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def string_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return value[0].text if value else ""
    return to_string(value)


def number_of(value: Any, c: Context | None = None) -> float:
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, (float, int)):
        return value
    if isinstance(value, list):
        return to_number(value[0].text, c) if value else NAN
    return to_number(value, c)


def boolean_of(value: Any) -> bool:
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return truth(value)
    return bool(value)


def strings_of(value: Any) -> list[str]:
    return [node.text for node in value] if isinstance(value, list) else [string_of(value)]


def nodes_of(value: Any) -> list[Node]:
    if not isinstance(value, list):
        raise EvaluationFault("nodes_wanted")
    return value


def numbers(sign: str, left: NumberOf, right: NumberOf) -> BooleanOf:
    if sign == "<":
        return lambda c: left(c) < right(c)
    if sign == "<=":
        return lambda c: left(c) <= right(c)
    if sign == ">":
        return lambda c: left(c) > right(c)
    if sign == ">=":
        return lambda c: left(c) >= right(c)
    if sign == "=":
        return lambda c: left(c) == right(c)
    return lambda c: left(c) != right(c)


def strings(sign: str, left: StringOf, right: StringOf, other: Expression) -> BooleanOf:
    if isinstance(other, Literal):
        text = other.value
        return (lambda c: left(c) == text) if sign == "=" else (lambda c: left(c) != text)
    return (lambda c: left(c) == right(c)) if sign == "=" else (lambda c: left(c) != right(c))


def any_strings(sign: str, left: StringsOf, right: StringsOf) -> BooleanOf:
    if sign == "=":
        return lambda c: not set(left(c)).isdisjoint(right(c))

    def different(c: Context) -> bool:
        a, b = set(left(c)), set(right(c))
        return bool(a) and bool(b) and not (len(a) == 1 and a == b)

    return different


def any_numbers(sign: str, left: StringsOf, right: StringsOf) -> BooleanOf:
    test = _BY_SIGN[sign]

    def some(c: Context) -> bool:
        b = [to_number(text, c) for text in right(c)]
        a = [to_number(text, c) for text in left(c)]
        c.spend(len(a) * len(b))
        return any(test(x, y) for x in a for y in b)

    return some


def values(sign: str, left: Any, right: Any) -> bool:
    """Compare values of any types."""
    test = _BY_SIGN[sign]
    if sign in ("=", "!=") and (isinstance(left, bool) or isinstance(right, bool)):
        return test(boolean_of(left), boolean_of(right))
    numeric = sign not in ("=", "!=") or not (isinstance(left, (str, list)) and isinstance(right, (str, list)))
    a = [n.text for n in left] if isinstance(left, list) else [left]
    b = [n.text for n in right] if isinstance(right, list) else [right]
    if numeric:
        return any(test(number_of(x), number_of(y)) for x in a for y in b)
    return any(test(x, y) for x in a for y in b)
