"""The nodes of a form that is being filled in: as small as they can be, since a form may have tens of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forms.definition.model import NodeDef
from forms.xpath.nodes import Node

FIRST = 1 << 30  # attributes stand before elements


class LiveNode(Node):
    """An element or attribute. `own` is its own relevance, `relevant` includes its ancestors'."""

    __slots__ = ("definition", "marks", "own", "parent", "relevant")

    definition: NodeDef
    parent: Branch | Leaf | None
    marks: tuple[Leaf, ...]
    own: bool
    relevant: bool

    @property
    def name(self) -> str:
        return self.definition.name

    def above(self) -> Node | None:
        return self.parent

    def field(self, name: str) -> Node | None:
        return next((mark for mark in self.marks if mark.definition.name == name), None)

    def fields(self) -> Iterable[Node]:
        return self.marks

    def order(self) -> tuple[object, ...]:
        key: list[int] = []
        at: LiveNode | None = self
        while at is not None:
            definition = at.definition
            key.append(at.position if isinstance(at, Branch) else 0)
            key.append(definition.index - FIRST if definition.is_attribute else definition.slot)
            at = at.parent
        return (0, *reversed(key))

    @property
    def reference(self) -> str:
        """With a position on every repeat instance: `/data/member[2]/name`."""
        definition = self.definition
        if not definition.repeats:
            return definition.path
        parts: list[str] = []
        at: LiveNode | None = self
        while at is not None:
            name = f"@{at.definition.name}" if at.definition.is_attribute else at.definition.name
            parts.append(f"{name}[{at.position}]" if isinstance(at, Branch) and at.position else name)
            at = at.parent
        return "/" + "/".join(reversed(parts))


class Leaf(LiveNode):
    """A node with a value. `value` is what it holds, `text` what others see of it: "" while it is not relevant."""

    __slots__ = ("text", "value")

    text: str
    value: str
    kids: tuple[LiveNode, ...] = ()

    def __init__(self, definition: NodeDef, parent: Branch | Leaf | None, value: str) -> None:
        self.definition = definition
        self.parent = parent
        self.marks = ()
        self.own = True
        self.relevant = True
        self.value = value
        self.text = value

    def elements(self) -> Iterable[Node]:
        return ()


class Branch(LiveNode):
    """A group or a repeat instance; `position` counts instances from 1 and is 0 for a group.

    `kids` are in the slots of the definition: nodes, and a Series for each repeat.
    """

    __slots__ = ("kids", "position")

    def __init__(self, definition: NodeDef, parent: Branch | None) -> None:
        self.definition = definition
        self.parent = parent
        self.marks = ()
        self.own = True
        self.relevant = True
        self.position = 0
        self.kids: list[Leaf | Branch | Series] = []

    @property
    def text(self) -> str:
        return "".join(leaf.text for leaf in leaves(self))

    def elements(self) -> Iterator[LiveNode]:
        for kid in self.kids:
            if isinstance(kid, Series):
                yield from kid.instances
            elif not kid.definition.synthetic:
                yield kid

    def named(self, name: str) -> Iterable[Node]:
        definition = self.definition.by_name.get(name)
        if definition is None:
            return ()
        kid = self.kids[definition.slot]
        return kid.instances if isinstance(kid, Series) else (kid,)


class Series:
    """The instances of one repeat under one parent."""

    __slots__ = ("definition", "instances", "parent")

    def __init__(self, definition: NodeDef, parent: Branch) -> None:
        self.definition = definition
        self.parent = parent
        self.instances: list[Branch] = []

    @property
    def reference(self) -> str:
        return f"{self.parent.reference}/{self.definition.name}"

    def renumber(self, first: int = 0) -> None:
        for at in range(first, len(self.instances)):
            self.instances[at].position = at + 1


class Document(Node):
    """What lies above the root element."""

    __slots__ = ("top",)

    def __init__(self, top: Node) -> None:
        self.top = top

    @property
    def text(self) -> str:
        return self.top.text

    @property
    def name(self) -> str:
        return ""

    @property
    def relevant(self) -> bool:
        return True

    def above(self) -> Node | None:
        return None

    def elements(self) -> Iterable[Node]:
        return (self.top,)

    def field(self, name: str) -> Node | None:
        return None

    def fields(self) -> Iterable[Node]:
        return ()

    def order(self) -> tuple[object, ...]:
        return ()


def leaves(branch: Branch) -> Iterator[Leaf]:
    """The leaves inside, in document order."""
    for node in below(branch):
        if isinstance(node, Leaf):
            yield node


def below(branch: Branch) -> Iterator[Leaf | Branch]:
    """Every element inside, in document order, without attributes."""
    waiting: list[Leaf | Branch | Series] = branch.kids[::-1]
    while waiting:
        at = waiting.pop()
        if isinstance(at, Series):
            waiting.extend(at.instances[::-1])
            continue
        yield at
        if isinstance(at, Branch):
            waiting.extend(at.kids[::-1])
