"""A compiled form: the definition, its graph, and its expressions as closures, each made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from forms.api import Control, FormFault, FormProblem, Severity
from forms.definition.model import ActionDef, BodyElement, NodeDef, Output, TextDef
from forms.definition.parse import Definition, problem, warning
from forms.engine.documents import document_of
from forms.engine.graph import Aspect, Computation, Graph, build
from forms.xpath.checking import may_be_nodes
from forms.xpath.compiler import Compiler
from forms.xpath.errors import EvaluationFault, ExpressionError
from forms.xpath.nodes import BooleanOf, Node, NodesOf, NumberOf, StringOf
from forms.xpath.parser import MAX_NESTING, parse
from forms.xpath.paths import PathCode
from forms.xpath.references import References
from forms.xpath.syntax import Expression, Path

_TRUE = frozenset({"true()", "1", "true"})
_FALSE = frozenset({"", "false()", "0", "false"})


class Compiled:
    """Everything about a form that no session changes. Closures are cached by (expression, definition, type)."""

    def __init__(self, definition: Definition, *, name: str = "") -> None:
        self.definition = definition
        self.problems: list[FormProblem] = list(definition.problems)
        self.columns: dict[str, set[str]] = {identifier: set() for identifier in definition.instances}
        self.lists_of: dict[int, frozenset[str]] = {}  # by a select's index, the lists that its choices come from
        self._closures: dict[tuple[str, int, str], Any] = {}
        self._items_known: dict[int, bool] = {}
        self._documents: dict[str, Node | None] = {}
        self.output_texts = definition.itext.with_outputs()
        self.graph = self._graph()
        self.listeners = self._listeners()
        errors = [p for p in self.problems if p.severity is Severity.ERROR]
        if errors:
            raise FormFault(errors, name=name)

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
            found = self._closures[key] = self._compiled(expression, at, kind, at)
        return found

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

    # -- graph ---------------------------------------------------------------------------------

    def _graph(self) -> Graph:
        computations: list[Computation] = []
        for node in self.definition.nodes:
            computations += self._of_bind(node)
        for element in _elements(self.definition.body):
            computations += self._of_body(element)
        graph = build(computations)
        self.problems += [problem("cycle", path=cycle[0], places=" → ".join(cycle)) for cycle in graph.cycles]
        return graph

    def _of_bind(self, node: NodeDef) -> Iterable[Computation]:
        bind = node.bind
        if bind is None:
            return
        for aspect, expression in (
            (Aspect.RELEVANT, bind.relevant),
            (Aspect.CALCULATE, bind.calculate),
            (Aspect.READONLY, bind.readonly),
            (Aspect.REQUIRED, bind.required),
            (Aspect.CONSTRAINT, bind.constraint),
        ):
            if expression.strip() and not (aspect is not Aspect.CALCULATE and expression.strip() in _TRUE):
                if aspect in (Aspect.READONLY, Aspect.REQUIRED) and expression.strip() in _FALSE:
                    continue
                yield from self._computation(node, aspect, expression)

    def _of_body(self, element: BodyElement) -> Iterable[Computation]:
        node = element.node
        if node is None:
            return
        if element.count:
            yield from self._computation(node, Aspect.COUNT, element.count)
        if element.itemset is not None:
            yield from self._items(node, element)
        texts: set[str] = set()
        bind = node.bind
        for text in (
            element.label,
            element.hint,
            bind.constraint_message if bind else None,
            bind.required_message if bind else None,
            *(item.label for item in element.items),
        ):
            texts |= self._text_expressions(text)
        for expression in sorted(texts):
            yield from self._computation(node, Aspect.TEXT, expression)

    def _text_expressions(self, text: TextDef | None) -> set[str]:
        if text is None:
            return set()
        found = {part.expression for part in text.parts if isinstance(part, Output)}
        if text.expression:
            found.add(text.expression)
        return found | self.output_texts.get(text.itext, set())

    def _computation(self, node: NodeDef, aspect: Aspect, expression: str) -> Iterable[Computation]:
        found = self._read_at(node, expression)
        if found is not None:
            yield Computation(node, aspect, expression, frozenset(found.found), translated=found.translated)

    def _items(self, node: NodeDef, element: BodyElement) -> Iterable[Computation]:
        itemset = element.itemset
        assert itemset is not None  # noqa: S101

        def read() -> References:
            tree = parse(itemset.nodeset)
            if not may_be_nodes(tree):
                raise ExpressionError("nodes_expected")
            parts = [parse(part) for part in (itemset.value, itemset.label) if part]
            return self._references(node).read_items(tree, parts)

        found = self._read(node, itemset.nodeset, read)
        if found is None:
            return
        self.lists_of[node.index] = frozenset(found.instances)
        for identifier in found.instances:
            columns = self.columns.get(identifier)
            if columns is not None:
                columns.update(p for p in (itemset.value, itemset.label) if p)
        yield Computation(node, Aspect.ITEMS, itemset.nodeset, frozenset(found.found))

    def _read(self, node: NodeDef, expression: str, read: Callable[[], References]) -> References | None:
        """What an expression reads; one that is wrong becomes a problem."""
        try:
            found = read()
        except ExpressionError as error:
            values = {"path": node.path, "expression": expression, **error.values}
            self.problems.append(problem(error.code, **values))
            return None
        except RecursionError:
            self.problems.append(
                problem("expression_too_deep", path=node.path, expression=expression[:200], limit=MAX_NESTING)
            )
            return None
        self._note(found, node, expression)
        return found

    def _read_at(self, owner: NodeDef, expression: str) -> References | None:
        return self._read(owner, expression, lambda: self._references(owner).read(parse(expression)))

    def _references(self, at: NodeDef) -> References:
        return References(self.definition.root, at)

    def _note(self, references: References, node: NodeDef, expression: str) -> None:
        for identifier in references.instances:
            if identifier in self.columns:
                self.columns[identifier] |= references.columns
            else:
                self.problems.append(warning("no_such_list", path=node.path, list=identifier))
        for fault in references.refused:
            self.problems.append(warning(fault.code.partition(".")[2], path=node.path, **fault.values))
        for missing in references.dangling:
            self.problems.append(warning("dangling", path=node.path, name=missing, expression=expression))

    def _listeners(self) -> dict[int, list[ActionDef]]:
        """Actions by the index of the node whose change they wait for."""
        found: dict[int, list[ActionDef]] = {}
        for action in self.definition.actions:
            if "xforms-value-changed" in action.events and action.source:
                source = self.definition.by_path.get(action.source)
                if source is not None:
                    found.setdefault(source.index, []).append(action)
            target = self.definition.by_path.get(action.target)
            if target is None:
                self.problems.append(problem("no_such_node", path=action.target, where="setvalue"))
            elif action.expression:
                self._read_at(target, action.expression)  # for the columns that it reads
        return found

    def document(self, identifier: str) -> Node | None:
        """An internal secondary instance; made once and shared by all sessions."""
        if identifier not in self._documents:
            secondary = self.definition.instances.get(identifier)
            self._documents[identifier] = None if secondary is None else document_of(secondary)
        return self._documents[identifier]

    def filters_own_value(self, node: NodeDef) -> bool:
        """Whether a select shows only those of its values that are choices now."""
        body = node.body
        return body is not None and body.control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE)

    def static_items(self, node: NodeDef) -> bool:
        """Whether a select offers the same choices whatever is answered."""
        known = self._items_known.get(node.index)
        if known is None:
            items = [c for c in self.graph.by_node.get(node.index, ()) if c.aspect is Aspect.ITEMS]
            body = node.body
            volatile = body is not None and body.itemset is not None and "randomize" in body.itemset.nodeset
            known = self._items_known[node.index] = not volatile and all(not c.references for c in items)
        return known


def _too_deep(at: NodeDef, expression: str) -> EvaluationFault:
    return EvaluationFault("expression_too_deep", path=at.path, expression=expression[:200], limit=MAX_NESTING)


def _elements(element: BodyElement) -> Iterable[BodyElement]:
    yield element
    for child in element.children:
        yield from _elements(child)
