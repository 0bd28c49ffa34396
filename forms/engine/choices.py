"""What the selects of a session offer: evaluated when it is asked for, looked up by index where one can tell."""

from __future__ import annotations

from collections.abc import Collection

from forms.api import Control
from forms.definition.model import BodyElement, NodeDef
from forms.engine.compiled import Compiled
from forms.engine.items import NO_ITEMS, Items
from forms.engine.nodes import Leaf
from forms.xpath.nodes import Context, World
from forms.xpath.tables import cells


class ItemLists:
    """Evaluates the itemsets of one session.

    What no answer can change is evaluated once: for all sessions where the list is inside the form.
    """

    def __init__(self, compiled: Compiled, world: World, *, replaced: Collection[str] = ()) -> None:
        self.compiled = compiled
        self.world = world
        self._replaced = replaced  # lists that this session was given in place of the form's own
        self._fixed: dict[int, Items] = {}

    def items(self, leaf: Leaf) -> Items:
        """What a select offers now."""
        definition = leaf.definition
        body = definition.body
        if body is None:
            return NO_ITEMS
        if not self.compiled.static_items(definition):
            return self._evaluated(leaf, body)
        shared = self.compiled.shared_items if self._shareable(definition) else self._fixed
        found = shared.get(definition.index)
        if found is None:
            found = shared[definition.index] = self._evaluated(leaf, body)
        return found

    def _shareable(self, definition: NodeDef) -> bool:
        lists = self.compiled.facts.lists_of.get(definition.index, frozenset())
        instances = self.compiled.definition.instances
        return all(name in instances and not instances[name].src and name not in self._replaced for name in lists)

    def _evaluated(self, leaf: Leaf, body: BodyElement) -> Items:
        itemset = body.itemset
        if itemset is None:
            return Items([item.value for item in body.items])
        context = Context(leaf, leaf, self.world)
        table = self.compiled.items_table(leaf.definition)
        found = table[0].rows(context) if table is not None else None
        if table is not None and found is not None:
            document, rows = found
            name = table[1]
            return Items(cells(document.table, rows, name), document=document, rows=rows)
        nodes = self.compiled.nodes(itemset.nodeset, leaf.definition)(context)
        value = self.compiled.item_string(itemset.value, leaf.definition)
        return Items([value(Context(node, leaf, self.world)) for node in nodes], nodes)

    def offers(self, leaf: Leaf, value: str) -> bool:
        """Whether a value is among the choices now; the list is not made where an index can tell."""
        table = self.compiled.items_table(leaf.definition)
        if table is not None:
            path, column = table
            found = path.offers(Context(leaf, leaf, self.world), column, value)
            if found is not None:
                return found
        return value in self.items(leaf).offered

    def kept(self, leaf: Leaf, value: str) -> str:
        """What of a select's value is offered now."""
        body = leaf.definition.body
        if body is None or (body.itemset is None and not body.items):
            return value
        if self.offers(leaf, value):
            return value
        if body.control is Control.SELECT_ONE:
            return ""
        parts = value.split()
        kept = [part for part in parts if self.offers(leaf, part)]
        return value if len(kept) == len(parts) else " ".join(kept)

    def ordered(self, leaf: Leaf, body: BodyElement, value: str) -> str:
        """The values of a select-multiple in the order of its choices; what is no choice now comes last."""
        wanted = value.split()
        if len(wanted) < 2 or body.control is not Control.SELECT_MULTIPLE:
            return " ".join(wanted) if wanted else value
        chosen = set(wanted)
        return " ".join(dict.fromkeys([*(v for v in self.items(leaf).values if v in chosen), *wanted]))
