"""Bind elements -> Bind."""

from __future__ import annotations

from forms.definition.model import Bind
from forms.definition.names import JAVAROSA, absolute, jr, prefixed_name
from forms.definition.texts import message_text
from forms.xml import Element

_TYPES = {
    "integer": "int", "long": "int", "double": "decimal", "float": "decimal", "datetime": "dateTime",
    "select1": "string", "select": "string", "rank": "string", "odk:rank": "string", "text": "string",
}  # fmt: skip
KNOWN_TYPES = frozenset(
    {
        "string", "int", "decimal", "boolean", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape",
        "binary", "barcode", "intent",
    }
)  # fmt: skip
_OWN = {"nodeset", "ref", "type", "relevant", "readonly", "required", "constraint", "calculate", "id"}


def type_of(written: str) -> str:
    """A bind's type without prefix, old names brought to the present ones."""
    plain = written.rpartition(":")[2] if written.rpartition(":")[0] in ("xsd", "xs", "odk", "jr", "") else written
    return _TYPES.get(plain, plain) or "string"


def bind_of(element: Element, root: str) -> Bind:
    """One bind element; a relative nodeset is meant from the root element."""
    path = absolute(str(element.get("nodeset") or element.get("ref") or ""), root)
    attributes = {
        prefixed_name(str(key)): str(value)
        for key, value in element.attrib.items()
        if str(key).startswith("{") and JAVAROSA not in str(key)
    }
    constraint_message, required_message = jr(element, "constraintMsg"), jr(element, "requiredMsg")
    return Bind(
        path=path,
        type=type_of(str(element.get("type") or "string")),
        relevant=str(element.get("relevant") or ""),
        readonly=str(element.get("readonly") or ""),
        required=str(element.get("required") or ""),
        constraint=str(element.get("constraint") or ""),
        calculate=str(element.get("calculate") or ""),
        constraint_message=message_text(constraint_message) if constraint_message else None,
        required_message=message_text(required_message) if required_message else None,
        preload=jr(element, "preload"),
        preload_params=jr(element, "preloadParams"),
        saves_to=attributes.pop("entities:saveto", ""),
        number=attributes.get("hamlet:number", ""),
        attributes=attributes,
    )


def merged(first: Bind, second: Bind) -> Bind:
    """Two binds of one node: what the second says wins, what it leaves open stays."""
    for name in Bind.__dataclass_fields__:
        value = getattr(second, name)
        if not value or (name == "type" and value == "string"):
            setattr(second, name, getattr(first, name))
    second.attributes = {**first.attributes, **second.attributes}
    return second
