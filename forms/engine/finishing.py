"""What a record gets when it is finalised: its number, its entities' versions, the list of its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from forms.api import Change, Environment
from forms.definition.model import EntityDef
from forms.engine.live import Live
from forms.engine.nodes import Branch, Leaf, below
from forms.errors import Fault, Kind
from forms.sealed import is_sealed, marked


def give_numbers(
    live: Live, environment: Environment, do: Callable[[Callable[[], object]], Change]
) -> tuple[tuple[str, str], ...]:
    """Ask for the number of each relevant node whose bind names a kind, and put it in place of its calculation."""
    if environment.number is None:
        return ()
    given: list[tuple[str, str]] = []
    for definition in live.compiled.definition.nodes:
        kind = definition.bind.number if definition.bind is not None else ""
        if not kind:
            continue
        for leaf in live.targets(definition, live.root):
            if isinstance(leaf, Leaf) and leaf.relevant:
                number = environment.number(kind)
                live.overridden.add(leaf)
                do(lambda leaf=leaf, number=number: live.put(leaf, number))  # type: ignore[misc]
                given.append((kind, number))
    return tuple(given)


def seal_fields(live: Live, environment: Environment) -> dict[Leaf, str]:
    """Sealed values of relevant leaves that are marked so; what was sealed before stays as it is.

    Fault forms.cannot_seal where nobody here can seal: such a value never leaves in the open.
    """
    sealed: dict[Leaf, str] = {}
    for definition in live.compiled.definition.nodes:
        mark = marked(definition.bind.attributes) if definition.bind is not None else ""
        if not mark:
            continue
        for leaf in live.targets(definition, live.root):
            if not isinstance(leaf, Leaf) or not leaf.relevant or not leaf.text or is_sealed(leaf.text):
                continue
            department = _text_at(live, mark) if mark.startswith("/") else mark
            if not department:
                continue
            if environment.seal is None:
                raise Fault("forms.cannot_seal", Kind.USAGE)
            sealed[leaf] = environment.seal(department, leaf.text)
    return sealed


def _text_at(live: Live, path: str) -> str:
    """The value of the first relevant node at a path without positions."""
    for definition in live.compiled.definition.nodes:
        if definition.path == path:
            leaves = [leaf for leaf in live.targets(definition, live.root) if isinstance(leaf, Leaf) and leaf.relevant]
            return leaves[0].text if leaves else ""
    return ""


def entity_versions(
    entities: Sequence[EntityDef], live: Live, versions: Callable[[str, str], tuple[str, str, str]] | None
) -> None:
    """Fill baseVersion, trunkVersion and branchId of updates where the form's own list did not give them."""
    if versions is None:
        return
    for entity in entities:
        if not entity.updates:
            continue
        for node in live.targets(entity.node, live.root):
            marks = {mark.definition.name.rpartition(":")[2]: mark for mark in getattr(node, "marks", ())}
            base, identifier = marks.get("baseVersion"), marks.get("id")
            if base is None or identifier is None or base.text or not identifier.text:
                continue
            found = versions(entity.dataset, identifier.text)
            for name, value in zip(("baseVersion", "trunkVersion", "branchId"), found, strict=True):
                if name in marks:
                    live.put(marks[name], value)
    live.settle()


def attachments(root: Branch | Leaf) -> tuple[str, ...]:
    """The names of the files that relevant nodes refer to, in document order."""
    if isinstance(root, Leaf):
        return ()
    names = [
        node.text for node in below(root) if isinstance(node, Leaf) and node.definition.type == "binary" and node.text
    ]
    return tuple(dict.fromkeys(names))
