"""From figures to what charts and their tables show and say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from desktop.services.overview.figures import Mark, Overview, View
from desktop.theme.tokens import Tone
from desktop.widgets.charts.bars import Bar
from desktop.widgets.charts.heat import Heat, HeatCell, HeatRow
from desktop.widgets.charts.trend import Point
from desktop.widgets.table_model import Cell
from forms.insight.coverage import SILENT, TARGET
from forms.insight.handling import Age, Load, Wait
from forms.insight.needs import MonthPoint, Need
from forms.text import Text

SILENT_GROUPS, NAMED = 3, 3  # of villages that are silent equally long; of names in each that are said
LATE = {Age.LONG_OVER: Tone.BAD, Age.OVER: Tone.BAD, Age.TODAY: Tone.WARN, Age.SOON: Tone.WARN, Age.STANDING: Tone.MUTE}
SLOW = {Wait.DAYS_30: Tone.WARN, Wait.LONGER: Tone.BAD}


@dataclass(frozen=True, slots=True)
class TwinRow:
    """A line of the table that says what a chart shows; `value` is what opening it hands on."""

    cells: tuple[Cell, ...]
    value: object | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """`widths` in em; 0 shares what is left."""

    heads: tuple[str, ...]
    rows: tuple[TwinRow, ...]
    widths: tuple[float, ...] = ()


def percent(text: Text, share: float | None) -> str:
    return text("overview.none") if share is None else text("overview.share", share=round(share * 100))


def month_name(text: Text, month: str, *, year: bool = False) -> str:
    number = int(month[5:7])
    return text("overview.month_first" if year else "overview.month", month=number, year=month[:4])


@dataclass(frozen=True, slots=True)
class Sayings:
    """All charts of one overview in words; `people` says whether lists of households may be opened.

    `hears` says whether villages hand over to whose overview it is: a department is given requests, and cannot know.
    """

    text: Text
    of: Overview
    people: bool = True
    hears: bool = True

    # needs

    def heat(self) -> Heat:
        of, t = self.of, self.text
        rows = []
        for line, cells in zip(of.lines, of.cells, strict=True):
            made = tuple(self._cell(line.path, line.label, at, cell) for at, cell in enumerate(cells))
            total = sum(cell.count for cell in cells)
            words = t("overview.row_total", line=line.label, count=total)
            mark = Mark(View.NEEDS, words, line=line.path, month=self._span)
            rows.append(HeatRow(line.label, made, HeatCell(total, False, words, mark), self.silence(line.silent)))
        sums = []
        for at, (code, label) in enumerate(of.categories):
            count = sum(row[at].count for row in of.cells)
            words = t("overview.column_total", category=label, count=count)
            sums.append(HeatCell(count, False, words, Mark(View.NEEDS, words, category=code, month=self._span)))
        return Heat(tuple(label for _, label in of.categories), tuple(rows), tuple(sums), t("overview.total"))

    def silence(self, days: int | None) -> str:
        if not self.hears:
            return ""
        if days is None:
            return self.text("overview.never_note")
        return self.text("overview.silent_note", days=days) if days >= SILENT else ""

    @property
    def _span(self) -> str:
        return f"{self.of.months[0]}..{self.of.months[-1]}"

    def _cell(self, path: str, line: str, at: int, cell: Need) -> HeatCell:
        code, label = self.of.categories[at]
        title = self.text("overview.needs_title", line=line, category=label)
        mark = Mark(View.NEEDS, title, line=path, category=code, month=self._span) if cell.count else None
        return HeatCell(cell.count, cell.surge, self._cell_words(line, label, cell), mark)

    def _cell_words(self, line: str, label: str, cell: Need) -> str:
        if cell.surge and cell.expected is not None:
            usual = f"{cell.expected.mean:.1f}"
            return self.text(
                "overview.cell_surge", line=line, category=label, count=cell.count, last=cell.last, usual=usual
            )
        return self.text("overview.cell", line=line, category=label, count=cell.count)

    def heat_twin(self) -> Twin:
        t = self.text
        heads = tuple(t(f"overview.head_{key}") for key in ("line", "category", "count", "note", "data"))
        rows = []
        for line, cells in zip(self.of.lines, self.of.cells, strict=True):
            for at, cell in enumerate(cells):
                if cell.count or cell.surge:
                    made = self._cell(line.path, line.label, at, cell)
                    note = Cell(t("overview.surge_mark"), tone=Tone.WARN, icon="warning") if cell.surge else Cell()
                    old = Cell(t("overview.none") if line.silent is None else str(line.silent))
                    shown = (Cell(line.label), Cell(self.of.categories[at][1]), Cell(str(cell.count)), note, old)
                    rows.append(TwinRow(shown, made.value))
        return Twin(heads, tuple(rows), (9.5, 0, 4.5, 7.5, 8.5))

    # trend

    def points(self) -> list[Point]:
        return [self._point(point) for point in self.of.trend]

    def _point(self, point: MonthPoint) -> Point:
        t = self.text
        label = month_name(t, point.month)
        name = month_name(t, point.month, year=True)
        key = "overview.point" if point.low is None else "overview.point_usual"
        words = t(key, month=name, count=point.count, low=point.low, high=point.high)
        mark = Mark(View.TREND, t("overview.month_title", month=name), month=point.month) if point.count else None
        return Point(label, point.count, point.low, point.high, point.surge, words, mark)

    def trend_said(self) -> str:
        last = self.of.trend[-1]
        return self.text("overview.trend_said", month=int(last.month[5:7]), count=last.count) if last.surge else ""

    def trend_twin(self) -> Twin:
        t = self.text
        heads = tuple(t(f"overview.head_{key}") for key in ("month", "count", "usual", "note"))
        rows = []
        for shown, point in zip(self.points(), self.of.trend, strict=True):
            usual = t("overview.none") if point.low is None else f"{point.low}–{point.high}"
            note = Cell(t("overview.surge_mark"), tone=Tone.WARN, icon="warning") if point.surge else Cell()
            cells = (Cell(month_name(t, point.month, year=True)), Cell(str(point.count)), Cell(usual), note)
            rows.append(TwinRow(cells, shown.value))
        return Twin(heads, tuple(rows), (0, 4, 4.5, 7))

    # what is late, how long it takes

    def late(self) -> list[Bar]:
        t = self.text
        most = max((count for _, count in self.of.late.by_age), default=0) or 1
        return [
            self._bar(
                t(f"overview.age_{age}"),
                count / most,
                t("overview.items", count=count),
                Mark(View.LATE, t(f"overview.age_{age}"), age=age) if count else None,
                LATE.get(age) if count else None,
            )
            for age, count in self.of.late.by_age
        ]

    def answers(self) -> list[Bar]:
        t, all_ = self.text, self.of.answers.answered or 1
        most = max((count for _, count in self.of.answers.by_wait), default=0) or 1
        return [
            self._bar(
                t(f"overview.wait_{wait}"),
                count / most,
                percent(t, count / all_),
                Mark(View.ANSWERS, t("overview.wait_title", wait=t(f"overview.wait_{wait}")), wait=wait)
                if count
                else None,
                SLOW.get(wait),
            )
            for wait, count in self.of.answers.by_wait
        ]

    def visits(self) -> list[Bar]:
        t = self.text
        found = []
        for line, covered in zip(self.of.lines, self.of.covered, strict=True):
            share = covered.share
            tone = None if share is None or share >= TARGET * 0.6 else Tone.BAD
            words = t("overview.visits_cell", line=line.label, visited=covered.visited, all=covered.households)
            title = t("overview.visits_open", line=line.label)
            opens = self.people and covered.visited < covered.households
            mark = Mark(View.VISITS, title, line=line.path) if opens else None
            found.append(Bar(line.label, share or 0.0, percent(t, share), words, mark, tone))
        return found

    def loads(self) -> list[Bar]:
        most = max((max(load.coming, load.answered) for _, load in self.of.loads), default=0.0) or 1.0
        return [self._load(label, load, most) for label, load in self.of.loads]

    def _load(self, label: str, load: Load, most: float) -> Bar:
        t = self.text
        if not load.open:
            figure = t("overview.load_clear")
        elif load.months_left is None:
            figure = t("overview.load_stuck", open=load.open)
        else:
            figure = t("overview.load_months", open=load.open, months=f"{load.months_left:.1f}")
        words = t(
            "overview.loads_cell", department=label, coming=f"{load.coming:.1f}", answered=f"{load.answered:.1f}",
            open=load.open, overdue=load.overdue,
        )  # fmt: skip
        mark = Mark(View.LOADS, t("overview.loads_title", department=label), department=load.department)
        behind = load.months_left is None or load.months_left > 2
        tone = Tone.WARN if load.open and behind else None
        return Bar(label, load.coming / most, figure, words, mark if load.open else None, tone, load.answered / most)

    def growth(self) -> list[Bar]:
        t = self.text
        grown = [(label, each) for label, each in self.of.growth if each.surge]
        most = max((each.count for _, each in grown), default=0) or 1
        return [
            self._bar(
                label,
                each.count / most,
                t("overview.growth_figure", count=each.count, usual=f"{each.expected:.1f}"),
                Mark(
                    View.NEEDS,
                    t("overview.growth_title", matter=label),
                    matter=each.matter,
                    month=self.of.trend[-1].month,
                ),
                Tone.WARN,
            )
            for label, each in grown
        ]

    def _bar(self, label: str, share: float, figure: str, mark: Mark | None, tone: Tone | None) -> Bar:
        return Bar(label, share, figure, self.text("overview.bar", label=label, figure=figure), mark, tone)

    def bars_twin(self, head: str, bars: Sequence[Bar], *, figure: str) -> Twin:
        t = self.text
        heads = (t(f"overview.head_{head}"), t(f"overview.head_{figure}"))
        return Twin(
            heads, tuple(TwinRow((Cell(bar.label), Cell(bar.figure, tone=bar.tone)), bar.value) for bar in bars)
        )

    def loads_twin(self) -> Twin:
        t = self.text
        keys = ("department", "coming", "answered", "open", "overdue")
        rows = []
        for bar, (label, load) in zip(self.loads(), self.of.loads, strict=True):
            late = Cell(str(load.overdue), tone=Tone.BAD if load.overdue else None)
            shown = (Cell(label), Cell(f"{load.coming:.1f}"), Cell(f"{load.answered:.1f}"), Cell(str(load.open)), late)
            rows.append(TwinRow(shown, bar.value))
        return Twin(tuple(t(f"overview.head_{key}") for key in keys), tuple(rows), (0, 6, 6, 4.5, 5.5))

    def visits_twin(self) -> Twin:
        t = self.text
        rows = []
        for bar, covered in zip(self.visits(), self.of.covered, strict=True):
            shown = (
                Cell(bar.label),
                Cell(f"{covered.visited} / {covered.households}"),
                Cell(bar.figure, tone=bar.tone),
            )
            rows.append(TwinRow(shown, bar.value))
        return Twin(tuple(t(f"overview.head_{key}") for key in ("line", "visited", "share")), tuple(rows))

    # the tiles

    def tiles(self) -> list[tuple[str, str, str, Tone | None, Mark | None]]:
        """(label, figure, what to make of it, its tone, what it opens)."""
        return [self._new(), self._overdue(), self._days(), self._told(), self._seen()]

    def _new(self) -> tuple[str, str, str, Tone | None, Mark | None]:
        last, t = self.of.trend[-1], self.text
        if last.low is None or last.high is None:
            key = "short"
        else:
            key = "more" if last.surge or last.count > last.high else "less" if last.count < last.low else "usual"
        words = t(f"overview.delta_{key}", low=last.low, high=last.high)
        tone = Tone.WARN if last.surge else None
        name = month_name(t, last.month, year=True)
        mark = Mark(View.TREND, t("overview.month_title", month=name), month=last.month) if last.count else None
        return t("overview.tile_new"), str(last.count), words, tone, mark

    def _overdue(self) -> tuple[str, str, str, Tone | None, Mark | None]:
        late, t = self.of.late, self.text
        if late.oldest is None:
            return t("overview.tile_late"), "0", t("overview.late_none"), Tone.OK, None
        days = (self.of.today - late.oldest).days
        words = t("overview.late_oldest", days=days, department=self.of.late_department or t("overview.none"))
        return (
            t("overview.tile_late"),
            str(late.overdue),
            words,
            Tone.BAD,
            Mark(View.LATE, t("overview.late_title")),
        )

    def _days(self) -> tuple[str, str, str, Tone | None, Mark | None]:
        now, before, t = self.of.answers, self.of.answers_before, self.text
        if now.median is None:
            return t("overview.tile_days"), t("overview.none"), "", None, None
        words, tone = t("overview.answered", count=now.answered), None
        if before.median is not None:
            change = now.median - before.median
            key = "same" if not change else "faster" if change < 0 else "slower"
            words, tone = t(f"overview.{key}", count=abs(change)), (Tone.OK if change <= 0 else Tone.WARN)
        return t("overview.tile_days"), t("overview.days", count=now.median), words, tone, None

    def _told(self) -> tuple[str, str, str, Tone | None, Mark | None]:
        now, t = self.of.answers, self.text
        share = now.told / now.answered if now.answered else None
        left = now.answered - now.told
        in_time = percent(t, now.in_time / now.answered if now.answered else None)
        words = t("overview.told_left", count=left) if left else t("overview.told_in_time", share=in_time)
        mark = Mark(View.ANSWERS, t("overview.untold_title"), untold=True) if left else None
        return t("overview.tile_told"), percent(t, share), words, Tone.TELL if left else None, mark

    def _seen(self) -> tuple[str, str, str, Tone | None, Mark | None]:
        visited, all_ = self.of.households
        t = self.text
        words = t("overview.visited", visited=visited, all=all_) if all_ else t("overview.no_households")
        share = percent(t, visited / all_ if all_ else None)
        mark = Mark(View.VISITS, t("overview.visits_open_all")) if self.people and visited < all_ else None
        return t("overview.tile_visits"), share, words, None, mark

    def subtitle(self, day: str) -> str:
        """Whose, up to when, and which villages are silent."""
        of, t = self.of, self.text
        key = "overview.subtitle" if len(of.lines) > 1 else "overview.subtitle_one"
        said = [t(key, place=of.place, lines=len(of.lines), day=day)]
        silent: dict[int | None, list[str]] = {}  # by how many days; None for ever
        for line in of.lines if self.hears and len(of.lines) > 1 else ():
            if line.silent is None or line.silent >= SILENT:
                silent.setdefault(line.silent, []).append(line.label)
        for days in sorted(silent, key=lambda each: inf if each is None else each, reverse=True)[:SILENT_GROUPS]:
            names = self._names(silent[days])
            never = days is None
            said.append(t("overview.silent_never" if never else "overview.silent_of", names=names, days=days))
        return " · ".join(said)

    def _names(self, labels: Sequence[str]) -> str:
        """The first of them, and how many more."""
        named = self.text("overview.and").join(labels[:NAMED])
        more = len(labels) - NAMED
        return self.text("overview.more_names", names=named, count=more) if more > 0 else named


def goal() -> float:
    return TARGET


def data_age(of: Overview) -> int:
    """Days since anything came."""
    known = [line.silent for line in of.lines if line.silent is not None]
    return min(known, default=0)
