"""Bytes of `forms.engine.pack` -> a compiled form, with nothing parsed or analysed again."""

from __future__ import annotations

import json
from functools import partial
from hashlib import sha256
from typing import Any

from forms.api import Control, FormProblem, Severity
from forms.definition.model import (
    ActionDef,
    Bind,
    BodyElement,
    EntityDef,
    FlatList,
    ItemDef,
    ItemsetDef,
    NodeDef,
    Output,
    SecondaryInstance,
    Seed,
    TextDef,
)
from forms.definition.parse import Definition
from forms.definition.texts import Forms, Itext, Parts, Texts
from forms.engine.analysis import Facts
from forms.engine.graph import Aspect, Computation, Graph, connected
from forms.engine.pack import MAGIC, READS, Row

_WRONG = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def unpack(content: bytes) -> tuple[Definition, Facts] | None:
    """The form, or None for anything but what `pack` has written."""
    head, _, rest = content.partition(b"\n")
    if head.decode("ascii", "replace") != f"{MAGIC} {sha256(rest).hexdigest()}":
        return None
    try:
        first, *lines = rest.split(b"\n")
        structure: dict[str, Any] = json.loads(first)
        definition = _definition(structure, lines)
        return definition, _facts(structure, definition)
    except _WRONG:
        return None


def _definition(structure: dict[str, Any], lines: list[bytes]) -> Definition:
    nodes = _nodes(structure["nodes"])
    languages, default = structure["languages"]
    form_id, version, title, namespaces = structure["form"]
    readers = {language: partial(_texts, line) for language, line in zip(languages, lines, strict=False)}
    lists = zip(structure["instances"], lines[len(languages) :], strict=True)
    return Definition(
        form_id=form_id,
        version=version,
        title=title,
        root=nodes[0],
        nodes=nodes,
        by_path={node.path: node for node in reversed(nodes)},
        seed=_seed(structure["seed"]),
        body=_element(structure["body"], nodes),
        itext=Itext(readers, default),
        instances={one: SecondaryInstance(one, src, partial(_content, line)) for (one, src), line in lists},
        actions=[ActionDef(tuple(events), *rest) for events, *rest in structure["actions"]],
        entities=[EntityDef(name, nodes[owner], nodes[at], *does) for name, owner, at, *does in structure["entities"]],
        namespaces=namespaces,
    )


def _nodes(rows: list[Row]) -> list[NodeDef]:
    nodes: list[NodeDef] = []
    for index, (name, above, flags, bind, template) in enumerate(rows):
        parent = nodes[above] if above >= 0 else None
        node = NodeDef(index, name, parent, is_attribute=bool(flags & 1))
        nodes.append(node)
        if parent is not None:
            parent.adopt(node)
        if flags & 2:
            node.make_repeat()
        node.synthetic = bool(flags & 4)
        if bind is not None:
            node.bind = _bind(bind)
        if template is not None:
            node.template = _seed(template)
    return nodes


def _bind(row: Row) -> Bind:
    bind = Bind(*row)
    bind.constraint_message, bind.required_message = _text(bind.constraint_message), _text(bind.required_message)
    return bind


def _element(row: Row, nodes: list[NodeDef]) -> BodyElement:
    kind, at, own, control, appearance, parameters, label, hint, guidance, items, itemset, count, fixed, inside = row
    element = BodyElement(
        kind,
        nodes[at] if at >= 0 else None,
        Control(control) if control is not None else None,
        tuple(appearance),
        parameters,
        _text(label),
        _text(hint),
        _text(guidance),
        tuple([ItemDef(value, _text(said)) for value, said in items]),
        ItemsetDef(*itemset) if itemset is not None else None,
        count,
        fixed,
        [_element(child, nodes) for child in inside],
    )
    if own and element.node is not None:
        element.node.body = element
    return element


def _text(written: Any) -> TextDef | None:
    if written is None or isinstance(written, str):
        return TextDef(written) if written is not None else None
    expression, parts = written
    return TextDef("", expression, _parts(parts))


def _parts(written: Row) -> Parts:
    return tuple([part if isinstance(part, str) else Output(part[0]) for part in written])


def _seed(row: Row) -> Seed:
    name, text, children, fields = row
    return Seed(name, text, [_seed(child) for child in children], fields)


def _texts(line: bytes) -> Texts:
    return Texts(json.loads(line), _forms)


def _forms(written: Any) -> Forms:
    if isinstance(written, str):
        return {"": (written,)}
    return {name: _parts(parts) for name, parts in written.items()}


def _content(line: bytes) -> FlatList | Seed | None:
    written = json.loads(line)
    if isinstance(written, dict):
        return FlatList(**written)
    return None if written is None else _seed(written)


def _facts(structure: dict[str, Any], definition: Definition) -> Facts:
    return Facts(
        problems=[FormProblem(Severity(severity), code, values) for severity, code, values in structure["problems"]],
        columns={name: set(columns) for name, columns in structure["columns"].items()},
        lists_of={index: frozenset(lists) for index, lists in structure["lists_of"]},
        fixed=frozenset(structure["fixed"]),
        graph=_graph(structure["graph"], definition.nodes),
    )


def _graph(rows: list[Row], nodes: list[NodeDef]) -> Graph:
    computations, reads = [], []
    for index, aspect, expression, rank, flags, read in rows:
        looping, translated = bool(flags & 1), bool(flags & 2)
        computations.append(
            Computation(nodes[index], Aspect(aspect), expression, rank=rank, looping=looping, translated=translated)
        )
        reads.append([(target, bound, READS[kind]) for target, bound, kind in read])
    return connected(computations, reads)
