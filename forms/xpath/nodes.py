"""What an expression sees of a document, and the world that it is evaluated in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from forms.xpath.errors import EvaluationFault

STEPS = 600_000
LONGEST = 2_000_000


class Node(ABC):
    """An element, attribute or document of the primary or of a secondary instance."""

    __slots__ = ()

    @property
    @abstractmethod
    def text(self) -> str:
        """The string value: "" where the node is not relevant."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    @abstractmethod
    def relevant(self) -> bool: ...

    @abstractmethod
    def above(self) -> Node | None:
        """The parent."""

    @abstractmethod
    def elements(self) -> Iterable[Node]:
        """Child elements in document order."""

    @abstractmethod
    def field(self, name: str) -> Node | None:
        """The attribute of that name."""

    @abstractmethod
    def fields(self) -> Iterable[Node]: ...

    @abstractmethod
    def order(self) -> tuple[object, ...]:
        """A key by which the nodes of one document sort in document order."""

    def named(self, name: str) -> Iterable[Node]:
        return [child for child in self.elements() if child.name == name]


class Table(Protocol):
    """A list that is looked up by equality: `forms.api.Rows`."""

    def __len__(self) -> int: ...
    def where(self, column: str, value: str) -> Sequence[int]: ...
    def cell(self, row: int, column: str) -> str: ...
    @property
    def columns(self) -> Sequence[str]: ...


class World(Protocol):
    """What lies outside an expression: the session's other documents, clock and randomness."""

    single: list[Node | None]  # by definition index: nodes that lie in no repeat
    steps: int

    def instance(self, name: str) -> Node | None:
        """The document node of a secondary instance."""
        ...

    def table(self, name: str) -> Table | None:
        """The instance as a table where it is one."""
        ...

    def document(self) -> Node:
        """The document node above the root element of the primary instance."""
        ...

    def now(self) -> datetime: ...
    def uuid(self) -> str: ...
    def random(self) -> float: ...
    def signed(self, public: bytes, signature: bytes, message: bytes) -> bool: ...
    def itext(self, name: str, node: Node) -> str: ...
    def namespace(self, prefix: str) -> str:
        """The namespace that a prefix of the instance stands for; that of names without one for ""."""
        ...

    def choice_name(self, node: Node, value: str) -> str: ...
    def evaluate_nodes(self, expression: str, node: Node) -> list[Node]: ...
    def evaluate_string(self, expression: str, node: Node) -> str: ...


class Context:
    """Where an expression is evaluated: `node` is `.`, `current` what current() means."""

    __slots__ = ("current", "node", "position", "size", "world")

    def __init__(self, node: Node, current: Node, world: World, position: int = 1, size: int = 1) -> None:
        self.node = node
        self.current = current
        self.world = world
        self.position = position
        self.size = size

    def spend(self, steps: int) -> None:
        """Take steps from the budget; raises EvaluationFault when it is used up."""
        world = self.world
        world.steps -= steps
        if world.steps < 0:
            raise EvaluationFault("expression_endless", limit=STEPS)


def bounded(text: str) -> str:
    """`text`, unless it has grown beyond all sense."""
    if len(text) > LONGEST:
        raise EvaluationFault("expression_endless", limit=LONGEST)
    return text


StringOf = Callable[[Context], str]
NumberOf = Callable[[Context], float]
BooleanOf = Callable[[Context], bool]
NodesOf = Callable[[Context], list[Node]]
StringsOf = Callable[[Context], list[str]]
