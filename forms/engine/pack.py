"""A compiled form as bytes: data only, which `forms.engine.unpack` reads back.

Lines of JSON. The first names the format and the digest of all that follows; the second holds structure and graph;
then one line for each language and for each list, which is read when it is first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from forms.definition.model import Bind, BodyElement, FlatList, ItemsetDef, NodeDef, Output, Seed, TextDef
from forms.definition.parse import Definition
from forms.definition.texts import Forms, Itext, Parts
from forms.engine.analysis import Facts
from forms.engine.graph import Graph
from forms.xpath.references import Reads

MAGIC = "hamlet-form-1"
READS = tuple(Reads)
Row = list[Any]


def pack(definition: Definition, facts: Facts) -> bytes:
    """The bytes of a form; the same for the same form and engine."""
    itext = definition.itext
    lines: list[object] = [_structure(definition, facts)]
    lines += [_language(itext, language) for language in itext.languages]
    lines += [_content(one.content) for one in definition.instances.values()]
    rest = b"\n".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str).encode() for line in lines
    )
    return f"{MAGIC} {sha256(rest).hexdigest()}\n".encode() + rest


def _structure(definition: Definition, facts: Facts) -> dict[str, object]:
    return {
        "form": [definition.form_id, definition.version, definition.title, definition.namespaces],
        "nodes": [_node(node) for node in definition.nodes],
        "body": _element(definition.body),
        "seed": seed_row(definition.seed),
        "languages": [list(definition.itext.languages), definition.itext.default],
        "instances": [[one.id, one.src] for one in definition.instances.values()],
        "actions": [[getattr(action, name) for name in action.__slots__] for action in definition.actions],
        "entities": [[e.dataset, e.owner.index, e.node.index, e.creates, e.updates] for e in definition.entities],
        "problems": [[p.severity.value, p.code, dict(p.values)] for p in facts.problems],
        "columns": {name: sorted(columns) for name, columns in facts.columns.items()},
        "lists_of": [[index, sorted(lists)] for index, lists in facts.lists_of.items()],
        "fixed": sorted(facts.fixed),
        "graph": _graph(facts.graph),
    }


def _node(node: NodeDef) -> Row:
    parent = -1 if node.parent is None else node.parent.index
    flags = node.is_attribute | node.is_repeat << 1 | node.synthetic << 2
    return [node.name, parent, flags, _bind(node.bind), None if node.template is None else seed_row(node.template)]


def _bind(bind: Bind | None) -> Row | None:
    if bind is None:
        return None
    row: Row = [getattr(bind, name) for name in bind.__slots__]
    return [_text(cell) if isinstance(cell, TextDef) else cell for cell in row]


def _element(element: BodyElement) -> Row:
    node = element.node
    return [
        element.kind,
        -1 if node is None else node.index,
        node is not None and node.body is element,
        element.control.value if element.control is not None else None,
        element.appearance,
        element.parameters,
        _text(element.label),
        _text(element.hint),
        _text(element.guidance),
        [[item.value, _text(item.label)] for item in element.items],
        _itemset(element.itemset),
        element.count,
        element.fixed,
        [_element(child) for child in element.children],
    ]


def _itemset(itemset: ItemsetDef | None) -> Row | None:
    return None if itemset is None else [itemset.nodeset, itemset.value, itemset.label, itemset.label_itext]


def _text(text: TextDef | None) -> object:
    """An itext id as it is, any other text as a row."""
    if text is None or text.itext:
        return text.itext if text is not None else None
    return [text.expression, _parts(text.parts)]


def _parts(parts: Parts) -> Row:
    return [[part.expression] if isinstance(part, Output) else part for part in parts]


def seed_row(seed: Seed) -> Row:
    return [seed.name, seed.text, [seed_row(child) for child in seed.children], seed.fields]


def _graph(graph: Graph) -> Row:
    rows = []
    for one in graph.computations:
        reads = [[r.target.index, r.bound, READS.index(r.reads)] for r in one.references]
        flags = one.looping | one.translated << 1
        rows.append([one.definition.index, int(one.aspect), one.expression, one.rank, flags, sorted(reads)])
    return rows


def _language(itext: Itext, language: str) -> dict[str, object]:
    texts = itext.texts(language)
    return {name: _forms(texts.get(name) or {}) for name in texts.names()}


def _forms(forms: Forms) -> object:
    """A text that is nothing but words as it is."""
    plain: Sequence[object] = forms.get("", ())
    if len(forms) == 1 and len(plain) == 1 and isinstance(plain[0], str):
        return plain[0]
    return {name: _parts(parts) for name, parts in forms.items()}


def _content(content: FlatList | Seed | None) -> object:
    if isinstance(content, FlatList):
        return {name: getattr(content, name) for name in content.__slots__}
    return None if content is None else seed_row(content)
