"""Seeds -> live nodes."""

from __future__ import annotations

from forms.codecs.values import normal
from forms.definition.model import NodeDef, Seed
from forms.engine.nodes import Branch, Leaf, Series


def grow(definition: NodeDef, parent: Branch | None, seed: Seed | None) -> Branch | Leaf:
    """The node of a definition with all that is inside; what the seed lacks is blank."""
    if definition.is_leaf and not definition.is_repeat:
        leaf = Leaf(definition, parent, _text(definition, seed))
        _marks(leaf, definition, seed)
        return leaf
    branch = Branch(definition, parent)
    _marks(branch, definition, seed)
    given: dict[str, list[Seed]] = {}
    for child in seed.children if seed is not None else ():
        given.setdefault(child.name, []).append(child)
    for child_definition in definition.children:
        seeds = given.get(child_definition.name) or _by_local_name(given, child_definition.name)
        if child_definition.is_repeat:
            series = Series(child_definition, branch)
            series.instances = [instance(series, one) for one in seeds]
            series.renumber()
            branch.kids.append(series)
        else:
            branch.kids.append(grow(child_definition, branch, seeds[0] if seeds else None))
    return branch


def instance(series: Series, seed: Seed | None) -> Branch:
    """One instance of a repeat, not yet in it."""
    made = grow(series.definition, series.parent, seed)
    assert isinstance(made, Branch)  # noqa: S101 - a repeat is never a leaf
    return made


def stand_in(series: Series) -> Branch:
    """A blank instance that is in no series, from which expressions about the repeat itself are evaluated."""
    return instance(series, None)


def _text(definition: NodeDef, seed: Seed | None) -> str:
    return "" if seed is None or not seed.text else normal(definition.type, seed.text)


def _marks(node: Branch | Leaf, definition: NodeDef, seed: Seed | None) -> None:
    if definition.attributes:
        fields = seed.fields if seed is not None else {}
        node.marks = tuple(Leaf(a, node, fields.get(a.name, "")) for a in definition.attributes)


def _by_local_name(given: dict[str, list[Seed]], name: str) -> list[Seed]:
    """An instance written elsewhere may use another prefix."""
    wanted = name.rpartition(":")[2]
    for other, seeds in given.items():
        if other.rpartition(":")[2] == wanted:
            return seeds
    return []
