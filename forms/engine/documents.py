"""Secondary instances as nodes: flat lists become tables, anything else a tree."""

from __future__ import annotations

from collections.abc import Iterable

from forms.definition.model import FlatList, SecondaryInstance, Seed
from forms.rows import Columns, Tree
from forms.xpath.nodes import Node, Table
from forms.xpath.tables import TableDocument


class StaticNode(Node):
    """An element of a secondary instance that is no flat list; `name` is "" for the document."""

    __slots__ = ("_name", "_text", "attribute", "children", "marks", "parent", "place")

    def __init__(self, seed: Seed, parent: StaticNode | None, place: int) -> None:
        self._name = seed.name
        self._text = seed.text
        self.parent = parent
        self.place = place
        self.attribute = False
        self.children = [StaticNode(child, self, at) for at, child in enumerate(seed.children)]
        self.marks = [_mark(name, value, self, at) for at, (name, value) in enumerate(seed.fields.items())]

    @property
    def text(self) -> str:
        return self._text if not self.children else "".join(child.text for child in self.children)

    @property
    def name(self) -> str:
        return self._name

    @property
    def relevant(self) -> bool:
        return True

    def above(self) -> Node | None:
        return self.parent

    def elements(self) -> Iterable[Node]:
        return self.children

    def field(self, name: str) -> Node | None:
        return next((mark for mark in self.marks if mark.name == name), None)

    def fields(self) -> Iterable[Node]:
        return self.marks

    def order(self) -> tuple[object, ...]:
        key: list[int] = []
        at: StaticNode | None = self
        while at is not None:
            key.append(at.place)
            top = at
            at = at.parent
        return (id(top), *reversed(key))


def _mark(name: str, value: str, parent: StaticNode, place: int) -> StaticNode:
    made = StaticNode(Seed(name, value), parent, place - (1 << 30))
    made.attribute = True
    return made


def document_of(instance: SecondaryInstance) -> Node | None:
    """The document node of an internal instance; None for an external one."""
    content = instance.content
    if content is None:
        return None if instance.src else StaticNode(Seed(""), None, 0)
    if isinstance(content, FlatList):
        gaps = {name: frozenset(rows) for name, rows in content.gaps.items()}
        return TableDocument(Columns(content.columns, content.length, gaps), content.root, content.item)
    return StaticNode(Seed("", "", [content]), None, 0)


def table_document(rows: Table) -> Node:
    """The document node of an external instance."""
    return StaticNode(Seed("", "", [rows.seed]), None, 0) if isinstance(rows, Tree) else TableDocument(rows)
