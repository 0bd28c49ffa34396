"""What a node is called, and in which language it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from forms.definition.model import NodeDef
from forms.xpath.functions.library import Function
from forms.xpath.nodes import Context, Node
from forms.xpath.syntax import Expression

if TYPE_CHECKING:
    from forms.xpath.compiler import Compiler

NAMING = ("name", "local-name", "namespace-uri")


def _of_first(named: Callable[[Node, Context], str]) -> Any:
    """Builds a function of the first node of a set, or of the context's; no node is called ""."""

    def build(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
        if not arguments:
            return lambda c: named(c.node, c)
        nodes = compiler.nodes(arguments[0], context)

        def first(c: Context) -> str:
            found = nodes(c)
            return named(found[0], c) if found else ""

        return first

    return build


def _namespace(node: Node, c: Context) -> str:
    prefix, colon, _ = node.name.rpartition(":")
    above = node.above()
    of_attribute = above is not None and above.field(node.name) is node
    return "" if not node.name or (of_attribute and not colon) else c.world.namespace(prefix)


def _lang(compiler: Compiler, arguments: Sequence[Expression], context: NodeDef | None) -> Any:
    wanted = compiler.string(arguments[0], context)

    def lang(c: Context) -> bool:
        language, node = wanted(c).lower(), c.node
        while (mark := node.field("xml:lang")) is None:
            above = node.above()
            if above is None:
                return False
            node = above
        return language != "" and f"{mark.text.lower()}-".startswith(f"{language}-")

    return lang


FUNCTIONS = (
    Function("name", "string", 0, 1, _of_first(lambda node, c: node.name)),
    Function("local-name", "string", 0, 1, _of_first(lambda node, c: node.name.rpartition(":")[2])),
    Function("namespace-uri", "string", 0, 1, _of_first(_namespace)),
    Function("lang", "boolean", 1, 1, _lang),
    # Nothing declares an attribute as an ID, since document types are refused: XPath 1.0, 5.2.1.
    Function("id", "nodes", 1, 1, lambda compiler, arguments, context: lambda c: []),
)
