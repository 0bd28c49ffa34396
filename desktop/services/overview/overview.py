"""The supervisor's table: six views made of kept counts, and the list that stands behind every number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from desktop.services.context import Context, day, labelled
from desktop.services.filling.library import CATEGORIES, DEPARTMENTS, MATTERS
from desktop.services.overview.counted import Counted, Scope
from desktop.services.overview.figures import Behind, Line, Listed, Mark, Overview, Span, View
from desktop.services.requests.requests import RequestsDesk
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import RequestRow
from forms.casework import outlines
from forms.casework.areas import code
from forms.casework.outlines import Picture
from forms.insight import coverage, handling
from forms.insight import needs as need
from forms.insight.coverage import Covered
from forms.insight.handling import Age, Load, Wait
from forms.insight.months import elapsed, month_of, plus, span
from forms.insight.rows import DueCount
from forms.insight.sums import Answered, Place, Recorded
from forms.insight.surges import YEARS
from sync.protocol import Role
from sync.store.api import EntityItem, RequestItem, RequestQuery

MONTHS = {Span.MONTH: 1, Span.FOUR: 4, Span.YEAR: 12}
TREND = 12
HISTORY = 12 * YEARS + 2
"""Months that a surge is held against, and the one that runs."""
MOST_LINES = 24
"""More villages than that are summed by township."""
SHOWN = 200
LOOKED_AT = 20_000
"""Requests that are looked at for a list where no index leads to it."""
Coming = tuple[Recorded, ...]
Done = tuple[Answered, ...]
Open = tuple[DueCount, ...]
_WAITS = {Wait.DAYS_3: (0, 3), Wait.DAYS_7: (4, 7), Wait.DAYS_15: (8, 15), Wait.DAYS_30: (16, 30)}


@dataclass(frozen=True, slots=True)
class _Ground:
    """The lines of the table, and which of them a village (path) belongs to."""

    lines: tuple[Line, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class OverviewDesk:
    context: Context
    requests: RequestsDesk
    counted: Counted = field(default_factory=Counted, repr=False, compare=False)

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_OVERVIEW)
    def show(self, span_: Span = Span.FOUR) -> Overview:
        """Everything on the page, from counts alone; of these only what changed since the last look is read."""
        context, today = self.context, self.context.today()
        version = context.store.tallies.version()
        month, share = month_of(today), elapsed(today)
        ground = self._ground()
        paths = [line.path for line in ground.lines]
        wanted = need.months_until(month, MONTHS[span_])
        known, done, open_ = self._counts(ground, month)
        categories = context.table(CATEGORIES)
        found = need.needs(known, lines=paths, categories=tuple(categories), months=wanted, share=share)
        late = handling.ageing(open_, today)
        return Overview(
            version=version,
            today=today,
            span=span_,
            place=context.me.area_label,
            months=wanted,
            lines=ground.lines,
            categories=tuple((each, labelled(categories, each, context.language)) for each in categories),
            cells=tuple(tuple(found[path, category] for category in categories) for path in paths),
            trend=need.trend(known, months=need.months_until(month, TREND), share=share),
            growth=self._growth(known, month, share),
            late=late,
            late_department=self.context.department(late.oldest_department),
            answers=handling.answers(done, need.months_until(month, TREND)),
            answers_before=handling.answers(done, need.months_until(plus(month, -TREND), TREND)),
            covered=self._covered(ground, month),
            loads=self._loads(known, done, open_, today),
        )

    def _counts(self, ground: _Ground, month: str) -> tuple[Coming, Done, Open]:
        """What was recorded, answered and is due, of this actor's area and departments."""
        scope = Scope(self.actor.area, self._only_departments(), tuple(line.path for line in ground.lines))
        tallies, counted = self.context.store.tallies, self.counted
        known = counted.recorded(tallies, scope, need.months_until(month, HISTORY), place=ground.place)
        done = counted.answered(tallies, scope, need.months_until(month, 2 * TREND + 1))
        return known, done, counted.due(tallies, scope)

    def _loads(self, known: Coming, done: Done, open_: Open, today: date) -> tuple[tuple[str, Load], ...]:
        """What comes to each department and what it answers, over the last three whole months."""
        month, departments = month_of(today), tuple(self.context.table(DEPARTMENTS))
        months = span(plus(month, -3), plus(month, -1))
        loads = handling.loads(known, done, open_, months=months, departments=departments, today=today)
        return tuple((self.context.department(load.department), load) for load in loads)

    def _covered(self, ground: _Ground, month: str) -> tuple[Covered, ...]:
        visits = self.context.store.tallies.visits(area=self.actor.area)
        return coverage.coverage(visits, lines=[line.path for line in ground.lines], place=ground.place, month=month)

    @needs(Use.SEE_OVERVIEW)
    def version(self) -> int:
        """Whether anything changed since an overview was made."""
        return self.context.store.tallies.version()

    @needs(Use.SEE_OVERVIEW)
    def outlines(self) -> Picture:
        """The shapes of the lines by their codes; without any where the township gave none."""
        context = self.context
        data = context.list_bytes(outlines.NAME)
        known = context.library.outlines(data) if data else {}
        return outlines.fitted(known, [line.code for line in self._ground().lines])

    @needs(Use.SEE_OVERVIEW)
    def behind(self, mark: Mark) -> Listed:
        """The list of a mark, for those who may see what is in it."""
        if mark.view is View.VISITS:
            self.actor.require(Use.SEE_PEOPLE)
            return self._listed(mark, (_household(item, self.context) for item in self._unvisited(mark)))
        self.actor.require(Use.SEE_REQUESTS)
        return self._listed(mark, (_request(self.requests.row(item)) for item in self._requests(mark)))

    def _listed(self, mark: Mark, rows: Iterator[Behind]) -> Listed:
        found = tuple(islice(rows, SHOWN + 1))
        return Listed(mark.title, found[:SHOWN], len(found) > SHOWN)

    # lines

    def _ground(self) -> _Ground:
        """The lines in the order of the list of areas: villages, or townships where there are very many villages."""
        context, areas = self.context, self.context.areas()
        inside = [each for each in areas.below(code(self.actor.area)) if areas.village(each) == each]
        many = len(inside) > MOST_LINES
        known: dict[str, str] = {}

        def place(path: str) -> str:
            if path not in known:
                found = (areas.township if many else areas.village)(code(path))
                known[path] = areas.path(found) if found else path
            return known[path]

        villages = [areas.path(each) for each in inside] or [self.actor.area]
        paths = list(dict.fromkeys(map(place, villages)))
        silent = coverage.ages(context.store.tallies.newest(), lines=paths, place=place, now=context.clock.now())
        lines = (Line(code(path), path, areas.label(code(path), context.language), silent[path]) for path in paths)
        return _Ground(tuple(lines), place)

    def _only_departments(self) -> tuple[str, ...] | None:
        return self.actor.departments if self.actor.role is Role.DEPARTMENT else None

    def _growth(self, known: Sequence[Recorded], month: str, share: float) -> tuple[tuple[str, need.Growth], ...]:
        matters, language = self.context.table(MATTERS), self.context.language
        found = need.growth(known, month=month, share=share)
        return tuple((labelled(matters, each.matter, language), each) for each in found)

    # lists

    def _requests(self, mark: Mark) -> Iterator[RequestItem]:
        area = mark.line or self.actor.area
        self.actor.require_area(area)
        query, fits = self._query(mark, area)
        looked = islice(self.context.store.requests.all(query), LOOKED_AT)
        return (item for item in looked if fits(item) and self.actor.sees(item.area, item.department))

    def _query(self, mark: Mark, area: str) -> tuple[RequestQuery, Callable[[RequestItem], bool]]:
        if mark.view is View.LATE:
            return _late(mark.age, area, self.context.today())
        if mark.view is View.LOADS:
            query = RequestQuery(area=area, open_only=True, order="due")
            return (
                query,
                lambda item: (item.department or item.suggested) == mark.department and item.state != "answered",
            )
        if mark.view is View.ANSWERS:
            return RequestQuery(area=area), self._answered(mark)
        first, last = _days(mark.month)
        query = RequestQuery(area=area, category=mark.category, matter=mark.matter, since=first, until=last)
        return query, lambda _: True

    def _answered(self, mark: Mark) -> Callable[[RequestItem], bool]:
        since = plus(month_of(self.context.today()), 1 - TREND)

        def fits(item: RequestItem) -> bool:
            answered, received = day(item.answered_on), day(item.received_on)
            if answered is None or month_of(answered) < since:
                return False
            if mark.untold:
                return not item.told_on
            days = max(0, (answered - received).days) if received else 0
            low, high = _WAITS.get(mark.wait or Wait.LONGER, (31, 10_000))
            return low <= days <= high

        return fits

    def _unvisited(self, mark: Mark) -> Iterator[EntityItem]:
        """Households of a line that nobody has seen within the last months."""
        area = mark.line or self.actor.area
        self.actor.require_area(area)
        since = plus(month_of(self.context.today()), 1 - coverage.MONTHS)
        for item in self.context.store.entities.all("households", area=area):
            if not item.deleted and item.properties.get("last_visit", "")[:7] < since:
                yield item


def _late(age: Age | None, area: str, today: date) -> tuple[RequestQuery, Callable[[RequestItem], bool]]:
    """Those of one age; without, all that are late."""
    ages = (Age.OVER, Age.LONG_OVER) if age is None else (age,)
    over = not {Age.OVER, Age.LONG_OVER}.isdisjoint(ages)
    query = RequestQuery(area=area, open_only=True, order="due", overdue_on=today.isoformat() if over else "")

    def fits(item: RequestItem) -> bool:
        if item.state == "answered":
            return False
        due = None if item.paused else day(item.due)
        return handling.age_of(due, today) in ages

    return query, fits


def _days(months: str) -> tuple[str, str]:
    """First and last day of `2026-08..2026-11`, or of one month."""
    first, _, last = months.partition("..")
    following = plus(last or first, 1)
    return f"{first}-01", (date.fromisoformat(f"{following}-01") - timedelta(days=1)).isoformat()


def _request(row: RequestRow) -> Behind:
    second = " · ".join(filter(None, (row.village_label, row.matter_label, row.department_label)))
    return Behind(
        row.description or row.matter_label, second, row.asked_on.isoformat() if row.asked_on else "", row.uuid
    )


def _household(item: EntityItem, context: Context) -> Behind:
    known: Mapping[str, str] = item.properties
    where = context.area_label(item.area)
    living = context.store.entities.members(item.uuid)
    person = living[0].uuid if living else ""
    return Behind(item.label, where, known.get("last_visit", ""), household=item.uuid, person=person)
