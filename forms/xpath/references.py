"""What an expression reads, found without evaluating it: by walking its paths over definitions instead of nodes.

A reference is (definition, bound): the first `bound` repeat positions are those of the expression's own node,
so that a change elsewhere need not reach it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from forms.definition.model import NodeDef
from forms.xpath.checking import check, check_operands
from forms.xpath.errors import EvaluationFault
from forms.xpath.functions.naming import NAMING
from forms.xpath.functions.strings import pattern
from forms.xpath.paths import child_of, is_current
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


class Reads(Enum):
    """What of its target an expression depends on."""

    VALUE = "value"
    RELEVANCE = "relevance"
    INSTANCES = "instances"  # which instances a repeat has
    POSITION = "position"  # where an instance stands among its siblings


@dataclass(frozen=True, slots=True)
class Reference:
    target: NodeDef
    bound: int
    reads: Reads = Reads.VALUE


Place = tuple[NodeDef, int]
Places = frozenset[Place]
FOREIGN: Places = frozenset()


class References:
    """Collects the references of one expression; `columns` are those of secondary instances that it reads."""

    __slots__ = (
        "columns", "current", "dangling", "found", "instances", "refused", "root", "translated", "valued", "volatile",
    )  # fmt: skip

    def __init__(self, root: NodeDef, current: NodeDef) -> None:
        self.root = root
        self.current = current
        self.found: set[Reference] = set()
        self.instances: set[str] = set()
        self.columns: set[str] = set()
        self.dangling: list[str] = []
        self.volatile = False
        self.translated = False
        self.refused: list[EvaluationFault] = []  # regular expressions that cannot be used
        self.valued = True

    def read(self, expression: Expression) -> References:
        self.visit(expression, frozenset({(self.current, self.current.depth)}))
        return self

    def read_items(self, nodeset: Expression, parts: Iterable[Expression]) -> References:
        """An itemset: which nodes there are, and what of each item is shown."""
        self.valued = False
        places = self.visit(nodeset, frozenset({(self.current, self.current.depth)}))
        self.valued = True
        for part in parts:
            self.visit(part, places)
        return self

    def visit(self, expression: Expression, at: Places) -> Places:
        """The places that a node-set may lie in; everything read on the way is noted."""
        if isinstance(expression, Path):
            return self.path(expression, at)
        if isinstance(expression, Call):
            return self.call(expression, at)
        if isinstance(expression, Filter):
            check_operands(expression)
            base = self.visit(expression.base, at)
            for predicate in expression.predicates:
                self.visit(predicate, base)
            return base
        if isinstance(expression, (Literal, Number)):
            return FOREIGN
        check_operands(expression)
        places: Places = FOREIGN
        for operand in _operands(expression):
            places |= self.visit(operand, at)
        return places if isinstance(expression, Alternatives) else FOREIGN

    def regex(self, call: Call) -> None:
        if not isinstance(call.arguments[1], Literal):
            return
        try:
            pattern(call.arguments[1].value)
        except EvaluationFault as fault:
            self.refused.append(fault)

    def call(self, call: Call, at: Places) -> Places:
        check(call)
        if call.name == "indexed-repeat":
            return self.indexed(call, at)
        if is_current(call):
            return frozenset({(self.current, self.current.depth)})
        if call.name == "instance" and call.arguments and isinstance(call.arguments[0], Literal):
            self.instances.add(call.arguments[0].value)
            return FOREIGN
        self.special(call, at)
        self.volatile |= call.name in ("now", "today", "random", "uuid")
        return self.arguments(call, at)

    def special(self, call: Call, at: Places) -> None:
        """What a function reads beside its arguments, or in them in a way of its own."""
        if call.name == "pulldata":
            self.pulldata(call)
        elif call.name == "regex":
            self.regex(call)
        elif call.name == "jr:choice-name":
            self.choice_name(call, at)
        elif call.name in ("position", "last"):
            self.position(call, at)
        elif call.name in _OF_CONTEXT and not call.arguments:
            for definition, bound in at:
                self.note(definition, bound)

    def choice_name(self, call: Call, at: Places) -> None:
        """The question that it names as a text. jr:itext() is none of these: it keeps what it gave, as ODK's does."""
        self.translated = True
        if isinstance(call.arguments[1], Literal):
            from forms.xpath.parser import parse

            self.visit(parse(call.arguments[1].value), at)

    def arguments(self, call: Call, at: Places) -> Places:
        places: Places = FOREIGN
        valued = self.valued
        for number, argument in enumerate(call.arguments):
            self.valued = valued and not _structural(call.name, number)
            found = self.visit(argument, at)
            places |= found if number == 0 or call.name != "randomize" else FOREIGN  # a seed is no place
        self.valued = valued
        return places

    def indexed(self, call: Call, at: Places) -> Places:
        """The target lies in other instances of the repeats that are indexed."""
        valued, self.valued = self.valued, False
        target = self.visit(call.arguments[0], at)
        repeats: Places = FOREIGN
        for repeat in call.arguments[1::2]:
            repeats |= self.visit(repeat, at)
        self.valued = True
        for index in call.arguments[2::2]:
            self.visit(index, at)
        self.valued = valued
        low = min((max(definition.depth - 1, 0) for definition, _ in repeats), default=0)
        places = frozenset((definition, min(bound, low)) for definition, bound in target)
        for definition, bound in places:
            self.note(definition, bound)
        return places

    def pulldata(self, call: Call) -> None:
        first, *columns = call.arguments
        if isinstance(first, Literal):
            self.instances.add(first.value.removesuffix(".csv"))
        self.columns.update(c.value for c in columns[:2] if isinstance(c, Literal))

    def position(self, call: Call, at: Places) -> None:
        valued, self.valued = self.valued, False
        places = self.visit(call.arguments[0], at) if call.arguments else at
        self.valued = valued
        reads = Reads.INSTANCES if call.name == "last" else Reads.POSITION
        for definition, bound in places:
            if definition.is_repeat:
                self.found.add(Reference(definition, min(bound, definition.depth - 1), reads))

    def path(self, path: Path, at: Places) -> Places:
        steps = path.steps
        if path.start is None:
            places = at
        elif path.start == "/":
            places, steps = self.absolute(steps)
        elif isinstance(path.start, str):
            return FOREIGN
        else:
            places = self.visit(path.start, at)
        foreign = not places
        for step in steps:
            before = places
            places = frozenset(place for origin in before for place in self.step(origin, step))
            if before and not places and step.test not in ("text()",):
                self.dangling.append(step.test)
            if foreign and step.test[-1] not in "*)":
                self.columns.add(step.test)
            valued, self.valued = self.valued, True
            for predicate in step.predicates:
                self.visit(predicate, places)
            self.valued = valued
        for definition, bound in places:
            self.note(definition, bound)
        return places

    def absolute(self, steps: tuple[Step, ...]) -> tuple[Places, tuple[Step, ...]]:
        if not steps:
            return frozenset({(self.root, 0)}), ()
        first = steps[0]
        if first.axis == "descendant-or-self":
            everywhere = frozenset((d, 0) for d in _within(self.root))
            return everywhere, steps[1:]
        if first.axis != "child" or first.test not in (self.root.name, "*"):
            self.dangling.append(first.test)
            return FOREIGN, ()
        lineage = set(_lineage(self.current))
        at, taken = self.root, 1
        while taken < len(steps):
            step = steps[taken]
            child = at.by_name.get(step.test) if step.axis == "child" and not step.predicates else None
            if child is None or child not in lineage or (child.is_repeat and taken == len(steps) - 1):
                break
            at, taken = child, taken + 1
        return frozenset({(at, at.depth)}), steps[taken:]

    def step(self, origin: Place, step: Step) -> Iterable[Place]:
        definition, bound = origin
        axis, test = step.axis, step.test
        if axis in ("child", "attribute") and test[-1] not in "*)":
            child = child_of(definition, step)
            return () if child is None else (self.down(child, bound),)
        if axis == "self":
            return (origin,) if test in ("node()", "*", "text()", definition.name) else ()
        if axis == "parent":
            parent = definition.parent
            return () if parent is None else ((parent, min(bound, parent.depth)),)
        if axis == "child":
            if test == "text()":
                return (origin,)
            return [self.down(child, bound) for child in definition.children]
        return self.far(origin, step)

    def far(self, origin: Place, step: Step) -> Iterable[Place]:
        """The rarer axes: everything of the name, with only what is above bound."""
        definition, bound = origin
        if step.axis.startswith("ancestor"):
            chain = list(_lineage(definition))
            return [(d, min(bound, d.depth)) for d in chain if _named(d, step.test)]
        if step.axis.startswith("descendant"):
            return [self.down(d, bound) if d is not definition else origin
                    for d in _within(definition) if _named(d, step.test)]  # fmt: skip
        if step.axis == "attribute":
            return [(a, bound) for a in definition.attributes]
        parent = definition.parent
        if parent is None:
            return ()
        above = min(bound, parent.depth)
        pool = _within(self.root) if step.axis in ("following", "preceding") else parent.children
        low = 0 if step.axis in ("following", "preceding") else above
        return [self.down(d, low) for d in pool if _named(d, step.test)]

    def down(self, child: NodeDef, bound: int) -> Place:
        for repeat in child.repeats[bound:]:
            self.found.add(Reference(repeat, min(bound, repeat.depth - 1), Reads.INSTANCES))
        return child, min(bound, child.depth)

    def note(self, definition: NodeDef, bound: int) -> None:
        if not self.valued:
            self.found.add(Reference(definition, bound, Reads.RELEVANCE))
            return
        self.found.add(Reference(definition, bound))
        if definition.children:
            for inside in _within(definition):
                if inside is not definition:
                    self.found.add(Reference(inside, min(bound, inside.depth)))


def _structural(name: str, argument: int) -> bool:
    """Whether a function looks at which nodes there are in an argument, not at their values."""
    return argument == 0 and name in ("count", "position", *NAMING)


_OF_CONTEXT = frozenset({"string", "number", "string-length", "normalize-space"})


def _operands(expression: Expression) -> Iterable[Expression]:
    if isinstance(expression, Arithmetic):
        return (expression.first, *(operand for _, operand in expression.rest))
    if isinstance(expression, Comparison):
        return (expression.left, expression.right)
    if isinstance(expression, (Logic, Alternatives)):
        return expression.operands
    if isinstance(expression, Negation):
        return (expression.operand,)
    if isinstance(expression, OuterIndex):
        return (expression.expression,)
    return ()


def _named(definition: NodeDef, test: str) -> bool:
    return test[-1] in "*)" or definition.name == test or definition.name.rpartition(":")[2] == test


def _lineage(definition: NodeDef | None) -> Iterable[NodeDef]:
    while definition is not None:
        yield definition
        definition = definition.parent


def _within(definition: NodeDef) -> Iterable[NodeDef]:
    waiting = [definition]
    while waiting:
        at = waiting.pop()
        yield at
        waiting.extend(at.children)
