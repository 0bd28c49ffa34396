"""The dependency graph: made once for a form, on definitions, so that its size does not grow with repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from forms.definition.model import NodeDef
from forms.xpath.references import Reads, Reference


class Aspect(IntEnum):
    """What a computation decides of its node. Those up to COUNT change what other expressions see."""

    RELEVANT = 0
    CALCULATE = 1
    ITEMS = 2
    COUNT = 3
    READONLY = 4
    REQUIRED = 5
    CONSTRAINT = 6
    TEXT = 7
    SERIES = 8  # whether a repeat without instances is relevant


OF_SERIES = (Aspect.COUNT, Aspect.SERIES)  # what is decided for all instances together
SEEN = (Aspect.RELEVANT, Aspect.CALCULATE, Aspect.ITEMS, Aspect.COUNT)


@dataclass(slots=True, eq=False)
class Computation:
    """One expression of one definition. Computations of one `rank` may depend on one another, else on lower ranks."""

    definition: NodeDef
    aspect: Aspect
    expression: str
    references: frozenset[Reference] = frozenset()
    rank: int = 0
    looping: bool = False
    translated: bool = False  # reads texts of the form, which the language decides
    lineage: tuple[NodeDef, ...] = ()
    alone: bool = False  # its definition has one node only, known by its index
    closure: Any = None  # compiled when it is first needed: a string for a calculation, a boolean for relevance


Dependents = list[tuple[Computation, int]]


@dataclass(slots=True, eq=False)
class Graph:
    """Who has to be computed again. Keys are definition indexes, values (computation, bound)."""

    computations: list[Computation]
    by_node: dict[int, list[Computation]] = field(default_factory=dict)
    of_value: dict[int, Dependents] = field(default_factory=dict)
    of_relevance: dict[int, Dependents] = field(default_factory=dict)
    of_instances: dict[int, Dependents] = field(default_factory=dict)
    of_position: dict[int, Dependents] = field(default_factory=dict)
    cycles: list[tuple[str, ...]] = field(default_factory=list)


def lineage(definition: NodeDef) -> tuple[NodeDef, ...]:
    """The definitions from the root down to this one."""
    chain: list[NodeDef] = []
    at: NodeDef | None = definition
    while at is not None:
        chain.append(at)
        at = at.parent
    return tuple(reversed(chain))


def build(computations: Sequence[Computation]) -> Graph:
    """The graph of a form's computations, in order of evaluation; cycles are reported, not refused here."""
    reads = [[(r.target.index, r.bound, r.reads) for r in computation.references] for computation in computations]
    graph = connected(computations, reads)
    _rank(graph)
    graph.computations.sort(key=lambda c: c.rank)
    return graph


def connected(computations: Sequence[Computation], reads: Sequence[Sequence[tuple[int, int, Reads]]]) -> Graph:
    """The graph of computations, of which each reads (definition index, bound, what of it)."""
    graph = Graph(list(computations))
    tables = {
        Reads.VALUE: graph.of_value,
        Reads.RELEVANCE: graph.of_relevance,
        Reads.INSTANCES: graph.of_instances,
        Reads.POSITION: graph.of_position,
    }
    for computation, references in zip(computations, reads, strict=True):
        definition = computation.definition
        computation.lineage = lineage(definition)
        computation.alone = not definition.repeats and not definition.is_attribute
        graph.by_node.setdefault(definition.index, []).append(computation)
        for target, bound, kind in references:
            tables[kind].setdefault(target, []).append((computation, bound))
    return graph


def _rank(graph: Graph) -> None:
    seen = [c for c in graph.computations if c.aspect in SEEN]
    before = {id(c): _before(c, graph) for c in seen}
    components = _components(seen, before)
    for rank, component in enumerate(components):
        looping = len(component) > 1 or any(p is component[0] for p, _ in before[id(component[0])])
        members = {id(c) for c in component}
        for computation in component:
            computation.rank = rank
            computation.looping = looping
        if looping and not _asks_on(component) and not _across_instances(component, members, before):
            graph.cycles.append(tuple(dict.fromkeys(c.definition.path for c in component)))
    for computation in graph.computations:
        if computation.aspect not in SEEN:
            computation.rank = len(components)


Before = list[tuple[Computation, bool]]  # a computation that comes first, and whether of another instance too


def _before(computation: Computation, graph: Graph) -> Before:
    found: Before = []
    for reference in computation.references:
        target = reference.target
        wide = _elsewhere(computation, reference)
        for above in lineage(target):
            found += [(c, wide) for c in graph.by_node.get(above.index, ()) if c.aspect is Aspect.RELEVANT]
        own = graph.by_node.get(target.index, ())
        if reference.reads is Reads.VALUE:
            found += [(c, wide) for c in own if c.aspect in (Aspect.CALCULATE, Aspect.ITEMS)]
        elif reference.reads is not Reads.RELEVANCE:
            found += [(c, False) for c in own if c.aspect is Aspect.COUNT]
    for above in computation.lineage:
        inner = above is computation.definition
        found += [
            (c, False)
            for c in graph.by_node.get(above.index, ())
            if c.aspect is Aspect.RELEVANT and (not inner or computation.aspect is not Aspect.RELEVANT)
        ]
    if computation.aspect is Aspect.ITEMS:
        own = graph.by_node.get(computation.definition.index, ())
        found += [(c, False) for c in own if c.aspect is Aspect.CALCULATE]
    return found


def _elsewhere(computation: Computation, reference: Reference) -> bool:
    """Whether a reference goes to other instances of a repeat that the computation itself lies in."""
    bound, target, own = reference.bound, reference.target.repeats, computation.definition.repeats
    return bound < len(target) and bound < len(own) and own[bound] is target[bound]


def _asks_on(component: Iterable[Computation]) -> bool:
    """Whether a loop is a repeat whose answers decide about another instance ("is there one more?").

    It is computed until it rests. A count of nothing but its own instances is none.
    """
    counted = {computation.definition for computation in component if computation.aspect is Aspect.COUNT}
    return any(
        reference.reads is Reads.VALUE and not counted.isdisjoint(reference.target.repeats)
        for computation in component
        for reference in computation.references
    )


def _across_instances(component: Iterable[Computation], members: set[int], before: dict[int, Before]) -> bool:
    """Whether a loop goes through another instance of a repeat, as a running total does."""
    return any(wide and id(p) in members for c in component for p, wide in before[id(c)])


def _components(nodes: Sequence[Computation], before: dict[int, Before]) -> list[list[Computation]]:
    """Strongly connected components, what comes first first."""
    search = _Search(before)
    for node in nodes:
        if id(node) not in search.index:
            search.walk(node)
    return search.components


class _Search:
    """Tarjan's search (SIAM J. Comput. 1, 1972), without recursion."""

    __slots__ = ("before", "components", "held", "index", "low", "stack")

    def __init__(self, before: dict[int, Before]) -> None:
        self.before = before
        self.index: dict[int, int] = {}
        self.low: dict[int, int] = {}
        self.held: set[int] = set()
        self.stack: list[Computation] = []
        self.components: list[list[Computation]] = []

    def walk(self, start: Computation) -> None:
        work = [(start, self.enter(start))]
        while work:
            node, rest = work[-1]
            inner = self.deeper(id(node), rest)
            if inner is not None:
                work.append((inner, self.enter(inner)))
                continue
            work.pop()
            if work:
                above = id(work[-1][0])
                self.low[above] = min(self.low[above], self.low[id(node)])
            if self.low[id(node)] == self.index[id(node)]:
                self.close(node)

    def enter(self, node: Computation) -> Iterator[tuple[Computation, bool]]:
        key = id(node)
        self.index[key] = self.low[key] = len(self.index)
        self.stack.append(node)
        self.held.add(key)
        return iter(self.before[key])

    def deeper(self, key: int, rest: Iterator[tuple[Computation, bool]]) -> Computation | None:
        """The next node that was not visited yet."""
        for following, _ in rest:
            other = id(following)
            if other not in self.index:
                return following
            if other in self.held:
                self.low[key] = min(self.low[key], self.index[other])
        return None

    def close(self, node: Computation) -> None:
        """All that was entered since `node` is one component."""
        component: list[Computation] = []
        while not component or component[-1] is not node:
            component.append(self.stack.pop())
            self.held.discard(id(component[-1]))
        self.components.append(component[::-1])
