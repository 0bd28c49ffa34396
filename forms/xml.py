"""Reading XML from anywhere without being harmed by it: no entities, no network, no document types, bounded size.

The bounds hold for forms, submissions and lists alike; a legitimate file is far below each of them.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from lxml import etree

from forms.errors import Fault, Kind

MAX_BYTES = 10 * 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 64

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_COUNT = etree.XPath("count(/descendant::*)")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")

Element: TypeAlias = etree._Element


class XmlFault(Fault):
    """XML that is refused: not well formed, or beyond the bounds."""


def harmless_parser() -> etree.XMLParser:
    """A parser that fetches nothing, opens no entity, and leaves out comments and processing instructions."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


# Shared by all threads, which wait for each other while they parse: https://lxml.de/FAQ.html#threading
_PARSER = harmless_parser()


def parse(content: bytes, *, max_bytes: int = MAX_BYTES, max_nodes: int = MAX_NODES) -> Element:
    """The root element; comments and processing instructions are gone. Raises XmlFault."""
    if len(content) > max_bytes:
        raise XmlFault("forms.xml_too_large", Kind.DAMAGED, size=len(content), limit=max_bytes)
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlFault("forms.xml_malformed", Kind.DAMAGED, **_place(error)) from error
    if root is None:
        raise XmlFault("forms.xml_malformed", Kind.DAMAGED, reason="", line=0)
    document = root.getroottree()
    if getattr(document.docinfo, "doctype", ""):
        raise XmlFault("forms.xml_doctype", Kind.DAMAGED)
    _bounded(root, max_nodes)
    return root


def _place(error: Exception) -> dict[str, object]:
    line = getattr(error, "lineno", None) or 0
    return {"reason": str(getattr(error, "msg", None) or error), "line": line}


def _bounded(root: Element, max_nodes: int) -> None:
    nodes = int(float(str(_COUNT(root))))
    if nodes > max_nodes:
        raise XmlFault("forms.xml_too_many", Kind.DAMAGED, count=nodes, limit=max_nodes)
    if _TOO_DEEP(root):
        raise XmlFault("forms.xml_too_deep", Kind.DAMAGED, limit=MAX_DEPTH)


def local(tag: str) -> str:
    """The local part of a name in Clark notation."""
    return tag.rsplit("}", 1)[-1]


def namespace(tag: str) -> str:
    """The namespace of a name in Clark notation, or ""."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def prefixed(tag: str, prefixes: dict[str, str]) -> str:
    """`prefix:local` by the map from namespace to prefix; the local name where there is no prefix."""
    if not tag.startswith("{"):
        return tag
    uri, _, name = tag[1:].partition("}")
    prefix = prefixes.get(uri, "")
    return f"{prefix}:{name}" if prefix else name


def printable(value: str) -> str:
    """`value` without signs that XML cannot hold; each leaves a replacement mark."""
    return _ILLEGAL.sub("\ufffd", value) if _ILLEGAL.search(value) else value
