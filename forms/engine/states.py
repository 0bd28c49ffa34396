"""The state of a node as callers see it."""

from __future__ import annotations

from collections.abc import Mapping

from forms.api import AnswerProblem, Control, Node, NodeKind
from forms.definition.model import BodyElement, NodeDef
from forms.engine.analysis import FALSE, TRUE
from forms.engine.build import stand_in
from forms.engine.compiled import Compiled
from forms.engine.nodes import Branch, Leaf, LiveNode, Series
from forms.engine.words import Words
from forms.sealed import is_sealed, marked
from forms.xpath.errors import EvaluationFault
from forms.xpath.nodes import Context, World

_NOTHING: Mapping[str, str] = {}


class States:
    """Reads states; nothing is cached, since one is cheap and only those on the screen are asked for."""

    def __init__(self, compiled: Compiled, world: World, words: Words) -> None:
        self.compiled = compiled
        self.world = world
        self.words = words

    def truth(self, expression: str, node: LiveNode, *, otherwise: bool = False) -> bool:
        """An expression's truth; `otherwise` is what holds where it cannot be evaluated."""
        plain = expression.strip()
        if plain in FALSE:
            return False
        if plain in TRUE:
            return True
        try:
            return self.compiled.boolean(expression, node.definition)(Context(node, node, self.world))
        except EvaluationFault:
            return otherwise

    def readonly(self, node: LiveNode) -> bool:
        """Its own or an ancestor's."""
        at: LiveNode | None = node
        while at is not None:
            bind = at.definition.bind
            if bind is not None and bind.readonly and self.truth(bind.readonly, at):
                return True
            at = at.parent
        return False

    def required(self, node: LiveNode) -> bool:
        bind = node.definition.bind
        return bind is not None and bind.required != "" and self.truth(bind.required, node)

    def violation(self, leaf: Leaf) -> str:
        """ "constraint", "required" or "" for a relevant leaf; a blank answer meets every constraint."""
        bind = leaf.definition.bind
        if bind is None or not leaf.relevant:
            return ""
        if leaf.text != "":
            if is_sealed(leaf.text) and marked(bind.attributes):
                return ""
            if bind.constraint and not self.truth(bind.constraint, leaf, otherwise=True):
                return "constraint"
            return ""
        return "required" if self.required(leaf) else ""

    def message(self, leaf: Leaf, violation: str) -> str:
        bind = leaf.definition.bind
        if bind is None or not violation:
            return ""
        text = bind.constraint_message if violation == "constraint" else bind.required_message
        return self.words.text(text, leaf)

    def label(self, node: LiveNode) -> str:
        body = node.definition.body
        return self.words.text(body.label, node) if body is not None else ""

    def problem(self, leaf: Leaf) -> AnswerProblem | None:
        violation = self.violation(leaf)
        if not violation:
            return None
        return AnswerProblem(leaf.reference, violation, self.label(leaf), self.message(leaf, violation))

    def unlisted(self, leaf: Leaf) -> AnswerProblem:
        return AnswerProblem(leaf.reference, "not_a_choice", self.label(leaf), values={"value": leaf.value})

    def of(self, node: Leaf | Branch) -> Node:
        return self._of_leaf(node) if isinstance(node, Leaf) else self._of_branch(node)

    def _of_branch(self, node: Branch) -> Node:
        body = node.definition.body
        instance = node.position > 0
        return Node(
            ref=node.reference,
            name=node.definition.name,
            kind=NodeKind.INSTANCE if instance else NodeKind.GROUP,
            type="",
            appearance=body.appearance if body else (),
            parameters=body.parameters if body else _NOTHING,
            relevant=node.relevant,
            readonly=self.readonly(node),
            label=self.words.text(body.label, node) if body else "",
            can_remove=instance and self.removable(node),
            attributes=_attributes(node.definition),
        )

    def removable(self, node: Branch) -> bool:
        body = node.definition.body
        return body is not None and not body.count and not body.fixed

    def of_series(self, series: Series) -> Node:
        body = series.definition.body
        parent = series.parent
        free = not controlled(series)
        return Node(
            ref=series.reference,
            name=series.definition.name,
            kind=NodeKind.REPEAT,
            type="",
            appearance=body.appearance if body else (),
            parameters=body.parameters if body else _NOTHING,
            relevant=self.relevant_series(series),
            readonly=self.readonly(parent),
            label=self.words.text(body.label, parent) if body else "",
            count=len(series.instances),
            can_add=free,
            can_remove=free and len(series.instances) > 0,
            attributes=_attributes(series.definition),
        )

    def relevant_series(self, series: Series) -> bool:
        """Whether any instance is relevant; of a repeat without instances its bind, seen from its parent."""
        if not series.parent.relevant:
            return False
        if series.instances:
            return any(instance.relevant for instance in series.instances)
        bind = series.definition.bind
        return bind is None or not bind.relevant or self.truth(bind.relevant, stand_in(series))

    def _of_leaf(self, leaf: Leaf) -> Node:
        definition = leaf.definition
        body, bind = definition.body, definition.bind
        violation = self.violation(leaf)
        return Node(
            ref=leaf.reference,
            name=definition.name,
            kind=NodeKind.QUESTION,
            type=definition.type,
            control=body.control if body else None,
            appearance=body.appearance if body else (),
            parameters=_parameters(body, definition),
            value=leaf.text,
            relevant=leaf.relevant,
            readonly=self.readonly(leaf),
            required=self.required(leaf),
            valid=not violation,
            violation=violation,
            message=self.message(leaf, violation),
            label=self.words.text(body.label, leaf) if body else "",
            hint=self.words.text(body.hint, leaf) if body else "",
            guidance=self.words.text(body.hint, leaf, "guidance") if body else "",
            media=self.words.text_media(body.label, leaf) if body else _NOTHING,
            calculated=bool(bind and bind.calculate),
            attributes=_attributes(definition),
        )


def _attributes(definition: NodeDef) -> Mapping[str, str]:
    return definition.bind.attributes if definition.bind is not None else _NOTHING


def _parameters(body: BodyElement | None, definition: NodeDef) -> Mapping[str, str]:
    if body is None:
        return _NOTHING
    bind = definition.bind
    pixels = bind.attributes.get("orx:max-pixels") if bind is not None else None
    return {**body.parameters, "max-pixels": pixels} if pixels else body.parameters


def controlled(series: Series) -> bool:
    """Whether the form decides how many instances there are."""
    body = series.definition.body
    return body is not None and (bool(body.count) or body.fixed)


def answerable(leaf: Leaf) -> bool:
    body = leaf.definition.body
    return body is not None and isinstance(body.control, Control)
