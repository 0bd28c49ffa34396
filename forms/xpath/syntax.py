"""The syntax tree. Chains of one operator are flat, so that depth is what a person nested with parentheses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union


@dataclass(slots=True, eq=False)
class Number:
    value: float


@dataclass(slots=True, eq=False)
class Literal:
    value: str


@dataclass(slots=True, eq=False)
class Step:
    """One location step; `test` is a name as written, `*`, `node()` or `text()`."""

    axis: str
    test: str
    predicates: tuple[Expression, ...] = ()


@dataclass(slots=True, eq=False)
class Path:
    """`start` is None for a relative path, "/" for an absolute one, else the expression that it begins with."""

    start: Expression | str | None
    steps: tuple[Step, ...]


@dataclass(slots=True, eq=False)
class Filter:
    """A primary expression with predicates, as in `(expr)[1]`."""

    base: Expression
    predicates: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Call:
    name: str
    arguments: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Arithmetic:
    """Operands of equal precedence from left to right: `first op1 rest1 op2 rest2`."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@dataclass(slots=True, eq=False)
class Comparison:
    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False)
class Logic:
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class Negation:
    operand: Expression


@dataclass(slots=True, eq=False)
class Alternatives:
    """The union of node-sets, `a | b`."""

    operands: tuple[Expression, ...]


@dataclass(slots=True, eq=False)
class OuterIndex:
    """A position predicate whose number is meant where the whole expression is, as in indexed-repeat()."""

    expression: Expression


Expression: TypeAlias = Union[  # noqa: UP007 - the classes refer to it before it exists
    Number, Literal, Path, Filter, Call, Arithmetic, Comparison, Logic, Negation, Alternatives, OuterIndex
]
