"""Values of many records of one form: XML of a shape that was seen before is read by one pattern, any other parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from lxml import etree

_MOST_SHAPES = 24
"""Times that a new shape is learnt; records that differ from all of these are parsed one by one."""

Pick = Callable[[Sequence[str]], tuple[str, ...]]


class NotOfOneOrder(Exception):
    """Two records have the same elements in another order: no one pattern reads both."""


@dataclass(slots=True)
class _Node:
    """What stood below one element of any record so far, in document order."""

    tag: str
    place: int | None
    attributes: bool = False
    children: dict[str, _Node] = field(default_factory=dict)

    def take(self, element: etree._Element, path: str, wanted: Mapping[str, int]) -> None:
        """Learn the shape of `element` too."""
        self.attributes = self.attributes or bool(element.attrib or element.nsmap != _outer(element))
        if self.place is not None or not len(element):
            return
        tags = list(dict.fromkeys(written(child) for child in element))
        self._order(tags)
        for child in element:
            below = f"{path}/{local(child)}"
            node = self.children[written(child)]
            node.place = wanted.get(below)
            node.take(child, below, wanted)

    def _order(self, tags: Sequence[str]) -> None:
        known = [tag for tag in self.children if tag in tags]
        if known != [tag for tag in tags if tag in self.children]:
            raise NotOfOneOrder
        order: list[str] = list(self.children)
        at = 0
        for tag in tags:
            if tag in self.children:
                at = order.index(tag) + 1
            else:
                order.insert(at, tag)
                at += 1
        self.children = {tag: self.children.get(tag) or _Node(tag, None) for tag in order}

    def pattern(self, places: list[int]) -> str:
        """Matches this element any number of times, also none; `places` gets those of its groups, in their order."""
        if self.place is not None:
            places.append(self.place)
        below = "([^<]*+)" if self.place is not None else "".join([n.pattern(places) for n in self.children.values()])
        tag = re.escape(self.tag)
        if not self.attributes:
            return f"(?:<{tag}(?:/>|>{below or '[^<]*+'}</{tag}>))*+"
        return f"(?:<{tag}(?: [^<>]*+)?+(?:(?<=/)>|(?<!/)>{below or '[^<]*+'}</{tag}>))*+"


class Reader:
    """Reads values by path out of records of one form; repeats inside hold none of them."""

    def __init__(self, root: str, wanted: Mapping[str, int], parser: etree.XMLParser) -> None:
        """`wanted`: path -> place of its value among those that `values` returns."""
        self._root, self._wanted, self._parser = root, wanted, parser
        self._blank = ("",) * len(wanted)
        self._below = Below(root, wanted)
        self._shape: _Node | None = None
        self._left = _MOST_SHAPES
        self._match: Callable[[str], re.Match[str] | None] | None = None
        self._pick: Pick = tuple

    def values(self, xml: bytes) -> Sequence[str]:
        """As lxml reads it: what needs more than slicing (references, sections, comments, line ends) it does."""
        text = xml.decode("utf-8", "replace")
        if self._match is not None and "&" not in text and "\r" not in text:
            found = self._match(text)
            if found is not None:
                return self._pick((*found.groups(""), ""))
        element = etree.fromstring(xml, self._parser)
        if self._left:
            self._learn(element)
        return values(element, self._below, len(self._wanted))

    def _learn(self, element: etree._Element) -> None:
        self._left -= 1
        if self._shape is None:
            self._shape = _Node(written(element), None, attributes=True)
        try:
            if self._shape.tag != written(element):
                raise NotOfOneOrder
            self._shape.take(element, self._root, self._wanted)
        except NotOfOneOrder:
            return
        places: list[int] = []
        self._match = re.compile(self._shape.pattern(places)).fullmatch
        at = {place: group for group, place in enumerate(places)}
        order = [at.get(place, len(places)) for place in range(len(self._wanted))]
        self._pick = itemgetter(*order) if len(order) > 1 else lambda groups: tuple([groups[one] for one in order])


class Below(dict[str, tuple[int | None, "Below"]]):
    """Tag of a child -> the place of its value, and what lies below it: paths are put together once for all records."""

    def __init__(self, path: str, wanted: Mapping[str, int]) -> None:
        super().__init__()
        self._path, self._wanted = path, wanted

    def __missing__(self, tag: str) -> tuple[int | None, Below]:
        path = f"{self._path}/{tag.rpartition('}')[2]}"
        self[tag] = found = (self._wanted.get(path), Below(path, self._wanted))
        return found


def values(element: etree._Element, below: Below, count: int) -> list[str]:
    """`count` values of the questions below `element`, by their place; repeats inside hold none of them."""
    found = [""] * count

    def visit(inner: etree._Element, known: Below) -> None:
        for child in inner:
            place, deeper = known[child.tag]
            if place is not None:
                found[place] = child.text or ""
            elif len(child):
                visit(child, deeper)

    visit(element, below)
    return found


def written(element: etree._Element) -> str:
    """The tag as it stands in the text, with its prefix."""
    return f"{element.prefix}:{local(element)}" if element.prefix else local(element)


def local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _outer(element: etree._Element) -> Mapping[str | None, str]:
    parent = element.getparent()
    return {} if parent is None else parent.nsmap
