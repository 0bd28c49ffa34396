"""The choices of a select: made when asked for, labels when read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from forms.api import Choice, Control
from forms.definition.model import BodyElement, ItemsetDef
from forms.engine.compiled import Compiled
from forms.engine.nodes import Leaf
from forms.xpath.nodes import Context, Node, World
from forms.xpath.tables import Row


def plain_column(expression: str) -> bool:
    """Whether an expression is nothing but the name of a column."""
    return not set(expression) & _SYNTAX


_SYNTAX = frozenset(" \t\n/()[]@.:'\"*+|,=<>$")


class Choices(Sequence[Choice]):
    """A list whose labels and media are looked up for the choices that are read."""

    __slots__ = ("_made", "_make", "values")

    def __init__(self, values: Sequence[str], make: Callable[[int], Choice]) -> None:
        self.values = values
        self._make = make
        self._made: dict[int, Choice] = {}

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, at: int) -> Choice: ...
    @overload
    def __getitem__(self, at: slice) -> list[Choice]: ...
    def __getitem__(self, at: int | slice) -> Choice | list[Choice]:
        if isinstance(at, slice):
            return [self[k] for k in range(*at.indices(len(self.values)))]
        if at < 0:
            at += len(self.values)
        if not 0 <= at < len(self.values):
            raise IndexError(at)
        found = self._made.get(at)
        if found is None:
            found = self._made[at] = self._make(at)
        return found


class ItemLists:
    """Evaluates the itemsets of one session; what no answer can change is evaluated once."""

    def __init__(self, compiled: Compiled, world: World) -> None:
        self.compiled = compiled
        self.world = world
        self._static: dict[int, tuple[list[Node], list[str]]] = {}
        self._static_values: dict[int, frozenset[str]] = {}

    def values(self, leaf: Leaf) -> Sequence[str]:
        body = leaf.definition.body
        if body is None:
            return ()
        if body.itemset is not None:
            return self._items(leaf, body.itemset)[1]
        return [item.value for item in body.items]

    def offered(self, leaf: Leaf) -> frozenset[str]:
        """The values as a set."""
        definition = leaf.definition
        if not self.compiled.static_items(definition):
            return frozenset(self.values(leaf))
        found = self._static_values.get(definition.index)
        if found is None:
            found = self._static_values[definition.index] = frozenset(self.values(leaf))
        return found

    def offers(self, leaf: Leaf, value: str) -> bool:
        """Whether a value is among the choices now; the list is not made where an index can tell."""
        definition = leaf.definition
        itemset = definition.body.itemset if definition.body is not None else None
        if itemset is not None and not self.compiled.static_items(definition):
            path = self.compiled.path(itemset.nodeset, definition)
            if path is not None and path.table is not None and plain_column(itemset.value):
                found: bool | None = path.table.offers(Context(leaf, leaf, self.world), itemset.value, value)
                if found is not None:
                    return found
        return value in self.offered(leaf)

    def nodes(self, leaf: Leaf, itemset: ItemsetDef) -> list[Node]:
        return self._items(leaf, itemset)[0]

    def _items(self, leaf: Leaf, itemset: ItemsetDef) -> tuple[list[Node], list[str]]:
        definition = leaf.definition
        static = self.compiled.static_items(definition)
        if static:
            known = self._static.get(definition.index)
            if known is not None:
                return known
        nodes = self.compiled.nodes(itemset.nodeset, definition)(Context(leaf, leaf, self.world))
        found = nodes, self._strings(leaf, nodes, itemset.value)
        if static:
            self._static[definition.index] = found
        return found

    def _strings(self, leaf: Leaf, nodes: list[Node], expression: str) -> list[str]:
        name = expression.strip()
        if nodes and isinstance(nodes[0], Row) and plain_column(name) and all(isinstance(n, Row) for n in nodes):
            table = nodes[0].document.table
            return [table.cell(node.at, name) for node in nodes]  # type: ignore[attr-defined]
        closure = self.compiled.item_string(expression, leaf.definition)
        world = self.world
        return [closure(Context(node, leaf, world)) for node in nodes]

    def kept(self, leaf: Leaf, value: str) -> str:
        """What of a select's value is offered now."""
        body = leaf.definition.body
        if body is None or (body.itemset is None and not body.items):
            return value
        if self.offers(leaf, value):
            return value
        if body.control is Control.SELECT_ONE:
            return ""
        parts = value.split()
        kept = [part for part in parts if self.offers(leaf, part)]
        return value if len(kept) == len(parts) else " ".join(kept)

    def ordered(self, leaf: Leaf, body: BodyElement, value: str) -> str:
        """The values of a select-multiple in the order of its choices."""
        wanted = value.split()
        if len(wanted) < 2 or body.control is not Control.SELECT_MULTIPLE:
            return " ".join(wanted) if wanted else value
        chosen = set(wanted)
        return " ".join(dict.fromkeys(v for v in self.values(leaf) if v in chosen))
