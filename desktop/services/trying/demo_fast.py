"""Invented records in very large numbers: the engine makes one of each shape, the rest are written after it.

The bytes are those that `demo.Maker` makes one by one. Each shape is learnt from one record and proven on a second:
the engine makes that too, and both must agree. Rows may be rendered in other processes, which ask for shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast

from desktop.services.desk import TheDesk
from desktop.services.filling.library import AREAS, SURNAMES
from desktop.services.trying.crew import Alone, Ask, Crew, uncollected
from desktop.services.trying.demo import Identifiers, Made, Maker, Plan, Planned, plan_for
from forms.casework.areas import Areas
from forms.casework.names import Names
from forms.casework.numbers import format_number, parse
from forms.entities import changes
from sync.store.alike import NOW, WHO, NotAlike, Shape, Sheaf
from sync.store.rendering import Rendering, filled, text
from sync.store.rows import Finalise

KIND = "QS"
AT_ONCE = 1000  # records of a sheaf: three of them are in memory
COPIED = frozenset({"area", "house_no", "head_name", "phone", "name", "birth", "telephone", "resident"})
"""Questions whose answers are only copied: a form decides nothing by them but whether there is one."""

_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The records of a form from one number to another."""

    form_id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Asked by who renders: the shape of records like this one, please."""

    form_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Asked by who renders: are these the bytes of this record?"""

    form_id: str
    number: int
    xml: bytes


@dataclass(frozen=True, slots=True)
class Home:
    """A planned household: uuids of its members, name and telephone of each, code of its group."""

    uuids: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    group: str


@dataclass(slots=True)
class Renderer:
    """Turns numbers into planned records, shapes of them and values, and those into rows. Travels to other processes.

    `before` is the running number of the last request that was there.
    """

    plan: Plan
    letters: str
    before: int
    now: str
    areas: bytes
    surnames: bytes
    _identifiers: Identifiers = field(default_factory=Identifiers)
    _shapes: dict[Key, Shape] = field(default_factory=dict)
    _proven: set[Key] = field(default_factory=set)
    _homes: dict[int, Home] = field(default_factory=dict)
    _villages: dict[str, str] = field(default_factory=dict)
    _rendering: Rendering | None = None

    def __call__(self, task: object, ask: Ask) -> Sheaf:
        numbers, rendering = cast("Numbers", task), self._begun()
        for number in range(numbers.first, numbers.last + 1):
            planned, values = self.described(numbers.form_id, number)
            values[NOW] = self.now
            rendering.add(self._shape(planned, values, number, ask), values)
        return rendering.take()

    def described(self, form_id: str, number: int) -> tuple[Planned, dict[str, str]]:
        """A record as it is planned, and what stands in each slot of its shape."""
        if form_id == "household":
            return self._household(self.plan.household(number))
        return self._request(self.plan.request(number, home=self._members), number)

    def key(self, planned: Planned, values: Mapping[str, str]) -> Key:
        """The same for records of one shape."""
        group = values["group"]
        village = self._villages.get(group)
        if village is None:
            village = self._villages[group] = self._begun().areas.village(group)
        return planned.form_id, village, "phone" in values, _decisive(planned.answers)

    def _begun(self) -> Rendering:
        if self._rendering is None:
            self._rendering = Rendering(Areas.read(self.areas), Names.read(self.surnames))
        return self._rendering

    def _shape(self, planned: Planned, values: Mapping[str, str], number: int, ask: Ask) -> Shape:
        key = self.key(planned, values)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = cast("Shape", ask(Unknown(planned.form_id, number)))
        elif key not in self._proven:
            ask(Claim(planned.form_id, number, text(shape.xml, filled(shape, values)).encode()))
            self._proven.add(key)
        return shape

    def _household(self, planned: Planned) -> tuple[Planned, dict[str, str]]:
        where, member = _group(planned.answers, "where"), _repeat(planned.answers)
        self._homes[planned.household] = _home(planned)
        values = self._drawn(planned, len(member) + 2)
        values |= {"group": where["area"], "house_no": where["house_no"]}
        if where.get("phone"):
            values["phone"] = where["phone"]
        for place, person in enumerate(member):
            values |= {f"name{place}": person["name"], f"birth{place}": person["birth"]}
        return planned, values

    def _request(self, planned: Planned, number: int) -> tuple[Planned, dict[str, str]]:
        home = self._homes[planned.household]
        name, phone = home.people[planned.member]
        values = self._drawn(planned, 2)
        values |= {"resident": home.uuids[planned.member], WHO: name, "group": home.group}
        values["number"] = format_number(KIND, self.letters, self.before + number)
        if phone:
            values["phone"] = phone
        return planned, values

    def _members(self, number: int) -> tuple[str, ...]:
        """Who lives in a planned household."""
        found = self._homes.get(number)
        if found is None:
            found = self._homes[number] = _home(self.plan.household(number))
        return found.uuids

    def _drawn(self, planned: Planned, count: int) -> dict[str, str]:
        self._identifiers.begin(planned.seed, planned.number)
        return {f"id{place}": self._identifiers.next() for place in range(count)}


@dataclass(slots=True)
class Teacher:
    """Answers who renders: learns shapes from the engine's records, and compares what was rendered with them."""

    desk: TheDesk
    renderer: Renderer
    maker: Maker
    shapes: dict[Key, Shape] = field(default_factory=dict)

    def answer(self, question: object) -> object:
        about = cast("Unknown | Claim", question)
        planned, values = self.renderer.described(about.form_id, about.number)
        if isinstance(about, Unknown):
            key = self.renderer.key(planned, values)
            if key not in self.shapes:
                self.shapes[key] = self._learn(planned, values)
            return self.shapes[key]
        if self.maker.submission(planned, values.get("number", "")).xml != about.xml:
            raise NotAlike(about.form_id)
        return None

    def _learn(self, planned: Planned, values: Mapping[str, str]) -> Shape:
        answers, marks = planned.answers, dict(values)
        if planned.form_id == "household":
            answers, marks = _marked(answers, marks)
        made = self.maker.submission(replace(planned, answers=answers))
        if made.numbers:
            marks["number"] = made.numbers[0][1]
        form = self.maker.batch(planned.form_id).form
        author = self.desk.context.actor.user
        example = Finalise(made, form, author=author, changes=changes(form, made.xml))
        return self.desk.context.store.bulk.learn(example, marks)


def make_fast(desk: TheDesk, *, households: int, requests: int, seed: int, crew: Crew | None = None) -> Made:
    """As `demo.make`, the same bytes, in one transaction; households first, since requests name their people."""
    plan, store = plan_for(desk, households=households, seed=seed), desk.context.store
    maker, crew = Maker(desk), crew or Alone()
    following = parse(store.records.peek_number(KIND))
    requests = requests if households else 0
    residents = 0
    with store.bulk.filling(households + requests) as filling:
        known = (
            plan,
            store.identity().letters,
            following.running - 1 if following else 0,
            filling.now,
            desk.context.list_bytes(AREAS) or b"",
            desk.context.list_bytes(SURNAMES) or b"surname,pinyin\n",
        )
        renderer, teacher = Renderer(*known), Teacher(desk, Renderer(*known), maker)
        stages = _tasks("household", households), _tasks("request", requests)
        for made in crew.results(renderer, stages, teacher.answer):
            sheaf = cast("Sheaf", made)
            with uncollected():
                filling.put(sheaf)
            residents += sheaf.born["entity"] - sheaf.born["record"]
    return Made(households, residents, requests)


def _tasks(form_id: str, count: int) -> Iterator[Numbers]:
    for first in range(1, count + 1, AT_ONCE):
        yield Numbers(form_id, first, min(count, first + AT_ONCE - 1))


def _marked(answers: Mapping[str, object], values: dict[str, str]) -> tuple[Mapping[str, object], dict[str, str]]:
    """The household with names and a door number that occur nowhere else, and days of birth that differ."""
    where, member = dict(_group(answers, "where")), [dict(person) for person in _repeat(answers)]
    where["house_no"] = values["house_no"] = "90001号"
    taken: set[str] = set()
    for place, person in enumerate(member):
        person["name"] = values[f"name{place}"] = f"龘{_SIGNS[place]}龘"
        while person["birth"] in taken:
            person["birth"] = (date.fromisoformat(person["birth"]) - timedelta(days=1)).isoformat()
        taken.add(person["birth"])
        values[f"birth{place}"] = person["birth"]
    where["head_name"] = member[0]["name"]
    return {**answers, "where": where, "member": member}, values


def _home(planned: Planned) -> Home:
    people = tuple((person["name"], person.get("telephone", "")) for person in _repeat(planned.answers))
    return Home(planned.people, people, _group(planned.answers, "where")["area"])


def _group(answers: Mapping[str, object], name: str) -> Mapping[str, str]:
    return cast("Mapping[str, str]", answers[name])


def _repeat(answers: Mapping[str, object]) -> list[Mapping[str, str]]:
    return cast("list[Mapping[str, str]]", answers["member"])


def _decisive(answers: object) -> object:
    """Answers by name; of those that are only copied, that there is one."""
    if isinstance(answers, dict):
        return tuple(
            [
                (name, bool(value) if name in COPIED and type(value) is str else _decisive(value))
                for name, value in answers.items()
            ]
        )
    if isinstance(answers, list):
        return tuple([_decisive(each) for each in answers])
    return answers
