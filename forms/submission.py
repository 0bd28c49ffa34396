"""Instance XML: reading what a submission says of itself, and writing one from live nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms.definition.instance import elements, seed_of
from forms.definition.model import Seed
from forms.engine.nodes import Branch, Leaf, LiveNode, Series
from forms.errors import Fault, Kind
from forms.xml import Element, local, parse


@dataclass(frozen=True, slots=True)
class SubmissionInfo:
    """What a submission's envelope says; "" where it says nothing."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    instance_name: str


def read(xml: bytes) -> SubmissionInfo:
    """Form, version and meta block of a submission. Raises forms.xml.XmlFault, or Fault without a form id."""
    root = parse(xml)
    form_id = str(root.get("id") or "")
    if not form_id:
        raise Fault("forms.submission_without_form", Kind.DAMAGED)
    meta = _meta(root)
    return SubmissionInfo(
        form_id=form_id,
        version=str(root.get("version") or ""),
        instance_id=_child_text(meta, "instanceID"),
        deprecated_id=_child_text(meta, "deprecatedID"),
        instance_name=_child_text(meta, "instanceName"),
    )


def _meta(root: Element) -> Element | None:
    return next((child for child in elements(root) if local(str(child.tag)) == "meta"), None)


def _child_text(meta: Element | None, name: str) -> str:
    if meta is None:
        return ""
    found = next((child for child in elements(meta) if local(str(child.tag)) == name), None)
    return "" if found is None or found.text is None else str(found.text).strip()


def seed(xml: bytes) -> Seed:
    """An instance as data, to open a session with."""
    return seed_of(parse(xml))


def write(
    root: LiveNode,
    namespaces: Mapping[str, str],
    *,
    everything: bool = False,
    sealed: Mapping[Leaf, str] = MappingProxyType({}),
) -> bytes:
    """Instance XML of the relevant nodes, or of everything for a draft; `sealed` takes the place of leaves' texts.

    Blank nodes are kept as empty elements, except those of the meta block that the form does not have.
    """
    parts: list[str] = []
    declared = "".join(
        f" xmlns:{prefix}={_quoted(uri)}" if prefix else f" xmlns={_quoted(uri)}"
        for prefix, uri in namespaces.items()
        if prefix != "jr"
    )
    _element(root, parts, everything, declared, sealed)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(parts)).encode()


def _element(node: LiveNode, parts: list[str], everything: bool, declared: str, sealed: Mapping[Leaf, str]) -> None:
    definition = node.definition
    if not everything and not node.relevant:
        return
    if definition.synthetic and node.text == "":
        return
    fields = "".join(
        f" {mark.definition.name}={_quoted(mark.value if everything else mark.text)}" for mark in node.marks
    )
    parts.append(f"<{definition.name}{declared}{fields}")
    if isinstance(node, Leaf):
        text = node.value if everything else sealed.get(node) or node.text
        parts.append(f">{_escaped(text)}</{definition.name}>" if text else "/>")
        return
    assert isinstance(node, Branch)  # noqa: S101
    start = len(parts)
    parts.append(">")
    for kid in node.kids:
        for child in kid.instances if isinstance(kid, Series) else (kid,):
            _element(child, parts, everything, "", sealed)
    if len(parts) == start + 1:
        parts[start] = "/>"
    else:
        parts.append(f"</{definition.name}>")


def _escaped(text: str) -> str:
    """As an element's content. Not by xml.sax.saxutils: importing that imports an HTTP client."""
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;").replace("\r", "&#13;")


def _quoted(text: str) -> str:
    """As an attribute's value with its quotation marks."""
    plain = _escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{plain}"'
