"""Secondary instances as nodes: flat lists become tables, anything else a tree."""

from __future__ import annotations

from collections.abc import Iterable

from forms.definition.model import SecondaryInstance, Seed
from forms.rows import Columns, from_elements
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


def flat(seed: Seed) -> tuple[Columns, str] | None:
    """The columns of `<root><item><a/><b/></item>...</root>` and the items' name; None for any other shape."""
    if not seed.children or seed.fields:
        return None
    name = seed.children[0].name
    records = []
    for item in seed.children:
        if item.name != name or item.fields or not item.children:
            return None
        record = {child.name: child.text for child in item.children}
        if len(record) != len(item.children) or any(child.children or child.fields for child in item.children):
            return None
        records.append(record)
    return from_elements(records), name


def document_of(instance: SecondaryInstance) -> Node | None:
    """The document node of an internal instance; None for an external one."""
    seed = instance.seed
    if seed is None:
        return None if instance.src else StaticNode(Seed(""), None, 0)
    table = flat(seed)
    if table is not None:
        return TableDocument(table[0], seed.name, table[1])
    return StaticNode(Seed("", "", [seed]), None, 0)


def table_document(rows: Table) -> Node:
    return TableDocument(rows)
