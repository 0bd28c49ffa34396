"""All forms: begin one, go on with a draft, see how many were handed in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout

from desktop.pages.filling.drafts import DraftList
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.services.api import Desk
from desktop.services.values import DraftRow, FormRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from desktop.widgets.card import Card, EmptyState, SectionHeader
from desktop.widgets.mark import Chip, Mark

ACROSS = 3
ICONS = {
    "request": "clipboard-text",
    "household": "house-line",
    "resident": "user-plus",
    "told": "megaphone",
    "visit": "eye",
    "hazard": "warning",
    "opinion": "chart-bar",
    "resident_change": "arrow-right",
    "correction": "note-pencil",
    "request_update": "arrow-bend-up-right",
}
MOSTLY = ("request", "visit", "household", "resident", "hazard", "opinion", "resident_change", "correction")


class FormsPage(Page):
    """A card a form. What starts from a request (handling, telling) is not begun here."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._frame = self.frame_in(self.t("shell.nav_forms"), self.t("pages.forms_detail"))
        self._grid = QGridLayout()
        self._grid.setSpacing(context.theme.scale.m)
        self._frame.add(self._grid)
        self._heading = SectionHeader(context.theme, self.t("pages.tab_drafts"))
        self._drafts = DraftList(context)
        self._drafts.changed.connect(self.refresh)
        self._frame.add(self._heading)
        self._frame.body.addWidget(self._drafts)
        self._frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self.refresh()

    def refresh(self) -> None:
        def read(desk: Desk) -> tuple[tuple[FormRow, ...], tuple[DraftRow, ...]]:
            return desk.forms.list(), desk.filling.drafts()

        self.context.lanes.read(self, read, lambda found: self._show(*found), latest="forms")

    def _show(self, forms: Sequence[FormRow], drafts: Sequence[DraftRow]) -> None:
        clear(self._grid)
        shown = sorted((form for form in forms if form.own), key=_place_of)
        for number, form in enumerate(shown):
            self._grid.addWidget(self._card(form, first=number == 0), number // ACROSS, number % ACROSS)
        if not shown:
            self._grid.addWidget(EmptyState(self.context.theme, self.t("pages.forms_empty"), icon="note-pencil"), 0, 0)
        for at in range(ACROSS):
            self._grid.setColumnStretch(at, 1)
        self._heading.set_count(len(drafts), tone=Tone.WARN)
        reveal(self._heading, bool(drafts))
        reveal(self._drafts, bool(drafts))
        self._drafts.put(drafts)

    def _card(self, form: FormRow, *, first: bool) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme)
        title = self.context.words.form_title(form.title)
        head = row(gap=scale.m)
        names = column(gap=1)
        fill(
            names,
            [label(title, "h3", wrap=True), label(self.t("pages.form_version", version=form.version), "small")],
        )
        head.addLayout(names, 1)
        marks = self._marks(form)
        place = Place(Name.ASK) if form.form_id == "request" else Place(Name.FORM, form.form_id)
        new = act(
            theme,
            self.t("pages.fill_new"),
            partial(self.context.go, place),
            icon=ICONS.get(form.form_id, "plus"),
            kind="primary" if first else "",
        )
        new.setAccessibleName(f"{self.t('pages.fill_new')} {title}")
        foot = row()
        fill(foot, [new, None])
        for part in (head, marks, foot):
            card.add(part)
        return card

    def _marks(self, form: FormRow) -> QHBoxLayout:
        """How many were handed in, how many are begun."""
        theme = self.context.theme
        marks = row(gap=theme.scale.s)
        marks.addWidget(Chip(theme, Mark(self.t("pages.form_records", count=form.records), Tone.MUTE, "-")))
        if form.drafts:
            words = self.context.text("pages.form_drafts", count=form.drafts)
            marks.addWidget(Chip(theme, Mark(words, Tone.WARN, "note-pencil")))
        marks.addStretch(1)
        return marks


def _place_of(form: FormRow) -> int:
    """What a village writes most stands first; a township's own forms follow in the order of their names."""
    return MOSTLY.index(form.form_id) if form.form_id in MOSTLY else len(MOSTLY)
