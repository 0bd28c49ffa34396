"""Whether two households may be one that was registered twice: a score with the reasons that a clerk reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from forms.casework.duplicates import near
from forms.casework.names import Names


class Sign(StrEnum):
    """Words under `casework.home_KEY`."""

    DOOR = "door"
    HEAD = "head"
    HEAD_SOUND = "head_sound"
    PHONE = "phone"
    PHONE_NEAR = "phone_near"
    MEMBERS = "members"
    DOOR_DIFFERS = "door_differs"


WEIGHTS: dict[Sign, int] = {
    Sign.DOOR: 40,
    Sign.HEAD: 35,
    Sign.HEAD_SOUND: 25,
    Sign.PHONE: 30,
    Sign.PHONE_NEAR: 20,
    Sign.MEMBERS: 30,
    Sign.DOOR_DIFFERS: -25,
}
LIKELY = 60
"""Score from which a pair is shown: two signs, and not only a name that many have."""

CROWD = 60
"""What more households share says nothing by itself."""

LEAST_DIGITS = 7
IN_COMMON = 2  # names of members that two households share before that is a sign


@dataclass(frozen=True, slots=True)
class Home:
    """What is compared; blank is unknown. `area` is the group's code, `members` are names."""

    uuid: str
    head: str = ""
    area: str = ""
    door: str = ""
    phone: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HomePair:
    """Two that may be one: `one` and `other` are uuids, `one` the smaller."""

    one: str
    other: str
    score: int
    signs: tuple[Sign, ...]


def compare(one: Home, other: Home, names: Names) -> HomePair:
    """How likely both are one household, whichever comes first."""
    signs = [sign for sign in (_door(one, other), _head(one, other, names), _phone(one, other)) if sign]
    shared = {_plain(each) for each in one.members} & {_plain(each) for each in other.members}
    if len(shared - {""}) >= IN_COMMON:
        signs.append(Sign.MEMBERS)
    signs.sort(key=lambda sign: -abs(WEIGHTS[sign]))
    first, second = sorted((one.uuid, other.uuid))
    return HomePair(first, second, sum(WEIGHTS[sign] for sign in signs), tuple(signs))


def pairs(homes: Sequence[Home], names: Names, *, at_least: int = LIKELY, most: int = 500) -> tuple[HomePair, ...]:
    """The likeliest pairs of a register. Only those are compared that share door, telephone or the head's sound."""
    best: dict[tuple[str, str], HomePair] = {}
    for crowd in _crowds(homes, names):
        for one, other in combinations(crowd, 2):
            found = compare(one, other, names)
            if found.score >= at_least:
                best[found.one, found.other] = found
    return tuple(sorted(best.values(), key=lambda pair: (-pair.score, pair.one, pair.other))[:most])


def _crowds(homes: Iterable[Home], names: Names) -> Iterator[Sequence[Home]]:
    groups: dict[tuple[str, ...], list[Home]] = {}
    for home in homes:
        for key in _keys(home, names):
            groups.setdefault(key, []).append(home)
    yield from (group for group in groups.values() if 1 < len(group) <= CROWD)


def _keys(home: Home, names: Names) -> Iterator[tuple[str, ...]]:
    if home.door:
        yield "door", home.area, _plain(home.door)
    if len(_digits(home.phone)) >= LEAST_DIGITS:
        yield "phone", _digits(home.phone)
    for sound in names.keys(home.head).full if home.head else ():
        yield "head", home.area, sound


def _door(one: Home, other: Home) -> Sign | None:
    if not one.door or not other.door:
        return None
    same = one.area == other.area and _plain(one.door) == _plain(other.door)
    return Sign.DOOR if same else Sign.DOOR_DIFFERS


def _head(one: Home, other: Home, names: Names) -> Sign | None:
    mine, theirs = _plain(one.head), _plain(other.head)
    if not mine or not theirs:
        return None
    if mine == theirs:
        return Sign.HEAD
    return Sign.HEAD_SOUND if set(names.keys(mine).full) & set(names.keys(theirs).full) else None


def _phone(one: Home, other: Home) -> Sign | None:
    mine, theirs = _digits(one.phone), _digits(other.phone)
    if min(len(mine), len(theirs)) < LEAST_DIGITS:
        return None
    if mine == theirs:
        return Sign.PHONE
    return Sign.PHONE_NEAR if near(mine, theirs) else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _digits(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isdigit())
