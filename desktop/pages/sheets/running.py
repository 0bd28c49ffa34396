"""The one long job of a page: its card at the page's head while it runs, and what waits meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.tasks import Ticket
from desktop.widgets.frame import PageFrame
from desktop.widgets.notices import JobCard


class RunningJob:
    """`busy` from `begin` to `end`; until then the `waiting` widgets are switched off."""

    def __init__(self, context: PageContext, frame: PageFrame, *, at: int = 0) -> None:
        """`at`: the place of the card in the frame's body."""
        self._context, self._frame, self._at = context, frame, at
        self._card: JobCard | None = None
        self._waiting: Sequence[QWidget] = ()

    @property
    def card(self) -> JobCard | None:
        return self._card

    @property
    def busy(self) -> bool:
        return self._card is not None

    def begin(self, title: str, *, waiting: Sequence[QWidget], detail: str = "", icon: str = "hourglass") -> JobCard:
        """Show that it runs; `follow` makes the card stop it."""
        card = JobCard(self._context.theme, self._context.text, title, detail=detail, icon=icon)
        self._card, self._waiting = card, waiting
        self._frame.body.insertWidget(self._at, card)
        for made in waiting:
            made.setEnabled(False)
        return card

    def follow(self, ticket: Ticket) -> None:
        if self._card is not None:
            self._card.cancelled.connect(ticket.cancel)

    def end(self) -> None:
        """Safe to call where nothing runs."""
        for made in self._waiting:
            made.setEnabled(True)
        self._waiting = ()
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
            self._card = None
