"""The definition as plain objects: made once by `forms.definition.parse`, then shared by sessions and not changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from forms.api import Control


@dataclass(slots=True, eq=False)
class Output:
    """An expression inside a text, `<output value="..."/>`."""

    expression: str


@dataclass(slots=True, eq=False)
class TextDef:
    """A label, hint or message: an itext id, an expression that gives the text, or parts written in place."""

    itext: str = ""
    expression: str = ""
    parts: tuple[str | Output, ...] = ()


@dataclass(slots=True, eq=False)
class Bind:
    """A bind's attributes as written; expressions are "" where there is none.

    `attributes` are the foreign ones by prefixed name. `number` is the kind that `hamlet:number` names.
    """

    path: str
    type: str = "string"
    relevant: str = ""
    readonly: str = ""
    required: str = ""
    constraint: str = ""
    calculate: str = ""
    constraint_message: TextDef | None = None
    required_message: TextDef | None = None
    preload: str = ""
    preload_params: str = ""
    saves_to: str = ""
    number: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Seed:
    """An element of an instance as data: what nodes are made from. `fields` are attributes by prefixed name."""

    name: str
    text: str = ""
    children: list[Seed] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


class NodeDef:
    """One element or attribute of the primary instance, without positions.

    `slot` is its place among its parent's children; `repeats` are the repeats that it lies in, itself
    included, outermost first, so that `depth` is the number of positions in a reference to it. The root has `level` 1.
    """

    __slots__ = (
        "attributes", "bind", "body", "by_name", "children", "depth", "index", "is_attribute",
        "is_repeat", "level", "name", "parent", "path", "repeats", "slot", "synthetic", "template",
    )  # fmt: skip

    def __init__(self, index: int, name: str, parent: NodeDef | None, *, is_attribute: bool = False) -> None:
        self.index = index
        self.name = name
        self.parent = parent
        self.is_attribute = is_attribute
        above: str = parent.path if parent is not None else ""
        self.level: int = parent.level + 1 if parent is not None else 1
        self.path: str = f"{above}/@{name}" if is_attribute else f"{above}/{name}"
        self.slot = 0
        self.children: list[NodeDef] = []
        self.attributes: list[NodeDef] = []
        self.by_name: dict[str, NodeDef] = {}
        self.is_repeat = False
        self.repeats: tuple[NodeDef, ...] = parent.repeats if parent is not None else ()
        self.depth = len(self.repeats)
        self.bind: Bind | None = None
        self.body: BodyElement | None = None
        self.template: Seed | None = None
        self.synthetic = False  # not in the form, only written once it has a value

    def adopt(self, definition: NodeDef) -> None:
        """Take in a new attribute or child, which names this node as its parent."""
        if definition.is_attribute:
            self.attributes.append(definition)
            return
        definition.slot = len(self.children)
        self.children.append(definition)
        self.by_name[definition.name] = definition

    def make_repeat(self) -> None:
        self.is_repeat = True
        self.repeats = (*(self.parent.repeats if self.parent is not None else ()), self)
        self.depth = len(self.repeats)

    @property
    def type(self) -> str:
        return self.bind.type if self.bind is not None else "string"

    @property
    def is_leaf(self) -> bool:
        return not self.children

    def attribute(self, name: str) -> NodeDef | None:
        return next((a for a in self.attributes if a.name == name), None)

    def __repr__(self) -> str:
        return f"NodeDef({self.path})"


@dataclass(slots=True, eq=False)
class ItemDef:
    value: str
    label: TextDef | None


@dataclass(slots=True, eq=False)
class ItemsetDef:
    """`nodeset` gives the items; `value` and `label` are relative to an item. `label_itext`: label is an itext id."""

    nodeset: str
    value: str
    label: str = ""
    label_itext: bool = False


@dataclass(slots=True, eq=False)
class ActionDef:
    """A setvalue or setgeopoint: on `events` the value of `expression` or `literal` goes to `target`.

    `source` is the control's node for xforms-value-changed, `within` the repeat of odk-new-repeat, `selector`
    the target as an expression where it has predicates.
    """

    events: tuple[str, ...]
    target: str
    expression: str = ""
    literal: str = ""
    geopoint: bool = False
    source: str = ""
    within: str = ""
    selector: str = ""


@dataclass(slots=True, eq=False)
class BodyElement:
    """A control, group or repeat of the body. `node` is None for a group that only groups."""

    kind: str  # group repeat control
    node: NodeDef | None
    control: Control | None = None
    appearance: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    label: TextDef | None = None
    hint: TextDef | None = None
    guidance: TextDef | None = None
    items: tuple[ItemDef, ...] = ()
    itemset: ItemsetDef | None = None
    count: str = ""
    fixed: bool = False  # jr:noAddRemove
    children: list[BodyElement] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class FlatList:
    """`<root><item><a/><b/></item>...</root>` as columns; `length` items, `gaps` those that lack the element."""

    root: str
    item: str
    columns: Mapping[str, list[str]]
    length: int
    gaps: Mapping[str, list[int]] = field(default_factory=dict)


class SecondaryInstance:
    """A secondary instance: outside of the form (`src`), or inside it, then read when it is first asked for."""

    __slots__ = ("_content", "_read", "id", "src")

    def __init__(self, identifier: str, src: str, read: Callable[[], FlatList | Seed | None]) -> None:
        self.id = identifier
        self.src = src
        self._read: Callable[[], FlatList | Seed | None] | None = read
        self._content: FlatList | Seed | None = None

    @property
    def content(self) -> FlatList | Seed | None:
        """A list of one shape as columns, anything else as it is; None for nothing."""
        read = self._read
        if read is not None:
            self._content = read()  # before the next line, so that no other thread finds neither
            self._read = None
        return self._content


@dataclass(slots=True, eq=False)
class EntityDef:
    """A meta/entity block: `owner` is the element that holds the meta block."""

    dataset: str
    owner: NodeDef
    node: NodeDef
    creates: bool
    updates: bool
