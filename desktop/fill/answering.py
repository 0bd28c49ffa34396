"""The answers behind the page: what a change brings with it, what is still open, what can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from desktop.fill.keeping import Kept, exchange, keep, put_back
from desktop.fill.kit import Kit
from desktop.fill.outline import Entry
from desktop.fill.rich import noun_of, plain_words
from desktop.fill.say import said
from desktop.fill.screens import Glance, Numbering, Screen, heading, is_shown, numbering, one_by_one, progress
from forms.api import AnswerProblem, Change

REASON_SIGNS = 10  # of an answer, in the words why a question came


@dataclass
class Answers:
    """One session divided into screens. `numbers` are those of the last `look`, `problems` of the last `check`.

    `groups` are what the outline shows and numbers count; `screens` are the same, or one question each.
    """

    kit: Kit
    groups: tuple[Screen, ...]
    single: bool = False
    screens: tuple[Screen, ...] = field(init=False)
    visited: set[int] = field(default_factory=set)
    causes: dict[str, tuple[str, str]] = field(default_factory=dict)  # gone question -> what was changed, from what
    numbers: Numbering = field(default_factory=Numbering)
    problems: tuple[AnswerProblem, ...] = ()
    glance: Glance = field(init=False)
    _stale: bool = True

    def __post_init__(self) -> None:
        self.divide(single=self.single)

    def divide(self, *, single: bool) -> None:
        """Into groups, or into single questions."""
        self.single = single
        self.screens = one_by_one(self.kit.session, self.groups) if single else self.groups
        self.visited.clear()
        self.stale()

    def stale(self) -> None:
        """Something changed outside: the language, say."""
        self._stale = True
        self.look()

    def look(self) -> None:
        """See and number everything anew, where anything changed since."""
        if not self._stale:
            return
        self._stale = False
        self.glance = Glance(self.kit.session)
        self.numbers = numbering(self.glance, self.groups)

    def check(self) -> None:
        """Find what is missing or wrong now."""
        self.problems = self._find_problems()

    def answer(self, ref: str, value: str) -> Change:
        """Put an answer in; words that its type cannot hold are kept beside the session."""
        self._stale = True
        change = self.kit.session.set(ref, value)
        unread = bool(value) and change.skipped is None and not self.kit.session.node(ref).value
        self.kit.unread.note(ref, value if unread else "")
        return change._replace(refs=change.refs | {ref})

    def add(self, series: str) -> Change:
        """One more instance at the end."""
        self._stale = True
        return self.kit.session.add_repeat(series)

    def remove(self, series: str, index: int) -> tuple[Change, Kept]:
        """Take an instance out; `put_back` undoes it."""
        self._stale = True
        kept = keep(self.kit.session, series, index)
        change = self.kit.session.remove_repeat(series, index)
        if change.skipped is None:
            kept = replace(kept, unread=self.kit.unread.removed(series, index))
        return change, kept

    def move(self, series: str, index: int, by: int) -> Change:
        """Let an instance change places with the one before (-1) or after it (1)."""
        self._stale = True
        change = exchange(self.kit.session, series, index, index + by)
        self.kit.unread.exchanged(series, index, index + by)
        return change

    def put_back(self, kept: Kept) -> Change:
        self._stale = True
        change = put_back(self.kit.session, kept)
        self.kit.unread.put_back(kept.series, kept.index, kept.unread)
        return change

    @property
    def missing(self) -> int:
        return sum(problem.code == "required" for problem in self.problems)

    @property
    def wrong(self) -> int:
        return len(self.problems) - self.missing

    def shown(self) -> list[int]:
        """The screens that are there now, by their place in `screens`."""
        return [at for at, screen in enumerate(self.screens) if is_shown(self.glance, screen)]

    def screen_of(self, ref: str) -> int | None:
        return next((at for at, screen in enumerate(self.screens) if ref and screen.holds(ref)), None)

    def shown_groups(self) -> list[int]:
        """The groups that are there now, by their place in `groups`."""
        return [at for at, group in enumerate(self.groups) if is_shown(self.glance, group)]

    def group_of(self, at: int) -> int:
        """The group in which a screen lies, by its place in `groups`."""
        if not self.single:
            return at
        first = self.screens[at].refs[0]
        return next((nth for nth, group in enumerate(self.groups) if group.holds(first)), 0)

    def first_of(self, group: int) -> int:
        """The first screen of a group that is there now, by its place in `screens`."""
        if not self.single:
            return group
        inside = [at for at in self.shown() if self.group_of(at) == group]
        return inside[0] if inside else 0

    def title(self, group: int) -> str:
        head = heading(self.glance, self.groups[group])
        named = plain_words(self.glance.node(head).label) if head else ""
        return named or self.kit.text("fill.loose")

    def entries(self) -> list[Entry]:
        """The outline."""
        seen = {self.group_of(at) for at in self.visited}
        problems = {problem.ref: problem for problem in self.problems}
        return [
            Entry(
                number,
                noun_of(self.title(at)),
                progress(self.glance, self.groups[at], problems, visited=at in seen),
            )
            for number, at in enumerate(self.shown_groups(), 1)
        ]

    def reason(self, cause: str, came: int) -> str:
        """Why questions came: the answer to `cause`, in words."""
        words = said(self.kit.session, self.kit.session.node(cause), self.kit.text)
        short = words if len(words) <= REASON_SIGNS else words[:REASON_SIGNS] + "…"
        key = "fill.because" if short else "fill.because_empty"
        return self.kit.text(key, number=self.numbers[cause], answer=short, n=came)

    def next_problem(self, here: str, by: int) -> str:
        """The problem after or before the question `here`, round and round; "" where there is none."""
        refs = [problem.ref for problem in self.problems]
        if not refs:
            return ""
        at = refs.index(here) if here in refs else (-1 if by > 0 else 0)
        return refs[(at + by) % len(refs)]

    def _find_problems(self) -> tuple[AnswerProblem, ...]:
        """The session's, and the words that no question of their type can hold."""
        unread = self.kit.unread.words
        found = [problem for problem in self.kit.session.problems() if problem.ref not in unread]
        for ref in unread:
            node = self.kit.node(ref)
            if node.relevant:
                found.append(AnswerProblem(ref, "type", node.label))
        if unread:
            order = {ref: at for at, ref in enumerate(self.numbers.of)}
            found.sort(key=lambda problem: order.get(problem.ref, len(order)))
        return tuple(found)
