"""The state of a session's nodes as results of scripted fillings write it down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.api import Choice, Control, Node, NodeKind, Session
from forms.xml import local, parse

MAX_CHOICES = 60
TRACED = ("value", "relevant", "readonly", "required", "valid", "violation", "label", "hint", "count")
TYPES = {
    Control.SELECT_ONE: "select",
    Control.SELECT_MULTIPLE: "select",
    Control.RANK: "rank",
    Control.RANGE: "range",
    Control.UPLOAD: "upload",
    Control.TRIGGER: "trigger",
}
_SPACE = re.compile(r"\s+")


def lookup(session: Session, ref: str) -> Node | None:
    try:
        return session.node(ref)
    except LookupError:
        return None


def state(session: Session, node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {"type": _type(session, node)}
    if node.kind is NodeKind.QUESTION:
        found |= {"value_type": node.type, "value": node.value}
    if node.ref != session.root:
        found |= {"relevant": node.relevant, "readonly": node.readonly}
    if node.kind is NodeKind.QUESTION:
        found |= {"required": node.required, "valid": node.valid}
        if not node.valid:
            found |= {"violation": node.violation, "message": _words(node.message)}
    if node.label:
        found["label"] = _words(node.label)
    if node.hint:
        found["hint"] = _words(node.hint)
    if node.control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK):
        offered = choices_of(session, node.ref)
        found["choices"] = {"n": len(offered), "items": [[c.value, _words(c.label)] for c in offered[:MAX_CHOICES]]}
    if node.kind is NodeKind.REPEAT:
        found["count"] = node.count
    return found


def _type(session: Session, node: Node) -> str:
    if node.ref == session.root:
        return "root"
    if node.kind is NodeKind.REPEAT:
        return "repeat-range"
    if node.kind is NodeKind.INSTANCE:
        return "repeat-instance"
    if node.kind is NodeKind.GROUP:
        return "group"
    if node.control is None:
        return "model-value"
    if node.control is Control.INPUT and node.readonly and node.label:
        return "note"
    return TYPES.get(node.control, "input")


def _words(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def choices_of(session: Session, ref: str) -> list[Choice]:
    """The choices with their labels made, as a screen would."""
    return [choice for choice in session.choices(ref) if choice.label is not None]


def snapshot(session: Session) -> dict[str, Any]:
    """Every node of the form, irrelevant ones and values without a control too."""
    return {ref: state(session, node) for ref in refs(session) if (node := lookup(session, ref)) is not None}


def refs(session: Session) -> Iterator[str]:
    seen: set[str] = set()
    for ref in _below(session, session.root):
        if ref not in seen:
            seen.add(ref)
            yield ref
    for question in session.form.questions:
        for ref in _expanded(session, question.path, question.repeats):
            if ref not in seen:
                seen.add(ref)
                yield ref


def _below(session: Session, ref: str) -> Iterator[str]:
    yield ref
    node = lookup(session, ref)
    if node is not None and node.kind is not NodeKind.QUESTION:
        for child in session.children(ref):
            yield from _below(session, child)


def _expanded(session: Session, path: str, repeats: tuple[str, ...]) -> Iterator[str]:
    """`path` once for every combination of instances of the repeats around it."""
    if not repeats:
        yield path
        return
    outer, rest = repeats[0], repeats[1:]
    series = lookup(session, outer)
    for number in range(1, (series.count if series is not None else 0) + 1):
        placed = f"{outer}[{number}]"
        yield from _expanded(session, placed + path[len(outer) :], tuple(placed + r[len(outer) :] for r in rest))


def attribute(session: Session, ref: str, name: str) -> str | None:
    """An attribute of an element of the instance as it stands."""
    element = parse(session.draft())
    for step in ref.strip("/").split("/")[1:]:
        tag, _, position = step.rstrip("]").partition("[")
        same = [child for child in element if isinstance(child.tag, str) and local(str(child.tag)) == tag]
        if len(same) < int(position or 1):
            return None
        element = same[int(position or 1) - 1]
    wanted = name.rpartition(":")[2]
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == wanted:
            return str(value)
    return None


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What became different between two snapshots."""
    found: dict[str, Any] = {}
    for ref, now in after.items():
        was = before.get(ref)
        if was is None:
            found[ref] = {"added": True, "value": now.get("value")}
            continue
        different = {name: now.get(name) for name in TRACED if was.get(name) != now.get(name)}
        if was.get("choices") != now.get("choices"):
            different["choices"] = [item[0] for item in (now.get("choices") or {}).get("items", [])]
        if different:
            found[ref] = different
    for ref in before.keys() - after.keys():
        found[ref] = {"removed": True}
    return found
