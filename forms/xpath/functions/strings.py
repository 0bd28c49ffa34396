"""Strings."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2

from forms.definition.model import NodeDef
from forms.xpath.errors import EvaluationFault
from forms.xpath.functions.library import MANY, Function, plain
from forms.xpath.nodes import bounded
from forms.xpath.syntax import Expression

if TYPE_CHECKING:
    from forms.xpath.compiler import Compiler

_BACKTRACKING = re.compile(r"\(\?<?[=!]|\(\?>|\\[1-9]|\\k<|[*+?}]\+")  # what no linear-time engine can do
_SPACES = " \t\r\n"


def _options() -> Any:
    options = re2.Options()
    options.max_mem = 8 << 20
    options.log_errors = False
    return options


@lru_cache(maxsize=1024)
def pattern(text: str) -> Any:
    """A compiled expression that takes linear time. Raises EvaluationFault."""
    try:
        return re2.compile(text, _options())
    except re2.error as error:
        code = "regex_unsupported" if _BACKTRACKING.search(text) else "regex_malformed"
        raise EvaluationFault(code, pattern=text, reason=str(error)) from error


def _regex(text: str, expression: str) -> bool:
    return pattern(expression).search(text) is not None


def _substr(text: str, start: float, end: float | None = None) -> str:
    if start != start or (end is not None and end != end):
        return ""
    length = len(text)
    first = _index(start, length)
    last = length if end is None else _index(end, length)
    return text[first:last] if first < last else ""


def _index(value: float, length: int) -> int:
    if value < 0:
        return max(0, int(length + value)) if value > -length else 0
    return int(min(value, length))


def _substring(text: str, start: float, length: float | None = None) -> str:
    """XPath's own: positions from 1, rounded."""
    if start != start or (length is not None and length != length):
        return ""
    first = _half_up(start)
    last = float("inf") if length is None else first + _half_up(length)
    return "".join(sign for at, sign in enumerate(text, 1) if first <= at < last)


def _half_up(value: float) -> float:
    return value if math.isinf(value) else float(math.floor(value + 0.5))


def _translate(text: str, signs: str, others: str) -> str:
    table: dict[int, str | None] = {}
    for at, sign in enumerate(signs):
        table.setdefault(ord(sign), others[at] if at < len(others) else None)
    return text.translate(table)


def _normalize(text: str) -> str:
    return " ".join(part for part in text.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ") if part)


def _after(text: str, sign: str) -> str:
    return text.partition(sign)[2] if sign else text


def _before(text: str, sign: str) -> str:
    head, found, _ = text.partition(sign) if sign else ("", "", "")
    return head if found else ""


def _concat(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    """Node-sets contribute the values of all their nodes."""
    if any(compiler.plural(argument, context) in ("nodes", "any") for argument in arguments):
        every = [compiler.strings(argument, context) for argument in arguments]
        return lambda c: bounded("".join(text for part in every for text in part(c)))
    singles = [compiler.string(argument, context) for argument in arguments]
    return lambda c: bounded("".join([single(c) for single in singles]))


def _join(glue: str, *sets: list[str]) -> str:
    return bounded(glue.join(text for texts in sets for text in texts))


def _bare(name: str, returns: Any, code: str, function: Any) -> Function:
    """A function that takes the context node's string where it has no argument."""

    def build(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
        if arguments:
            text = compiler.string(arguments[0], context)
            return lambda c: function(text(c))
        return lambda c: function(c.node.text)

    return Function(name, returns, 0, 1, build)


FUNCTIONS = (
    plain("regex", "boolean", "ss", _regex),
    plain("substr", "string", "snn", _substr, least=2),
    plain("substring", "string", "snn", _substring, least=2),
    plain("substring-before", "string", "ss", _before),
    plain("substring-after", "string", "ss", _after),
    plain("contains", "boolean", "ss", lambda text, part: part in text),
    plain("starts-with", "boolean", "ss", lambda text, part: text.startswith(part)),
    plain("ends-with", "boolean", "ss", lambda text, part: text.endswith(part)),
    plain("translate", "string", "sss", _translate),
    plain("upper-case", "string", "s", str.upper),
    plain("lower-case", "string", "s", str.lower),
    plain("join", "string", "sS*", _join),
    Function("concat", "string", 0, MANY, _concat),
    _bare("string", "string", "s", lambda text: text),
    _bare("string-length", "number", "s", lambda text: float(len(text))),
    _bare("normalize-space", "string", "s", _normalize),
)
