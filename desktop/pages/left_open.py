"""Which draft is open now, kept in the store: where it still stands at the start, the program was not closed well."""

from __future__ import annotations

from desktop.pages.notice import Notice
from desktop.pages.page import PageContext
from desktop.pages.places import Name, Place
from desktop.services.api import Desk
from desktop.services.values import DraftRow
from desktop.theme.tokens import Tone


class LeftOpen:
    """One page's draft: `note` when it is first kept, `forget` when the page is left or the form handed in."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._noted = False

    def note(self, draft: str) -> None:
        if not self._noted:
            self._noted = True
            _put(self._context, draft)

    def forget(self) -> None:
        if self._noted:
            self._noted = False
            _put(self._context, "")


def look_for(context: PageContext) -> None:
    """Say what was written when the program ended by itself, and lead back to it."""

    def read(desk: Desk) -> DraftRow | None:
        left = desk.settings.get(_name(context))
        return next((draft for draft in desk.filling.drafts() if draft.id == left and draft.mine), None)

    def show(draft: DraftRow | None) -> None:
        if draft is None:
            return
        _put(context, "")
        t, form = context.text, context.words.form_title(draft.form_title)
        title = t("drafts.recovered", title=context.words.form_title(draft.title) or form, when=f"{draft.saved:%H:%M}")
        detail = t("drafts.recovered_detail", form=form, n=draft.filled, m=draft.asked)
        there = Place(Name.FORM, draft.form_id, tab=draft.id)
        context.warn(Notice(Tone.WARN, title, detail, t("pages.go_on"), lambda: context.go(there)))

    context.lanes.read(context.status, read, show)


def _put(context: PageContext, draft: str) -> None:
    name = _name(context)
    context.lanes.write(context.status, lambda desk: desk.settings.put(name, draft))


def _name(context: PageContext) -> str:
    return f"form.open.{context.me.user}"
