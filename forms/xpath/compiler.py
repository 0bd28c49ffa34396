"""Syntax tree -> closures, one for each type that is asked for, so that no value is tagged or converted needlessly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any
from typing import Literal as Exactly

from forms.definition.model import NodeDef
from forms.xpath import compare
from forms.xpath.errors import ExpressionError
from forms.xpath.functions import LIBRARY
from forms.xpath.nodes import BooleanOf, Context, Node, NodesOf, NumberOf, StringOf, StringsOf
from forms.xpath.paths import PathCode, Predicate, code_of, is_current, leading, plan, walked
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
    OuterIndex,
    Path,
    Step,
)
from forms.xpath.tables import Lookup, RowFilter, TablePath, calls, conjuncts, equality, shape
from forms.xpath.values import NAN, to_number, to_string, truth

Type = Exactly["string", "number", "boolean", "nodes", "any"]
Value = Any  # str | float | bool | list[Node]


class Compiler:
    """Compiles the expressions of one context: `current` is the definition of the node that they belong to."""

    __slots__ = ("_paths", "current", "root")

    def __init__(self, root: NodeDef, current: NodeDef | None) -> None:
        self.root = root
        self.current = current
        self._paths: dict[tuple[int, int], tuple[Expression, PathCode]] = {}

    # -- static types --------------------------------------------------------------------------

    def type_of(self, expression: Expression) -> Type:
        if isinstance(expression, (Path, Filter, Alternatives)):
            return "nodes"
        if isinstance(expression, (Number, Arithmetic, Negation, OuterIndex)):
            return "number"
        if isinstance(expression, (Comparison, Logic)):
            return "boolean"
        if isinstance(expression, Literal):
            return "string"
        return LIBRARY[self.known(expression)].returns

    def known(self, call: Call) -> str:
        """The function's name in the library. Raises ExpressionError for an unknown one or a wrong count."""
        function = LIBRARY.get(call.name)
        if function is None:
            raise ExpressionError("unknown_function", function=call.name)
        if not function.least <= len(call.arguments) <= function.most:
            raise ExpressionError("wrong_arguments", function=call.name, count=len(call.arguments))
        return call.name

    def call(self, call: Call, context: NodeDef | None) -> Any:
        return LIBRARY[self.known(call)].build(self, call.arguments, context)

    # -- by result -----------------------------------------------------------------------------

    def string(self, expression: Expression, context: NodeDef | None) -> StringOf:
        if isinstance(expression, Literal):
            text = expression.value
            return lambda c: text
        kind = self.type_of(expression)
        if kind == "nodes":
            return self.path(expression, context).text
        if kind == "string":
            return self.call(expression, context)  # type: ignore[no-any-return,arg-type]
        if kind == "number":
            number = self.number(expression, context)
            return lambda c: to_string(number(c))
        if kind == "boolean":
            boolean = self.boolean(expression, context)
            return lambda c: "true" if boolean(c) else "false"
        value = self.value(expression, context)
        return lambda c: compare.string_of(value(c))

    def number(self, expression: Expression, context: NodeDef | None) -> NumberOf:
        if isinstance(expression, Number):
            number = expression.value
            return lambda c: number
        if isinstance(expression, Arithmetic):
            return self.arithmetic(expression, context)
        if isinstance(expression, Negation):
            operand = self.number(expression.operand, context)
            return lambda c: -operand(c)
        kind = self.type_of(expression)
        if kind == "number":
            return self.call(expression, context)  # type: ignore[no-any-return,arg-type]
        if kind == "boolean":
            boolean = self.boolean(expression, context)
            return lambda c: 1.0 if boolean(c) else 0.0
        if kind in ("string", "nodes"):
            string = self.string(expression, context)
            return lambda c: to_number(string(c), c)
        value = self.value(expression, context)
        return lambda c: compare.number_of(value(c), c)

    def boolean(self, expression: Expression, context: NodeDef | None) -> BooleanOf:
        if isinstance(expression, Comparison):
            return self.comparison(expression, context)
        if isinstance(expression, Logic):
            return self.logic(expression, context)
        kind = self.type_of(expression)
        if kind == "boolean":
            return self.call(expression, context)  # type: ignore[no-any-return,arg-type]
        if kind == "number":
            number = self.number(expression, context)
            return lambda c: truth(number(c))
        if kind == "nodes":
            code = self.path(expression, context)
            if code.one is not None:
                return lambda c: True
            return lambda c: code.count(c) > 0
        if kind == "string":
            string = self.string(expression, context)
            return lambda c: string(c) != ""
        value = self.value(expression, context)
        return lambda c: compare.boolean_of(value(c))

    def value(self, expression: Expression, context: NodeDef | None) -> Callable[[Context], Value]:
        kind = self.type_of(expression)
        if kind == "nodes":
            return self.path(expression, context).nodes
        if kind == "string":
            return self.string(expression, context)
        if kind == "number":
            return self.number(expression, context)
        if kind == "boolean":
            return self.boolean(expression, context)
        return self.call(expression, context)  # type: ignore[no-any-return,arg-type]

    def nodes(self, expression: Expression, context: NodeDef | None) -> NodesOf:
        kind = self.type_of(expression)
        if kind == "nodes":
            return self.path(expression, context).nodes
        if kind == "any":
            value = self.value(expression, context)
            return lambda c: compare.nodes_of(value(c))
        raise ExpressionError("nodes_expected")

    def strings(self, expression: Expression, context: NodeDef | None) -> StringsOf:
        """The string values of a node-set's nodes; of anything else its one string."""
        kind = self.type_of(expression)
        if kind == "nodes":
            return self.path(expression, context).strings
        if kind == "any":
            value = self.value(expression, context)
            return lambda c: compare.strings_of(value(c))
        string = self.string(expression, context)
        return lambda c: [string(c)]

    # -- operators -----------------------------------------------------------------------------

    def logic(self, expression: Logic, context: NodeDef | None) -> BooleanOf:
        operands = [self.boolean(operand, context) for operand in expression.operands]
        if len(operands) == 2:
            left, right = operands
            if expression.operator == "and":
                return lambda c: left(c) and right(c)
            return lambda c: left(c) or right(c)

        def conjunction(c: Context) -> bool:
            for operand in operands:  # noqa: SIM110 - a generator costs more than the loop
                if not operand(c):
                    return False
            return True

        def disjunction(c: Context) -> bool:
            for operand in operands:  # noqa: SIM110
                if operand(c):
                    return True
            return False

        return conjunction if expression.operator == "and" else disjunction

    def arithmetic(self, expression: Arithmetic, context: NodeDef | None) -> NumberOf:
        first = self.number(expression.first, context)
        rest = [(_OPERATIONS[op], self.number(operand, context)) for op, operand in expression.rest]
        if len(rest) == 1:
            operate, second = rest[0]
            return lambda c: operate(first(c), second(c))

        def total(c: Context) -> float:
            result = first(c)
            for operate, operand in rest:
                result = operate(result, operand(c))
            return result

        return total

    def comparison(self, expression: Comparison, context: NodeDef | None) -> BooleanOf:
        operator, left, right = expression.operator, expression.left, expression.right
        kinds = (self.plural(left, context), self.plural(right, context))
        if "any" in kinds:
            a, b = self.value(left, context), self.value(right, context)
            return lambda c: compare.values(operator, a(c), b(c))
        if "boolean" in kinds and operator in ("=", "!="):
            x, y = self.boolean(left, context), self.boolean(right, context)
            return (lambda c: x(c) == y(c)) if operator == "=" else (lambda c: x(c) != y(c))
        if "nodes" in kinds:
            return self.plural_comparison(operator, left, right, kinds, context)
        if "number" in kinds or operator not in ("=", "!="):
            return compare.numbers(operator, self.number(left, context), self.number(right, context))
        return compare.strings(operator, self.string(left, context), self.string(right, context), right)

    def plural(self, expression: Expression, context: NodeDef | None) -> Type:
        """The type for a comparison: a path that is always one node compares as its string."""
        kind = self.type_of(expression)
        if kind == "nodes" and self.path(expression, context).one is not None:
            return "string"
        return kind

    def plural_comparison(
        self, operator: str, left: Expression, right: Expression, kinds: tuple[Type, Type], context: NodeDef | None
    ) -> BooleanOf:
        if "number" in kinds or operator not in ("=", "!="):
            return compare.any_numbers(operator, self.strings(left, context), self.strings(right, context))
        return compare.any_strings(operator, self.strings(left, context), self.strings(right, context))

    # -- node-sets -----------------------------------------------------------------------------

    def path(self, expression: Expression, context: NodeDef | None) -> PathCode:
        """One code for each path and context: predicates in predicates would double the work at every level."""
        key = (id(expression), id(context))
        known = self._paths.get(key)
        if known is None:
            known = self._paths[key] = expression, self._path(expression, context)
        return known[1]

    def _path(self, expression: Expression, context: NodeDef | None) -> PathCode:
        if isinstance(expression, Path):
            return self.location(expression, context)
        if isinstance(expression, Filter):
            return self.filtered(expression, context)
        if isinstance(expression, Alternatives):
            return self.union(expression, context)
        if isinstance(expression, Call):
            if is_current(expression):
                return self.location(Path(expression, ()), context)
            built = self.call(expression, context)
            return _nodes_code(built)
        raise ExpressionError("nodes_expected")

    def location(self, path: Path, context: NodeDef | None) -> PathCode:
        found = plan(path, context, self.current, self.root, self.predicates)
        if found is not None:
            return code_of(found)
        table = shape(path)
        walk = self.walk(path, context)
        if table is None:
            return walk
        identifier, item, column = table
        return TablePath(identifier, [self.row_filter(p) for p in item.predicates], column, walk).code()

    def walk(self, path: Path, context: NodeDef | None) -> PathCode:
        start: NodesOf
        if path.start is None:
            start = lambda c: [c.node]  # noqa: E731
        elif path.start == "/":
            bound = leading(path.steps, self.current, self.root)
            if bound is not None:
                return self.stepped(code_of(bound[0]).nodes, bound[1])
            start = lambda c: [c.world.document()]  # noqa: E731
        elif isinstance(path.start, str):
            raise ExpressionError("nodes_expected")
        else:
            start = self.nodes(path.start, context)
        return self.stepped(start, path.steps)

    def stepped(self, start: NodesOf, steps: Sequence[Step]) -> PathCode:
        return walked(start, [(step, self.predicates(step.predicates, None)) for step in steps])

    def filtered(self, expression: Filter, context: NodeDef | None) -> PathCode:
        base = self.nodes(expression.base, context)
        predicates = self.predicates(expression.predicates, None)

        def nodes(c: Context) -> list[Node]:
            found = base(c)
            for predicate in predicates:
                found = predicate(found, c)
            return found

        return _nodes_code(nodes)

    def union(self, expression: Alternatives, context: NodeDef | None) -> PathCode:
        operands = [self.nodes(operand, context) for operand in expression.operands]

        def nodes(c: Context) -> list[Node]:
            unique = {node.order(): node for operand in operands for node in operand(c)}
            return [unique[key] for key in sorted(unique)]

        return _nodes_code(nodes)

    def predicates(self, predicates: tuple[Expression, ...], context: NodeDef | None) -> tuple[Predicate, ...]:
        return tuple(self.predicate(p, context) for p in predicates)

    def predicate(self, expression: Expression, context: NodeDef | None) -> Predicate:
        if isinstance(expression, OuterIndex):
            return self.outer_index(expression)
        kind = self.type_of(expression)
        if kind in ("number", "any"):
            value = self.value(expression, context)

            def by_value(nodes: list[Node], c: Context) -> list[Node]:
                kept, size = [], len(nodes)
                c.spend(size)
                for at, node in enumerate(nodes, 1):
                    result = value(Context(node, c.current, c.world, at, size))
                    number = isinstance(result, (int, float)) and not isinstance(result, bool)
                    if result == at if number else compare.boolean_of(result):
                        kept.append(node)
                return kept

            return by_value
        test = self.boolean(expression, context)

        def by_test(nodes: list[Node], c: Context) -> list[Node]:
            size = len(nodes)
            c.spend(size)
            return [node for at, node in enumerate(nodes, 1) if test(Context(node, c.current, c.world, at, size))]

        return by_test

    def outer_index(self, expression: OuterIndex) -> Predicate:
        number = self.number(expression.expression, self.current)

        def by_index(nodes: list[Node], c: Context) -> list[Node]:
            at = number(Context(c.current, c.current, c.world))
            return [nodes[int(at) - 1]] if 1 <= at <= len(nodes) else []

        return by_index

    def row_filter(self, predicate: Expression) -> RowFilter:
        lookups: list[Lookup] = []
        rest: list[Expression] = []
        for part in conjuncts(predicate):
            found = equality(part)
            lookup = self.lookup(*found) if found is not None else None
            if lookup is None:
                rest.append(part)
            else:
                lookups.append(lookup)
        if not rest:
            return RowFilter(tuple(lookups), None)
        remaining = rest[0] if len(rest) == 1 else Logic("and", tuple(rest))
        return RowFilter(tuple(lookups), self.predicate(remaining, None), self.positional(remaining))

    def positional(self, expression: Expression) -> bool:
        """Whether a predicate may depend on where a row stands."""
        return self.type_of(expression) in ("number", "any") or calls(expression, ("position", "last"))

    def lookup(self, column: str, other: Expression) -> Lookup | None:
        kind = self.type_of(other)
        if kind in ("any", "boolean"):
            return None
        if kind == "number":
            return Lookup(column, lambda c: [], self.number(other, None))
        return Lookup(column, self.strings(other, None))


def _nodes_code(nodes: NodesOf) -> PathCode:
    def text(c: Context) -> str:
        found = nodes(c)
        return found[0].text if found else ""

    return PathCode(nodes, lambda c: [n.text for n in nodes(c)], text, lambda c: len(nodes(c)))


def _divided(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return NAN if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)


def _remainder(a: float, b: float) -> float:
    try:
        return math.fmod(a, b)
    except ValueError:
        return NAN


_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divided,
    "mod": _remainder,
}
