"""What is found among very many is what reading everybody one after another finds, however it is looked for."""

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from store_samples import Village, new_village

from sync.store import finding, search_keys
from sync.store.search_keys import Subject, keys

FAMILY, GIVEN = "王李陈林", "伟秀军芳丽"
PLACES = ("99062110120103", "99062110120104", "99062110120205")  # the last in another village
TEXTS = (
    *("王", "王伟", "伟", "w", "wang", "lw", "li", "liwei", "李伟军", "3组", "5号", "12", "0003", "没有"),
    *("李 伟", "li 伟", "伟 li", "王w", "l w", "w l", "wang 3zu", "李 3组", "l 3组", "li wei", "wei li", "li 5号"),
    *("li w 3zu", "l w j", "li wei jun", "李 w 4组", "wei 伟 3zu", "芳 5号", "3组 4组", "chen f 12", "l w 没有"),
)
LIMITS = {
    "as they are": {},
    "few are looked at": {"FEW": 2, "LISTED": 60, "STEPS": (2, 60, 70), "ONE_BY_ONE": 4, "SEEN": 10, "LOOKED": 5},
    "no list is short": {"FEW": 1, "LISTED": 2, "STEPS": (1, 2, 20), "LONG": 20, "BEGUN": 3, "ONE_BY_ONE": 2}
    | {"SEEN": 3, "LOOKED": 3},
}


@dataclass(frozen=True)
class Resident:
    uuid: str
    name: str
    held: frozenset[str]
    place: str


@dataclass(frozen=True)
class Town:
    village: Village
    residents: tuple[Resident, ...]

    def fitting(self, text: str) -> set[str]:
        """Everybody, one after another."""
        return {each.uuid for each in self.residents if fits(each.held, text)}

    def found(self, text: str, limit: int) -> list[str]:
        return [hit.uuid for hit in self.village.store.people.search(text, limit=limit)]


def fits(held: frozenset[str], text: str) -> bool:
    def has(key: str) -> bool:
        return "R" + key in held if key[0] in search_keys.EXACT else any(each.startswith("R" + key) for each in held)

    return any(all(any(map(has, term.keys)) for term in asked) for asked in search_keys.readings(text))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two hundred residents of a few names, some of them lately seen."""
    village = new_village(tmp_path_factory.mktemp("finding") / "village")
    chance, made = random.Random(5), list[Resident]()
    names = ["".join(parts) for parts in itertools.product(FAMILY, ("", *GIVEN), GIVEN)] * 2
    chance.shuffle(names)
    areas, known = village.store._context.areas(), village.store._context.names()
    homes = [village.household("王伟", f"{number}号", area=PLACES[number % 3]) for number in range(12)]
    for number, name in enumerate(names[:200]):
        more: Mapping[str, str] = {"phone": f"1540000{number % 7:04}"} if number % 3 == 0 else {}
        place = PLACES[number % 3]
        uuid = village.resident(name, homes[number % 12], area=place, **more)
        subject = Subject("residents", name, {"full_name": name, **more}, areas.label(place), f"{number % 12}号")
        made.append(Resident(uuid, name, keys(subject, known), place))
    for each in chance.sample(made, 20):
        village.request(each.uuid)
    yield Town(village, tuple(made))
    village.store.close()


@pytest.mark.parametrize("text", TEXTS)
def test_who_fits_is_found_and_nobody_else(town: Town, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = town.fitting(text)
    for limits in LIMITS.values():
        for name, value in limits.items():
            monkeypatch.setattr(finding, name, value)
        for limit in (5, 500):
            found = town.found(text, limit)
            assert len(found) == len(set(found)) == min(limit, len(wanted))
            assert set(found) <= wanted


def test_the_texts_ask_for_nobody_for_few_and_for_many(town: Town) -> None:
    sizes = sorted(len(town.fitting(text)) for text in TEXTS)
    assert sizes[0] == 0
    assert sizes[len(sizes) // 2] > 2
    assert sizes[-1] > finding.FEW // 2


@pytest.mark.parametrize("text", [text for text in TEXTS if len(search_keys.readings(text)) == 1])
def test_own_village_then_the_exactly_named_then_those_lately_seen(town: Town, text: str) -> None:
    place = {each.uuid: number for number, each in enumerate(town.residents)}
    hits = [hit for hit in town.village.store.people.search(text, limit=500) if hit.uuid in place]

    def rank(uuid: str) -> tuple[bool, bool]:
        each = town.residents[place[uuid]]
        return each.place == PLACES[2], each.name != text

    assert [rank(hit.uuid) for hit in hits] == sorted(rank(hit.uuid) for hit in hits)
    for _, alike in itertools.groupby(hits, key=lambda hit: rank(hit.uuid)):
        order = [(hit.last_contact, -place[hit.uuid]) for hit in alike]
        assert order == sorted(order, reverse=True)


def test_of_very_many_those_lately_seen_come_first(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def lately_seen() -> list[str]:
        hits = town.village.store.people.search("李", limit=500)
        return [hit.uuid for hit in hits if hit.requests and hit.village == "990621101201"]

    wanted = lately_seen()
    for few, listed in ((1, 500), (1, 2)):
        for name, value in {"FEW": few, "LISTED": listed, "STEPS": (few, listed)}.items():
            monkeypatch.setattr(finding, name, value)
        assert lately_seen() == wanted
        assert town.found("李", len(wanted)) == wanted
