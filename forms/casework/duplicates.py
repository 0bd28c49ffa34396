"""Whether two residents may be the same person: a score with the reasons that a clerk reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms.casework.names import Names


class Reason(StrEnum):
    """Words under `casework.same_KEY`."""

    NAME = "name"
    SOUND = "sound"
    HOUSE = "house"
    PHONE = "phone"
    PHONE_NEAR = "phone_near"
    ID_TAIL = "id_tail"
    BIRTH = "birth"
    SEX_DIFFERS = "sex_differs"
    BIRTH_DIFFERS = "birth_differs"
    ID_TAIL_DIFFERS = "id_tail_differs"


WEIGHTS: dict[Reason, int] = {
    Reason.NAME: 45,
    Reason.SOUND: 35,
    Reason.HOUSE: 25,
    Reason.PHONE: 30,
    Reason.PHONE_NEAR: 20,
    Reason.ID_TAIL: 25,
    Reason.BIRTH: 25,
    Reason.SEX_DIFFERS: -35,
    Reason.BIRTH_DIFFERS: -30,
    Reason.ID_TAIL_DIFFERS: -40,
}

LIKELY = 60
"""Score from which a pair is shown to a person; 100 and more is all but certain."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared; blank is unknown. `house` is the household's uuid, or group and door number."""

    uuid: str
    name: str
    house: str = ""
    phone: str = ""
    id_tail: str = ""
    birth: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """`score` in points, `reasons` for and against in order of weight."""

    uuid: str
    score: int
    reasons: tuple[Reason, ...]


def compare(one: Person, other: Person, names: Names) -> Match:
    """How likely `other` is `one`, symmetric but for the uuid that is named."""
    reasons = [reason for reason in (_name(one, other, names), _phone(one, other)) if reason]
    if _alike(one.house, other.house):
        reasons.append(Reason.HOUSE)
    for mine, theirs, same, differs in (
        (one.id_tail, other.id_tail, Reason.ID_TAIL, Reason.ID_TAIL_DIFFERS),
        (one.birth, other.birth, Reason.BIRTH, Reason.BIRTH_DIFFERS),
    ):
        if mine and theirs:
            reasons.append(same if mine.upper() == theirs.upper() else differs)
    if one.sex and other.sex and one.sex != other.sex:
        reasons.append(Reason.SEX_DIFFERS)
    reasons.sort(key=lambda reason: -abs(WEIGHTS[reason]))
    return Match(other.uuid, sum(WEIGHTS[reason] for reason in reasons), tuple(reasons))


def candidates(person: Person, others: Iterable[Person], names: Names, *, at_least: int = LIKELY) -> tuple[Match, ...]:
    """Those of `others` who may be `person`, the likeliest first: by default a name alike and a second sign."""
    found = (compare(person, other, names) for other in others if other.uuid != person.uuid)
    return tuple(sorted((match for match in found if match.score >= at_least), key=lambda match: -match.score))


def near(one: str, other: str) -> bool:
    """Whether two numbers differ by one digit: a wrong, a missing, an extra one, or two neighbours swapped."""
    if one == other:
        return False
    if len(one) == len(other):
        differing = [at for at, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
        if len(differing) == 1:
            return True
        first, last = differing[0], differing[-1]
        swapped = len(differing) == 2 and last == first + 1
        return swapped and one[first] == other[last] and one[last] == other[first]
    shorter, longer = sorted((one, other), key=len)
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


def _name(one: Person, other: Person, names: Names) -> Reason | None:
    mine, theirs = _plain(one.name), _plain(other.name)
    if not mine or not theirs:
        return None
    if mine == theirs:
        return Reason.NAME
    return Reason.SOUND if set(names.keys(mine).full) & set(names.keys(theirs).full) else None


def _phone(one: Person, other: Person) -> Reason | None:
    mine, theirs = (_digits(each.phone) for each in (one, other))
    if len(mine) < 7 or len(theirs) < 7:
        return None
    if mine == theirs:
        return Reason.PHONE
    return Reason.PHONE_NEAR if near(mine, theirs) else None


def _alike(one: str, other: str) -> bool:
    return bool(one) and _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _digits(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isdigit())


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may be one: `one` and `other` are uuids, `one` the smaller."""

    one: str
    other: str
    score: int
    reasons: tuple[Reason, ...]


CROWD = 60
"""A name that more people have says nothing by itself: they are compared within houses and birthdays only."""


def pairs(people: Sequence[Person], names: Names, *, at_least: int = LIKELY, most: int = 500) -> tuple[Pair, ...]:
    """The likeliest pairs of a register, without comparing everybody with everybody.

    Two are compared where their names sound alike, which is how a person is written down twice. Time grows with the
    number of people, not with its square.
    """
    best: dict[tuple[str, str], Pair] = {}
    for crowd in _crowds(people, names):
        for at, person in enumerate(crowd):
            for match in candidates(person, crowd[at + 1 :], names, at_least=at_least):
                one, other = sorted((person.uuid, match.uuid))
                best[one, other] = Pair(one, other, match.score, match.reasons)
    return tuple(sorted(best.values(), key=lambda pair: (-pair.score, pair.one, pair.other))[:most])


def _crowds(people: Sequence[Person], names: Names) -> Iterator[Sequence[Person]]:
    """Groups in which pairs are looked for; of a very common name only who shares something more."""
    groups: dict[tuple[str, ...], list[Person]] = {}
    for person in people:
        for sound in names.keys(person.name).full if person.name else ():
            groups.setdefault((sound,), []).append(person)
    for key, group in groups.items():
        if len(group) <= CROWD:
            if len(group) > 1:
                yield group
            continue
        finer: dict[tuple[str, ...], list[Person]] = {}
        for person in group:
            for what in (person.house, person.birth, _digits(person.phone), person.id_tail):
                if what:
                    finer.setdefault((*key, what), []).append(person)
        yield from (each[:CROWD] for each in finer.values() if len(each) > 1)
