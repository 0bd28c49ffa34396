"""Recalculation: what an answer changes is computed again, in order of rank, and nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from heapq import heappop, heappush

from forms.api import Change
from forms.codecs.values import normal
from forms.definition.model import ActionDef, NodeDef, Seed
from forms.engine.build import grow, instance, stand_in
from forms.engine.compiled import Compiled
from forms.engine.graph import OF_SERIES, SEEN, Aspect, Computation, Dependents, lineage
from forms.engine.nodes import Branch, Leaf, LiveNode, Series, below
from forms.xpath.errors import EvaluationFault
from forms.xpath.nodes import STEPS, Context, World

MOST_INSTANCES = 10_000
_MOST_ROUNDS = 200_000
_MOST_ACTIONS = 1_000
_NO_CHARACTER = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, section 2.2
_NONE: frozenset[str] = frozenset()
_FATAL = frozenset({"forms.expression_endless", "forms.never_settles", "forms.too_many_instances"})


class Changes:
    """What one action has changed so far."""

    __slots__ = ("choices", "nodes", "repeats")

    def __init__(self) -> None:
        self.nodes: set[LiveNode | Series] = set()
        self.repeats: set[Series] = set()
        self.choices: set[LiveNode] = set()

    def frozen(self) -> Change:
        repeats = _references(self.repeats) if self.repeats else _NONE
        return Change(_references(self.nodes), repeats, _references(self.choices))


def _references(nodes: Collection[LiveNode | Series]) -> frozenset[str]:
    if not nodes:
        return _NONE
    # Most nodes lie in no repeat, and their paths are all that there is to say.
    return frozenset([node.reference if node.definition.repeats else node.definition.path for node in nodes])


class Live:
    """The tree of live nodes, kept consistent."""

    def __init__(self, compiled: Compiled, world: World, seed: Seed) -> None:
        self.compiled = compiled
        self.graph = compiled.graph
        self.world = world
        self.changes = Changes()
        self.overridden: set[Leaf] = set()
        # By rank, and within one in the order in which they came; each is queued once.
        self._queue: list[tuple[int, int, Computation, Leaf | Branch | Series]] = []
        self._queued: set[tuple[Computation, Leaf | Branch | Series]] = set()
        self._came = 0
        self._before: dict[Leaf, str] = {}
        self.listening = False
        self.faults: dict[str, EvaluationFault] = {}
        self.created: list[Branch] = []
        root = grow(compiled.definition.root, None, seed)
        self.root = root
        world.single = [None] * len(compiled.definition.nodes)
        self._index_single(root)

    def _index_single(self, root: Branch | Leaf) -> None:
        """Nodes that lie in no repeat are found by their index."""
        single = self.world.single
        waiting: list[Branch | Leaf] = [root]
        while waiting:
            node = waiting.pop()
            single[node.definition.index] = node
            for mark in node.marks:
                single[mark.definition.index] = mark
            waiting.extend(kid for kid in node.kids if not isinstance(kid, Series))  # type: ignore[misc]

    # -- first evaluation ----------------------------------------------------------------------

    def start(self) -> None:
        """Compute everything once, in order of rank."""
        self.world.steps = STEPS * 4
        for computation in self.graph.computations:
            if computation.aspect in SEEN:
                for target in list(self.instances_of(computation)):
                    if computation.looping:
                        self._enqueue(computation, target)
                    else:
                        self._compute(computation, target)
        self.settle()

    def instances_of(self, computation: Computation) -> Iterator[Leaf | Branch | Series]:
        return self._descend(self.root, computation, 0)

    def translate(self) -> None:
        """Compute again what reads texts, after the language has changed."""
        for computation in self.graph.computations:
            if computation.translated and computation.aspect in SEEN:
                for target in self.instances_of(computation):
                    self._enqueue(computation, target)
        self.settle()

    # -- answers and structure -----------------------------------------------------------------

    def put(self, leaf: Leaf, value: str, *, offered: bool = False) -> None:
        """Give a leaf a value in normal form; dependents are queued. `offered` where it is known to be a choice."""
        leaf.value = value if value.isprintable() else writable(value)
        self._show(leaf, offered=offered and leaf.value == value)

    def _show(self, leaf: Leaf, *, offered: bool = False) -> None:
        text = "" if not leaf.relevant else leaf.value if offered else self.visible(leaf)
        if text == leaf.text:
            return
        if self.listening and leaf.definition.index in self.compiled.listeners:
            self._before.setdefault(leaf, leaf.text)
        leaf.text = text
        self.changes.nodes.add(leaf)
        self._trigger(self.graph.of_value.get(leaf.definition.index), leaf)

    def visible(self, leaf: Leaf) -> str:
        """The value of a leaf; of a select only what is a choice now."""
        value = leaf.value
        if value == "" or leaf.definition.index not in self.compiled.selects:
            return value
        return self.world.chosen(leaf, value)  # type: ignore[attr-defined,no-any-return]

    def add(self, series: Series, at: int, seed: Seed | None) -> Branch:
        """Insert an instance at index `at`, counted from 0."""
        if len(series.instances) >= MOST_INSTANCES:
            raise EvaluationFault("too_many_instances", path=series.definition.path, limit=MOST_INSTANCES)
        made = instance(series, seed if seed is not None else series.definition.template)
        last = at == len(series.instances)
        series.instances.insert(at, made)
        series.renumber(at)
        if not series.parent.relevant:
            self._spread(made, relevant=False)
        self.changes.repeats.add(series)
        self._instances_changed(series, at, appended=last)
        self._enqueue_all(made)
        self.created.append(made)
        return made

    def remove(self, series: Series, at: int) -> None:
        """Remove the instance at index `at`, counted from 0."""
        del series.instances[at]
        series.renumber(at)
        self.changes.repeats.add(series)
        self._instances_changed(series, at, appended=False)

    def _instances_changed(self, series: Series, at: int, *, appended: bool) -> None:
        index = series.definition.index
        self._trigger(self.graph.of_instances.get(index), series.parent)
        if appended:
            return
        for computation, _ in self.graph.of_position.get(index, ()):
            if series.definition in computation.lineage:
                for moved in series.instances[at:]:
                    for target in self._descend(moved, computation, moved.definition.level):
                        self._enqueue(computation, target)
            else:
                self._trigger([(computation, series.definition.depth - 1)], series.parent)

    def _enqueue_all(self, made: Branch) -> None:
        by_node = self.graph.by_node
        for node in (made, *below(made)):
            for computation in by_node.get(node.definition.index, ()):
                if computation.aspect in SEEN and computation.aspect is not Aspect.COUNT:
                    self._enqueue(computation, node)
            for kid in node.kids:
                if isinstance(kid, Series):
                    for computation in by_node.get(kid.definition.index, ()):
                        if computation.aspect is Aspect.COUNT:
                            self._enqueue(computation, kid)
            for mark in node.marks:
                for computation in by_node.get(mark.definition.index, ()):
                    self._enqueue(computation, mark)

    # -- the queue -----------------------------------------------------------------------------

    def _trigger(self, dependents: Dependents | None, node: LiveNode) -> None:
        if dependents is None:
            return
        single = self.world.single
        for computation, bound in dependents:
            if computation.alone:
                target = single[computation.definition.index]
                if target is not None:
                    self._enqueue(computation, target)  # type: ignore[arg-type]
                continue
            anchor = _anchor(node, bound)
            for each in self._descend(anchor, computation, anchor.definition.level):
                self._enqueue(computation, each)

    def _descend(self, start: LiveNode, computation: Computation, depth: int) -> Iterator[Leaf | Branch | Series]:
        """The nodes of a computation inside `start`; for a count they are the series."""
        nodes: Iterable[LiveNode] = (start,)
        of_series = computation.aspect in OF_SERIES
        for definition in computation.lineage[max(depth, 1) :]:
            if definition.is_attribute:
                nodes = [m for n in nodes for m in n.marks if m.definition is definition]
            elif not definition.is_repeat:
                nodes = [n.kids[definition.slot] for n in nodes]  # type: ignore[attr-defined]
            elif of_series and definition is computation.definition:
                return iter([n.kids[definition.slot] for n in nodes])  # type: ignore[attr-defined]
            else:
                nodes = [i for n in nodes for i in n.kids[definition.slot].instances]  # type: ignore[attr-defined]
        return iter(nodes)  # type: ignore[arg-type]

    def _enqueue(self, computation: Computation, target: Leaf | Branch | Series) -> None:
        key = (computation, target)
        if key not in self._queued:
            self._queued.add(key)
            self._came += 1
            heappush(self._queue, (computation.rank, self._came, computation, target))

    def settle(self) -> None:
        """Compute what is queued, then run the actions that the changes call for, until nothing is left."""
        queue, queued = self._queue, self._queued
        rounds = 0
        for _ in range(_MOST_ACTIONS):
            while queue:
                _, _, computation, target = heappop(queue)
                queued.remove((computation, target))
                self._compute(computation, target)
                rounds += 1
                if rounds > _MOST_ROUNDS and computation.looping:
                    raise EvaluationFault("never_settles", path=computation.definition.path)
            if not self._act():
                return
        raise EvaluationFault("never_settles", path=self.root.reference)

    def _act(self) -> bool:
        if not self.created and not self._before:
            return False
        created, self.created = self.created, []
        changed, self._before = self._before, {}
        if not self.listening:
            return False
        acted = False
        for made in created:
            acted |= self.run("odk-new-repeat", made)
        for leaf, text in changed.items():
            if leaf.text != text:
                for action in self.compiled.listeners[leaf.definition.index]:
                    self.perform(action, leaf)
                    acted = True
        return acted

    def forget(self) -> None:
        """Drop what is queued, after a computation that failed."""
        self._queue.clear()
        self._queued.clear()
        self._before.clear()
        self.created.clear()

    # -- actions -------------------------------------------------------------------------------

    def run(self, event: str, within: Branch | None = None) -> bool:
        """The actions of an event; of odk-new-repeat those of the new instance."""
        acted = False
        for action in self.compiled.definition.actions:
            if event not in action.events:
                continue
            if within is not None and not _inside(action, within.definition):
                continue
            self.perform(action, within or self.root)
            acted = True
        return acted

    def perform(self, action: ActionDef, source: LiveNode) -> None:
        """Set the action's target, in the source's own repeat instances where it lies in the same ones."""
        definition = self.compiled.definition.by_path[action.target]
        if action.selector:
            nodes = self.compiled.nodes(action.selector, source.definition)(Context(source, source, self.world))
            targets = [node for node in nodes if isinstance(node, Leaf)]
        else:
            targets = [node for node in self.targets(definition, source) if isinstance(node, Leaf)]
        if len(targets) > 1 and source is not self.root:
            raise EvaluationFault("setvalue_many", path=action.target)
        for target in targets:
            if target.relevant:
                if action.geopoint:
                    value = self.world.position()  # type: ignore[attr-defined]
                elif action.expression:
                    closure = self.compiled.string(action.expression, definition)
                    value = closure(Context(target, target, self.world))
                else:
                    value = action.literal
                self.put(target, normal(definition.type, value))

    def targets(self, definition: NodeDef, source: LiveNode) -> Iterator[Leaf | Branch | Series]:
        shared = 0
        for mine, its in zip(definition.repeats, source.definition.repeats, strict=False):
            if mine is not its:
                break
            shared += 1
        anchor = _anchor(source, shared)
        probe = Computation(definition, Aspect.CALCULATE, "", lineage=lineage(definition))
        return self._descend(anchor, probe, anchor.definition.level)

    # -- one computation -----------------------------------------------------------------------

    def _compute(self, computation: Computation, target: Leaf | Branch | Series) -> None:
        """What an expression cannot be evaluated for stays as it is; the fault is kept, the answer never refused."""
        aspect = computation.aspect
        try:
            if aspect is Aspect.CALCULATE:
                self._calculate(computation, target)  # type: ignore[arg-type]
            elif aspect is Aspect.RELEVANT:
                self._relevance(computation, target)  # type: ignore[arg-type]
            elif aspect is Aspect.COUNT:
                self._count(computation, target)  # type: ignore[arg-type]
            elif aspect is Aspect.ITEMS:
                self.changes.choices.add(target)  # type: ignore[arg-type]
                if isinstance(target, Leaf) and target.value:
                    self._show(target)
            else:
                self.changes.nodes.add(target)
        except EvaluationFault as fault:
            if fault.code in _FATAL:
                raise
            self.faults[computation.definition.path] = fault

    def _calculate(self, computation: Computation, leaf: Leaf) -> None:
        if not leaf.relevant or leaf in self.overridden or not isinstance(leaf, Leaf):
            return
        definition = leaf.definition
        closure = computation.closure
        if closure is None:
            closure = computation.closure = self.compiled.string(computation.expression, definition)
        self.put(leaf, normal(definition.type, closure(Context(leaf, leaf, self.world))))

    def _relevance(self, computation: Computation, node: Leaf | Branch) -> None:
        closure = computation.closure
        if closure is None:
            closure = computation.closure = self.compiled.boolean(computation.expression, node.definition)
        own = closure(Context(node, node, self.world))
        if own == node.own:
            return
        node.own = own
        parent = node.parent
        if parent is not None and node.definition.is_repeat:
            self.changes.nodes.add(parent.kids[node.definition.slot])
        self._spread(node, relevant=own and (parent is None or parent.relevant))

    def _spread(self, top: Leaf | Branch, *, relevant: bool) -> None:
        """Give a node and what is inside its relevance."""
        if top.relevant == relevant:
            return
        graph = self.graph
        waiting: list[tuple[Leaf | Branch, bool]] = [(top, relevant)]
        while waiting:
            node, wanted = waiting.pop()
            if node.relevant == wanted:
                continue
            node.relevant = wanted
            self.changes.nodes.add(node)
            index = node.definition.index
            self._trigger(graph.of_relevance.get(index), node)
            self._trigger(graph.of_value.get(index), node)  # a node-set has another member now, even a blank one
            if isinstance(node, Leaf):
                self._show(node)
            for mark in node.marks:
                waiting.append((mark, wanted))
            for kid in node.kids:
                inside = kid.instances if isinstance(kid, Series) else (kid,)
                waiting.extend((child, wanted and child.own) for child in inside)  # type: ignore[misc]
                if isinstance(kid, Series):
                    self.changes.nodes.add(kid)
                    if wanted:
                        self._revive(kid.definition, kid)
            if wanted:
                self._revive(node.definition, node)

    def _revive(self, definition: NodeDef, target: Leaf | Branch | Series) -> None:
        """What was not computed while it was irrelevant."""
        for computation in self.graph.by_node.get(definition.index, ()):
            series = isinstance(target, Series)
            if computation.aspect is Aspect.CALCULATE or (computation.aspect is Aspect.COUNT and series):
                self._enqueue(computation, target)

    def _count(self, computation: Computation, series: Series) -> None:
        place = stand_in(series)
        number = self.compiled.number(computation.expression, series.definition)(Context(place, place, self.world))
        wanted = 0 if math.isnan(number) or number < 0 else int(min(number, MOST_INSTANCES))
        while len(series.instances) > wanted:
            self.remove(series, len(series.instances) - 1)
        while len(series.instances) < wanted:
            self.add(series, len(series.instances), None)


def writable(value: str) -> str:
    """A value as XML can hold it: pasted texts bring vertical tabs as line ends, and control characters."""
    return _NO_CHARACTER.sub("", value.replace("\x0b", "\n").replace("\x0c", "\n"))


def _inside(action: ActionDef, repeat: NodeDef) -> bool:
    return action.within == repeat.path if action.within else action.target.startswith(repeat.path + "/")


def _anchor(node: LiveNode, bound: int) -> LiveNode:
    """The ancestor at which the first `bound` repeat positions are decided: an instance, or the root."""
    at = node
    while True:
        definition = at.definition
        parent = at.parent
        if parent is None:
            return at
        if definition.is_repeat and definition.depth == bound:
            return at
        at = parent
