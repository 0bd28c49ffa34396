"""A form as it is defined, without state: its questions and its entities, for tables, exports and paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from forms.api import EntityDeclaration, Question
from forms.definition.model import (
    Bind,
    BodyElement,
    EntityDef,
    FlatList,
    ItemsetDef,
    NodeDef,
    Output,
    SecondaryInstance,
    Seed,
    TextDef,
)
from forms.definition.texts import Itext, Parts
from forms.engine.compiled import Compiled
from forms.engine.graph import Aspect
from forms.engine.words import tidy
from forms.xpath.syntax import Call, Literal, Path

Choices = tuple[tuple[str, Mapping[str, str]], ...]


def questions(compiled: Compiled) -> tuple[Question, ...]:
    """Every leaf in document order, without the meta block."""
    entities, followed = compiled.definition.entities, _followed(compiled)
    return tuple(
        replace(_question(compiled, node, entities), follows=tuple(sorted(followed.get(node.index, ()))))
        for node in compiled.definition.nodes
        if node.is_leaf and not node.is_attribute and not node.is_repeat and not _in_meta(node)
    )


def _followed(compiled: Compiled) -> Mapping[int, set[str]]:
    """By the index of a select, the paths whose values its choices depend on."""
    paths = {node.index: node.path for node in compiled.definition.nodes}
    found: dict[int, set[str]] = {}
    for index, dependents in compiled.graph.of_value.items():
        for computation, _bound in dependents:
            if computation.aspect is Aspect.ITEMS:
                found.setdefault(computation.definition.index, set()).add(paths[index])
    return found


def _is_note(bind: Bind | None) -> bool:
    """Read-only whatever happens, and filled by nothing."""
    return bind is not None and bind.readonly.strip() == "true()" and not bind.calculate and bind.type == "string"


def _in_meta(node: NodeDef) -> bool:
    at: NodeDef | None = node
    while at is not None:
        if at.name.rpartition(":")[2] == "meta" and at.parent is not None:
            return True
        at = at.parent
    return False


def _question(compiled: Compiled, node: NodeDef, entities: list[EntityDef]) -> Question:
    body, bind = node.body, node.bind
    owner = _owner(node, entities)
    saves = bind.saves_to if bind is not None else ""
    return Question(
        path=node.path,
        name=node.name,
        type=node.type,
        control=body.control if body is not None else None,
        labels=labels(compiled.definition.itext, body.label if body is not None else None),
        groups=_groups(node),
        repeats=tuple(repeat.path for repeat in node.repeats),
        choices=_choices(compiled, body) if body is not None else (),
        calculated=bool(bind and bind.calculate),
        appearance=body.appearance if body is not None else (),
        attributes=bind.attributes if bind is not None else {},
        saves_to=f"{owner.dataset}#{saves}" if owner is not None and saves else "",
        note=body is not None and _is_note(bind),
        itemset=_external(compiled, body.itemset) if body is not None and body.itemset is not None else "",
    )


def _groups(node: NodeDef) -> tuple[str, ...]:
    found: list[str] = []
    at = node.parent
    while at is not None and at.parent is not None:
        if not at.is_repeat:
            found.append(at.path)
        at = at.parent
    return tuple(reversed(found))


def labels(itext: Itext, text: TextDef | None) -> Mapping[str, str]:
    """A text by language; outputs appear as an ellipsis. A form without languages has the key ""."""
    if text is None:
        return {}
    if not text.itext:
        plain = _plain(text.parts)
        return dict.fromkeys(itext.languages or ("",), plain) if plain else {}
    found: dict[str, str] = {}
    for language in itext.languages:
        forms = itext.forms(language, text.itext)
        if forms:
            found[language] = _plain(forms.get("") or forms.get("long") or forms.get("short") or ())
    return found


def _plain(parts: Parts) -> str:
    return tidy("".join("…" if isinstance(part, Output) else part for part in parts))


def _choices(compiled: Compiled, body: BodyElement) -> Choices:
    itext = compiled.definition.itext
    if body.itemset is None:
        return tuple((item.value, labels(itext, item.label)) for item in body.items)
    return _list_choices(compiled, body.itemset)


def _list_choices(compiled: Compiled, itemset: ItemsetDef) -> Choices:
    """All items of an internal list, whatever the filter."""
    itext = compiled.definition.itext
    secondary = _list_of(compiled, itemset)
    if secondary is None:
        return ()
    found = []
    for cells in _items(secondary.content):
        text = cells.get(itemset.label, "")
        named = TextDef(itext=text) if itemset.label_itext else TextDef(parts=(text,))
        found.append((cells.get(itemset.value, ""), labels(itext, named)))
    return tuple(found)


def _items(content: FlatList | Seed | None) -> Iterator[Mapping[str, str]]:
    """The items of a list inside the form, each as its cells by name."""
    if isinstance(content, FlatList):
        for row in zip(*content.columns.values(), strict=True):
            yield dict(zip(content.columns, row, strict=True))
    elif content is not None:
        for item in content.children:
            yield {child.name: child.text for child in item.children} | item.fields


def _external(compiled: Compiled, itemset: ItemsetDef) -> str:
    """File name of the list that the items come from, "" for one inside the form."""
    secondary = _list_of(compiled, itemset)
    return secondary.src.rpartition("/")[2] if secondary is not None else ""


def _list_of(compiled: Compiled, itemset: ItemsetDef) -> SecondaryInstance | None:
    from forms.xpath.parser import parse

    tree = parse(itemset.nodeset)
    if isinstance(tree, Call) and tree.arguments:
        tree = tree.arguments[0]
    start = tree.start if isinstance(tree, Path) else None
    if not isinstance(start, Call) or start.name != "instance" or not isinstance(start.arguments[0], Literal):
        return None
    return compiled.definition.instances.get(start.arguments[0].value)


def _owner(node: NodeDef, entities: list[EntityDef]) -> EntityDef | None:
    """The entity that a question belongs to: that of the nearest element around it."""
    at: NodeDef | None = node
    while at is not None:
        for entity in entities:
            if entity.owner is at:
                return entity
        at = at.parent
    return None


def declarations(compiled: Compiled) -> tuple[EntityDeclaration, ...]:
    """The entities that the form creates or updates."""
    entities = compiled.definition.entities
    found = []
    for entity in entities:
        properties = {
            node.bind.saves_to: node.path
            for node in compiled.definition.nodes
            if node.bind is not None and node.bind.saves_to and _owner(node, entities) is entity
        }
        found.append(EntityDeclaration(entity.dataset, entity.owner.path, properties, entity.creates, entity.updates))
    return tuple(found)
