"""Registering somebody on the way to what they ask: short now, whole later; or the name only, with the person later."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from desktop.services.context import Context
from desktop.services.filling.filling import FillingDesk, named
from desktop.services.filling.filling_values import DraftSave, Stored
from desktop.services.people.newcomer import AT_HOME, Ask, Newcomer, is_short, unpack
from desktop.services.people.people import HOUSEHOLDS, RESIDENTS, PeopleDesk
from desktop.services.requests.rows import Words, request_row
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import PersonRow, RequestRow, RequestState
from forms.errors import Fault, Kind
from sync.store.api import EntityItem, RequestQuery

REQUEST, REQUESTS = "request", "requests"
LOOKED_AT = 200  # requests, or people of like initials
ENOUGH = 6  # signs of a telephone number from which it tells who it is
OVER = (RequestState.TOLD, RequestState.CLOSED)
BLURRED = (("ng", "n"), ("zh", "z"), ("ch", "c"), ("sh", "s"), ("hu", "fu"), ("l", "n"))
"""Sounds that dialects do not tell apart."""


class Because(StrEnum):
    """Why somebody may be meant; the value is the key of its words."""

    NAME = "same_name"
    SOUND = "same_sound"
    HOUSE = "same_house"
    PHONE = "same_phone"


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who is registered and may be the one who is being registered."""

    person: PersonRow
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """A household at the house number that was given: whose, and how many people are registered there."""

    uuid: str
    head_name: str
    members: int


@dataclass(frozen=True, slots=True)
class RegisteringDesk:
    """`start`, `resume`, `alike` and `house` on a reader's desk, `finish` on the writer's."""

    context: Context
    filling: FillingDesk
    people: PeopleDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.FILL)
    def start(self, name: str = "", *, about: str = "") -> Newcomer:
        """Somebody called `name`; `about` is a request for a name only, whose name and telephone are known then."""
        facts = self._unregistered(about) if about else {}
        made = self._open(name or facts.get("visitor_name", ""), about=about)
        for ask, value in ((Ask.PHONE, facts.get("phone", "")), (Ask.AREA, facts.get("area", ""))):
            if value and made.ref(ask):
                made.answer(ask, value)
        return made

    @needs(Use.FILL)
    def resume(self, draft: str) -> Newcomer:
        """A draft whose place `is_short`."""
        person = self.filling.resume(draft)
        if not is_short(person.place):
            raise Fault("services.unknown_draft", Kind.USAGE, id=draft)
        rest = unpack(person.place)
        home = self.filling.start("household", language=self.context.language)
        made = Newcomer(home, person, self._remark(), about=rest.get("about", ""))
        for ask in AT_HOME:
            if rest.get(ask):
                made.answer(ask, rest[ask])
        return made

    @needs(Use.FILL)
    def snapshot(self, newcomer: Newcomer) -> DraftSave:
        """What autosave has to write; to be called by the thread that owns the sessions; no store."""
        return self.filling.snapshot(newcomer.person, place=newcomer.place())

    @needs(Use.SEE_PEOPLE)
    def house(self, area: str, house_no: str) -> Home | None:
        """The household at this number of the group (a code); None where there is none yet."""
        found = self._house(area, house_no)
        if found is None:
            return None
        members = [item for item in self.context.store.entities.members(found.uuid) if not item.deleted]
        return Home(found.uuid, found.properties.get("head_name", ""), len(members))

    @needs(Use.SEE_PEOPLE)
    def alike(
        self, name: str, *, area: str = "", house_no: str = "", phone: str = "", limit: int = 4
    ) -> tuple[Alike, ...]:
        """Who has this name or its sound, lives in that house or has that telephone; most reasons first."""
        reasons: dict[str, list[Because]] = {}
        rows: dict[str, PersonRow] = {}
        for person, because in self._candidates(name.strip(), area, house_no, phone):
            rows[person.uuid] = person
            reasons.setdefault(person.uuid, []).append(because)
        ranked = sorted(rows, key=lambda uuid: (-len(reasons[uuid]), list(Because).index(reasons[uuid][0])))
        return tuple(Alike(rows[uuid], tuple(reasons[uuid])) for uuid in ranked[:limit])

    @needs(Use.FILL)
    def finish(self, newcomer: Newcomer) -> Stored:
        """Store the household, where it is new, and the person; give them the request that was theirs already.

        The person is kept as a draft first; then both are stored in one transaction, or neither: no household stands
        there without its person. Raises NotReady where an answer is missing.
        """
        self.context.require_writer()
        area, house_no = (newcomer.node(ask).value for ask in AT_HOME)
        home = self._house(area, house_no)
        newcomer.settle(head=home is None or self._begun_with(home, newcomer.name))
        draft = self.filling.save(self.snapshot(newcomer))
        with self.context.store.records.together():
            uuid = home.uuid if home is not None else self.filling.hand_in(newcomer.home).uuid
            person = self.filling.resume(draft.id)  # reads the list in which the household is now
            person.session.set(named(person.form, "household"), uuid)
            stored = self.filling.finish(person)
        if newcomer.about:
            self._give(newcomer.about, stored.uuid)
        return stored

    @needs(Use.FILL)
    def link(self, request: str, resident: str) -> Stored:
        """The request for a name only is that of somebody who is registered already."""
        self.context.require_writer()
        return self._give(request, resident)

    @needs(Use.SEE_REQUESTS)
    def unregistered(self, *, limit: int = 20) -> tuple[RequestRow, ...]:
        """Requests for a name only that are not over: their people are to be registered. Newest first."""
        states = tuple(state.value for state in RequestState if state not in OVER)
        items = self.context.store.requests.list(
            RequestQuery(area=self.actor.area, states=states), limit=LOOKED_AT
        ).rows
        items = tuple(item for item in items if item.form_id == REQUEST and not item.person)
        facts = self.context.store.entities.facts(REQUESTS, [item.uuid for item in items])
        words = Words.of(self.context)
        asked = (item for item in items if facts.get(item.uuid, {}).get("requester") == "visitor")
        return tuple(request_row(item, facts[item.uuid], words) for item in asked)[:limit]

    def _open(self, name: str, *, about: str) -> Newcomer:
        language = self.context.language
        home = self.filling.start("household", language=language)
        person = self.filling.start("resident", known={"name": name}, language=language)
        return Newcomer(home, person, self._remark(), about=about)

    def _remark(self) -> str:
        return self.context.text("registering.remark")

    def _unregistered(self, request: str) -> dict[str, str]:
        item = self.context.store.entities.get(request, REQUESTS)
        if item is None:
            raise Fault("services.unknown_request", Kind.USAGE, ref=request)
        self.actor.require_area(item.area)
        group = self.context.areas().get(item.properties.get("area", ""))
        known = {name: item.properties.get(name, "") for name in ("visitor_name", "phone")}
        return known | {"area": item.properties["area"] if group is not None and group.level == "group" else ""}

    def _give(self, request: str, resident: str) -> Stored:
        """A new version of the request whose asker is the resident; what was written down stays."""
        found = self.context.store.requests.get(request)
        if found is None:
            raise Fault("services.unknown_request", Kind.USAGE, ref=request)
        opening = self.filling.correct(found.item.instance_id)
        session, form = opening.session, opening.form
        phone = session.node(named(form, "phone")).value
        for name, value in (("requester", "person"), ("resident", resident), ("phone", phone)):
            if value:
                session.set(named(form, name), value)
        return self.filling.finish(opening)

    def _house(self, area: str, house_no: str) -> EntityItem | None:
        door = _door(house_no)
        if not area or not door:
            return None
        path = self.context.areas().path(area)
        self.actor.require_area(path)
        there = (item for item in self.context.store.entities.all(HOUSEHOLDS, area=path) if not item.deleted)
        return next((item for item in there if _door(item.properties.get("house_no", "")) == door), None)

    def _begun_with(self, home: EntityItem, name: str) -> bool:
        """Whether the household was stored for this person and they were not: a breakdown came between."""
        return home.properties.get("head_name") == name and not self.context.store.entities.members(home.uuid)

    def _candidates(self, name: str, area: str, house_no: str, phone: str) -> Iterator[tuple[PersonRow, Because]]:
        names = self.context.names()
        initials = names.keys(name).initials if len(name) > 1 else ()
        sound = _blurred(names.sound(name))
        for known, item in self._found(initials[0]) if initials else ():
            if known == name:
                yield self.people.row(item), Because.NAME
            elif _blurred(names.sound(known)) == sound:
                yield self.people.row(item), Because.SOUND
        home = self._house(area, house_no)
        for member in self.context.store.entities.members(home.uuid) if home is not None else ():
            if not member.deleted:
                yield self.people.row(member), Because.HOUSE
        for _, item in self._found(phone) if len(phone) >= ENOUGH else ():
            if item.properties.get("phone") == phone:
                yield self.people.row(item), Because.PHONE

    def _found(self, query: str) -> Iterator[tuple[str, EntityItem]]:
        """Residents of the own area with their names."""
        hits = self.context.store.people.search(query, datasets=(RESIDENTS,), near=self.actor.area, limit=LOOKED_AT)
        for hit in hits:
            item = self.context.store.entities.get(hit.uuid, RESIDENTS) if self.actor.sees(hit.area) else None
            if item is not None:
                yield item.properties.get("full_name", item.label), item


def _door(house_no: str) -> str:
    """A house number for comparing: 027号 and 27 are the same."""
    plain = "".join(unicodedata.normalize("NFKC", house_no).split()).removesuffix("号")
    return re.sub(r"(?<!\d)0+(?=\d)", "", plain)


def _blurred(sound: str) -> str:
    for clear, blurred in BLURRED:
        sound = sound.replace(clear, blurred)
    return sound
