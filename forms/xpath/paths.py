"""Location paths -> closures: by slots where the definition says what a path means, by walking where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.definition.model import NodeDef
from forms.xpath.nodes import Context, Node, NodesOf, StringOf, StringsOf
from forms.xpath.syntax import Call, Expression, Path, Step

_READS_A_STEP = 8  # reading a node costs an eighth of testing one
Predicate = Callable[[list[Node], Context], list[Node]]


@dataclass(slots=True)
class PathCode:
    """What can be asked of a compiled node-set. `one` is set where it is exactly one node, always.

    `text` is the string value of the first node, "" where there is none.
    """

    nodes: NodesOf
    strings: StringsOf
    text: StringOf
    count: Callable[[Context], int]
    one: Callable[[Context], Any] | None = None
    target: NodeDef | None = None
    table: Any = None  # the TablePath behind it, where there is one


@dataclass(slots=True)
class Move:
    """One step down: `slot` among the children (`many` in a repeat), or among the attributes."""

    slot: int
    many: bool = False
    attribute: bool = False
    predicates: tuple[Predicate, ...] = ()


@dataclass(slots=True)
class Plan:
    """A path through the primary instance: from a node up `ups`, or from the node `single`, then down by `moves`."""

    target: NodeDef
    single: int = -1
    ups: int = 0
    from_current: bool = False
    moves: list[Move] = field(default_factory=list)

    @property
    def exactly_one(self) -> bool:
        return not any(move.many or move.predicates for move in self.moves)


def is_current(expression: Expression | str | None) -> bool:
    return isinstance(expression, Call) and expression.name == "current" and not expression.arguments


def child_of(definition: NodeDef, step: Step) -> NodeDef | None:
    """The child or attribute that a step names."""
    if step.axis == "attribute":
        return definition.attribute(step.test)
    found = definition.by_name.get(step.test)
    if found is None and ":" not in step.test:
        return next((c for c in definition.children if c.name.rpartition(":")[2] == step.test), None)
    return found


def plan(
    path: Path,
    context: NodeDef | None,
    current: NodeDef | None,
    root: NodeDef,
    compile_predicates: Callable[[tuple[Expression, ...], NodeDef], tuple[Predicate, ...]],
) -> Plan | None:
    """The plan of a path of plain steps; None where it has to be walked."""
    steps = list(path.steps)
    if path.start == "/":
        found = leading(steps, current, root)
    elif path.start is None:
        found = (Plan(context), steps) if context is not None else None
    elif is_current(path.start):
        found = (Plan(current, from_current=True), steps) if current is not None else None
    else:
        found = None
    if found is None:
        return None
    result, rest = found
    for step in rest:
        if not _append(result, step, compile_predicates):
            return None
    if result.single < 0 and not result.target.repeats and result.exactly_one and not result.target.is_attribute:
        return Plan(result.target, single=result.target.index)
    return result


def leading(steps: Sequence[Step], current: NodeDef | None, root: NodeDef) -> tuple[Plan, Sequence[Step]] | None:
    """Bind the leading steps to the context's own repeat instances, as far as both go the same way."""
    if not steps or steps[0].axis != "child" or steps[0].predicates or steps[0].test not in (root.name, "*"):
        return None
    lineage: set[NodeDef] = set()
    above = current
    while above is not None:
        lineage.add(above)
        above = above.parent
    at, taken = root, 1
    while taken < len(steps):
        step = steps[taken]
        if step.axis != "child" or step.predicates:
            break
        child = at.by_name.get(step.test)
        if child is None or child not in lineage or (child.is_repeat and taken == len(steps) - 1):
            break
        at, taken = child, taken + 1
    if current is None or not at.repeats:
        return Plan(at, single=at.index), steps[taken:]
    ups, above = 0, current
    while above is not at and above is not None:
        above, ups = above.parent, ups + 1
    return Plan(at, ups=ups, from_current=True), steps[taken:]


def _append(
    result: Plan,
    step: Step,
    compile_predicates: Callable[[tuple[Expression, ...], NodeDef], tuple[Predicate, ...]],
) -> bool:
    at = result.target
    if step.axis == "self" and step.test in ("node()", "*", at.name) and not step.predicates:
        return True
    if step.axis == "parent" and step.test in ("node()", "*") and not step.predicates:
        return _climb(result)
    if step.axis not in ("child", "attribute") or at.is_attribute or step.test in ("*", "node()", "text()"):
        return False
    child = child_of(at, step)
    if child is None:
        return False
    place = at.attributes.index(child) if child.is_attribute else child.slot
    predicates = compile_predicates(step.predicates, child) if step.predicates else ()
    result.moves.append(Move(place, child.is_repeat, child.is_attribute, predicates))
    result.target = child
    return True


def _climb(result: Plan) -> bool:
    at = result.target
    if at.parent is None:
        return False
    if result.moves:
        last = result.moves[-1]
        if last.many or last.predicates:
            return False
        result.moves.pop()
    elif result.single >= 0:
        result.single = at.parent.index
    else:
        result.ups += 1
    result.target = at.parent
    return True


def code_of(found: Plan) -> PathCode:
    """Closures for a plan."""
    if found.exactly_one:
        return _one_code(found)
    base = _base_getter(found)
    moves = tuple(found.moves)

    def nodes(c: Context) -> list[Node]:
        return [n for n in _down([base(c)], moves, c) if n.relevant]

    def strings(c: Context) -> list[str]:
        return [n.text for n in _down([base(c)], moves, c) if n.relevant]

    def text(c: Context) -> str:
        return next((n.text for n in _down([base(c)], moves, c) if n.relevant), "")

    return PathCode(nodes, strings, text, lambda c: len(nodes(c)), target=found.target)


def _down(nodes: list[Any], moves: Sequence[Move], c: Context) -> list[Any]:
    for move in moves:
        slot = move.slot
        if move.many:
            if move.predicates:
                nodes = [i for n in nodes for i in _kept(list(n.kids[slot].instances), move, c)]
            else:
                nodes = [i for n in nodes for i in n.kids[slot].instances]
            c.spend(1 + len(nodes) // _READS_A_STEP)
        else:
            nodes = [n.marks[slot] if move.attribute else n.kids[slot] for n in nodes]
            if move.predicates:
                nodes = [i for n in nodes for i in _kept([n], move, c)]
    return nodes


def _kept(nodes: list[Node], move: Move, c: Context) -> list[Node]:
    for predicate in move.predicates:
        nodes = predicate(nodes, c)
    return nodes


def _base_getter(found: Plan) -> Callable[[Context], Any]:
    index, ups = found.single, found.ups
    if index >= 0:
        return lambda c: c.world.single[index]
    if found.from_current:

        def from_current(c: Context) -> Any:
            node: Any = c.current
            for _ in range(ups):
                node = node.parent
            return node

        return from_current

    def from_node(c: Context) -> Any:
        node: Any = c.node
        for _ in range(ups):
            node = node.parent
        return node

    return from_node


def _one_getter(found: Plan) -> Callable[[Context], Any]:
    base = _base_getter(found)
    if not found.moves:
        return base
    last = found.moves[-1]
    slots = tuple(m.slot for m in (found.moves[:-1] if last.attribute else found.moves))
    mark = last.slot if last.attribute else -1
    if len(slots) == 1 and mark < 0:
        slot = slots[0]
        return lambda c: base(c).kids[slot]

    def one(c: Context) -> Any:
        node = base(c)
        for slot in slots:
            node = node.kids[slot]
        return node.marks[mark] if mark >= 0 else node

    return one


def _one_code(found: Plan) -> PathCode:
    one = _one_getter(found)
    text: StringOf = lambda c: one(c).text  # noqa: E731
    strings: StringsOf = lambda c: [one(c).text]  # noqa: E731
    if found.single >= 0 and not found.moves:
        index = found.single
        text = lambda c: c.world.single[index].text  # type: ignore[union-attr]  # noqa: E731
        strings = lambda c: [c.world.single[index].text]  # type: ignore[union-attr]  # noqa: E731

    def nodes(c: Context) -> list[Node]:
        node = one(c)
        return [node] if node.relevant else []

    return PathCode(nodes, strings, text, lambda c: len(nodes(c)), one, found.target)


def walked(start: NodesOf, steps: Sequence[tuple[Step, tuple[Predicate, ...]]]) -> PathCode:
    """Closures for a path that is walked node by node."""

    def nodes(c: Context) -> list[Node]:
        found = start(c)
        for step, predicates in steps:
            found = _walk(found, step, predicates, c)
        return [node for node in found if node.relevant]

    def strings(c: Context) -> list[str]:
        return [node.text for node in nodes(c)]

    def text(c: Context) -> str:
        found = nodes(c)
        return found[0].text if found else ""

    return PathCode(nodes, strings, text, lambda c: len(nodes(c)))


def _walk(nodes: list[Node], step: Step, predicates: tuple[Predicate, ...], c: Context) -> list[Node]:
    result: list[Node] = []
    by_name = step.axis == "child" and step.test[-1] not in "*)"
    for node in nodes:
        found = list(node.named(step.test)) if by_name else []
        if not found:
            found = [n for n in along(node, step.axis) if matches(n, step)]
        c.spend(len(found) + 1)
        for predicate in predicates:
            found = predicate(found, c)
        result.extend(found)
    if len(nodes) < 2 or step.axis in ("child", "attribute", "self"):
        return result if step.axis not in _REVERSE else list(reversed(result))
    unique = {id(n): n for n in result}
    return sorted(unique.values(), key=lambda n: n.order())


_REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})


def matches(node: Node, step: Step) -> bool:
    """Whether a node passes a step's test."""
    test = step.test
    if test == "node()":
        return True
    if test in ("*", "text()"):
        return node.name != "" or test == "text()"
    name = node.name
    return name == test or (":" not in test and name.rpartition(":")[2] == test)


def along(node: Node, axis: str) -> Iterable[Node]:
    """The nodes on an axis, in the axis' own order."""
    if axis == "child":
        return node.elements()
    if axis == "self":
        return (node,)
    if axis == "attribute":
        return node.fields()
    if axis == "parent":
        parent = node.above()
        return () if parent is None else (parent,)
    if axis.startswith("ancestor"):
        return _ancestors(node, own=axis.endswith("self"))
    if axis.startswith("descendant"):
        return _descendants(node, own=axis.endswith("self"))
    return _beside(node, axis)


def _ancestors(node: Node, *, own: bool) -> list[Node]:
    found = [node] if own else []
    above = node.above()
    while above is not None:
        found.append(above)
        above = above.above()
    return found


def _descendants(node: Node, *, own: bool) -> list[Node]:
    found = [node] if own else []
    waiting = list(node.elements())[::-1]
    while waiting:
        at = waiting.pop()
        found.append(at)
        waiting.extend(list(at.elements())[::-1])
    return found


def _beside(node: Node, axis: str) -> list[Node]:
    parent = node.above()
    if parent is None:
        return []
    siblings = list(parent.elements())
    at = next((k for k, sibling in enumerate(siblings) if sibling is node or sibling.order() == node.order()), -1)
    before, after = siblings[:at][::-1], siblings[at + 1 :]
    if axis == "following-sibling":
        return after
    if axis == "preceding-sibling":
        return before
    if axis == "following":
        own = [d for sibling in after for d in _descendants(sibling, own=True)]
        return own + _beside(parent, axis)
    own = [d for sibling in before for d in _descendants(sibling, own=True)[::-1]]
    return own + _beside(parent, axis)
