"""Read the entity blocks of a submission: at its root and in every repeat instance that holds one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from forms.api import EntityDeclaration, Form
from forms.entities.types import EntityChange
from forms.xml import parse


def changes(form: Form, xml: bytes) -> tuple[EntityChange, ...]:
    """Every change that the submission `xml` of `form` asks for, in document order of the form's declarations.

    A block without create and update, or without an id, asks for nothing and is left out; an id that is no
    version 4 uuid is taken as it stands, `apply` refuses it. Raises `forms.xml.XmlFault` on bytes that are no
    XML, or beyond its bounds.
    """
    return changes_in(form, parse(xml))


def changes_in(form: Form, root: etree._Element) -> tuple[EntityChange, ...]:
    """The same of a submission that was parsed already."""
    instance_id = _text(_first(_first(root, "meta"), "instanceID"))
    found = []
    for declaration in form.entities:
        for holder in _at(root, declaration.path.strip("/").split("/")[1:]):
            change = _change(declaration, holder, instance_id)
            if change is not None:
                found.append(change)
    return tuple(found)


def _change(declaration: EntityDeclaration, holder: etree._Element, instance_id: str) -> EntityChange | None:
    block = _first(_first(holder, "meta"), "entity")
    if block is None or block.get("dataset") != declaration.dataset:
        return None
    create, update = (block.get(name) in ("1", "true") for name in ("create", "update"))
    identity = (block.get("id") or "").strip()
    if not identity or not (create or update):
        return None
    return EntityChange(
        dataset=declaration.dataset,
        uuid=identity.lower().removeprefix("uuid:"),
        create=create,
        update=update,
        label=_text(_first(block, "label")).strip() or None,
        properties=_properties(declaration, holder),
        base_version=_whole(block.get("baseVersion")),
        trunk_version=_whole(block.get("trunkVersion")),
        branch_id=(block.get("branchId") or "").strip(),
        instance_id=instance_id,
    )


def _properties(declaration: EntityDeclaration, holder: etree._Element) -> dict[str, str]:
    found = {}
    depth = len(declaration.path.strip("/").split("/"))
    for name, path in declaration.properties.items():
        element = next(_at(holder, path.strip("/").split("/")[depth:]), None)
        if element is not None:
            found[name] = _text(element)
    return found


def _at(element: etree._Element, steps: Sequence[str]) -> Iterator[etree._Element]:
    """Elements below `element` along local names; several where a step is a repeat."""
    if not steps:
        yield element
        return
    name, rest = steps[0], steps[1:]
    for child in element.iterchildren(f"{{*}}{name}"):
        yield from _at(child, rest)


def _first(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def _text(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "")


def _whole(written: str | None) -> int | None:
    return int(written) if written and written.strip().isascii() and written.strip().isdigit() else None
