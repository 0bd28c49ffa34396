"""Invented records in very large numbers: the engine makes one of each shape, the rest are written after it.

The bytes are those that `demo.Maker` makes one by one. Each shape is learnt from one record and proven on a second:
the engine makes that too, and both must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast

from desktop.services.desk import TheDesk
from desktop.services.trying.demo import Identifiers, Made, Maker, Plan, Planned, plan_for
from forms.casework.numbers import format_number, parse
from forms.entities import changes
from sync.store.alike import WHO, Alike, NotAlike, Shape
from sync.store.rows import Finalise

KIND = "QS"
COPIED = frozenset({"area", "house_no", "head_name", "phone", "name", "birth", "telephone", "resident"})
"""Questions whose answers are only copied: a form decides nothing by them but whether there is one."""

_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True, slots=True)
class Resident:
    uuid: str
    name: str
    phone: str
    group: str


@dataclass(slots=True)
class FastMaker:
    """Turns planned records into shapes and values, and learns the shapes that it meets."""

    desk: TheDesk
    identifiers: Identifiers = field(default_factory=Identifiers)
    maker: Maker = field(init=False)
    shapes: dict[object, Shape] = field(default_factory=dict)
    proven: set[object] = field(default_factory=set)
    homes: dict[int, tuple[Resident, ...]] = field(default_factory=dict)
    villages: dict[str, str] = field(default_factory=dict)
    running: int = 0
    letters: str = ""

    def __post_init__(self) -> None:
        self.maker = Maker(self.desk)
        self.letters = self.desk.context.store.identity().letters
        following = parse(self.desk.context.store.records.peek_number(KIND))
        self.running = following.running - 1 if following else 0

    def household(self, planned: Planned) -> Alike:
        answers = planned.answers
        where, member = _group(answers, "where"), _repeat(answers)
        values = {f"id{place}": drawn for place, drawn in enumerate(self._drawn(planned.seed, len(member) + 2))}
        values |= {"group": where["area"], "house_no": where["house_no"]}
        if where.get("phone"):
            values["phone"] = where["phone"]
        for place, person in enumerate(member):
            values |= {f"name{place}": person["name"], f"birth{place}": person["birth"]}
        self.homes[planned.household] = tuple(
            Resident(uuid, person["name"], person.get("telephone", ""), where["area"])
            for uuid, person in zip(planned.people, member, strict=True)
        )
        return self._alike(planned, values, ())

    def request(self, planned: Planned) -> Alike:
        person = self.homes[planned.household][planned.member]
        self.running += 1
        values = {f"id{place}": drawn for place, drawn in enumerate(self._drawn(planned.seed, 2))}
        values |= {"resident": person.uuid, WHO: person.name, "group": person.group}
        values["number"] = format_number(KIND, self.letters, self.running)
        if person.phone:
            values["phone"] = person.phone
        return self._alike(planned, values, (bool(person.phone),))

    def _drawn(self, seed: str, count: int) -> list[str]:
        self.identifiers.begin(seed)
        return [self.identifiers.next() for _ in range(count)]

    def _alike(self, planned: Planned, values: Mapping[str, str], more: tuple[object, ...]) -> Alike:
        village = self.villages.get(values["group"])
        if village is None:
            village = self.villages[values["group"]] = self.desk.context.areas().village(values["group"])
        key = (planned.form_id, village, more, tuple(_decisive(planned.answers)))
        shape = self.shapes.get(key)
        if shape is None:
            shape = self.shapes[key] = self._learn(planned, values)
        elif key not in self.proven:
            made = self.maker.submission(planned, values.get("number", ""))
            if made.xml != shape.xml({**values}).encode():
                raise NotAlike(planned.form_id)
            self.proven.add(key)
        return Alike(shape, values)

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


def make_fast(desk: TheDesk, *, households: int, requests: int, seed: int) -> Made:
    """As `demo.make`, the same bytes, in large transactions; households first, since requests name their people."""
    plan = plan_for(desk, households=households, seed=seed)
    maker, bulk = FastMaker(desk), desk.context.store.bulk
    residents = 0

    def homes() -> Iterator[Alike]:
        nonlocal residents
        for number in range(1, households + 1):
            planned = plan.household(number)
            residents += len(planned.people)
            yield maker.household(planned)

    bulk.write(homes())
    refs: list[str] = []
    bulk.write(_requests(plan, maker, requests if households else 0, refs))
    return Made(households, residents, len(refs), tuple(refs))


def _requests(plan: Plan, maker: FastMaker, count: int, refs: list[str]) -> Iterator[Alike]:
    for number in range(1, count + 1):
        alike = maker.request(plan.request(number))
        refs.append(alike.values["number"])
        yield alike


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


def _group(answers: Mapping[str, object], name: str) -> Mapping[str, str]:
    return cast("Mapping[str, str]", answers[name])


def _repeat(answers: Mapping[str, object]) -> list[Mapping[str, str]]:
    return cast("list[Mapping[str, str]]", answers["member"])


def _decisive(answers: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Answers by path; of those that are only copied, that there is one."""
    if isinstance(answers, Mapping):
        for name, value in answers.items():
            if name in COPIED and not isinstance(value, Mapping):
                yield f"{path}/{name}", bool(value)
            else:
                yield from _decisive(value, f"{path}/{name}")
    elif isinstance(answers, list):
        for place, each in enumerate(answers):
            yield from _decisive(each, f"{path}[{place}]")
    else:
        yield path, answers
