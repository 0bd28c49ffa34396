"""Selections: selected, count-selected, selected-at, jr:choice-name, jr:itext."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from forms.definition.model import NodeDef
from forms.xpath.functions.library import Function, plain, worldly
from forms.xpath.nodes import Context
from forms.xpath.syntax import Expression, Literal

if TYPE_CHECKING:
    from forms.xpath.compiler import Compiler


def _selected(values: str, value: str) -> bool:
    """Whether a value is among those selected; nothing is selected where nothing is asked for, as in ODK's engines."""
    wanted, found = value.strip(), values.split()
    return wanted in found if wanted else not found


def _selected_at(values: str, index: float) -> str:
    parts = values.split()
    if index != index or not 0 <= index < len(parts):
        return ""
    return parts[int(index)]


def _choice_name(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    """The second argument is a path inside a string; where it is written in place it is compiled with the rest."""
    value = compiler.string(arguments[0], context)
    path = arguments[1]
    if isinstance(path, Literal):
        from forms.xpath.parser import parse

        parsed = parse(path.value)
        nodes = compiler.nodes(parsed, context)
        # Forms keep lists of labels in questions that are never shown: where the path names one node, it counts.
        one = compiler.path(parsed, context).one if compiler.type_of(parsed) == "nodes" else None

        def of_literal(c: Context) -> str:
            found = [one(c)] if one is not None else nodes(c)
            text = value(c)
            return c.world.choice_name(found[0], text) if found and text else ""

        return of_literal
    expression = compiler.string(path, context)

    def of_string(c: Context) -> str:
        found = c.world.evaluate_nodes(expression(c), c.node)
        text = value(c)
        return c.world.choice_name(found[0], text) if found and text else ""

    return of_string


FUNCTIONS = (
    plain("selected", "boolean", "ss", _selected),
    plain("is-selected", "boolean", "ss", _selected),
    plain("count-selected", "number", "s", lambda values: float(len(values.split()))),
    plain("selected-at", "string", "sn", _selected_at),
    Function("jr:choice-name", "string", 2, 2, _choice_name),
    worldly("jr:itext", "string", "s", lambda c, name: c.world.itext(name, c.current)),
)
