"""The choices of a select as a list: values at once, nodes, labels and media when they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from forms.api import Choice
from forms.xpath.nodes import Node
from forms.xpath.tables import Row, TableDocument


def plain_column(expression: str) -> bool:
    """Whether an expression is nothing but the name of a column."""
    return not set(expression.strip()) & _SYNTAX


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


class Items:
    """The items of a list: their values, and each as a node when it is asked for. Those of a table are row numbers."""

    __slots__ = ("_document", "_nodes", "_offered", "_rows", "values")

    def __init__(
        self,
        values: Sequence[str],
        nodes: Sequence[Node] = (),
        *,
        document: TableDocument | None = None,
        rows: Sequence[int] = (),
    ) -> None:
        self.values = values
        self._nodes = nodes
        self._document = document
        self._rows = rows
        self._offered: frozenset[str] | None = None

    def node(self, at: int) -> Node:
        return self._nodes[at] if self._document is None else Row(self._document, self._rows[at])

    def cell(self, at: int, column: str) -> str | None:
        """The item's cell of that name; None where the list is no table."""
        return None if self._document is None else self._document.table.cell(self._rows[at], column)

    @property
    def offered(self) -> frozenset[str]:
        """The values as a set."""
        if self._offered is None:
            self._offered = frozenset(self.values)
        return self._offered


NO_ITEMS = Items(())
