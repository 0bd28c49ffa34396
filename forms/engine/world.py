"""What expressions of a session see beyond its nodes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from forms.api import Environment, Rows
from forms.definition.names import PREFIXES, XFORMS
from forms.engine.choices import ItemLists
from forms.engine.compiled import Compiled
from forms.engine.documents import table_document
from forms.engine.nodes import Branch, Document, Leaf, LiveNode
from forms.engine.words import Words
from forms.rows import EMPTY
from forms.xpath.compiler import Compiler
from forms.xpath.errors import EvaluationFault, ExpressionError
from forms.xpath.nodes import STEPS, Context, Node, Table
from forms.xpath.parser import parse
from forms.xpath.tables import TableDocument

_KNOWN = {"": XFORMS, **{prefix: uri for uri, prefix in PREFIXES.items()}}


class Surroundings:
    """The World of a session."""

    def __init__(self, compiled: Compiled, environment: Environment, rows: Mapping[str, Rows]) -> None:
        self.compiled = compiled
        self.environment = environment
        self.single: list[Node | None] = []
        self.steps = STEPS
        self.lists = ItemLists(compiled, self, replaced=rows.keys())
        self.words = Words(compiled, self, self.lists)
        self._rows = rows
        self._documents: dict[str, Node | None] = {}
        self._document: Document | None = None
        self.reopened = False  # whether the answers were given before, with the lists as they were then

    def instance(self, name: str) -> Node | None:
        if name in self._documents:
            return self._documents[name]
        secondary = self.compiled.definition.instances.get(name)
        found: Node | None
        if name in self._rows:
            found = table_document(self._rows[name])
        elif secondary is None:
            found = None
        else:
            found = self.compiled.document(name) or table_document(EMPTY)
        self._documents[name] = found
        return found

    def table(self, name: str) -> Table | None:
        found = self.instance(name)
        return found.table if isinstance(found, TableDocument) else None

    def document(self) -> Node:
        if self._document is None:
            top = self.single[self.compiled.definition.root.index]
            if top is None:
                raise LookupError("no root")
            self._document = Document(top)
        return self._document

    def now(self) -> datetime:
        return self.environment.now()

    def uuid(self) -> str:
        return self.environment.uuid()

    def random(self) -> float:
        return self.environment.random()

    def signed(self, public: bytes, signature: bytes, message: bytes) -> bool:
        return self.environment.signed is not None and self.environment.signed(public, signature, message)

    def namespace(self, prefix: str) -> str:
        return self.compiled.definition.namespaces.get(prefix) or _KNOWN.get(prefix, "")

    def position(self) -> str:
        return self.environment.position

    def itext(self, name: str, node: Node) -> str:
        return self.words.itext(name, node if isinstance(node, LiveNode) else None)

    def choice_name(self, node: Node, value: str) -> str:
        return self.words.choice_name(node, value)

    def chosen(self, leaf: Leaf, value: str) -> str:
        """What of a select's value is a choice now; all of it where the list that it came from is not here."""
        return value if self.reopened and self._without_list(leaf) else self.lists.kept(leaf, value)

    def _without_list(self, leaf: Leaf) -> bool:
        names = self.compiled.facts.lists_of.get(leaf.definition.index, ())
        return any(self._is_missing(name) for name in names)

    def _is_missing(self, name: str) -> bool:
        secondary = self.compiled.definition.instances.get(name)
        if secondary is None or not secondary.src:
            return False
        return len(self._rows.get(name, EMPTY)) == 0

    def evaluate_nodes(self, expression: str, node: Node) -> list[Node]:
        """For an expression that is itself the result of one."""
        if not isinstance(node, (Leaf, Branch)):
            return []
        try:
            compiler = Compiler(self.compiled.definition.root, node.definition)
            return compiler.nodes(parse(expression), node.definition)(Context(node, node, self))
        except ExpressionError as error:
            raise EvaluationFault(error.code, **error.values) from error

    def evaluate_string(self, expression: str, node: Node) -> str:
        found = self.evaluate_nodes(expression, node)
        return found[0].text if found else ""
