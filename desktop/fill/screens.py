"""Which questions stand together on one screen, their numbers, and how far each screen is; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Protocol

from forms.api import AnswerProblem, Control, Form, Node, NodeKind

MOST = 15  # questions on one screen, where the form does not say otherwise
_PLACE = re.compile(r"\[\d+\]")
FEW = 3  # loose questions that join a neighbour


class Tree(Protocol):
    """What is asked of a session here."""

    @property
    def root(self) -> str: ...
    def node(self, ref: str) -> Node: ...
    def children(self, ref: str) -> tuple[str, ...]: ...


class Whole(Tree, Protocol):
    @property
    def form(self) -> Form: ...


class Glance:
    """A session at one moment: every node is asked for once, however often it is looked at."""

    def __init__(self, session: Tree) -> None:
        self.root = session.root
        self.node = cache(session.node)
        self.children = cache(session.children)


class State(Enum):
    """How far a screen is; the value is the key of its words."""

    UNTOUCHED = "untouched"
    PART = "part"
    DONE = "done"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Screen:
    """`refs` are direct parts of the body, in order; `title` the group whose label heads it, "" for loose ones."""

    title: str
    refs: tuple[str, ...]

    @property
    def ref(self) -> str:
        return self.refs[0]

    def holds(self, ref: str) -> bool:
        return any(ref == each or ref.startswith((each + "/", each + "[")) for each in self.refs)


@dataclass(frozen=True, slots=True)
class Progress:
    state: State
    asked: int
    answered: int
    missing: int
    wrong: int
    instances: int | None = None  # of the repeat, where the screen is one


@dataclass(frozen=True, slots=True)
class Numbering:
    """What people call a question: 2.3, in the third member 3.3.1 its first question; by ref."""

    of: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, ref: str) -> str:
        return self.of.get(ref, "")


def is_note(node: Node) -> bool:
    """A text without an answer."""
    return node.kind is NodeKind.QUESTION and node.readonly and node.control is Control.INPUT


def is_asked(node: Node) -> bool:
    return node.kind is NodeKind.QUESTION and node.control is not None and not is_note(node) and not is_head(node)


def is_head(node: Node) -> bool:
    """The head of a table of choices: words over the questions after it."""
    return node.control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE) and "label" in node.appearance


def screens(session: Whole) -> tuple[Screen, ...]:
    """The form's screens: its groups; loose questions between them join a neighbour or make a screen of their own.

    A group that is no field-list is divided by its sub-groups where it has repeats or more than 15 questions.
    A repeat that only computes has no screen.
    """
    parts = _divide(session, session.root, title="")
    shown = {path for question in session.form.questions if question.control is not None for path in question.repeats}
    return _joined(session, [part for part in parts if not _is_silent(session, part, shown)])


def one_by_one(session: Tree, groups: Sequence[Screen]) -> tuple[Screen, ...]:
    """One question or repeat a screen; notes and computed values stand with the question after them."""
    found: list[Screen] = []
    for group in groups:
        waiting: tuple[str, ...] = ()
        inside = 0
        for ref in _in_groups(session, group.refs):
            node = session.node(ref)
            waiting += (ref,)
            if node.kind is NodeKind.REPEAT or (is_asked(node) and not node.calculated):
                found.append(Screen(group.title, waiting))
                waiting, inside = (), inside + 1
        if waiting and inside:
            last = found.pop()
            found.append(Screen(last.title, last.refs + waiting))
        elif waiting:
            found.append(Screen(group.title, waiting))
    return tuple(found)


def _in_groups(session: Tree, refs: Sequence[str]) -> Iterator[str]:
    """Questions and repeats through groups, those that are not asked now too."""
    for ref in refs:
        if session.node(ref).kind is NodeKind.GROUP:
            yield from _in_groups(session, session.children(ref))
        else:
            yield ref


def leaves(session: Tree, refs: Sequence[str]) -> Iterator[Node]:
    """Every relevant leaf under `refs` in body order, through groups and instances."""
    for ref in refs:
        node = session.node(ref)
        if not node.relevant:
            continue
        if node.kind is NodeKind.QUESTION:
            yield node
        else:
            yield from leaves(session, session.children(ref))


def numbering(session: Tree, parts: Sequence[Screen]) -> Numbering:
    """Numbers of the questions that are asked now; a hidden one has none."""
    found: dict[str, str] = {}
    at = 0
    for screen in parts:
        if is_shown(session, screen):
            at += 1
            _number(session, screen.refs, prefix=str(at), found=found)
    return Numbering(found)


def is_shown(session: Tree, screen: Screen) -> bool:
    """Whether there is something to see; a question that only joined a group stays when the group goes."""
    return any(_is_seen(session, ref) for ref in screen.refs)


def heading(session: Tree, screen: Screen) -> str:
    """The group whose label heads the screen now; "" where it is not asked, and only those are that joined it."""
    return screen.title if screen.title and session.node(screen.title).relevant else ""


def _is_seen(session: Tree, ref: str) -> bool:
    node = session.node(ref)
    if not node.relevant or node.kind is NodeKind.REPEAT:
        return node.relevant
    if node.kind is NodeKind.QUESTION:
        return node.control is not None
    return any(_is_seen(session, child) for child in session.children(ref))


def progress(session: Tree, screen: Screen, problems: Mapping[str, AnswerProblem], *, visited: bool) -> Progress:
    """`problems` by reference."""
    every = list(leaves(session, screen.refs))
    nodes = [node for node in every if is_asked(node)]
    inside = [problems[node.ref] for node in every if node.ref in problems]
    missing = sum(problem.code == "required" for problem in inside)
    wrong = len(inside) - missing
    answered = sum(bool(node.value) for node in nodes)
    if wrong:
        state = State.WRONG
    elif missing:
        state = State.PART if answered or visited else State.UNTOUCHED
    else:
        state = State.DONE if answered or visited else State.UNTOUCHED
    repeats = [session.node(ref) for ref in screen.refs if session.node(ref).kind is NodeKind.REPEAT]
    return Progress(state, len(nodes), answered, missing, wrong, repeats[0].count if repeats else None)


def _number(session: Tree, refs: Sequence[str], *, prefix: str, found: dict[str, str]) -> None:
    at = 0
    for node in _flat(session, refs):
        if node.kind is NodeKind.REPEAT:
            at += 1
            for nth, instance in enumerate(session.children(node.ref), 1):
                found[instance] = f"{prefix}.{nth}" if len(refs) == 1 else f"{prefix}.{at}.{nth}"
                _number(session, session.children(instance), prefix=found[instance], found=found)
        elif is_asked(node):
            at += 1
            found[node.ref] = f"{prefix}.{at}"


def _flat(session: Tree, refs: Sequence[str]) -> Iterator[Node]:
    """Relevant questions and repeats, through groups but not into repeats."""
    for ref in refs:
        node = session.node(ref)
        if node.relevant and node.kind is NodeKind.GROUP:
            yield from _flat(session, session.children(ref))
        elif node.relevant:
            yield node


def _divide(session: Tree, ref: str, *, title: str) -> list[Screen]:
    found: list[Screen] = []
    loose: list[str] = []
    for child in session.children(ref):
        node = session.node(child)
        if node.kind is NodeKind.QUESTION:
            loose.append(child)
            continue
        if loose:
            found.append(Screen(title, tuple(loose)))
            loose = []
        if node.kind is NodeKind.REPEAT or _stays_whole(session, node):
            found.append(Screen(child, (child,) if node.kind is NodeKind.REPEAT else session.children(child)))
        else:
            found += _divide(session, child, title=child)
    if loose:
        found.append(Screen(title, tuple(loose)))
    return [screen for screen in found if screen.refs]


def _stays_whole(session: Tree, group: Node) -> bool:
    if "field-list" in group.appearance:
        return True
    inner = [session.node(ref) for ref in session.children(group.ref)]
    if all(node.kind is NodeKind.QUESTION for node in inner):
        return True
    return not _has_repeat(session, group.ref) and _size(session, group.ref) <= MOST


def _has_repeat(session: Tree, ref: str) -> bool:
    nodes = [session.node(child) for child in session.children(ref)]
    return any(n.kind is NodeKind.REPEAT or (n.kind is NodeKind.GROUP and _has_repeat(session, n.ref)) for n in nodes)


def _size(session: Tree, ref: str) -> int:
    nodes = [session.node(child) for child in session.children(ref)]
    return sum(_size(session, n.ref) if n.kind is NodeKind.GROUP else int(is_asked(n)) for n in nodes)


def _is_repeat(session: Tree, screen: Screen) -> bool:
    return any(session.node(ref).kind is NodeKind.REPEAT for ref in screen.refs)


def _is_silent(session: Tree, screen: Screen, shown: Set[str]) -> bool:
    """A repeat without a question: there is nothing to see. `shown` are the paths of the others."""
    node = session.node(screen.ref)
    return node.kind is NodeKind.REPEAT and _PLACE.sub("", node.ref) not in shown


def _joined(session: Tree, parts: list[Screen]) -> tuple[Screen, ...]:
    """Few loose questions go to the end of the screen before them, or, where there is none, to the next one's head."""
    found: list[Screen] = []
    waiting: tuple[str, ...] = ()
    for part in parts:
        if part.title or len(part.refs) > FEW:
            if waiting and _is_repeat(session, part):
                found.append(Screen("", waiting))
                waiting = ()
            found.append(Screen(part.title, waiting + part.refs))
            waiting = ()
        elif found and not _is_repeat(session, found[-1]):
            before = found.pop()
            found.append(Screen(before.title, before.refs + part.refs))
        else:
            waiting += part.refs
    if waiting:
        found.append(Screen("", waiting))
    return tuple(found)
