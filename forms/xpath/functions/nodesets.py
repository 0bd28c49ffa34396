"""Node-sets: count, position, last, current, instance, pulldata, indexed-repeat, randomize, number."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from forms.definition.model import NodeDef
from forms.xpath.errors import EvaluationFault, ExpressionError
from forms.xpath.functions.library import Function
from forms.xpath.nodes import Context, Node
from forms.xpath.syntax import Expression, Literal, OuterIndex, Path, Step
from forms.xpath.values import NAN, to_number

if TYPE_CHECKING:
    from forms.xpath.compiler import Compiler


def _count(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    if compiler.type_of(arguments[0]) == "nodes":
        count = compiler.path(arguments[0], context).count
        return lambda c: float(count(c))
    nodes = compiler.nodes(arguments[0], context)
    return lambda c: float(len(nodes(c)))


def _count_non_empty(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    strings = compiler.strings(arguments[0], context)
    return lambda c: float(sum(1 for text in strings(c) if text != ""))


def _position(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    if not arguments:
        return lambda c: float(c.position)
    nodes = compiler.nodes(arguments[0], context)

    def position(c: Context) -> float:
        found = nodes(c)
        return float(place(found[0])) if found else NAN

    return position


def place(node: Node) -> int:
    """The position of a node among its siblings of the same name, from 1."""
    series = getattr(node, "position", None)
    if series:
        return int(series)
    parent = node.above()
    if parent is None:
        return 1
    for at, sibling in enumerate(parent.named(node.name), 1):
        if sibling is node or sibling.order() == node.order():
            return at
    return 1


def _current(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    return lambda c: [c.current]


def _instance(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    identifier = compiler.string(arguments[0], context)

    def document(c: Context) -> list[Node]:
        found = c.world.instance(identifier(c))
        return [found] if found is not None else []

    return document


def _pulldata(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    identifier, wanted, key, value = (compiler.string(argument, context) for argument in arguments)
    if isinstance(arguments[1], Literal) and isinstance(arguments[2], Literal) and isinstance(arguments[0], Literal):
        return _pulldata_path(compiler, arguments, context)

    def pull(c: Context) -> str:
        table = c.world.table(identifier(c))
        if table is None:
            raise EvaluationFault("no_such_list", name=identifier(c))
        rows = table.where(key(c), value(c))
        return table.cell(rows[0], wanted(c)) if rows else ""

    return pull


def _pulldata_path(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    """pulldata('x', 'want', 'key', v) is instance('x')/root/item[key = v]/want, also for keys that are paths."""
    from forms.xpath.parser import parse
    from forms.xpath.syntax import Call, Comparison

    identifier, wanted, key, value = arguments
    if not (isinstance(identifier, Literal) and isinstance(wanted, Literal) and isinstance(key, Literal)):
        raise ExpressionError("wrong_arguments", function="pulldata", count=len(arguments))
    name = identifier.value.removesuffix(".csv")
    item = Step("child", "item", (Comparison("=", parse(key.value), value),))
    tail = parse(wanted.value)
    if not isinstance(tail, Path):
        raise ExpressionError("wrong_arguments", function="pulldata", count=len(arguments))
    path = Path(Call("instance", (Literal(name),)), (Step("child", "root"), item, *tail.steps))
    return compiler.string(path, context)


def _indexed_repeat(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    """The target inside the instances that the (repeat, index) pairs name, the outer one first."""
    if len(arguments) % 2 == 0:
        raise ExpressionError("wrong_arguments", function="indexed-repeat", count=len(arguments))
    path = _rewritten(compiler, arguments, context)
    return compiler.nodes(path, context)


def _rewritten(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Path:
    """As the absolute path with one predicate for each pair; the indexes mean the calling context."""
    target = compiler.path(arguments[0], context).target
    if target is None:
        raise ExpressionError("wrong_arguments", function="indexed-repeat", count=len(arguments))
    indexes: dict[NodeDef, Expression] = {}
    for repeat, index in zip(arguments[1::2], arguments[2::2], strict=True):
        definition = compiler.path(repeat, context).target
        if definition is None:
            raise ExpressionError("wrong_arguments", function="indexed-repeat", count=len(arguments))
        indexes[definition] = index
    chain: list[NodeDef] = []
    at: NodeDef | None = target
    while at is not None:
        chain.append(at)
        at = at.parent
    steps = tuple(Step("child", d.name, (OuterIndex(indexes[d]),) if d in indexes else ()) for d in reversed(chain))
    return Path("/", steps)


def _randomize(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    nodes = compiler.nodes(arguments[0], context)
    if len(arguments) == 1:
        return lambda c: shuffled(nodes(c), None, c)
    value = compiler.value(arguments[1], context)
    return lambda c: shuffled(nodes(c), seed_of(value(c)), c)


def seed_of(value: Any) -> int:
    """The 64-bit seed of a number, or of a text by its digest, as JavaRosa and ODK's web engine make it."""
    from forms.xpath.compare import number_of, string_of

    number = number_of(value)
    if number == number:
        return max(-(2**63), min(2**63 - 1, int(number))) if abs(number) < 2.0**63 else _far(number)
    text = string_of(value)
    if text == "":
        return 0
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def _far(number: float) -> int:
    return 2**63 - 1 if number > 0 else -(2**63)


def shuffled(nodes: list[Node], seed: int | None, c: Context) -> list[Node]:
    """Fisher-Yates from the inside out, over a Park-Miller sequence, so that a seed gives what ODK gives for it."""
    result: list[Node] = []
    state = 0
    if seed is not None:
        state = seed % 2147483647 if seed >= 0 else -((-seed) % 2147483647)
        if state <= 0:
            state += 2147483646
    for at, node in enumerate(nodes):
        if seed is None:
            part = c.world.random()
        else:
            state = state * 16807 % 2147483647
            part = (state - 1) / 2147483646
        other = int(part * (at + 1))
        result.append(node)
        if other != at:
            result[at] = result[other]
            result[other] = node
    return result


def _number(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    """A date-time as a text gives whole days here, as in JavaRosa and in ODK's web engine; with its part of a day
    it enters arithmetic and decimal-date-time()."""
    if not arguments:
        return lambda c: _whole(c.node.text, c)
    if compiler.type_of(arguments[0]) in ("string", "nodes"):
        text = compiler.string(arguments[0], context)
        return lambda c: _whole(text(c), c)
    return compiler.number(arguments[0], context)


def _whole(text: str, c: Context) -> float:
    number = to_number(text, c)
    return float(math.floor(number)) if "T" in text and math.isfinite(number) else number


FUNCTIONS = (
    Function("count", "number", 1, 1, _count),
    Function("count-non-empty", "number", 1, 1, _count_non_empty),
    Function("position", "number", 0, 1, _position),
    Function("last", "number", 0, 0, lambda compiler, arguments, context: lambda c: float(c.size)),
    Function("current", "nodes", 0, 0, _current),
    Function("instance", "nodes", 1, 1, _instance),
    Function("pulldata", "string", 4, 4, _pulldata),
    Function("indexed-repeat", "nodes", 3, 99, _indexed_repeat),
    Function("randomize", "nodes", 1, 2, _randomize),
    Function("number", "number", 0, 1, _number),
)
