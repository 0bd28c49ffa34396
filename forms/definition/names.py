"""Namespaces of XForms documents and references as they are written in attributes."""

from __future__ import annotations

import re

from forms.xml import Element

XFORMS = "http://www.w3.org/2002/xforms"
JAVAROSA = "http://openrosa.org/javarosa"
OPENROSA = "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
XML = "http://www.w3.org/XML/1998/namespace"
HAMLET = "https://hamlet.invalid/xforms"
PREFIXES = {
    JAVAROSA: "jr",
    OPENROSA: "orx",
    ODK: "odk",
    ENTITIES: "entities",
    HAMLET: "hamlet",
    XML: "xml",
}

_SPACE = re.compile(r"\s+")
_PREDICATE = re.compile(r"\[[^\]]*\]")


def jr(element: Element, name: str) -> str:
    """A javarosa attribute, or ""."""
    return str(element.get(f"{{{JAVAROSA}}}{name}") or "")


def absolute(reference: str, context: str) -> str:
    """A reference without predicates, resolved against the path `context`."""
    reference = _PREDICATE.sub("", _SPACE.sub("", reference)).removeprefix("current()/")
    if not reference or reference == ".":
        return context
    if reference.startswith("/"):
        return reference
    parts = context.split("/")
    for part in reference.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


def prefixed_name(element_tag: str) -> str:
    """A name in Clark notation with the usual prefix of its namespace."""
    if not element_tag.startswith("{"):
        return element_tag
    uri, _, name = element_tag[1:].partition("}")
    prefix = PREFIXES.get(uri)
    return f"{prefix}:{name}" if prefix else name
