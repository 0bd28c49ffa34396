"""To whom and until when: the two choices of an assignment, with what is usual for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.services.values import Proposal
from desktop.widgets.basics import column, label


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


class AssignFields(QWidget):
    """Department and time limit under their names; `department` and `days` are what is chosen."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._labels: dict[str, str] = {}
        scale, t = context.theme.scale, context.text
        lines = column(self, gap=scale.xs)
        self.who = ChoiceButton(context.theme, name=t("board.to_whom"))
        self.limit = ChoiceButton(context.theme, name=t("board.until_when"))
        for name, field in (("board.to_whom", self.who), ("board.until_when", self.limit)):
            lines.addWidget(label(t(name), "strong"))
            field.stretch()
            lines.addWidget(field)
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

    def offer_many(self, departments: Sequence[tuple[str, str]], days: Sequence[int]) -> None:
        """For several requests: each its own unless one is chosen."""
        t = self._context.text
        self._labels = dict(departments)
        self.who.offer((("", t("board.own_department")), *departments))
        limits = [(str(each), t("board.days", count=each)) for each in days]
        self.limit.offer((("", t("board.own_limit")), *limits))

    def offer_one(self, departments: Sequence[tuple[str, str]], proposal: Proposal) -> None:
        """For one request: its matter's department first, the days on which limits end."""
        t, words = self._context.text, self._context.words
        self._labels = dict(departments)
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
