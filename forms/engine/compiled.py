"""A compiled form: the definition, its graph, and its expressions as closures, each made when first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forms.api import Control
from forms.definition.model import ActionDef, NodeDef
from forms.definition.parse import Definition
from forms.engine.analysis import Facts
from forms.engine.documents import document_of
from forms.engine.items import Items, plain_column
from forms.xpath.compiler import Compiler
from forms.xpath.context import same_anywhere
from forms.xpath.errors import EvaluationFault, ExpressionError
from forms.xpath.nodes import BooleanOf, Node, NodesOf, NumberOf, StringOf
from forms.xpath.parser import MAX_NESTING, parse
from forms.xpath.paths import PathCode
from forms.xpath.syntax import Expression, Path
from forms.xpath.tables import TablePath

_OFFERING = (Control.SELECT_ONE, Control.SELECT_MULTIPLE)


class Compiled:
    """Everything about a form that no session changes. Closures are cached by (expression, definition, type)."""

    def __init__(self, definition: Definition, facts: Facts) -> None:
        self.definition = definition
        self.facts = facts
        self.graph = facts.graph
        self.listeners = _listeners(definition)
        # By index, the selects: they show only those of their values that are choices now.
        self.selects = {n.index for n in definition.nodes if n.body is not None and n.body.control in _OFFERING}
        self._closures: dict[tuple[str, int, str], Any] = {}
        self._anywhere: dict[tuple[str, str], Any] = {}
        self._tables: dict[int, tuple[TablePath, str] | None] = {}
        self._documents: dict[str, Node | None] = {}
        self.shared_items: dict[int, Items] = {}  # by a select's index, what it offers in every session

    # -- closures ------------------------------------------------------------------------------

    def string(self, expression: str, at: NodeDef) -> StringOf:
        return self._closure(expression, at, "string")  # type: ignore[no-any-return]

    def number(self, expression: str, at: NodeDef) -> NumberOf:
        return self._closure(expression, at, "number")  # type: ignore[no-any-return]

    def boolean(self, expression: str, at: NodeDef) -> BooleanOf:
        return self._closure(expression, at, "boolean")  # type: ignore[no-any-return]

    def nodes(self, expression: str, at: NodeDef) -> NodesOf:
        return self._closure(expression, at, "nodes")  # type: ignore[no-any-return]

    def path(self, expression: str, at: NodeDef) -> PathCode | None:
        """The compiled path of an itemset; None where it is something else, as randomize() is."""
        return self._closure(expression, at, "path") if isinstance(parse(expression), Path) else None

    def items_table(self, node: NodeDef) -> tuple[TablePath, str] | None:
        """The list that a select offers rows of, and the column of its values; None where it is made otherwise."""
        try:
            return self._tables[node.index]
        except KeyError:
            found = self._tables[node.index] = self._found_table(node)
            return found

    def _found_table(self, node: NodeDef) -> tuple[TablePath, str] | None:
        itemset = node.body.itemset if node.body is not None else None
        if itemset is None or not plain_column(itemset.value):
            return None
        path = self.path(itemset.nodeset, node)
        return (path.table, itemset.value.strip()) if path is not None and path.table is not None else None

    def item_string(self, expression: str, at: NodeDef) -> StringOf:
        """For an expression whose context is an item of a list."""
        key = (expression, -1 - at.index, "string")
        found = self._closures.get(key)
        if found is None:
            found = self._closures[key] = self._compiled(expression, at, "string", None)
        return found  # type: ignore[no-any-return]

    def _closure(self, expression: str, at: NodeDef, kind: str) -> Any:
        key = (expression, at.index, kind)
        found = self._closures.get(key)
        if found is None:
            found = self._closures[key] = self._shared(expression, at, kind)
        return found

    def _shared(self, expression: str, at: NodeDef, kind: str) -> Any:
        """One closure for all nodes outside of repeats where an expression says nothing of its own node."""
        if at.repeats or not self._same_anywhere(expression):
            return self._compiled(expression, at, kind, at)
        key = (expression, kind)
        found = self._anywhere.get(key)
        if found is None:
            found = self._anywhere[key] = self._compiled(expression, at, kind, at)
        return found

    def _same_anywhere(self, expression: str) -> bool:
        try:
            return same_anywhere(parse(expression))
        except ExpressionError:
            return False  # compiling tells it with its place

    def _compiled(self, expression: str, at: NodeDef, kind: str, context: NodeDef | None) -> Any:
        """What shows to be wrong only now is a fault of the evaluation."""
        make: Callable[[Expression, NodeDef | None], Any] = getattr(Compiler(self.definition.root, at), kind)
        try:
            return make(parse(expression), context)
        except ExpressionError as error:
            values = {"path": at.path, "expression": expression, **error.values}
            raise EvaluationFault(error.code, **values) from error
        except RecursionError as error:
            raise _too_deep(at, expression) from error

    def document(self, identifier: str) -> Node | None:
        """An internal secondary instance; made once and shared by all sessions."""
        if identifier not in self._documents:
            secondary = self.definition.instances.get(identifier)
            self._documents[identifier] = None if secondary is None else document_of(secondary)
        return self._documents[identifier]

    def static_items(self, node: NodeDef) -> bool:
        """Whether a select offers the same choices whatever is answered."""
        return node.index in self.facts.fixed or node.body is None or node.body.itemset is None


def _listeners(definition: Definition) -> dict[int, list[ActionDef]]:
    """Actions by the index of the node whose change they wait for."""
    found: dict[int, list[ActionDef]] = {}
    for action in definition.actions:
        if "xforms-value-changed" in action.events and action.source:
            source = definition.by_path.get(action.source)
            if source is not None:
                found.setdefault(source.index, []).append(action)
    return found


def _too_deep(at: NodeDef, expression: str) -> EvaluationFault:
    return EvaluationFault("expression_too_deep", path=at.path, expression=expression[:200], limit=MAX_NESTING)
