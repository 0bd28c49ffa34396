"""Residents and households: found, shown with their household, and what happened with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from desktop.services.context import Context, day, in_language, whole
from desktop.services.people.ages import noted
from desktop.services.people.masks import identity, masked, phone
from desktop.services.people.merged import merge_entries
from desktop.services.people.narrowing_values import Narrowings
from desktop.services.requests.course import course_entries
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import Fact, HouseholdRow, Person, PersonRow, TimelineEntry, TimelineKind
from forms.casework.areas import code
from forms.casework.states import State
from forms.errors import Fault, Kind
from forms.xml import parse
from sync.store.api import ArrivingPerson, Beside, EntityItem, PersonHit, RecordRow, RequestQuery, ResidentQuery

RESIDENTS, HOUSEHOLDS = "residents", "households"
MONTH = 30.4  # days
FOUND = 50  # people whom a search gives
WIDER = 8  # times as many are looked at where only some of those found are wanted
SHOWN_ELSEWHERE = frozenset({"household", "area", "village", "full_name", "state", "head_name", "registered_on"})

TOLD_OF = {
    "resident": TimelineKind.REGISTERED,
    "household": TimelineKind.REGISTERED,
    "correction": TimelineKind.CHANGED,
    "resident_change": TimelineKind.CHANGED,
    "visit": TimelineKind.VISITED,
}
LEFT = ("died", "moved", "void", "erased")
SAID = {"visit": ("way", "problems"), "resident_change": ("what",)}
"""Questions of choice whose answers are told beside the day."""


@dataclass(frozen=True, slots=True)
class PeopleDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_PEOPLE)
    def search(
        self, query: str, *, group: str = "", tag: str = "", months: int = 0, limit: int = FOUND
    ) -> tuple[PersonRow, ...]:
        found = []
        for hit in self._hits(query, group=group, tag=tag, months=months, limit=limit):
            item = self.context.store.entities.get(hit.uuid, RESIDENTS)
            if item is not None:
                found.append(self.row(item, last=self._day(hit.last_contact)))
        return tuple(found)

    def _hits(self, query: str, *, group: str, tag: str, months: int, limit: int) -> tuple[PersonHit, ...]:
        """Whom a search finds, without what is shown of each."""
        store, narrowed = self.context.store, bool(group or tag or months)
        looked = WIDER * limit if narrowed else limit
        hits = store.people.search(query, datasets=(RESIDENTS,), near=self.actor.area, limit=looked)
        if narrowed:
            fitting = store.residents.fitting(self._query(group, tag, months), [hit.uuid for hit in hits])
            hits = tuple(hit for hit in hits if hit.uuid in fitting)[:limit]
        return tuple(hit for hit in hits if self.actor.sees(hit.area))

    @needs(Use.SEE_PEOPLE)
    def arriving(self, query: str, *, limit: int = 50) -> tuple[PersonRow, ...]:
        """See `api.People.arriving`."""
        found = self.context.store.people.arriving(query, near=self.actor.area, limit=limit)
        return tuple(self._arriving(each) for each in found if self.actor.sees(each.area))

    @needs(Use.SEE_PEOPLE)
    def list(
        self, *, group: str = "", tag: str = "", months: int = 0, limit: int = 200, after: str = ""
    ) -> tuple[PersonRow, ...]:
        found = self.context.store.residents.list(self._query(group, tag, months), after=after, limit=limit)
        return tuple(self.row(each.item, last=self._day(each.last_contact)) for each in found)

    @needs(Use.SEE_PEOPLE)
    def count(self, *, group: str = "", tag: str = "", months: int = 0) -> int:
        if group or tag or months:
            return self.context.store.residents.count(self._query(group, tag, months))
        return self.context.store.entities.count(RESIDENTS, area=self.actor.area)

    @needs(Use.SEE_PEOPLE)
    def narrowings(self) -> Narrowings:
        """See `api.People.narrowings`."""
        areas, here = self.context.areas(), code(self.actor.area)
        below = areas.below(here)
        villages = [each for each in below if areas.village(each) == each]
        places = villages if not areas.village(here) else [each for each in below if not areas.children(each)]
        tags = (value for question, value in self._choices("resident") if question == "tags" and value != "none")
        return Narrowings(
            tuple((each, areas.label(each, self.context.language)) for each in places),
            tuple((tag, self._choice("tags", tag)) for tag in tags),
        )

    @needs(Use.SEE_PEOPLE)
    def beside(self, uuid: str, *, query: str = "", group: str = "", tag: str = "", months: int = 0) -> Beside:
        """See `api.People.beside`."""
        if not query:
            return self.context.store.residents.beside(self._query(group, tag, months), uuid)
        hits = self._hits(query, group=group, tag=tag, months=months, limit=FOUND)
        found = [hit.uuid for hit in hits]
        if uuid not in found:
            return Beside()
        at = found.index(uuid)
        before, after = found[at - 1] if at else "", found[at + 1] if at + 1 < len(found) else ""
        return Beside(at + 1, len(found), before, after)

    def _query(self, group: str, tag: str, months: int) -> ResidentQuery:
        area = self.context.areas().path(group) if group else self.actor.area
        self.actor.require_area(area)
        since = self.context.today() - timedelta(days=round(months * MONTH))
        return ResidentQuery(area, tag, since.isoformat() if months else "")

    @needs(Use.SEE_PEOPLE)
    def households(self, *, query: str = "", limit: int = 200, after: str = "") -> tuple[HouseholdRow, ...]:
        if query:
            hits = self.context.store.people.search(query, datasets=(HOUSEHOLDS,), near=self.actor.area, limit=limit)
            items = (self.context.store.entities.get(hit.uuid, HOUSEHOLDS) for hit in hits if self.actor.sees(hit.area))
            return tuple(self._household(item) for item in items if item is not None)
        every = self.context.store.entities.all(HOUSEHOLDS, area=self.actor.area, after=after)
        return tuple(self._household(item) for item in islice(every, limit))

    @needs(Use.SEE_PEOPLE)
    def person(self, uuid: str, *, reveal: bool = False, ages: bool = False) -> Person:
        item = self._resident(uuid)
        if reveal:
            self.actor.require(Use.REVEAL)
            self.context.require_writer()
            self.context.store.audit.add("person.revealed", actor=self.actor.user, subject=uuid)
        household = self._home(item)
        members = self._members(household) if household is not None else ()
        waiting = self.context.store.requests.list(RequestQuery(states=(State.ANSWERED,), person=uuid)).rows
        since = noted(self.context, uuid, item.properties.keys() - SHOWN_ELSEWHERE) if ages else {}
        return Person(
            row=self.row(item, reveal=reveal),
            household=self._household(household) if household is not None else None,
            members=members,
            facts=self._facts(item, since, reveal=reveal),
            to_tell=len(waiting),
        )

    @needs(Use.SEE_PEOPLE)
    def timeline(self, uuid: str) -> tuple[TimelineEntry, ...]:
        resident, store = self._resident(uuid), self.context.store
        standing = store.decisions.standing()
        names = standing.group(RESIDENTS, uuid)  # what was written of one of them was written of all
        records = {record.instance_id: record for each in names for record in store.records.of_entity(each, limit=200)}
        entries = [entry for record in records.values() for entry in self._told(record)]
        homes = standing.group(HOUSEHOLDS, resident.properties.get("household", ""))
        for dataset, merged in ((RESIDENTS, names), (HOUSEHOLDS, homes)):
            entries += merge_entries(self.context, standing, dataset, merged)
        for each in names:
            for item in store.requests.list(RequestQuery(person=each), limit=200).rows:
                detail = store.requests.get(item.uuid)
                if detail is not None:
                    entries += course_entries(detail, self.context)
        return tuple(sorted(entries, key=lambda entry: entry.when)[::-1])

    def _day(self, utc: str) -> date | None:
        """The day of a moment, here."""
        local = self.context.local(utc)
        return local.date() if local is not None else None

    def _told(self, record: RecordRow) -> Iterator[TimelineEntry]:
        """What a registration, change or visit says; nothing for requests, whose course has its own lines."""
        when = self.context.local(record.finalised_at)
        kind = TOLD_OF.get(record.form_id)
        if when is None or kind is None:
            return
        if record.deprecated_id and kind is TimelineKind.REGISTERED:
            kind = TimelineKind.CHANGED
        yield TimelineEntry(
            when=when,
            kind=kind,
            title=self.context.text(f"services.timeline_{kind}"),
            detail=self._detail(record),
            by=record.author,
            ref=record.ref,
            instance_id=record.instance_id,
            pending=record.state.value in ("waiting", "sent"),
        )

    def _detail(self, record: RecordRow) -> str:
        """How a visit went, which change it was; "" for the rest."""
        found = self.context.store.records.get(record.instance_id) if record.form_id in SAID else None
        if found is None or not found.xml:
            return ""
        parts = []
        for question in SAID[record.form_id]:
            value = next((each.text or "" for each in parse(found.xml).iter(f"{{*}}{question}")), "")
            parts += [self._choice(question, one, form=record.form_id) for one in value.split()]
        return " · ".join(filter(None, parts))

    def _resident(self, uuid: str) -> EntityItem:
        item = self._get(uuid, RESIDENTS)
        if item is None:
            raise Fault("services.unknown_person", Kind.USAGE, id=uuid)
        self.actor.require_area(item.area)
        return item

    def _get(self, uuid: str, dataset: str) -> EntityItem | None:
        item = self.context.store.entities.get(uuid, dataset) if uuid else None
        return None if item is None or item.deleted else item

    def _home(self, resident: EntityItem) -> EntityItem | None:
        """Where somebody lives; of two households that were found to be one the one that stands for both."""
        found = self._get(resident.properties.get("household", ""), HOUSEHOLDS)
        return self._get(found.merged_into, HOUSEHOLDS) or found if found is not None else None

    def _members(self, household: EntityItem) -> tuple[PersonRow, ...]:
        return tuple(self.row(item) for item in self.context.store.entities.members(household.uuid))

    def row(self, item: EntityItem, *, last: date | None = None, reveal: bool = False) -> PersonRow:
        """A resident of the store as people see them."""
        known = item.properties
        household = self._home(item)
        tags = tuple(known.get("tags", "").split())
        return PersonRow(
            uuid=item.uuid,
            name=known.get("full_name", item.label),
            sex=known.get("sex", ""),
            age=age(known.get("birth", ""), self.context.today()),
            area=code(item.area),
            area_label=self.context.area_label(item.area),
            house_no=household.properties.get("house_no", "") if household is not None else "",
            household=household.uuid if household is not None else known.get("household", ""),
            relation=self._choice("relation", known.get("relation", "")),
            phone=known.get("phone", "") if reveal else phone(known.get("phone", "")),
            id_tail=identity(known.get("id_tail", "")),
            tags=tags,
            tag_labels=tuple(self._choice("tags", tag) for tag in tags if tag != "none"),
            presence=self._choice("presence", known.get("presence", "")),
            last_contact=last,
            pending=bool(item.pending),
            left=self.context.text(f"services.person_{known['state']}") if known.get("state") in LEFT else "",
        )

    def _arriving(self, person: ArrivingPerson) -> PersonRow:
        return PersonRow(
            uuid="",
            name=person.label,
            sex="",
            age=None,
            area=code(person.area),
            area_label=self.context.area_label(person.area),
            house_no="",
            household="",
            relation="",
            phone="",
            id_tail="",
            tags=(),
            arriving=True,
        )

    def _household(self, item: EntityItem) -> HouseholdRow:
        known = item.properties
        return HouseholdRow(
            uuid=item.uuid,
            head_name=known.get("head_name", item.label),
            house_no=known.get("house_no", ""),
            area=code(item.area),
            area_label=self.context.area_label(item.area),
            phone=phone(known.get("phone", "")),
            living=whole(known.get("living", "")),
            aid_type=self._choice("aid_type", known.get("aid_type", ""), form="household"),
            pending=bool(item.pending),
        )

    def _facts(self, item: EntityItem, days: Mapping[str, date], *, reveal: bool) -> tuple[Fact, ...]:
        form = self.context.form("resident")
        questions = {q.saves_to.partition("#")[2] or q.saves_to: q for q in form.questions if q.saves_to}
        shown = []
        for name, value in item.properties.items():
            question = questions.get(name)
            if question is None or not value or name in SHOWN_ELSEWHERE:
                continue
            label = in_language(dict(question.labels), form, self.context.language)
            hidden = "" if reveal else masked(name, value, question.attributes)
            parts = [self._choice(question.name, part) for part in value.split()] if question.choices else [value]
            if label:
                comma = "、" if self.context.language == "zh" else ", "
                shown.append(Fact(name, label, hidden or comma.join(parts), bool(hidden), days.get(name)))
        return tuple(shown)

    def _choice(self, question: str, value: str, *, form: str = "resident") -> str:
        return self._choices(form).get((question, value), value)

    def _choices(self, form_id: str) -> Mapping[tuple[str, str], str]:
        source = self.context.store.forms.get(form_id)
        if source is None:
            return {}
        return self.context.library.choices(source, self.context.language)


def age(birth: str, today: date) -> int | None:
    """Full years on `today`; None where the date of birth is not known."""
    born = day(birth)
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
