"""All forms: begin one, go on with a draft, see how many were handed in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QPushButton

from desktop.pages.filling.drafts import DraftList
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.usual_forms import in_usual_order
from desktop.services.api import Desk
from desktop.services.filling.filling_values import DraftRow, FormRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, reveal, row
from desktop.widgets.card import Card, EmptyState, SectionHeader
from desktop.widgets.flow import ColumnsLayout
from desktop.widgets.mark import Chip, Mark

ACROSS, CARD_EMS = 2, 28
ICONS = {
    "request": "clipboard-text",
    "household": "house-line",
    "resident": "user-plus",
    "told": "megaphone",
    "visit": "house",
    "hazard": "warning",
    "opinion": "chart-bar",
    "resident_change": "arrows-left-right",
    "correction": "note-pencil",
    "request_update": "arrow-bend-up-right",
}


class FormsPage(Page):
    """A card a form. What starts from a request (handling, telling) is not begun here."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._frame = self.frame_in(self.t("shell.nav_forms"), self.t("pages.forms_detail"))
        scale, self._arriving = context.theme.scale, False
        self._cards = ColumnsLayout(gap=scale.m, columns=ACROSS, least=scale.em(CARD_EMS))
        self._frame.add(self._cards)
        self._heading = SectionHeader(context.theme, self.t("pages.tab_drafts"))
        self._drafts = DraftList(context, alone=False)
        self._drafts.changed.connect(self.refresh)
        self._frame.add(self._heading)
        self._frame.body.addWidget(self._drafts)
        self._frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self._arriving = True
        self.refresh()

    def refresh(self) -> None:
        def read(desk: Desk) -> tuple[tuple[FormRow, ...], tuple[DraftRow, ...]]:
            return desk.forms.list(), desk.filling.drafts()

        self.context.lanes.read(self, read, lambda found: self._show(*found), latest="forms")

    def _show(self, forms: Sequence[FormRow], drafts: Sequence[DraftRow]) -> None:
        clear(self._cards)
        shown = in_usual_order(forms)
        begin = [self._add_card(form, first=number == 0) for number, form in enumerate(shown)]
        if not shown:
            self._cards.addWidget(self._nothing())
        self._heading.set_count(len(drafts), tone=Tone.WARN)
        reveal(self._heading, bool(drafts))
        reveal(self._drafts, bool(drafts))
        self._drafts.put(drafts)
        if self._arriving and begin:
            begin[0].setFocus()  # what one mostly comes for
        self._arriving = False

    def _nothing(self) -> EmptyState:
        """No form has come yet, and how it does."""
        t, there = self.t, Place(Name.HAND_OVER)
        empty = EmptyState(
            self.context.theme, t("pages.forms_empty"), icon="note-pencil", action=t("pages.hand_over_now")
        )
        if empty.action is not None:
            empty.action.clicked.connect(lambda: self.context.go(there))
        return empty

    def _add_card(self, form: FormRow, *, first: bool) -> QPushButton:
        """What it is, how many were handed in, how many are begun, and the button that begins one: that is returned."""
        theme, t, scale = self.context.theme, self.context.text, self.context.theme.scale
        title = self.context.words.form_title(form.title)
        handed_in = t("pages.form_records", count=form.records) if form.records else t("pages.form_records_none")
        about = " · ".join((handed_in, t("pages.form_version", version=form.version)))
        line = row(gap=scale.m)
        line.addWidget(picture(theme, ICONS.get(form.form_id, "note-pencil"), "primary", scale.px(24)))
        line.addWidget(two_lines(title, about, wrap=True), 1)
        if form.drafts:
            words = t("pages.form_drafts", count=form.drafts)
            line.addWidget(Chip(theme, Mark(words, Tone.WARN, "note-pencil")))
        place = Place(Name.ASK) if form.form_id == "request" else Place(Name.FORM, form.form_id)
        go = partial(self.context.go, place)
        new = act(theme, t("pages.fill_new"), go, icon="plus", kind="primary" if first else "")
        new.setAccessibleName(f"{t('pages.fill_new')} {title}")
        line.addWidget(new)
        card = Card(theme)
        card.add(line)
        card.setAccessibleName(title)
        self._cards.addWidget(card)
        return new
