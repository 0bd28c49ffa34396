"""Invented households, residents and requests: plausible, repeatable, through the form engine."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.desk import TheDesk, make_desk
from desktop.services.filling.batch import Batch
from desktop.services.filling.library import read_rows, shipped
from forms.api import Submission

MAIN_SHARE = 0.7  # of a group's households carry one of its main surnames: form-pack.md, 5
OCCASIONS = (
    ("H05", "巷子里的灯坏了好几天，晚上出门看不清路"),
    ("H01", "村口那段路塌了一块，三轮车过不去"),
    ("H04", "通村的客车一天只来一趟，赶集不方便"),
    ("G01", "自来水断断续续，一天只来两个小时"),
    ("G05", "门前的水渠堵了，下雨就淹菜地"),
    ("A04", "家里老人生病花了不少钱，想问能不能申请救助"),
    ("A01", "家里没有劳力，想申请低保"),
    ("B03", "养老金这两个月没到账，想请帮忙查一查"),
    ("C02", "在外地看病的药费，不知道怎么报"),
    ("E02", "后墙裂了一条缝，想请人来鉴定"),
    ("F01", "种粮补贴登记了，还没有发下来"),
    ("J01", "垃圾桶满了没有人来拉，味道很大"),
    ("D01", "孩子转学回来，想问要办什么手续"),
)


@dataclass(frozen=True, slots=True)
class Made:
    households: int
    residents: int
    requests: int


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    sex: str
    born: date
    relation: str


class Stock:
    """Names to invent people from, and which of them a group's people mostly bear; follows from `seed`."""

    def __init__(self, seed: str) -> None:
        rows = read_rows(shipped("surnames.csv") or b"")
        self.surnames = [row["surname"] for row in rows]
        self.often = list(accumulate(float(row["weight"] or 0.01) for row in rows))
        self._seed = seed
        self._rows = read_rows(shipped("given_names.csv") or b"")
        self._given: dict[tuple[str, int], tuple[list[str], list[float]]] = {}
        self._main: dict[str, list[str]] = {}

    def main(self, group: str) -> Sequence[str]:
        """The three to five surnames that most of a group carry."""
        found = self._main.get(group)
        if found is None:
            chance = random.Random(f"{self._seed}/group/{group}")  # noqa: S311 - invented people
            found = chance.choices(self.surnames, cum_weights=self.often, k=chance.randint(3, 5))
            self._main[group] = found
        return found

    def given(self, sex: str, born: int) -> tuple[list[str], list[float]]:
        """Given names of somebody of that sex and year of birth, with their weights summed up."""
        found = self._given.get((sex, born))
        if found is None:
            wanted = "男" if sex == "m" else "女"
            fitting = [r for r in self._rows if r["sex"] == wanted and int(r["from"]) <= born <= int(r["to"])]
            rows = fitting or self._rows
            found = [row["name"] for row in rows], list(accumulate(float(row["weight"]) for row in rows))
            self._given[sex, born] = found
        return found


class Invention:
    """Chance in the service of plausible people; the same seed gives the same ones.

    `chance` is begun anew: to make one takes longer than to invent a request.
    """

    def __init__(
        self, seed: int | str, *, today: date, stock: Stock | None = None, chance: random.Random | None = None
    ) -> None:
        self._chance = chance or random.Random()  # noqa: S311 - invented people
        self._chance.seed(seed)
        self._today = today
        self._stock = stock or Stock(str(seed))

    def pick(self, among: Sequence[str]) -> str:
        return self._chance.choice(among)

    def below(self, limit: int) -> int:
        return self._chance.randrange(limit)

    def surname(self, group: str) -> str:
        """One of the surnames that most of a group carry, or any."""
        if self._chance.random() < MAIN_SHARE:
            return self._chance.choice(self._stock.main(group))
        return self._chance.choices(self._stock.surnames, cum_weights=self._stock.often)[0]

    def given(self, sex: str, born: int) -> str:
        names, often = self._stock.given(sex, born)
        return self._chance.choices(names, cum_weights=often)[0]

    def born(self, least: int, most: int) -> date:
        """A date of birth of somebody between `least` and `most` years old."""
        days = self._chance.randint(least * 365, most * 365)
        return self._today - timedelta(days=days)

    def family(self, group: str) -> tuple[Person, ...]:
        """A head, often a spouse, sometimes children and an old parent."""
        surname = self.surname(group)
        head_sex = "m" if self._chance.random() < 0.8 else "f"
        head = self._person(surname, head_sex, self.born(34, 78), "head")
        found = [head]
        if self._chance.random() < 0.75:
            sex = "f" if head_sex == "m" else "m"
            born = head.born + timedelta(days=self._chance.randint(-1500, 1500))
            found.append(self._person(self.surname(group), sex, born, "spouse"))
        for _ in range(self._chance.choice((0, 1, 1, 2))):
            sex = self._chance.choice("mf")
            born = head.born + timedelta(days=self._chance.randint(22 * 365, 32 * 365))
            if born < self._today:
                found.append(self._person(surname, sex, born, "son" if sex == "m" else "daughter"))
        return tuple(found)

    def telephone(self) -> str:
        """Numbers that no subscriber has: they begin with 154."""
        return "154" + "".join(str(self._chance.randrange(10)) for _ in range(8))

    def _person(self, surname: str, sex: str, born: date, relation: str) -> Person:
        return Person(surname + self.given(sex, born.year), sex, born, relation)


class Identifiers:
    """A clock that stands still, whose identifiers begin anew with each record, from a seed of its own.

    They begin with the record's number: what is made in order falls in order into every index of the store.
    """

    def __init__(self) -> None:
        self.begin("", 0)

    def begin(self, seed: str, number: int) -> None:
        self._seed, self._head, self._drawn = seed, f"{number:08x}", 0
        self._chance: random.Random | None = None

    def next(self) -> str:
        self._drawn += 1
        drawn = blake2b(f"{self._seed}/{self._drawn}".encode(), digest_size=11).hexdigest()
        return f"{self._head}-{drawn[:4]}-4{drawn[4:7]}-8{drawn[7:10]}-{drawn[10:]}"

    def clock(self, like: Clock, moment: datetime) -> Clock:
        return replace(like, instant=lambda: moment, uuid=self.next, random=self._random)

    def _random(self) -> float:
        if self._chance is None:
            self._chance = random.Random(self._seed)  # noqa: S311 - invented people
        return self._chance.random()


@dataclass(frozen=True, slots=True)
class Planned:
    """One record to be made: what is answered, and the seed and number that its identifiers follow from."""

    form_id: str
    seed: str
    answers: Mapping[str, object]
    number: int = 0
    household: int = 0  # that it is of, or whose member it is of
    member: int = 0
    people: tuple[str, ...] = ()  # uuids of the household's members in their order


@dataclass(slots=True)
class Plan:
    """Every record that is to be made, each from the seed and its own number alone."""

    seed: str  # of what people are called and ask for
    root: str  # of their identifiers, which nobody else may have
    today: date
    groups: Sequence[str]
    households: int
    stock: Stock = field(init=False)
    _people: dict[int, Sequence[str]] = field(default_factory=dict, init=False)
    _living: random.Random = field(default_factory=random.Random, init=False)
    _asking: random.Random = field(default_factory=random.Random, init=False)

    def __post_init__(self) -> None:
        self.stock = Stock(self.seed)

    def household(self, number: int) -> Planned:
        seed = f"{self.seed}/household/{number}"
        invention = Invention(seed, today=self.today, stock=self.stock, chance=self._living)
        group = invention.pick(self.groups)
        family = invention.family(group)
        drawn = f"{self.root}/household/{number}/id"
        people = members(drawn, number, len(family))
        answers = _household(invention, group, number, family)
        return Planned("household", drawn, answers, number, household=number, people=people)

    def request(
        self, number: int, others: Sequence[str] = (), *, home: Callable[[int], Sequence[str]] | None = None
    ) -> Planned:
        """A request of somebody in a planned household; where none is planned of one of the `others`, by uuid.

        `home` is for callers who know the members of households already.
        """
        seed, drawn = f"{self.seed}/request/{number}", f"{self.root}/request/{number}/id"
        invention = Invention(seed, today=self.today, stock=self.stock, chance=self._asking)
        if not self.households:
            return Planned("request", drawn, request(invention, others[invention.below(len(others))]), number)
        household = 1 + invention.below(self.households)
        people = (home or self._members)(household)
        member = invention.below(len(people))
        answers = request(invention, people[member])
        return Planned("request", drawn, answers, number, household=household, member=member)

    def _members(self, household: int) -> Sequence[str]:
        found = self._people.get(household)
        if found is None:
            found = self._people[household] = self.household(household).people
        return found


def members(seed: str, number: int, count: int) -> tuple[str, ...]:
    """The uuids that a household's members get: a form asks for them after the record's own, around its household's.

    The first member stands there when the form opens; the others come after the household's entity.
    """
    identifiers = Identifiers()
    identifiers.begin(seed, number)
    drawn = [identifiers.next() for _ in range(count + 2)]
    return (drawn[1], *drawn[3:])


def make(desk: TheDesk, *, households: int, requests: int, seed: int) -> Made:
    """Fill the desk's area with invented people and what they ask for.

    Names and requests follow from `seed`, identifiers also from the device and from what it holds already: two
    villages never make the same record, a copy of a workspace does.
    """
    plan = plan_for(desk, households=households, seed=seed)
    maker = Maker(desk)
    residents = 0
    for number in range(1, households + 1):
        planned = plan.household(number)
        maker.add(planned)
        residents += len(planned.people)
    others = () if households or not requests else everybody(desk)
    asked = range(1, requests + 1 if households or others else 1)
    for number in asked:
        maker.add(plan.request(number, others))
    return Made(households, residents, len(asked))


class Maker:
    """Makes planned records one by one, through the form engine."""

    def __init__(self, desk: TheDesk) -> None:
        self._identifiers = Identifiers()
        clock = self._identifiers.clock(desk.context.clock, desk.context.clock.instant())
        self.desk = make_desk(replace(desk.context, clock=clock), forget=desk.forget)
        self._batches: dict[str, Batch] = {}

    def batch(self, form_id: str) -> Batch:
        if form_id not in self._batches:
            self._batches[form_id] = self.desk.batch(form_id)
        return self._batches[form_id]

    def add(self, planned: Planned) -> str:
        """Make it and give its short number."""
        batch = self.batch(planned.form_id)
        self._identifiers.begin(planned.seed, planned.number)
        return batch.add(planned.answers, base=Path()).ref

    def submission(self, planned: Planned, number: str = "") -> Submission:
        """The same bytes, stored nowhere; with the store's next short number or this one."""
        batch = self.batch(planned.form_id)
        self._identifiers.begin(planned.seed, planned.number)
        opening = batch.fill(planned.answers)
        if opening.numbers is not None:
            opening.numbers.context, opening.numbers.fixed = self.desk.context, number
        return opening.session.finalise()


def plan_for(desk: TheDesk, *, households: int, seed: int) -> Plan:
    root = f"{seed}/{desk.me.device}/{desk.context.store.status().records}"
    return Plan(str(seed), root, desk.context.today(), _groups(desk), households)


def everybody(desk: TheDesk) -> Sequence[str]:
    """Uuids of the residents in the desk's area, by name."""
    people = list(desk.context.store.entities.all("residents", area=desk.context.actor.area))
    people.sort(key=lambda item: (item.label, item.uuid))
    return [item.uuid for item in people]


def _groups(desk: TheDesk) -> list[str]:
    """Codes of the village groups inside the desk's area."""
    areas = desk.context.areas()
    found = [code for code in areas.below(desk.me.area) if (area := areas.get(code)) and area.level == "group"]
    return found or [desk.me.area]


def _household(invention: Invention, group: str, number: int, family: tuple[Person, ...]) -> Mapping[str, object]:
    phone = invention.telephone() if invention.below(10) else ""
    head = family[0]
    where: dict[str, object] = {"area": group, "house_no": f"{number}号", "head_name": head.name}
    where |= {"has_phone": "yes", "phone": phone} if phone else {"has_phone": "no"}
    grade = invention.pick(("A", "A", "B", "B", "unknown"))
    members = [
        {
            "name": person.name,
            "sex": person.sex,
            "birth": person.born.isoformat(),
            "relation": person.relation,
            **({"telephone": phone} if phone and person is head else {}),
        }
        for person in family
    ]
    return {
        "where": where,
        "people": {"registered": len(family), "living": max(1, len(family) - invention.below(2))},
        "life": {"house_grade": grade},
        "member": members,
    }


def request(invention: Invention, resident: str) -> dict[str, object]:
    """What one resident asks for: a matter of a category and words that fit it."""
    matter, said = OCCASIONS[invention.below(len(OCCASIONS))]
    return {
        "who": {"requester": "person", "resident": resident},
        "what": {"matter": matter, "description": said},
        "tell_by": invention.pick(("face", "phone", "face")),
    }
