"""To whom and until when: the two choices of an assignment, with what is usual for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.services.api import Desk
from desktop.services.values import Proposal
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, label, reveal
from forms.text import Text


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to be done with which requests; `department` "" is each one's own, `days` None each matter's limit.

    `fresh`: what somebody has already is left alone.
    """

    refs: tuple[str, ...]
    department: str
    department_label: str
    days: int | None
    fresh: bool

    def write(self, desk: Desk, refs: Sequence[str]) -> Mapping[str, str]:
        """Some of them; "" or why not for each."""
        return desk.requests.assign(refs, department=self.department, days=self.days, fresh=self.fresh)

    def said(self, text: Text) -> str:
        """How many go to a department, or to each one's own."""
        if not self.department:
            return text("board.preview_own", count=len(self.refs))
        return text("board.preview", count=len(self.refs), department=self.department_label)


class AssignFields(QWidget):
    """Department and time limit under their names; `department` and `days` are what is chosen.

    Where what was said is sealed for another department than is chosen, it says so: that one reads nothing of it.
    """

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._labels: dict[str, str] = {}
        scale, t = context.theme.scale, context.text
        lines = column(self, gap=scale.xs)
        self.who = ChoiceButton(context.theme, name=t("board.to_whom"))
        self.limit = ChoiceButton(context.theme, name=t("board.until_when"))
        self._sealed = label("", "small", tone=Tone.WARN.value, wrap=True)
        self._sealed.hide()
        self._sealed_for: tuple[str, ...] = ()  # for each request whose words are sealed, the department that reads it
        self.who.chosen.connect(lambda _: self._say_sealed())
        for name, field in (("board.to_whom", self.who), ("board.until_when", self.limit)):
            lines.addWidget(label(t(name), "strong"))
            field.stretch()
            lines.addWidget(field)
            if field is self.who:
                lines.addWidget(self._sealed)
            lines.addSpacing(scale.xs)

    @property
    def department(self) -> str:
        return self.who.value

    @property
    def department_label(self) -> str:
        return self._labels.get(self.who.value, "")

    @property
    def days(self) -> int | None:
        return int(self.limit.value) if self.limit.value else None

    def offer_many(
        self, departments: Sequence[tuple[str, str]], days: Sequence[int], *, sealed_for: Sequence[str] = ()
    ) -> None:
        """For several requests: each its own unless one is chosen."""
        t = self._context.text
        self._labels = dict(departments)
        self._sealed_for = tuple(sealed_for)
        self.who.offer((("", t("board.own_department")), *departments))
        limits = [(str(each), t("board.days", count=each)) for each in days]
        self.limit.offer((("", t("board.own_limit")), *limits))
        self._say_sealed()

    def offer_one(
        self, departments: Sequence[tuple[str, str]], proposal: Proposal, *, sealed_for: Sequence[str] = ()
    ) -> None:
        """For one request: its matter's department first, the days on which limits end."""
        t, words = self._context.text, self._context.words
        self._labels = dict(departments)
        self._sealed_for = tuple(sealed_for)
        shown = []
        for value, name in departments:
            usual = t("board.suggested", department=name)
            if value == proposal.department and proposal.alike:
                usual = t("board.suggested_alike", department=name, count=proposal.alike)
            shown.append((value, usual if value == proposal.department else name))
        self.who.offer(shown)
        if proposal.department in self._labels:
            self.who.choose(proposal.department)
        self.limit.offer(
            [
                (str(days), t("board.limit", days=t("board.days", count=days), day=words.long_day(end)))
                for days, end in proposal.limits
            ]
        )
        self.limit.choose(str(proposal.days or proposal.limits[0][0]))
        self._say_sealed()

    def _say_sealed(self) -> None:
        """How many nobody at the chosen department will be able to read, and who can."""
        t, department = self._context.text, self.department
        others = [each for each in self._sealed_for if department and each != department]
        reveal(self._sealed, bool(others))
        if others:
            readers = t("board.sealed_and").join(dict.fromkeys(self._labels.get(each, each) for each in others))
            words = {"readers": readers, "department": self.department_label}
            self._sealed.setText(t("board.sealed_for_other", count=len(others), **words))
