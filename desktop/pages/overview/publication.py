"""What leaves the office for everybody: made here, looked at by a second person, then printed or saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFileDialog, QPushButton, QWidget

from desktop.pages.overview.publication_parts import SecondPerson, SheetPreview, TakeBack
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, segment
from desktop.pages.parts.places import Name, Place
from desktop.services.overview.publication_values import Draft, Form, PublishOrder, Released, Stage
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import column, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.mark import Mark
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel
from forms.errors import Fault
from forms.insight.months import month_of, plus

SPANS = {"month": 1, "quarter": 3, "year": 12}
TONES = {Stage.PROPOSED: Tone.WARN, Stage.APPROVED: Tone.OK, Stage.REFUSED: Tone.MUTE, Stage.WITHDRAWN: Tone.MUTE}
ENDINGS = {Form.OPEN: "csv", Form.BOARD: "html"}


class PublicationPage(Page):
    """At the left the sheet as it would be seen, at the right what to make and what was made."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._form, self._span = Form.BOARD, "month"
        self._choices: dict[str, QPushButton] = {}
        self._chosen: Released | None = None
        self._frame = self.frame_in(
            self.t("publication.title"), self.t("publication.subtitle"), scrolls=False, chips=False
        )
        self._frame.aside.addWidget(
            act(theme, self.t("overview.back"), lambda: context.go(Place(Name.OVERVIEW)), icon="arrow-left")
        )
        wide = theme.tokens.width(1366) is Width.WIDE
        body = row(gap=theme.scale.m) if wide else column(gap=theme.scale.m)
        self._preview = SheetPreview(context)
        self._preview.remedied.connect(self._take_longer)
        side = column(gap=theme.scale.m)
        self._second = SecondPerson(context)
        self._second.approved.connect(self._approve)
        self._second.refused.connect(self._refuse)
        self._take_back = TakeBack(context)
        self._take_back.withdrawn.connect(self._withdraw)
        order, self._files = self._order_card(), self._files_card()
        for part in (order, self._second, self._files, self._take_back, self._list_card()):
            side.addWidget(part)
        side.addStretch(1)
        body.addWidget(self._preview, 3)
        body.addLayout(side, 2)
        self._frame.body.addLayout(body, 1)
        self._show_actions()

    def visit(self, place: Place) -> None:
        self.refresh()
        self._make()

    def refresh(self) -> None:
        self.context.lanes.read(self, lambda desk: desk.publication.list(), self._list, latest="list")

    # parts

    def _order_card(self) -> Card:
        theme, t = self.context.theme, self.t
        card = Card(theme, t("publication.new"))
        card.add(self._choice("form", {form.value: partial(self._take_form, form) for form in Form}, self._form))
        card.add(self._choice("span", {span: partial(self._take_span, span) for span in SPANS}, self._span))
        self._opinions = QCheckBox(t("publication.with_opinions"))
        self._opinions.setChecked(True)
        self._opinions.toggled.connect(lambda _: self._make())
        card.add(self._opinions)
        self._propose = act(theme, t("publication.propose"), self._ask, kind="primary", icon="check")
        card.add(self._propose)
        return card

    def _choice(self, area: str, offered: Mapping[str, Callable[[], None]], chosen: str) -> QWidget:
        theme, held = self.context.theme, QWidget()
        line, group = FlowLayout(held, gap=theme.scale.s), QButtonGroup(held)
        for key, take in offered.items():
            made = segment(theme, self.t(f"publication.{area}_{key}"), chosen=key == chosen, does_what=take)
            group.addButton(made)
            line.addWidget(made)
            self._choices[key] = made
        return held

    def _list_card(self) -> Card:
        theme, t = self.context.theme, self.t
        card = Card(theme, t("publication.made"))
        columns = [
            Column[Released](t("publication.head_what"), self._what),
            Column[Released](t("publication.head_state"), self._state, width=8),
        ]
        self._model = RowsModel(columns, key=lambda each: each.id)
        self._table = DataTable(theme, self._model, name=t("publication.made"))
        self._table.setFixedHeight(theme.scale.row_two * 3 + theme.scale.px(40))
        self._table.opened.connect(self._choose)
        self._table.clicked.connect(lambda index: self._choose(index.row()))
        self._none = label(t("publication.none"), "second", wrap=True)
        card.add(self._table)
        card.add(self._none)
        return card

    def _files_card(self) -> Card:
        theme, t = self.context.theme, self.t
        card = Card(theme, t("publication.files"))
        held = QWidget()
        line = FlowLayout(held, gap=theme.scale.s)
        line.addWidget(act(theme, t("publication.print"), self._print, kind="primary", icon="printer"))
        line.addWidget(act(theme, t("publication.save_open"), partial(self._save, Form.OPEN), icon="download-simple"))
        line.addWidget(act(theme, t("publication.save_board"), partial(self._save, Form.BOARD), icon="download-simple"))
        card.add(held)
        return card

    def _what(self, each: Released) -> Cell:
        who = self.t("publication.made_by", user=each.made_by, day=self._day(each))
        return Cell(each.draft.title, " · ".join((self.t(f"publication.form_{each.form}"), who)))

    def _day(self, each: Released) -> str:
        return self.context.words.day(each.made_on) if each.made_on else ""

    def _state(self, each: Released) -> Cell:
        return Cell(mark=Mark(self.t(f"publication.stage_{each.stage}"), TONES[each.stage]))

    # what is made

    @property
    def _order(self) -> PublishOrder:
        last = plus(month_of(self.context.words.today()), -1)
        return PublishOrder(self._form, plus(last, 1 - SPANS[self._span]), last, self._opinions.isChecked())

    def _take_form(self, form: Form) -> None:
        self._form = form
        self._make()

    def _take_span(self, span: str) -> None:
        self._span = span
        self._make()

    def _make(self) -> None:
        """As it would be published; where it may not be, why."""
        self._chosen = None
        self._show_actions()
        order = self._order
        self.context.lanes.read(
            self, lambda desk: desk.publication.draft(order), self._show_draft, latest="draft", failed=self._refused
        )

    def _show_draft(self, draft: Draft) -> None:
        self._preview.put(draft)
        self._propose.setEnabled(True)

    def _refused(self, error: BaseException) -> None:
        self._propose.setEnabled(False)
        longer = self._longer if isinstance(error, Fault) and error.code == "publication.too_few" else ""
        self._preview.say(error, remedy=self._choices[longer].text() if longer else "")

    @property
    def _longer(self) -> str:
        """The next longer time; "" where this is the longest."""
        return next((span for span, months in SPANS.items() if months > SPANS[self._span]), "")

    def _take_longer(self) -> None:
        if self._longer:
            self._choices[self._longer].click()

    def _ask(self) -> None:
        order = self._order
        self.context.lanes.write(self, lambda desk: desk.publication.propose(order), self._proposed)

    def _proposed(self, made: Released) -> None:
        self._select(made)
        self.refresh()

    # what was made

    def _list(self, found: tuple[Released, ...]) -> None:
        self._model.put(found)
        reveal(self._table, bool(found))
        reveal(self._none, not found)
        if self._chosen is not None:
            at = self._model.find(self._chosen.id)
            if at is not None:
                self._table.choose(at)

    def _choose(self, number: int) -> None:
        if 0 <= number < self._model.rowCount():
            self._select(self._model.row_at(number))

    def _select(self, each: Released) -> None:
        self._chosen = each
        self._propose.setEnabled(False)
        self._preview.put(each.draft)
        self._show_actions()

    def _show_actions(self) -> None:
        stage = self._chosen.stage if self._chosen is not None else None
        reveal(self._second, stage is Stage.PROPOSED)
        reveal(self._files, stage is Stage.APPROVED)
        reveal(self._take_back, self._chosen is not None and self._chosen.public)

    def _approve(self, approver: str, passphrase: str) -> None:
        if self._chosen is not None:
            id = self._chosen.id
            self.context.lanes.write(
                self,
                lambda desk: desk.publication.approve(id, approver=approver, passphrase=passphrase),
                self._proposed,
            )

    def _refuse(self, reason: str) -> None:
        if self._chosen is not None:
            id = self._chosen.id
            self.context.lanes.write(self, lambda desk: desk.publication.refuse(id, reason=reason), self._proposed)

    def _withdraw(self, reason: str) -> None:
        if self._chosen is not None:
            id = self._chosen.id
            self.context.lanes.write(self, lambda desk: desk.publication.withdraw(id, reason=reason), self._proposed)

    def _save(self, form: Form) -> None:
        if self._chosen is None:
            return
        ending, id = ENDINGS[form], self._chosen.id
        name, _ = QFileDialog.getSaveFileName(
            self, self.t("publication.save"), f"{self.t(f'publication.file_{form}')}.{ending}", f"*.{ending}"
        )
        if name:
            self.context.lanes.read(
                self,
                lambda desk: desk.publication.write(id, Path(name)),
                lambda to: self.context.warn(Notice(Tone.OK, self.t("publication.saved"), str(to))),
            )

    def _print(self) -> None:
        from desktop.pages.overview.publication_paper import on_paper  # printing is rare and costs time to load
        from desktop.pages.paper.output import print_or_save

        if self._chosen is not None:
            print_or_save(self, self.context, on_paper(self.context, self._chosen))
