"""Entries of the registers that may be one: residents by name and signs, households by door, head and telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.office.quality import as_person
from desktop.services.office.review_values import PairRow
from forms.casework import duplicates, homes
from forms.casework.duplicates import Person
from forms.casework.homes import Home
from forms.casework.merging import Decided, Standing
from forms.casework.names import Names
from sync.store.api import EntityItem

RESIDENTS, HOUSEHOLDS = "residents", "households"
SURNAMES = "surnames.csv"
MOST = 300
TWINS = 30
EVERY = 1000  # entries between two words of progress

Step = Callable[[int, int], None]
Items = Mapping[str, EntityItem]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two are one, and why, in words."""

    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """`standing` is what was decided before: who is one already, who are two, whom somebody named."""

    context: Context
    standing: Standing

    def rows(self, area: str, step: Step) -> tuple[PairRow, ...]:
        """All pairs of an area (a path): what villages proposed first, then the likeliest of both registers."""
        people, dwellings = self._read(area, step)
        register = {RESIDENTS: people, HOUSEHOLDS: dwellings}
        asked = (self._row(each, register[each.dataset]) for each in self.standing.proposed)
        proposed = [row for row in asked if row is not None]
        said = {frozenset({row.one, row.other}) for row in proposed}
        names = self.names()
        found = [*self._people(people, names), *self._dwellings(dwellings, people.values(), names)]
        likely = [
            row
            for row in found
            if frozenset({row.one, row.other}) not in said
            and not self.standing.are_apart(row.dataset, row.one, row.other)
        ]
        return (*proposed, *sorted(likely, key=lambda row: -row.score))

    def of(self, mine: EntityItem, dataset: str) -> Iterator[PairRow]:
        """Who may be the same as one entry, and of whom nobody has said anything yet."""
        store, names = self.context.store, self.names()
        known = {each.pair for each in self.standing.proposed} | self.standing.apart
        wanted = mine.properties.get("head_name", mine.label) if dataset == HOUSEHOLDS else mine.label
        hits = store.people.search(wanted, datasets=(dataset,), near=mine.area, limit=TWINS)
        for hit in hits:
            other = store.entities.get(hit.uuid, dataset) if self.context.actor.sees(hit.area) else None
            if other is None or (dataset, frozenset({mine.uuid, hit.uuid})) in known:
                continue
            if self.standing.survivor(dataset, mine.uuid) == self.standing.survivor(dataset, hit.uuid):
                continue
            like = self.like(dataset, mine, other, names)
            if like.score >= (duplicates.LIKELY if dataset == RESIDENTS else homes.LIKELY):
                yield self._pair(dataset, mine, other, like)

    def like(self, dataset: str, one: EntityItem, other: EntityItem, names: Names | None = None) -> Likeness:
        """Two entries beside each other."""
        names = names or self.names()
        if dataset == HOUSEHOLDS:
            found = homes.compare(self._home(one), self._home(other), names)
            return Likeness(found.score, tuple(self.context.text(f"casework.home_{sign}") for sign in found.signs))
        match = duplicates.compare(self._person(one), self._person(other), names)
        return Likeness(match.score, self._reasons(match.reasons))

    def names(self) -> Names:
        data = self.context.list_bytes(SURNAMES)
        return self.context.library.names(data) if data else Names()

    def _read(self, area: str, step: Step) -> tuple[dict[str, EntityItem], dict[str, EntityItem]]:
        entities = self.context.store.entities
        total = sum(entities.count(dataset, area=area) for dataset in (RESIDENTS, HOUSEHOLDS))
        read: dict[str, dict[str, EntityItem]] = {RESIDENTS: {}, HOUSEHOLDS: {}}
        number = 0
        for dataset, items in read.items():
            for item in entities.all(dataset, area=area):
                items[item.uuid] = item
                number += 1
                if number % EVERY == 0:
                    step(number, max(total, number))
        return read[RESIDENTS], read[HOUSEHOLDS]

    def _people(self, items: Items, names: Names) -> Iterator[PairRow]:
        found = duplicates.pairs([self._person(item) for item in items.values()], names, most=MOST)
        for pair in found:
            like = Likeness(pair.score, self._reasons(pair.reasons))
            yield self._pair(RESIDENTS, items[pair.one], items[pair.other], like)

    def _dwellings(self, items: Items, people: Iterable[EntityItem], names: Names) -> Iterator[PairRow]:
        living: dict[str, list[str]] = {}
        for person in people:
            home = self._survivor(person.properties.get("household", ""))
            living.setdefault(home, []).append(person.properties.get("full_name", ""))
        every = [_as_home(item, living.get(item.uuid, ())) for item in items.values()]
        for pair in homes.pairs(every, names, most=MOST):
            like = Likeness(pair.score, tuple(self.context.text(f"casework.home_{sign}") for sign in pair.signs))
            yield self._pair(HOUSEHOLDS, items[pair.one], items[pair.other], like)

    def _row(self, named: Decided, items: Items) -> PairRow | None:
        """A pair that a village proposed; None where one of them is not here."""
        one, other = items.get(named.kept), items.get(named.other)
        if one is None or other is None:
            return None
        return self._pair(named.dataset, one, other, self.like(named.dataset, one, other), proposed=True)

    def _pair(
        self, dataset: str, one: EntityItem, other: EntityItem, like: Likeness, *, proposed: bool = False
    ) -> PairRow:
        where = " / ".join(dict.fromkeys(self.context.area_label(each.area) for each in (one, other)))
        return PairRow(dataset, one.uuid, other.uuid, one.label, other.label, where, like.score, like.reasons, proposed)

    def _reasons(self, reasons: Iterable[duplicates.Reason]) -> tuple[str, ...]:
        return tuple(self.context.text(f"casework.same_{each}") for each in reasons)

    def _person(self, item: EntityItem) -> Person:
        """Those whose households were found to be one live in one."""
        known = dict(item.properties)
        return as_person(item.uuid, known | {"household": self._survivor(known.get("household", ""))})

    def _home(self, item: EntityItem) -> Home:
        return _as_home(item, [each.label for each in self.context.store.entities.members(item.uuid)])

    def _survivor(self, household: str) -> str:
        return self.standing.survivor(HOUSEHOLDS, household) if household else ""


def _as_home(item: EntityItem, members: Iterable[str]) -> Home:
    known = item.properties
    return Home(
        uuid=item.uuid,
        head=known.get("head_name", ""),
        area=item.area,
        door=known.get("house_no", ""),
        phone=known.get("phone", ""),
        members=tuple(members),
    )
