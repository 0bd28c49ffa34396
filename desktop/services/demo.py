"""Invented households, residents and requests: plausible, repeatable, through the form engine."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from desktop.services.clock import seeded
from desktop.services.desk import TheDesk, make_desk
from desktop.services.library import read_rows, shipped

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
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    sex: str
    born: date
    relation: str


class Invention:
    """Chance in the service of plausible people; the same seed gives the same ones."""

    def __init__(self, seed: int, *, today: date) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - invented people
        self._today = today
        self._surnames = _weighted(read_rows(shipped("surnames.csv") or b""), "surname")
        self._given = read_rows(shipped("given_names.csv") or b"")
        self._main: dict[str, Sequence[str]] = {}

    def pick(self, among: Sequence[str]) -> str:
        return self._chance.choice(among)

    def below(self, limit: int) -> int:
        return self._chance.randrange(limit)

    def surname(self, group: str) -> str:
        """One of the three to five surnames that most of a group carry, or any."""
        main = self._main.get(group)
        if main is None:
            names, weights = self._surnames
            main = self._main[group] = self._chance.choices(names, weights, k=self._chance.randint(3, 5))
        if self._chance.random() < MAIN_SHARE:
            return self._chance.choice(main)
        names, weights = self._surnames
        return self._chance.choices(names, weights)[0]

    def given(self, sex: str, born: int) -> str:
        fitting = [
            row
            for row in self._given
            if row["sex"] == ("男" if sex == "m" else "女") and int(row["from"]) <= born <= int(row["to"])
        ]
        rows = fitting or self._given
        return self._chance.choices([r["name"] for r in rows], [float(r["weight"]) for r in rows])[0]

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


def make(desk: TheDesk, *, households: int, requests: int, seed: int) -> Made:
    """Fill the desk's area with invented people and what they ask for.

    Names and requests follow from `seed`, identifiers also from the device and from what it holds already: two
    villages never make the same record, a copy of a workspace does.
    """
    clock, records = desk.context.clock, desk.context.store.status().records
    same = seeded(f"{seed}/{desk.me.device}/{records}", now=clock.instant, zone=clock.zone)
    context = replace(desk.context, clock=same)
    desk = make_desk(context, forget=desk.forget)
    invention = Invention(seed, today=context.today())
    groups = _groups(desk)
    batch = desk.batch("household")
    residents = 0
    for number in range(1, households + 1):
        group = invention.pick(groups)
        family = invention.family(group)
        batch.add(_household(invention, group, number, family), base=Path())
        residents += len(family)
    people = list(context.store.entities.all("residents", area=desk.context.actor.area))
    people.sort(key=lambda item: (item.label, item.uuid))
    refs = []
    if requests and people:
        batch = desk.batch("request")
        for _ in range(requests):
            person = people[invention.below(len(people))]
            refs.append(batch.add(request(invention, person.uuid), base=Path()).ref)
    return Made(households, residents, len(refs), tuple(refs))


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


def _weighted(rows: list[dict[str, str]], name: str) -> tuple[list[str], list[float]]:
    return [row[name] for row in rows], [float(row["weight"] or 0.01) for row in rows]
