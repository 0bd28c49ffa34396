"""The body -> a tree of controls, groups and repeats."""

from __future__ import annotations

from collections.abc import Callable

from forms.api import Control
from forms.definition.model import ActionDef, BodyElement, ItemDef, ItemsetDef, NodeDef
from forms.definition.names import absolute, jr
from forms.definition.texts import text_of
from forms.xml import Element, local

_CONTROLS = {control.value: control for control in Control} | {"secret": Control.INPUT}
_NOT_PARAMETERS = {"ref", "bind", "nodeset", "appearance", "class", "count", "noAddRemove"}
ACTIONS = {"setvalue", "setgeopoint", "recordaudio"}


class BodyReader:
    """Reads a body; `find` gives the node of a path, `by_id` the path of a bind's id."""

    def __init__(self, find: Callable[[str], NodeDef | None], by_id: dict[str, str], actions: list[ActionDef]) -> None:
        self.find = find
        self.by_id = by_id
        self.actions = actions
        self.unresolved: list[str] = []
        self.open: list[NodeDef] = []  # the groups and repeats around what is being read

    def read(self, body: Element, context: str) -> list[BodyElement]:
        found: list[BodyElement] = []
        for child in body:
            name = local(str(child.tag))
            if name == "group":
                found.extend(self.group(child, context))
            elif name == "repeat":
                found.extend(self.repeat(child, context, None))
            elif name in _CONTROLS:
                found.extend(self.control(child, _CONTROLS[name], context))
            elif name in ACTIONS:
                self.actions.append(action_of(child, context, within=context))
        return found

    def path_of(self, element: Element, context: str) -> str:
        identifier = element.get("bind")
        if identifier and str(identifier) in self.by_id:
            return self.by_id[str(identifier)]
        reference = str(element.get("ref") or element.get("nodeset") or "")
        return absolute(reference, context) if reference else ""

    def group(self, element: Element, context: str) -> list[BodyElement]:
        path = self.path_of(element, context)
        repeats = [c for c in element if local(str(c.tag)) == "repeat"]
        if len(repeats) == 1 and (not path or self.path_of(repeats[0], path or context) == path):
            others = [c for c in element if local(str(c.tag)) in (*_CONTROLS, "group")]
            if not others:
                return self.repeat(repeats[0], path or context, element)
        node = self.find(path) if path else None
        if node is None and path:
            self.unresolved.append(path)
        if node is not None and (node.parent is None or node.is_attribute or node.is_repeat or node in self.open):
            node = None  # a group around what it lies in groups only for the eye
        result = self.labelled(BodyElement("group", node), element)
        result.children = self.inside(element, node, path or context)
        if node is not None:
            node.body = result
        return [result]

    def inside(self, element: Element, node: NodeDef | None, context: str) -> list[BodyElement]:
        if node is not None:
            self.open.append(node)
        found = self.read(element, context)
        if node is not None:
            self.open.pop()
        return found

    def repeat(self, element: Element, context: str, group: Element | None) -> list[BodyElement]:
        path = self.path_of(element, context)
        node = self.find(path)
        if node is None or not node.is_repeat or node.parent is None or node in self.open:
            self.unresolved.append(path)
            return []
        result = BodyElement("repeat", node, count=jr(element, "count"), fixed=_is_true(jr(element, "noAddRemove")))
        self.labelled(result, element)
        if group is not None:
            outer = self.labelled(BodyElement("repeat", node), group)
            result.label = outer.label or result.label
            result.appearance = result.appearance + outer.appearance
        node.body = result
        result.children = self.inside(element, node, path)
        return [result]

    def control(self, element: Element, control: Control, context: str) -> list[BodyElement]:
        path = self.path_of(element, context)
        node = self.find(path)
        if node is None or node.children or node.is_repeat:
            self.unresolved.append(path)
            return []
        result = self.labelled(BodyElement("control", node, control), element)
        result.items = tuple(_item(c) for c in element if local(str(c.tag)) == "item")
        itemset = next((c for c in element if local(str(c.tag)) == "itemset"), None)
        result.itemset = None if itemset is None else _itemset(itemset)
        for child in element:
            if local(str(child.tag)) in ACTIONS:
                self.actions.append(action_of(child, path, source=path))
        if node.body is None or node.body.kind != "control":
            node.body = result
        return [result]

    def labelled(self, result: BodyElement, element: Element) -> BodyElement:
        result.appearance = tuple(str(element.get("appearance") or "").split())
        result.parameters = {
            local(str(key)): str(value)
            for key, value in element.attrib.items()
            if local(str(key)) not in _NOT_PARAMETERS
        }
        for child in element:
            name = local(str(child.tag))
            if name == "label":
                result.label = text_of(child)
            elif name == "hint":
                result.hint = text_of(child)
        return result


def _is_true(text: str) -> bool:
    return text.strip() in ("true()", "true", "1")


def _item(element: Element) -> ItemDef:
    value, label = "", None
    for child in element:
        name = local(str(child.tag))
        if name == "value":
            value = str(child.text or "").strip()
        elif name == "label":
            label = text_of(child)
    return ItemDef(value, label)


def _itemset(element: Element) -> ItemsetDef:
    value = label = ""
    for child in element:
        name = local(str(child.tag))
        if name in ("value", "copy"):
            value = str(child.get("ref") or "")
        elif name == "label":
            label = str(child.get("ref") or "")
    plain = label.strip()
    if plain.startswith("jr:itext(") and plain.endswith(")"):
        return ItemsetDef(str(element.get("nodeset") or ""), value, plain[9:-1].strip(), label_itext=True)
    return ItemsetDef(str(element.get("nodeset") or ""), value, label)


def action_of(element: Element, context: str, *, source: str = "", within: str = "") -> ActionDef:
    """A setvalue, setgeopoint or recordaudio element."""
    reference = str(element.get("ref") or element.get("bind") or "")
    events = str(element.get("event") or "").split()
    return ActionDef(
        events=tuple(event.rpartition(":")[2] for event in events),
        target=absolute(reference, context),
        expression=str(element.get("value") or ""),
        literal=str(element.text or "") if element.get("value") is None else "",
        geopoint=local(str(element.tag)) == "setgeopoint",
        source=source,
        within=within,
        selector=reference if "[" in reference else "",
    )
