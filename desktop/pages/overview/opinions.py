"""The opinion desk: by matter and place, what needs care flagged with its reason, and a person's decision beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.pages.overview.opinion_drawer import OpinionDrawer
from desktop.pages.parts.beside import spread
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, segment
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.tabs import TabBar
from desktop.services.overview.opinion_values import OpinionFilter, OpinionPage, OpinionRow, Ruling
from desktop.services.rights import RIGHTS, Use
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import column, label, reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.charts.heat import Heat, HeatCell, HeatRow, HeatTable
from desktop.widgets.flow import FlowLayout
from desktop.widgets.mark import Mark
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

TABS = (("open", Tone.INFO), ("publish", Tone.OK), ("keep", Tone.MUTE), ("passed", Tone.MUTE), ("all", Tone.MUTE))
WITHOUT_TOPIC = ("", "")


class OpinionsPage(Page):
    """A supervisor reads; a township decides."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._wanted = OpinionFilter()
        self._decides = context.me.role in RIGHTS[Use.DECIDE_OPINION]
        place = self.t("opinions.subtitle", place=context.me.area_label)
        self._frame = self.frame_in(self.t("opinions.title"), place, scrolls=False, chips=False)
        self._frame.aside.addWidget(
            act(theme, self.t("overview.back"), lambda: context.go(Place(Name.OVERVIEW)), icon="arrow-left")
        )
        self._tabs = TabBar(theme, [(key, self.t(f"opinions.tab_{key}"), tone) for key, tone in TABS])
        self._tabs.chosen.connect(self._choose)
        self._frame.add(self._tabs)
        self._heat = HeatTable(theme, self.t("opinions.heat"))
        self._heat.opened.connect(self._narrow)
        self._left = QWidget()
        left = column(self._left, gap=theme.scale.m)
        left.addWidget(self._filters())
        left.addWidget(self._lists(), 1)
        self._drawer = OpinionDrawer(context, decides=self._decides)
        self._drawer.closed.connect(self._close)
        self._drawer.decided.connect(self._decide)
        self._drawer.hide()
        body = row(gap=theme.scale.m)
        body.addWidget(self._left, 1)
        body.addWidget(self._drawer)
        self._frame.body.addLayout(body, 1)

    def visit(self, place: Place) -> None:
        self._tabs.choose(self._wanted.ruling.value if self._wanted.ruling else "all")
        self.refresh()
        self._table.setFocus()

    def refresh(self) -> None:
        wanted = self._wanted
        self.context.lanes.read(
            self, lambda desk: desk.opinions.page(wanted), lambda page: self._show(wanted, page), latest="opinions"
        )

    def escape(self) -> bool:
        if not self._drawer.isHidden():
            self._close()
            return True
        if self._wanted.topic or self._wanted.village:
            self._narrow(WITHOUT_TOPIC)
            return True
        return False

    # parts

    def _filters(self) -> QWidget:
        made = QWidget()
        line = FlowLayout(made, gap=self.context.theme.scale.s)
        theme = self.context.theme
        self._flagged = segment(
            theme, self.t("opinions.flagged"), chosen=False, does_what=self._only_flagged, icon="warning"
        )
        self._map = segment(theme, self.t("opinions.heat"), chosen=False, does_what=self._switch, icon="chart-bar")
        self._all = act(theme, self.t("opinions.everywhere"), partial(self._narrow, WITHOUT_TOPIC), icon="x")
        self._all.hide()
        for part in (self._flagged, self._map, self._all):
            line.addWidget(part)
        return made

    def _lists(self) -> QStackedWidget:
        theme, t = self.context.theme, self.t
        columns = [
            Column[OpinionRow](t("opinions.head_said"), self._said, order=lambda each: each.topic_label),
            Column[OpinionRow](
                t("opinions.head_care"),
                self._care,
                width=9 if self.context.text.language == "zh" else 11,
                order=lambda each: -len(each.findings),
            ),
            Column[OpinionRow](
                t("opinions.head_people"),
                lambda each: Cell(str(each.people)),
                width=5,
                order=lambda each: -each.people,
            ),
        ]
        self._model = RowsModel(columns, key=lambda each: each.instance_id)
        self._table = DataTable(theme, self._model, name=t("opinions.title"))
        self._table.opened.connect(self._open)
        self._table.clicked.connect(lambda index: self._open(index.row()))
        card = Card(theme)
        card.flush()
        card.add(self._table)
        heat = Card(theme)
        heat.add(label(t("opinions.heat_detail"), "small", wrap=True))
        heat.add(self._heat)
        self._stack = QStackedWidget()
        for part in (card, EmptyState(theme, t("opinions.empty"), icon="megaphone"), heat):
            self._stack.addWidget(part)
        return self._stack

    def _said(self, each: OpinionRow) -> Cell:
        about = " · ".join(filter(None, (each.topic_label, each.stance_label, each.village_label)))
        return Cell(each.text, about)

    def _care(self, each: OpinionRow) -> Cell:
        if each.findings:
            return Cell(mark=Mark(self.t(f"opinions.care_{each.findings[0].care}"), Tone.WARN, "warning-fill"))
        return Cell(mark=Mark(self.t("opinions.care_none"), Tone.MUTE, "check"))

    # figures

    def _show(self, wanted: OpinionFilter, page: OpinionPage) -> None:
        if wanted != self._wanted:
            return
        for key, _ in TABS:
            count = sum(page.counts.values()) if key == "all" else page.counts.get(Ruling(key), 0)
            self._tabs.count(key, count)
        self._model.put(page.rows)
        self._heat.put(self._places(page))
        self._all.setVisible(bool(wanted.topic or wanted.village))
        self._stack.setCurrentIndex(2 if self._map.isChecked() else 0 if page.rows else 1)
        if page.rows:
            self._table.choose(0)

    def _places(self, page: OpinionPage) -> Heat:
        t = self.t
        rows = []
        for path, name in page.villages:
            cells = []
            for code, topic in page.topics:
                count, against = page.people.get((path, code), 0), page.against.get((path, code), 0)
                words = t("opinions.cell", village=name, topic=topic, count=count, against=against)
                cells.append(
                    HeatCell(count, count >= 5 and against * 2 > count, words, (code, path) if count else None)
                )
            total = sum(cell.count for cell in cells)
            rows.append(HeatRow(name, tuple(cells), HeatCell(total, False, name, ("", path) if total else None)))
        sums = []
        for at, (code, topic) in enumerate(page.topics):
            count = sum(each.cells[at].count for each in rows)
            sums.append(HeatCell(count, False, topic, (code, "") if count else None))
        return Heat(tuple(topic for _, topic in page.topics), tuple(rows), tuple(sums), t("overview.total"))

    # what one does

    def _choose(self, key: str) -> None:
        self._set(replace(self._wanted, ruling=None if key == "all" else Ruling(key)))

    def _only_flagged(self) -> None:
        self._set(replace(self._wanted, flagged=self._flagged.isChecked()))

    def _switch(self) -> None:
        self.refresh()

    def _narrow(self, cell: object) -> None:
        if isinstance(cell, tuple):
            self._map.setChecked(False)
            self._set(replace(self._wanted, topic=str(cell[0]), village=str(cell[1])))

    def _set(self, wanted: OpinionFilter) -> None:
        self._wanted = wanted
        self._show_drawer(shown=False)
        self.refresh()

    def _open(self, number: int) -> None:
        if 0 <= number < self._model.rowCount():
            self._drawer.put(self._model.row_at(number))
            self._show_drawer(shown=True)

    def _show_drawer(self, *, shown: bool) -> None:
        """Beside the list, or where the text is large in its place."""
        alone = shown and self.context.theme.tokens.width(self.window().width()) is Width.NARROW
        for part in (self._left, self._tabs):
            reveal(part, not alone)
        spread(self._drawer, alone=alone)
        reveal(self._drawer, shown)

    def _close(self) -> None:
        self._show_drawer(shown=False)
        self._table.setFocus()

    def _decide(self, each: OpinionRow, ruling: Ruling, text: str, answer: str) -> None:
        self.context.lanes.write(
            self,
            lambda desk: desk.opinions.decide(each.instance_id, ruling, text=text, answer=answer),
            lambda _: self._decided(),
        )

    def _decided(self) -> None:
        self._close()
        self.context.changed()
