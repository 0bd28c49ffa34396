"""Ctrl+P: what a village prints. Each sheet goes to a printer or, where there is none, into a PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QLayout, QWidget

from desktop.pages.paper.markup import on_paper
from desktop.pages.paper.output import OnPaper, print_or_save, save
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.usual_forms import in_usual_order
from desktop.pages.shell.keys import SEQUENCES
from desktop.services.api import Desk
from desktop.services.filling.filling_values import FormRow
from desktop.services.paper.printing import Printable
from desktop.services.paper.sheets import Pairs, Paper, Sheet
from desktop.theme.tokens import Width
from desktop.widgets.basics import column, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from sync.protocol import Role

WINDOW = 1366  # pixels for which the columns are laid out, as today is
Make = Callable[[Desk], Sheet]


class PrintingPage(Page):
    """A card a sheet: what it is for, print, keep as PDF."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        t = context.text
        self._frame = self.frame_in(t("printing.title"), t("printing.detail"))
        self._wide = context.theme.tokens.width(WINDOW) is Width.WIDE
        self._form = ChoiceButton(context.theme, name=t("printing.which_form"))
        self._record = ChoiceButton(context.theme, name=t("printing.which_record"))
        for choice in (self._form, self._record):
            choice.setProperty("measure", "small")
        cards = column(gap=context.theme.scale.m)
        if context.me.role is Role.VILLAGE:
            cards.addWidget(self._card("read_out", "megaphone", lambda desk: desk.printing.read_out()))
        if context.me.role is Role.SUPERVISOR:
            cards.addWidget(self._overview())
            cards.addWidget(self._card("overdue", "warning-circle", lambda desk: desk.printing.overdue()))
        cards.addWidget(self._card("board", "bell", lambda desk: desk.printing.board()))
        cards.addWidget(self._card("blank", "file", self._blank, choice=self._form))
        cards.addWidget(self._card("completed", "clipboard-text", self._completed, choice=self._record))
        cards.addWidget(self._card("keys", "keyboard", lambda _: key_card(context)))
        self._frame.body.addLayout(cards)
        self._frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self.refresh()

    def refresh(self) -> None:
        def read(desk: Desk) -> tuple[tuple[FormRow, ...], tuple[Printable, ...]]:
            return desk.forms.list(), desk.printing.recent()

        self.context.lanes.read(self, read, lambda found: self._show(*found), latest="printing")

    def _show(self, forms: tuple[FormRow, ...], recent: tuple[Printable, ...]) -> None:
        title = self.context.words.form_title
        self._form.offer([(form.form_id, title(form.title)) for form in in_usual_order(forms)])
        said = [(each.instance_id, " · ".join(filter(None, (title(each.form_title), each.ref)))) for each in recent]
        self._record.offer(said or [("", self.t("printing.no_record"))])
        self._record.setEnabled(bool(said))

    def _card(self, name: str, icon: str, make: Make, *, choice: ChoiceButton | None = None) -> Card:
        theme, t = self.context.theme, self.context.text
        card = Card(theme)
        title = t(f"printing.{name}")
        line = row(gap=theme.scale.m)
        line.addWidget(picture(theme, icon, "primary", theme.scale.px(24)))
        line.addWidget(two_lines(title, t(f"printing.{name}_detail"), wrap=True), 1)
        does_what: QLayout = line if self._wide else FlowLayout(gap=theme.scale.s)
        if choice is not None:
            does_what.addWidget(choice)
        for key, picture_, does in (("print", "printer", print_or_save), ("save_pdf", "file-pdf", save)):
            button = act(theme, t(f"pages.{key}"), partial(self._make, make, does), icon=picture_, small=True)
            button.setAccessibleName(f"{t(f'pages.{key}')} {title}")
            does_what.addWidget(button)
        card.add(line)
        if does_what is not line:
            card.add(does_what)
        card.setAccessibleName(title)
        return card

    def _overview(self) -> Card:
        """The charts are printed where they are seen, as they were chosen there."""
        theme, t = self.context.theme, self.context.text
        card = Card(theme)
        line = row(gap=theme.scale.m)
        line.addWidget(picture(theme, "chart-bar", "primary", theme.scale.px(24)))
        line.addWidget(two_lines(t("overview.title"), t("printing.overview_detail"), wrap=True), 1)
        line.addWidget(
            act(theme, t("printing.overview_go"), partial(self.context.go, Place(Name.OVERVIEW)), small=True)
        )
        card.add(line)
        card.setAccessibleName(t("overview.title"))
        return card

    def _make(self, make: Make, does: Callable[[QWidget, PageContext, OnPaper], bool]) -> None:
        def show(sheet: Sheet) -> None:
            does(self, self.context, on_paper(self.context, sheet))

        self.context.lanes.read(self, make, show)

    def _blank(self, desk: Desk) -> Sheet:
        return self._titled(desk.printing.blank(self._form.value))

    def _completed(self, desk: Desk) -> Sheet:
        return self._titled(desk.printing.completed(self._record.value))

    def _titled(self, sheet: Sheet) -> Sheet:
        return replace(sheet, title=self.context.words.form_title(sheet.title))


def key_card(context: PageContext) -> Sheet:
    """All keys on half a page, to be laid beside the keyboard."""
    t = context.text
    rows = tuple(
        (t(f"shell.key_{key.value}"), "   ".join(combos))
        for key, combos in SEQUENCES.items()
        if f"shell.key_{key.value}" in t
    )
    form = tuple((t(f"printing.form_key_{number}"), keys) for number, keys in enumerate(FORM_KEYS, 1))
    return Sheet("keys", t("printing.keys_title"), (Pairs(rows), Pairs(form)), paper=Paper.A5)


FORM_KEYS = ("Enter", "F8   Shift+F8", "Ctrl+J", "PgUp   PgDn", "Ctrl+S", "Ctrl+Enter")
