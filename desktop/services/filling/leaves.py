"""A submission's leaves as pairs, for reading: no form needed."""

from __future__ import annotations

from collections.abc import Iterator

from forms.xml import Element, local, parse


def leaves(xml: bytes) -> Iterator[tuple[str, str]]:
    """(path without positions, value) of every element without children, in document order, the meta block left out."""
    root = parse(xml)
    yield from _below(root, f"/{local(str(root.tag))}")


def _below(element: Element, path: str) -> Iterator[tuple[str, str]]:
    children = [child for child in element if isinstance(child.tag, str)]
    for child in children:
        name = local(str(child.tag))
        if name == "meta":
            continue
        here = f"{path}/{name}"
        if any(isinstance(inner.tag, str) for inner in child):
            yield from _below(child, here)
        else:
            yield here, child.text or ""
