"""The primary instance -> definitions of its nodes, and the seeds that live nodes grow from."""

from __future__ import annotations

from forms.definition.model import FlatList, NodeDef, Seed
from forms.definition.names import JAVAROSA, XML
from forms.xml import Element, local

_TEMPLATE = f"{{{JAVAROSA}}}template"


def name_of(element: Element) -> str:
    """The name with its prefix as written."""
    tag = local(str(element.tag))
    return f"{element.prefix}:{tag}" if element.prefix else tag


def attribute_name(element: Element, key: str) -> str:
    if not key.startswith("{"):
        return key
    uri, _, name = key[1:].partition("}")
    if uri == XML:
        return f"xml:{name}"  # which nobody declares
    for prefix, declared in element.nsmap.items():
        if declared == uri and prefix:
            return f"{prefix}:{name}"
    return name


def is_template(element: Element) -> bool:
    return element.get(_TEMPLATE) is not None


def elements(element: Element) -> list[Element]:
    return [child for child in element if isinstance(child.tag, str)]


def seed_of(element: Element, *, templates: bool = False) -> Seed:
    """The element as data; repeat templates inside are left out unless `templates`."""
    children = [seed_of(c, templates=templates) for c in elements(element) if templates or not is_template(c)]
    fields = {
        attribute_name(element, str(key)): str(value)
        for key, value in element.attrib.items()
        if str(key) not in (_TEMPLATE, f"{{{JAVAROSA}}}version")
    }
    text = "" if children else str(element.text or "")
    return Seed(name_of(element), text, children, fields)


def content_of(root: Element) -> FlatList | Seed:
    """The root of a secondary instance: as columns where all its items are flat and alike."""
    return flat_list(root) or seed_of(root, templates=True)


def flat_list(root: Element) -> FlatList | None:
    """A root of items of one name without attributes that hold nothing but leaves of different names."""
    items = elements(root)
    if not items or root.attrib:
        return None
    columns: dict[str, list[str]] = {}
    gaps: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        if item.tag != items[0].tag or item.attrib or not len(item):
            return None
        for cell in elements(item):
            column = columns.setdefault(name_of(cell), [])
            if len(cell) or cell.attrib or len(column) > at:
                return None
            _fill(column, at, gaps, name_of(cell))
            column.append(cell.text or "")
    for name, column in columns.items():
        _fill(column, len(items), gaps, name)
    return FlatList(name_of(root), name_of(items[0]), columns, len(items), gaps)


def _fill(column: list[str], length: int, gaps: dict[str, list[int]], name: str) -> None:
    """Bring a column to a length; the items between have no such element."""
    if len(column) < length:
        gaps.setdefault(name, []).extend(range(len(column), length))
        column.extend([""] * (length - len(column)))


def blank(seed: Seed) -> Seed:
    """The same structure without values."""
    return Seed(seed.name, "", [blank(child) for child in seed.children], dict.fromkeys(seed.fields, ""))


class InstanceReader:
    """Makes the node definitions of a primary instance; `repeats` are the paths that the body repeats."""

    __slots__ = ("nodes", "repeats")

    def __init__(self, repeats: set[str]) -> None:
        self.repeats = repeats
        self.nodes: list[NodeDef] = []

    def read(self, root: Element) -> NodeDef:
        definition = self._new(name_of(root), None)
        self._fill(definition, root)
        return definition

    def _new(self, name: str, parent: NodeDef | None, *, is_attribute: bool = False) -> NodeDef:
        definition = NodeDef(len(self.nodes), name, parent, is_attribute=is_attribute)
        self.nodes.append(definition)
        return definition

    def add(self, parent: NodeDef, name: str) -> NodeDef:
        """A new child element."""
        definition = self._new(name, parent)
        parent.adopt(definition)
        return definition

    def _fill(self, definition: NodeDef, element: Element) -> None:
        for key in element.attrib:
            name = attribute_name(element, str(key))
            if str(key) != _TEMPLATE and definition.attribute(name) is None:
                definition.adopt(self._new(name, definition, is_attribute=True))
        for child in elements(element):
            self._child(definition, child)

    def _child(self, parent: NodeDef, element: Element) -> None:
        name = name_of(element)
        definition = parent.by_name.get(name)
        if definition is None:
            definition = self.add(parent, name)
            if definition.path in self.repeats:
                definition.make_repeat()
        if definition.is_repeat:
            seed = seed_of(element)
            if is_template(element):
                definition.template = seed
            elif definition.template is None:
                definition.template = blank(seed)
        self._fill(definition, element)
