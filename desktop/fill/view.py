"""What a screen of questions and an open card have in common, so that repeats can hold either.

Methods that raise NotImplementedError are each kind's own: Qt's metaclass and ABCMeta do not go together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.fill.question import QuestionRow
from desktop.fill.screens import Numbering
from forms.api import Change


@dataclass(slots=True)
class Moved:
    """Rows that came and went with one change."""

    came: list[QuestionRow] = field(default_factory=list)
    went: list[QuestionRow] = field(default_factory=list)

    def add(self, other: Moved) -> None:
        self.came += other.came
        self.went += other.went


class QuestionsView(QWidget):
    """`answered(ref, value)`, `confirmed(ref)`, `restore(ref)` come from any row inside.

    `add(series)`, `remove(series, index)` and `shift(series, index, by)` ask for instances. The view
    itself never changes the session.
    """

    answered = Signal(str, str)
    confirmed = Signal(str)
    restore = Signal(str)
    add = Signal(str)
    remove = Signal(str, int)
    shift = Signal(str, int, int)

    def every_row(self) -> Iterator[QuestionRow]:
        """Rows in order of the screen, those of open cards included."""
        raise NotImplementedError

    def take(self, change: Change, numbers: Numbering) -> Moved:
        """Bring what a change touched in step with the session."""
        raise NotImplementedError

    def series(self, ref: str) -> SeriesView | None:
        """The view of a repeat in here, inside open cards too."""
        raise NotImplementedError

    def open_card(self, ref: str) -> None:
        """Open the cards in which `ref` lies, the outer ones first."""
        raise NotImplementedError

    def series_to_grow(self, here: str) -> str:
        """The innermost repeat around the question `here` that can grow, "" for none."""
        raise NotImplementedError

    def pass_on(self, inner: QuestionsView) -> None:
        """Let the signals of a view inside this one go out."""
        inner.answered.connect(self.answered)
        inner.confirmed.connect(self.confirmed)
        inner.restore.connect(self.restore)
        inner.add.connect(self.add)
        inner.remove.connect(self.remove)
        inner.shift.connect(self.shift)


class SeriesView(QuestionsView):
    """The instances of one repeat, `ref`, numbered from 1. `opened`: the one whose questions are there."""

    ref = ""
    opened: int | None = None

    def open(self, index: int | None) -> None:
        """Open instance `index` and close the other; where all are open nothing happens."""

    def focus_first(self) -> None:
        """The focus into the open instance, else on the button that adds one."""
        raise NotImplementedError

    def focus_instance(self, index: int) -> None:
        """The focus into instance `index`, which is opened where it must be."""
        raise NotImplementedError

    def focus_move(self, index: int, by: int) -> None:
        """The focus on what moves instance `index` further the same way, or back where that is its end."""
        raise NotImplementedError
