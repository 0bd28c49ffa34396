"""Taking a repeat instance out and putting it back with all its answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms.api import Change, NodeKind, Session


@dataclass(frozen=True, slots=True)
class Kept:
    """An instance that was removed: its series and place, the values inside by the rest of their reference."""

    series: str
    index: int  # from 1
    values: tuple[tuple[str, str], ...]
    inner: tuple[tuple[str, int], ...]  # repeats inside and how many instances each had
    unread: tuple[tuple[str, str], ...] = ()  # words that no answer can hold, likewise


def keep(session: Session, series: str, index: int, *, unread: tuple[tuple[str, str], ...] = ()) -> Kept:
    """What instance `index` holds now."""
    values: list[tuple[str, str]] = []
    inner: list[tuple[str, int]] = []
    base = f"{series}[{index}]"

    def walk(ref: str) -> None:
        for child in session.children(ref):
            node = session.node(child)
            if node.kind is NodeKind.QUESTION:
                if node.value and not node.readonly:
                    values.append((child.removeprefix(base), node.value))
                continue
            if node.kind is NodeKind.REPEAT:
                inner.append((child.removeprefix(base), node.count))
            walk(child)

    walk(base)
    return Kept(series, index, tuple(values), tuple(inner), unread)


def put_back(session: Session, kept: Kept) -> Change:
    """Add the instance where it was and answer everything again."""
    added = session.add_repeat(kept.series, after=kept.index - 1)
    again = fill_again(session, kept)
    repeats = added.repeats | again.repeats | {kept.series}
    return Change(added.refs | again.refs, repeats, added.choices | again.choices)


def fill_again(session: Session, kept: Kept) -> Change:
    """Answer everything in an instance that is there again."""
    refs: set[str] = set()
    repeats: set[str] = set()
    choices: set[str] = set()

    def note(change: Change) -> None:
        refs.update(change.refs)
        repeats.update(change.repeats)
        choices.update(change.choices)

    base = f"{kept.series}[{kept.index}]"
    for rest, count in kept.inner:
        while session.node(base + rest).count < count:
            note(session.add_repeat(base + rest))
    for rest, value in kept.values:
        note(session.set(base + rest, value, force=True))
    return Change(frozenset(refs), frozenset(repeats), frozenset(choices))


def exchange(session: Session, series: str, one: int, other: int) -> Change:
    """Let two instances change places, with all that is in them."""
    pair = (keep(session, series, one), keep(session, series, other))
    refs: set[str] = set()
    for kept in pair:
        base = f"{series}[{kept.index}]"
        for rest, _ in kept.values:
            refs |= session.set(base + rest, "", force=True).refs
    for kept, index in zip(pair, (other, one), strict=True):
        base = f"{series}[{index}]"
        for rest, count in kept.inner:
            while session.node(base + rest).count > count:
                refs |= session.remove_repeat(base + rest, count + 1).refs
        refs |= fill_again(session, replace(kept, index=index)).refs
    return Change(frozenset(refs), frozenset({series}), frozenset())
