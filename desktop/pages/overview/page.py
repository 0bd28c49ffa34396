"""The supervisor's table: tiles, six views with their tables, and the list behind every mark. Nothing is ranked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from desktop.pages.overview.area_map import MapCard
from desktop.pages.overview.cards import ChartCard, Tile
from desktop.pages.overview.few import FewFigures
from desktop.pages.overview.list import BehindList
from desktop.pages.overview.say import Sayings, data_age, goal, percent
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, segment
from desktop.pages.parts.places import Name, Place
from desktop.services.overview.figures import Listed, Mark, Overview, Span
from desktop.services.rights import RIGHTS, Use
from desktop.theme.tokens import Width
from desktop.widgets.basics import column, fill, reveal
from desktop.widgets.charts.bars import BarList
from desktop.widgets.charts.heat import HeatTable
from desktop.widgets.charts.trend import TrendLine
from desktop.widgets.flow import FlowLayout
from forms.casework.outlines import Picture
from sync.protocol import Role

LOOK = 200  # milliseconds between two looks at whether anything has changed; a look reads two numbers
LEAST = 5  # requests from which charts are drawn
TILES = 5
SHARED_COLUMNS = 6  # of the tiles' grid where they take several lines: two or three go into it
MOST_WIDE = 16_777_215  # Qt's own
BESIDE_TITLE = 0.72  # of the page's width, for all buttons at its head
GRIDS = {
    Width.WIDE: (("needs", 0, 0, 8), ("late", 0, 8, 4), ("trend", 1, 0, 4), ("visits", 1, 4, 4), ("answers", 1, 8, 4),
                 ("loads", 2, 0, 7), ("growth", 2, 7, 5), ("map", 3, 0, 12)),
    Width.MIDDLE: (("needs", 0, 0, 12), ("late", 1, 0, 6), ("answers", 1, 6, 6), ("trend", 2, 0, 12),
                   ("visits", 3, 0, 6), ("growth", 3, 6, 6), ("loads", 4, 0, 12), ("map", 5, 0, 12)),
    Width.NARROW: (("needs", 0, 0, 12), ("late", 1, 0, 12), ("trend", 2, 0, 12), ("visits", 3, 0, 12),
                   ("answers", 4, 0, 12), ("loads", 5, 0, 12), ("growth", 6, 0, 12), ("map", 7, 0, 12)),
}  # fmt: skip
"""Which card stands where: row, first of twelve columns, how many."""
ROOM_FOR_THREE = 56  # em of the window in which three tiles stand beside each other


class OverviewPage(Page):
    """Picture 05."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._span = Span.FOUR
        self._overview: Overview | None = None
        self._picture = Picture(1.0, {})
        self._tables = False
        self._width: Width | None = None
        self._frame = self.frame_in(self.t("overview.title"), context.me.area_label, scrolls=False, chips=False)
        self._controls = self._make_controls()
        self._frame.add(self._controls)
        fill(self._frame.aside, self._make_actions())
        self._charts = self._make_charts()
        self._frame.body.addWidget(self._charts, 1)
        self._empty = FewFigures(context)
        self._empty.hide()
        self._frame.body.addWidget(self._empty, 1)
        self._list = BehindList(context)
        self._list.closed.connect(self.escape)
        self._list.hide()
        self._frame.body.addWidget(self._list, 1)
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK)
        self._watch.timeout.connect(self._look)
        keys = QShortcut(QKeySequence("Ctrl+T"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self._switch.click)

    def visit(self, place: Place) -> None:
        self.escape()
        self.context.lanes.read(self, lambda desk: desk.overview.outlines(), self._take_outlines, latest="outlines")
        self.refresh()
        self._watch.start()
        self._take_focus()

    def leave(self) -> None:
        self._watch.stop()

    def refresh(self) -> None:
        span = self._span
        self.context.lanes.read(self, lambda desk: desk.overview.show(span), self._show, latest="overview")

    def escape(self) -> bool:
        if self._list.isHidden():
            return False
        self._list.hide()
        self._arrange_body()
        self._take_focus()
        return True

    @property
    def cards(self) -> dict[str, ChartCard]:
        return self._cards

    @property
    def map_card(self) -> MapCard:
        return self._map

    @property
    def shown(self) -> Overview | None:
        return self._overview

    def switch_map(self, *, on: bool) -> None:
        """Show the map, where there is one, or take it away; as if its button had been pressed."""
        if self._map_switch.isChecked() != on and not self._map_switch.isHidden():
            self._map_switch.click()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _take_focus(self) -> None:
        """Into the first chart where it is in sight at once; else the page stays at its top."""
        roomy = self.context.theme.tokens.width(self.window().width()) is Width.WIDE
        if roomy:
            self._cards["needs"].take_focus()
        else:
            self._over.setFocus()

    # parts

    def _make_controls(self) -> QWidget:
        """Over how long; charts, tables or a map."""
        theme = self.context.theme
        made = QWidget()
        line = FlowLayout(made, gap=theme.scale.s)
        self._over = ChoiceButton(theme, name=self.t("overview.over"))
        self._over.offer([(span.value, self.t(f"overview.span_{span}")) for span in Span])
        self._over.choose(self._span.value)
        self._over.chosen.connect(lambda value: self._choose(Span(value)))
        line.addWidget(self._over)
        self._switch = segment(
            theme, self.t("overview.table"), chosen=False, does_what=self._switch_tables, icon="list-bullets"
        )
        self._switch.setToolTip(self.t("overview.table_tip"))
        line.addWidget(self._switch)
        self._map_switch = segment(
            theme, self.t("overview.map"), chosen=False, does_what=self._switch_map, icon="map-pin"
        )
        self._map_switch.setToolTip(self.t("overview.map_tip"))
        self._map_switch.hide()
        line.addWidget(self._map_switch)
        return made

    def _make_actions(self) -> list[QPushButton]:
        """Print, and what leaves the office, for those who may."""
        context, theme = self.context, self.context.theme
        found = [act(theme, self.t("overview.print"), self._print, icon="printer")]
        for use, page, key, icon in self._leaving():
            if context.me.role in RIGHTS[use]:
                found.append(act(theme, self.t(f"overview.{key}"), partial(context.go, Place(page)), icon=icon))
        return found

    def _leaving(self) -> tuple[tuple[Use, Name, str, str], ...]:
        return (
            (Use.SEE_OPINIONS, Name.OPINIONS, "opinions", "megaphone"),
            (Use.PUBLISH, Name.PUBLICATION, "publish", "globe"),
        )

    def _make_charts(self) -> QWidget:
        theme, t = self.context.theme, self.t
        made = QWidget()
        whole = column(made, gap=theme.scale.m)
        self._tiles = [Tile(theme) for _ in range(TILES)]
        self._tile_grid, self._grid = QGridLayout(), QGridLayout()
        for grid in (self._tile_grid, self._grid):
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setSpacing(theme.scale.m)
        for tile in self._tiles:
            tile.opened.connect(self._open)
        self._heat = HeatTable(theme, t("overview.view_needs"))
        self._line = TrendLine(theme, t("overview.view_trend"))
        self._bars = {
            key: BarList(theme, t(f"overview.view_{key}")) for key in ("late", "visits", "answers", "loads", "growth")
        }
        charts = {"needs": self._heat, "trend": self._line, **self._bars}
        self._cards = {key: ChartCard(theme, chart, t(f"overview.view_{key}")) for key, chart in charts.items()}
        for card in self._cards.values():
            card.opened.connect(self._open)
        self._map = MapCard(theme, self.context.text)
        self._map.opened.connect(self._open)
        self._map.hide()
        whole.addLayout(self._tile_grid)
        whole.addLayout(self._grid, 1)
        return made

    def _arrange(self) -> None:
        """Cards beside or below each other, by what fits."""
        width = self.context.theme.tokens.width(self.window().width())
        if width is self._width:
            return
        self._width = width
        self._place_controls(beside=width is Width.WIDE)
        three = self.window().width() >= self.context.theme.scale.em(ROOM_FOR_THREE)
        self._arrange_tiles(across=TILES if width is Width.WIDE else 3 if three else 2)
        for key, line, left, wide in GRIDS[width]:
            card = self._map if key == "map" else self._cards[key]
            self._grid.removeWidget(card)
            self._grid.addWidget(card, line, left, 1, wide)
        for number in range(12):
            self._grid.setColumnStretch(number, 1)

    def _arrange_tiles(self, *, across: int) -> None:
        """So many beside each other; a line that has fewer is as wide as the others."""
        columns = TILES if across == TILES else SHARED_COLUMNS
        for at, tile in enumerate(self._tiles):
            line, place = divmod(at, across)
            wide = columns // min(across, TILES - line * across)
            self._tile_grid.removeWidget(tile)
            self._tile_grid.addWidget(tile, line, place * wide, 1, wide)
        for number in range(SHARED_COLUMNS):
            self._tile_grid.setColumnStretch(number, 1 if number < columns else 0)

    def _place_controls(self, *, beside: bool) -> None:
        """Beside the title where the window is wide, else over the tiles."""
        gap, aside = self.context.theme.scale.s, self._frame.aside
        aside.removeWidget(self._controls)  # it is not to be counted twice
        buttons = [made for made in self._controls.findChildren(QPushButton) if not made.isHidden()]
        wide = sum(max(made.sizeHint().width(), made.minimumWidth()) + gap for made in buttons)
        if beside and wide + aside.sizeHint().width() < self.width() * BESIDE_TITLE:
            aside.insertWidget(0, self._controls)
            aside.setAlignment(self._controls, Qt.AlignmentFlag.AlignVCenter)
            self._controls.setFixedWidth(wide)
        else:
            self._controls.setMinimumWidth(1)
            self._controls.setMaximumWidth(MOST_WIDE)
            self._frame.body.insertWidget(0, self._controls)

    # figures

    def _show(self, overview: Overview) -> None:
        self._overview = overview
        say, t = self._say(overview), self.t
        newest = overview.today - timedelta(days=data_age(overview))
        self._frame.set_title(t("overview.title"), say.subtitle(self.context.words.day(newest)))
        for tile, values in zip(self._tiles, say.tiles(), strict=True):
            tile.put(*values)
        self._heat.put(say.heat())
        self._line.put(say.points(), said=say.trend_said())
        bars = {"late": say.late(), "visits": say.visits(), "answers": say.answers(), "loads": say.loads(),
                "growth": say.growth()}  # fmt: skip
        for key, rows in bars.items():
            self._bars[key].put(rows, goal=goal() if key == "visits" else None)
        self._say_seconds(overview, grown=bool(bars["growth"]))
        self._put_twins(say, overview)
        if not self._map.isHidden():
            self._map.show_figures(overview, self._picture, say)
        self._arrange_body()

    def _say(self, overview: Overview) -> Sayings:
        role = self.context.me.role
        people, hears = role in RIGHTS[Use.SEE_PEOPLE], role is not Role.DEPARTMENT
        return Sayings(self.context.text, overview, people=people, hears=hears)

    def _say_seconds(self, overview: Overview, *, grown: bool) -> None:
        t, late = self.t, overview.late
        span = t(f"overview.span_{overview.span}")
        self._cards["needs"].say(t("overview.needs_second", span=span))
        self._cards["late"].say(t("overview.late_second", open=late.open, overdue=late.overdue))
        self._cards["trend"].say(t("overview.trend_second"))
        self._cards["visits"].say(t("overview.visits_second", share=percent(self.context.text, goal())))
        self._cards["answers"].say(t("overview.answers_second", count=overview.answers.answered))
        self._cards["loads"].say(t("overview.loads_second"))
        self._cards["growth"].say(t("overview.growth_second" if grown else "overview.growth_none"))

    def _put_twins(self, say: Sayings, overview: Overview) -> None:
        self._cards["needs"].twin(say.heat_twin())
        self._cards["trend"].twin(say.trend_twin())
        self._cards["late"].twin(say.bars_twin("age", say.late(), figure="count"))
        self._cards["visits"].twin(say.visits_twin())
        self._cards["answers"].twin(say.bars_twin("wait", say.answers(), figure="share"))
        self._cards["loads"].twin(say.loads_twin())
        self._cards["growth"].twin(say.bars_twin("matter", say.growth(), figure="count"))

    def _arrange_body(self) -> None:
        """Charts, or that there are too few figures, or the list."""
        listing = not self._list.isHidden()
        everything = sum(point.count for point in self._overview.trend) if self._overview else LEAST
        reveal(self._charts, not listing and everything >= LEAST)
        few = not listing and everything < LEAST
        if few:
            self._empty.put(everything)
        if few and self._empty.isHidden():
            reveal(self._empty, shown=True)
            self._empty.take_focus()
        reveal(self._empty, few)

    # what one does

    def _choose(self, span: Span) -> None:
        self._span = span
        self.refresh()

    def _switch_tables(self) -> None:
        self._tables = self._switch.isChecked()
        for card in (*self._cards.values(), self._map):
            card.as_table(on=self._tables)

    def _take_outlines(self, picture: Picture) -> None:
        """A map is offered only where there is one to show."""
        self._picture = picture
        reveal(self._map_switch, bool(picture.shapes))
        self._width = None
        self._arrange()
        if not picture.shapes:
            self._map.hide()

    def _switch_map(self) -> None:
        """Made when it is asked for, and brought into view."""
        if not self._map_switch.isChecked():
            self._map.hide()
            return
        if self._overview is not None:
            self._map.show_figures(self._overview, self._picture, self._say(self._overview))
        self._map.show()
        self._map.as_table(on=self._tables)
        QTimer.singleShot(0, self._map.take_focus)

    def _open(self, mark: Mark) -> None:
        self.context.lanes.read(self, lambda desk: desk.overview.behind(mark), self._show_list, latest="behind")

    def _show_list(self, listed: Listed) -> None:
        self._list.show()
        self._arrange_body()
        self._list.put(listed)

    def _look(self) -> None:
        """Ask whether anything was written since; a new record shows at once."""
        shown = self._overview
        if shown is None:
            return
        self.context.lanes.read(
            self, lambda desk: desk.overview.version(), lambda now: self.refresh() if now != shown.version else None,
            latest="version",
        )  # fmt: skip

    def _print(self) -> None:
        from desktop.pages.overview.paper import MAP, OverviewOnPaper  # printing is rare and costs time to load
        from desktop.pages.paper.output import print_or_save

        if self._overview is not None:
            cards = self._cards if self._map.isHidden() else {**self._cards, MAP: self._map}
            print_or_save(self, self.context, OverviewOnPaper(self.context, cards, self._say(self._overview)))
