"""What can be known of a form before anyone fills it in: who depends on whom, which lists are read, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from forms.api import FormFault, FormProblem, Severity
from forms.definition.model import BodyElement, NodeDef, Output, TextDef
from forms.definition.parse import Definition, problem, warning
from forms.engine.graph import Aspect, Computation, Graph, build
from forms.xpath.checking import may_be_nodes
from forms.xpath.errors import ExpressionError
from forms.xpath.parser import MAX_NESTING, parse
from forms.xpath.references import References

TRUE = frozenset({"true()", "1", "true"})
FALSE = frozenset({"", "false()", "0", "false"})


@dataclass(slots=True, eq=False)
class Facts:
    """`columns` read, by list; by index of a select: `lists_of` its choices, `fixed` if no answer filters them."""

    problems: list[FormProblem]
    columns: dict[str, set[str]]
    lists_of: dict[int, frozenset[str]]
    fixed: frozenset[int]
    graph: Graph


def analyse(definition: Definition, *, name: str = "") -> Facts:
    """The facts of a form; `name` is what messages call it. Raises forms.api.FormFault."""
    analysis = _Analysis(definition)
    graph = analysis.build()
    analysis.check_actions()
    errors = [p for p in analysis.problems if p.severity is Severity.ERROR]
    if errors:
        raise FormFault(errors, name=name)
    return Facts(analysis.problems, analysis.columns, analysis.lists_of, frozenset(analysis.fixed), graph)


class _Analysis:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.problems: list[FormProblem] = list(definition.problems)
        self.columns: dict[str, set[str]] = {identifier: set() for identifier in definition.instances}
        self.lists_of: dict[int, frozenset[str]] = {}
        self.fixed: set[int] = set()

    def build(self) -> Graph:
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
            if expression.strip() and not (aspect is not Aspect.CALCULATE and expression.strip() in TRUE):
                if aspect in (Aspect.READONLY, Aspect.REQUIRED) and expression.strip() in FALSE:
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
        elif element.items:
            yield Computation(node, Aspect.ITEMS, "")
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
        return found | self.definition.outputs.get(text.itext, set())

    def _computation(self, node: NodeDef, aspect: Aspect, expression: str) -> Iterable[Computation]:
        found = self._read_at(node, expression)
        if found is None:
            return
        references = frozenset(found.found)
        yield Computation(node, aspect, expression, references, translated=found.translated)
        if aspect is Aspect.RELEVANT and node.is_repeat:
            yield Computation(node, Aspect.SERIES, expression, references)

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
        if not found.found and not found.volatile and "randomize" not in itemset.nodeset:
            self.fixed.add(node.index)
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

    def check_actions(self) -> None:
        """Targets that are not there; the lists that their values read."""
        for action in self.definition.actions:
            target = self.definition.by_path.get(action.target)
            if target is None:
                self.problems.append(problem("no_such_node", path=action.target, where="setvalue"))
            elif action.expression:
                self._read_at(target, action.expression)


def _elements(element: BodyElement) -> Iterable[BodyElement]:
    yield element
    for child in element.children:
        yield from _elements(child)
