"""Drafts: whose, which form, how far; go on or throw away with ten seconds to think again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, work_row
from desktop.pages.parts.places import Name, Place
from desktop.services.filling.filling_values import DraftRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, reveal, rule
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody

OLD_DAYS = 30  # after which one is asked whether a draft is still wanted


class DraftList(QWidget):
    """A draft belongs to its author: others see that it is there, not what is in it. `changed`: one was discarded.

    `alone`: it is the page and scrolls; else it is as high as its drafts, and the page scrolls.
    """

    changed = Signal()

    def __init__(self, context: PageContext, *, alone: bool = True) -> None:
        super().__init__()
        self._context = context
        if alone:
            scroll = ScrollBody()
            self._body = scroll.body
            column(self).addWidget(scroll)
        else:
            self._body = column(self)
        self._going: set[str] = set()

    def put(self, drafts: Sequence[DraftRow]) -> None:
        clear(self._body)
        card = Card(self._context.theme)
        card.flush()
        shown = [draft for draft in drafts if draft.id not in self._going]
        for number, draft in enumerate(shown):
            if number:
                card.add(rule())
            card.add(self._row(draft))
        reveal(card, bool(shown))
        self._body.addWidget(card)
        self._body.addStretch(1)

    def _row(self, draft: DraftRow) -> QWidget:
        context, t = self._context, self._context.text
        form = context.words.form_title(draft.form_title)
        old = (context.words.today() - draft.saved.date()).days
        wanted = t("drafts.still_wanted") if old > OLD_DAYS else t("pages.go_on")
        go_on = act(context.theme, wanted, partial(self._resume, draft), small=True)
        away = act(context.theme, t("pages.discard"), partial(self._discard, draft), kind="link", small=True)
        title = t("pages.draft_row", title=context.words.form_title(draft.title) or form, form=form)
        if not draft.mine:
            title = t("pages.draft_of", who=draft.author, form=form)
        detail = t("pages.draft_state", when=context.words.moment(draft.saved), n=draft.filled, m=draft.asked)
        if old > OLD_DAYS and draft.mine:
            detail = f"{t('drafts.old', days=old)} {detail}"
        buttons = (go_on, away) if draft.mine else ()
        return work_row(context.theme, icon="note-pencil", tone=Tone.WARN, title=title, detail=detail, buttons=buttons)

    def _resume(self, draft: DraftRow) -> None:
        self._context.go(Place(Name.FORM, draft.form_id, tab=draft.id))

    def _discard(self, draft: DraftRow) -> None:
        """It disappears at once and is thrown away when nobody took it back."""
        self._going.add(draft.id)
        self.changed.emit()
        toast = self._context.toast(self._context.text("pages.discarded", title=draft.title), lambda: self._keep(draft))
        toast.expired.connect(lambda: self._throw(draft))

    def _keep(self, draft: DraftRow) -> None:
        self._going.discard(draft.id)
        self.changed.emit()

    def _throw(self, draft: DraftRow) -> None:
        self._context.lanes.write(self, lambda desk: desk.filling.discard(draft.id), lambda _: self._context.changed())
