"""Visits: a household found to be visited, and whom one has not heard from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desktop.services.context import Context, day, whole
from desktop.services.people.masks import phone
from desktop.services.people.people import HOUSEHOLDS, LEFT, MONTH, RESIDENTS, age
from desktop.services.people.visit_values import Coverage, House, Reason, Saying, Unheard, Unseen, VisitsDue
from desktop.services.rights import Actor, Use, needs
from forms.casework.areas import code
from sync.store.api import EntityItem, UnseenQuery

MONTHS_LOOKED_AT, TARGET = 6, 80  # the month's line: households visited within so many months, wanted per cent
USUAL, OLD_DAYS = 90, 30  # days without a visit: a household; an old person who has nobody there
AGED = 80  # years from which a resident is named
ALONE = ("old_alone", "old_empty", "old_unable")


@dataclass(frozen=True, slots=True)
class VisitingDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_PEOPLE)
    def find(self, query: str, *, limit: int = 8) -> tuple[House, ...]:
        """Households by their head, door number or telephone, and by anybody who lives there, each once."""
        store = self.context.store
        hits = store.people.search(query, datasets=(HOUSEHOLDS, RESIDENTS), near=self.actor.area, limit=3 * limit)
        found: dict[str, House] = {}
        for hit in hits:
            own = hit.dataset == HOUSEHOLDS
            uuid = hit.uuid if own else hit.properties.get("household", "")
            home = store.entities.get(uuid, HOUSEHOLDS) if uuid and self.actor.sees(hit.area) else None
            if home is None or home.deleted or hit.properties.get("state") in LEFT:
                continue
            house = self._house(home)
            name = "" if own else hit.properties.get("full_name", hit.label)
            if uuid not in found or (own and found[uuid].through):
                found[uuid] = replace(house, through=name if name != house.head_name else "")
        return tuple(found.values())[:limit]

    @needs(Use.SEE_PEOPLE)
    def unheard(
        self,
        which: Unseen = Unseen.ALL,
        *,
        days: int = USUAL,
        group: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> Unheard:
        """Households where nobody was for `days` days, the longest first, with the reasons for each."""
        area = self._area(group)
        visits = self.context.store.visits
        page = visits.unseen(self._query(which, days, area), after=after, limit=limit)
        members = self._members([item.uuid for item in page.rows])
        rows = tuple(self._house(item, members.get(item.uuid, ())) for item in page.rows)
        counts = {each: visits.count(self._query(each, days, area)) for each in Unseen} if after is None else {}
        return Unheard(rows, page.next, counts, self.coverage(group=group))

    @needs(Use.SEE_PEOPLE)
    def coverage(self, *, group: str = "") -> Coverage:
        since = self.context.today() - timedelta(days=round(MONTHS_LOOKED_AT * MONTH))
        found = self.context.store.visits.coverage(since=since.isoformat(), area=self._area(group))
        return Coverage(found.visited, found.households, TARGET)

    @needs(Use.SEE_PEOPLE)
    def due(self) -> VisitsDue:
        """Old people without help who were not seen this month, and how many households were visited."""
        query = self._query(Unseen.OLD, OLD_DAYS, self.actor.area)
        first = self.context.store.visits.unseen(query, limit=1).rows
        house = self._house(first[0], self._members([first[0].uuid])[first[0].uuid]) if first else None
        return VisitsDue(self.context.store.visits.count(query), house, self.coverage())

    @needs(Use.SEE_PEOPLE)
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Code and label of the groups of the own area."""
        areas = self.context.areas()
        below = areas.below(code(self.actor.area))
        lowest = (each for each in below if not areas.children(each))
        return tuple((each, areas.label(each, self.context.language)) for each in lowest)

    def _area(self, group: str) -> str:
        area = self.context.areas().path(group) if group else self.actor.area
        self.actor.require_area(area)
        return area

    def _query(self, which: Unseen, days: int, area: str) -> UnseenQuery:
        today = self.context.today()
        return UnseenQuery((today - timedelta(days=days)).isoformat(), today.isoformat(), area, which)

    def _members(self, households: Sequence[str]) -> Mapping[str, list[EntityItem]]:
        found: dict[str, list[EntityItem]] = {uuid: [] for uuid in households}
        for item in self.context.store.visits.residents(households):
            if item.properties.get("state") not in LEFT:
                found[item.properties.get("household", "")].append(item)
        return found

    def _house(self, item: EntityItem, members: Sequence[EntityItem] = ()) -> House:
        known = item.properties
        return House(
            uuid=item.uuid,
            head_name=known.get("head_name", item.label),
            area=code(item.area),
            area_label=self.context.area_label(item.area),
            house_no=known.get("house_no", ""),
            phone=phone(known.get("phone", "")),
            living=whole(known.get("living", "")),
            last_visit=day(known.get("last_visit", "")),
            reasons=tuple(self._reasons(known, members)),
        )

    def _reasons(self, known: Mapping[str, str], members: Sequence[EntityItem]) -> Iterator[Saying]:
        """The strongest first."""
        today, last = self.context.today(), day(known.get("last_visit", ""))
        planned = day(known.get("next_visit", ""))
        if planned is not None and planned <= today:
            yield Saying(Reason.APPOINTED, (today - planned).days, day=planned)
        in_vain = whole(known.get("nobody_count", "")) or 0
        if in_vain >= 2:
            yield Saying(Reason.IN_VAIN, in_vain)
        for item in members:
            yield from self._of_member(item, today)
        if not known.get("phone") and not any(item.properties.get("phone") for item in members):
            yield Saying(Reason.NO_PHONE)
        yield Saying(Reason.UNSEEN, (today - last).days, day=last) if last is not None else Saying(Reason.NEVER)

    def _of_member(self, item: EntityItem, today: date) -> Iterator[Saying]:
        known = item.properties
        name, years = known.get("full_name", item.label), age(known.get("birth", ""), today)
        alone = next((tag for tag in known.get("tags", "").split() if tag in ALONE), "")
        if alone:
            yield Saying(Reason.OLD, years or 0, name, self._tag(alone))
        elif years is not None and years >= AGED:
            yield Saying(Reason.AGED, years, name)

    def _tag(self, tag: str) -> str:
        source = self.context.store.forms.get("resident")
        if source is None:
            return tag
        return self.context.library.choices(source, self.context.language).get(("tags", tag), tag)
