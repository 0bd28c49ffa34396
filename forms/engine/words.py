"""Labels, hints, messages and choice labels in the session's language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from forms.api import Choice
from forms.definition.model import ItemDef, ItemsetDef, Output, TextDef
from forms.definition.texts import Parts
from forms.engine.choices import ItemLists
from forms.engine.compiled import Compiled
from forms.engine.items import Choices, Items, plain_column
from forms.engine.nodes import Leaf, LiveNode
from forms.xpath.errors import EvaluationFault
from forms.xpath.nodes import Context, Node, World

_SPACES = re.compile(r"[ \t\r\n]+")
_MEDIA = ("image", "audio", "video", "big-image")
_DEEPEST = 8  # texts within texts
_NOTHING: Mapping[str, str] = {}


class Words:
    """Texts of one session."""

    def __init__(self, compiled: Compiled, world: World, lists: ItemLists) -> None:
        self.compiled = compiled
        self.world = world
        self.lists = lists
        self.depth = 0
        self.language = compiled.definition.itext.default

    def itext(self, name: str, node: LiveNode | None = None, form: str = "") -> str:
        forms = self.compiled.definition.itext.forms(self.language, name)
        if forms is None:
            return ""
        parts = forms.get(form)
        if parts is None and form == "":
            parts = forms.get("long") or forms.get("short") or ()
        return self.joined(parts or (), node)

    def media(self, name: str, node: LiveNode) -> Mapping[str, str]:
        forms = self.compiled.definition.itext.forms(self.language, name)
        if not forms or not any(kind in forms for kind in _MEDIA):
            return _NOTHING
        return {kind: self.joined(forms[kind], node).strip() for kind in _MEDIA if kind in forms}

    def text(self, definition: TextDef | None, node: LiveNode, form: str = "") -> str:
        """A label or message, white space as a browser would show it."""
        if definition is None:
            return ""
        if definition.itext:
            return tidy(self.itext(definition.itext, node, form))
        if form:
            return ""
        if definition.expression:
            return tidy(self.value(definition.expression, node))
        return tidy(self.joined(definition.parts, node))

    def text_media(self, definition: TextDef | None, node: LiveNode) -> Mapping[str, str]:
        return self.media(definition.itext, node) if definition is not None and definition.itext else _NOTHING

    def joined(self, parts: Parts, node: LiveNode | None) -> str:
        return "".join(part if isinstance(part, str) else self.output(part, node) for part in parts)

    def output(self, output: Output, node: LiveNode | None) -> str:
        if node is None or not output.expression:
            return ""
        return self.value(output.expression, node)

    def value(self, expression: str, node: LiveNode) -> str:
        """What an expression in a text gives; "" where it cannot be evaluated, as texts that contain one another."""
        try:
            self.depth += 1
            if self.depth > _DEEPEST:
                return ""
            return self.compiled.string(expression, node.definition)(Context(node, node, self.world))
        except EvaluationFault:
            return ""
        finally:
            self.depth -= 1

    # -- choices -------------------------------------------------------------------------------

    def choices(self, leaf: Leaf) -> Choices:
        body = leaf.definition.body
        items = self.lists.items(leaf)
        if body is None or body.itemset is None:
            written = body.items if body is not None else ()
            return Choices(items.values, lambda at: self.static_choice(leaf, written[at]))
        itemset = body.itemset
        return Choices(items.values, lambda at: self.item_choice(leaf, itemset, items, at))

    def static_choice(self, leaf: Leaf, item: ItemDef) -> Choice:
        if item.label is None:
            return Choice(item.value, item.value)
        return Choice(item.value, self.text(item.label, leaf), self.text_media(item.label, leaf))

    def item_choice(self, leaf: Leaf, itemset: ItemsetDef, items: Items, at: int) -> Choice:
        value = items.values[at]
        if not itemset.label:
            return Choice(value, value)
        label = items.cell(at, itemset.label) if plain_column(itemset.label) else None
        if label is None:
            closure = self.compiled.item_string(itemset.label, leaf.definition)
            label = closure(Context(items.node(at), leaf, self.world))
        if itemset.label_itext:
            return Choice(value, tidy(self.itext(label, leaf)), self.media(label, leaf))
        return Choice(value, tidy(label))

    def choice_name(self, node: Node, value: str) -> str:
        if not isinstance(node, Leaf):
            return ""
        found = self.choices(node)
        return next((found[at].label for at, each in enumerate(found.values) if each == value), "")


def tidy(text: str) -> str:
    """Runs of spaces as one, line ends kept where the author made a paragraph."""
    if "\n" not in text:
        return _SPACES.sub(" ", text).strip()
    lines = [_SPACES.sub(" ", line).strip() for line in text.strip().split("\n")]
    return "\n".join(lines)
