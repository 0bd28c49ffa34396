"""A number from which a repeat has its length: what somebody wrote is not cut off by a smaller one, but offered for
removal, with ten seconds to take that back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.fill.answering import Answers
from desktop.fill.keeping import Kept, fill_again, keep
from desktop.fill.kit import Kit
from desktop.fill.rich import noun_of, plain_words
from desktop.fill.say import summary
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button
from desktop.widgets.notices import Banner, UndoToast
from forms.api import Change, NodeKind, Session

PLACE = re.compile(r"\[\d+\]")
FEW = 3  # instances whose words are shown


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer that would cut off instances with something in them: `before` stands until somebody says so."""

    ref: str
    before: str
    value: str
    gone: tuple[Kept, ...]
    words: str


class Fewer(QObject):
    """Stands between an answer and the session in forms with counted repeats; elsewhere it costs nothing.

    `took(change)` brings the page in step, the toast lies over `over`. `removed(ref)`: somebody said so at a question.
    """

    removed = Signal(str)

    def __init__(self, kit: Kit, answers: Answers, *, over: QWidget, took: Callable[[Change], None]) -> None:
        super().__init__(over)
        self._kit, self._answers, self._over, self._took = kit, answers, over, took
        self._paths = _counted(kit.session)
        self.waiting: Cut | None = None
        self._asked = False
        self._said: dict[tuple[str, int], str] = {}
        self.banner = Banner(kit.theme)
        self.remove = self.banner.add_action(button(kit.theme, "", icon="trash", small=True))
        self.remove.clicked.connect(self._cut)

    def answer(self, ref: str, value: str) -> Change:
        """Put an answer in; where it would cut something off nothing changes, and `waiting` says what."""
        if not self._paths or any(PLACE.sub("", ref).startswith(f"{path}/") for path in self._paths):
            return self._answers.answer(ref, value)
        held, before = self._held(), self._kit.session.node(ref).value
        self._waits(None)
        change = self._answers.answer(ref, value)
        gone = [kept for kept in held if kept.values and kept.index > self._count(kept.series)]
        if not gone:
            return change
        words = [words for kept in gone if (words := self._said.get((kept.series, kept.index)))]
        self._put_back(ref, before, gone)
        self._waits(Cut(ref, before, value, tuple(gone), "；".join(words[:FEW])))
        return Change()

    def ask(self) -> bool:
        """The question was left: say what would be cut off; whether there is such, and nobody was asked before."""
        cut, text = self.waiting, self._kit.text
        if cut is None or self._asked:
            return False
        self._asked = True
        noun = noun_of(plain_words(self._kit.session.node(cut.gone[0].series).label)) or text("fill.repeat_noun")
        self.banner.say(Tone.WARN, text("fill.fewer", label=noun, n=len(cut.gone)), cut.words)
        self.remove.setText(text("fill.fewer_remove", n=len(cut.gone)))
        self.remove.setAccessibleName(self.remove.text())
        return True

    def _cut(self) -> None:
        """Somebody said so."""
        cut, text = self.waiting, self._kit.text
        if cut is None:
            return
        self._waits(None)
        self._took(self._answers.answer(cut.ref, cut.value))
        toast = UndoToast(self._kit.theme, text, over=self._over, message=text("fill.fewer_removed", n=len(cut.gone)))
        self.removed.emit(cut.ref)
        toast.undone.connect(lambda: self._took(self._put_back(cut.ref, cut.before, list(cut.gone))))

    def _put_back(self, ref: str, before: str, gone: list[Kept]) -> Change:
        """The number as it was, and every answer that went."""
        changes = [self._answers.answer(ref, before)]
        changes += [fill_again(self._kit.session, kept) for kept in gone]
        for kept in gone:
            base = f"{kept.series}[{kept.index}]"
            self._kit.unread.words.update((base + rest, words) for rest, words in kept.unread)
        refs, repeats, choices = (
            frozenset[str]().union(*(getattr(change, part) for change in changes))
            for part in ("refs", "repeats", "choices")
        )
        return Change(refs, repeats, choices)

    def _waits(self, cut: Cut | None) -> None:
        self.waiting, self._asked = cut, False
        if cut is None:
            self.banner.silence()

    def _held(self) -> list[Kept]:
        """What stands in the counted repeats now."""
        session, found = self._kit.session, []
        self._said = {}
        for path in self._paths:
            for index in range(1, self._count(path) + 1):
                base, unread = f"{path}[{index}]", self._kit.unread.words
                words = tuple((ref.removeprefix(base), said) for ref, said in unread.items() if ref.startswith(base))
                kept = keep(session, path, index, unread=words)
                if kept.values:
                    self._said[path, index] = summary(session, base, self._kit.text)
                found.append(kept)
        return found

    def _count(self, series: str) -> int:
        return self._kit.session.node(series).count


def _counted(session: Session) -> tuple[str, ...]:
    """Repeats in no other whose length follows from an answer."""
    paths = dict.fromkeys(question.repeats[0] for question in session.form.questions if question.repeats)
    return tuple(path for path in paths if _is_counted(session, path))


def _is_counted(session: Session, path: str) -> bool:
    try:
        node = session.node(path)
    except LookupError:
        return False
    return node.kind is NodeKind.REPEAT and not node.can_add
