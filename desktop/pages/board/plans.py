"""What several ticked requests are to be done with: the choices, whom it concerns and whom not, as one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.board.proposal import AssignFields, Assignment
from desktop.pages.parts.page import PageContext
from desktop.services.api import Desk
from desktop.services.values import RequestRow, RequestState
from desktop.widgets.basics import column
from forms.text import Text

DAYS = (1, 3, 5, 10, 15, 20, 30)
FREE = (
    RequestState.SENT,
    RequestState.READY,
    RequestState.ARRIVED,
    RequestState.TAKEN_UP,
    RequestState.REOPENED,
    RequestState.RETURNED,
)


class Deed(Protocol):
    """A step of many requests, to be written."""

    @property
    def refs(self) -> tuple[str, ...]: ...
    def write(self, desk: Desk, refs: Sequence[str]) -> Mapping[str, str]:
        """Some of them; "" or why not for each."""
        ...

    def said(self, text: Text) -> str: ...


@dataclass(frozen=True, slots=True)
class DeedWords:
    """Keys of what is said of it, before, while and after it is written."""

    title: str
    commit: str
    cancel: str
    waits: str
    running: str
    done: str
    failed: str
    none: str
    icon: str


ASSIGNING = DeedWords(
    "board.many", "board.commit", "board.cancel", "board.waits", "board.running", "board.done", "board.not_done",
    "board.preview_none", "arrow-bend-up-right",
)  # fmt: skip


class Plan(QWidget):
    """The choices for `rows`. `changed`: others were chosen, which the preview has to follow."""

    changed = Signal()
    words: ClassVar[DeedWords] = ASSIGNING

    def __init__(self, context: PageContext, rows: Sequence[RequestRow]) -> None:
        super().__init__()
        self.context, self.rows = context, tuple(rows)
        self.lines = column(self, gap=context.theme.scale.xs)

    @property
    def states(self) -> tuple[RequestState, ...]:
        """In which a request can be done this with."""
        raise NotImplementedError

    @property
    def taken(self) -> tuple[RequestRow, ...]:
        return tuple(request for request in self.rows if request.state in self.states)

    @property
    def refs(self) -> tuple[str, ...]:
        return tuple(request.ref or request.uuid for request in self.taken)

    def left_out(self) -> list[tuple[RequestRow, str]]:
        """Those that stay as they are, and why."""
        taken = {request.uuid for request in self.taken}
        return [(request, self.why_not(request)) for request in self.rows if request.uuid not in taken]

    def why_not(self, request: RequestRow) -> str:
        return self.context.text("board.left_out_state", state=self.context.words.state(request.state))

    def preview(self) -> str:
        """What would happen now."""
        raise NotImplementedError

    def deed(self) -> Deed | None:
        """What is to be written; None while something is missing, on which the cursor stands then."""
        raise NotImplementedError

    def take_focus(self) -> None:
        raise NotImplementedError


class AssignPlan(Plan):
    """To whom and until when; `limit`: it is the time limit of what somebody has already."""

    def __init__(
        self,
        context: PageContext,
        rows: Sequence[RequestRow],
        departments: Sequence[tuple[str, str]],
        *,
        limit: bool = False,
    ) -> None:
        super().__init__(context, rows)
        self._limit = limit
        self._fields = AssignFields(context)
        sealed = [each.sealed_for for each in self.taken if each.sealed_for]
        self._fields.offer_many(departments, DAYS, sealed_for=sealed)
        self.lines.addWidget(self._fields)
        for choice in (self._fields.who, self._fields.limit):
            choice.chosen.connect(lambda _: self.changed.emit())

    @property
    def states(self) -> tuple[RequestState, ...]:
        return (RequestState.ASSIGNED,) if self._limit else FREE

    def why_not(self, request: RequestRow) -> str:
        if request.state is RequestState.ASSIGNED:
            return self.context.text("board.left_out_taken", department=request.department_label)
        return super().why_not(request)

    def preview(self) -> str:
        return self._order().said(self.context.text)

    def deed(self) -> Assignment:
        return self._order()

    def take_focus(self) -> None:
        (self._fields.limit if self._limit else self._fields.who).setFocus()

    def _order(self) -> Assignment:
        fields = self._fields
        return Assignment(self.refs, fields.department, fields.department_label, fields.days, fresh=not self._limit)
