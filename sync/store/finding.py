"""How entities with some keys are found among very many rows: which list is read, and who of it is looked at.

To read a key in the tree, where those of one term lie together, takes a hundredth of the time of looking at one
entity, whose keys stand in a row of its own somewhere else. So lists are read and met in one another, and only where
few are left each of them is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.store import search_keys
from sync.store.context import dump
from sync.vault.database import fetch_value

FEW = 150  # so many are looked at one by one, or sorted by what stands in their rows
LISTED = 2_500  # keys of a list in which those lately seen are looked for
LONG = 16_000  # keys of a list that is not counted further
STEPS = (FEW, LISTED, 6_000, LONG)  # keys that are counted of each term before more are counted of any
LONGER = (4 * LONG, 16 * LONG)  # where very long ones are to be read
BEGUN = 5_000  # keys at the beginning of a long list that are met in another one before all are
ONE_BY_ONE = 250  # so many are looked at before a long list is read
SEEN = 1_000  # so many of those lately seen are met in a list
LOOKED = 100  # so many of them are looked at where no list is short
_LAST = "\U0010ffff"

Test = tuple[str, tuple[str, ...]]
"""A condition in SQL and its values."""


@dataclass(frozen=True, slots=True)
class Range:
    """A term by the keys that it is found by: `whole` ones, and what others `begin` with.

    A whole key is looked up in the tree of keys, where those of one key lie together. Whether any key of an entity
    begins so is read in the row that holds them all, which is somewhere else for each entity.
    """

    whole: tuple[str, ...]
    begin: tuple[str, ...]

    @classmethod
    def of(cls, term: search_keys.Term, datasets: Sequence[str]) -> Range:
        letters = tuple(dict.fromkeys(map(search_keys.letter, datasets)))
        whole = tuple(letter + key for letter in letters for key in term.keys if key[0] in search_keys.EXACT)
        begin = tuple(letter + key for letter in letters for key in term.keys if key[0] not in search_keys.EXACT)
        return cls(whole, begin)

    def listed(self, also: str = "") -> str:
        """SQL of a list's entities, one key after another: what is found along several ranges at once is sorted."""
        each = [f"SELECT entity FROM search_key WHERE key = ?{also}"] * len(self.whole)  # noqa: S608
        each += [f"SELECT entity FROM search_key WHERE key >= ? AND key < ?{also}"] * len(self.begin)  # noqa: S608
        return " UNION ALL ".join(each)

    def values(self, *also: str) -> tuple[str, ...]:
        """Those of `listed`, where its `also` has these."""
        found: list[str] = []
        for key in self.whole:
            found += (key, *also)
        for key in self.begin:
            found += (key, key + _LAST, *also)
        return tuple(found)

    def fits(self, entity: str) -> str:
        """SQL for "`entity` fits", whose values are `asked`."""
        tests = []
        if self.whole:
            keys = ", ".join("?" for _ in self.whole)
            tests.append(f"EXISTS (SELECT 1 FROM search_key WHERE key IN ({keys}) AND entity = {entity})")  # noqa: S608
        if self.begin:
            held = " OR ".join(["instr(keys, ?) > 0"] * len(self.begin))
            tests.append(f"EXISTS (SELECT 1 FROM entity_key WHERE entity = {entity} AND ({held}))")  # noqa: S608
        return f"({' OR '.join(tests)})"

    @property
    def asked(self) -> tuple[str, ...]:
        return (*self.whole, *(search_keys.END + key for key in self.begin))

    def count(self, connection: Connection, most: int) -> int:
        """How many keys; what has more than `most` counts as that."""
        sql = f"SELECT count(*) FROM ({self.listed()} LIMIT ?)"  # noqa: S608
        return int(fetch_value(connection, sql, (*self.values(), most)))

    def entities(self, connection: Connection, most: int = -1) -> list[int]:
        """Whoever has one of the first `most` such keys, in the order of the keys."""
        return _column(connection, f"{self.listed()} LIMIT ?", (*self.values(), most))


def _column(connection: Connection, sql: str, values: tuple[object, ...]) -> list[int]:
    """The numbers that a query finds, each once: gathered by the database, which is several times as quick."""
    found: list[int] = json.loads(fetch_value(connection, f"SELECT json_group_array(entity) FROM ({sql})", values))  # noqa: S608
    return list(dict.fromkeys(found))


def all_fit(ranges: Sequence[Range], entity: str) -> list[Test]:
    """`entity` fits all of these: what is read in the row of all its keys is read there once."""
    whole = [each for each in ranges if each.whole]
    begin = [each.begin for each in ranges if not each.whole]
    tests = [(each.fits(entity), each.asked) for each in whole]
    if begin:
        held = " AND ".join(f"({' OR '.join(['instr(keys, ?) > 0'] * len(keys))})" for keys in begin)
        sql = f"EXISTS (SELECT 1 FROM entity_key WHERE entity = {entity} AND {held})"  # noqa: S608
        tests.append((sql, tuple(search_keys.END + key for keys in begin for key in keys)))
    return tests


def counted(
    connection: Connection, ranges: Sequence[Range], steps: Sequence[int] | None = None
) -> list[tuple[int, Range]]:
    """How many keys each term has, the rarest first; no more are counted of any than it takes to know which that is."""
    counts: list[int] = []
    for most in steps or STEPS:
        counts = []
        for each in ranges:  # of what is longer than another one, it is enough to know that
            counts.append(each.count(connection, min([most, *(count + 1 for count in counts)])))
        if min(counts) < most:
            break
    places = sorted(range(len(ranges)), key=lambda place: counts[place])
    return [(counts[place], ranges[place]) for place in places]


def seen(connection: Connection, dataset: str, *, near: str, most: int) -> list[int]:
    """Those lately seen in the own village, then those lately seen anywhere, `most` of each."""
    found: list[int] = []
    for index, place, where in (
        ("entity_village_contact", " AND village = ?", (near,)),
        ("entity_contact", "", ()),
    ):
        sql = (
            f"SELECT id AS entity FROM entity INDEXED BY {index} WHERE dataset = ?{place} AND deleted = 0"  # noqa: S608
            " ORDER BY last_contact DESC, id DESC LIMIT ?"
        )
        found += _column(connection, sql, (dataset, *where, most))
    return found


def fitting(connection: Connection, entities: Sequence[int], ranges: Sequence[Range], *, limit: int) -> list[int]:
    """The first `limit` of these who fit, in this order; each is looked at. -1 is no limit."""
    if not ranges or not entities:
        return list(entities[: limit if limit >= 0 else None])
    tests = all_fit(ranges, "j.value")
    also = " AND ".join(test for test, _ in tests)
    sql = f"SELECT j.value AS entity FROM json_each(?) j WHERE {also} LIMIT ?"  # noqa: S608
    return _column(connection, sql, (dump(entities), *(text for _, values in tests for text in values), limit))


def narrowed(connection: Connection, entities: Sequence[int], others: Sequence[Range], *, limit: int) -> list[int]:
    """`limit` of these who fit all others, all where there are fewer: the others' lists are read, whole keys looked up.

    Where few are left, each is looked at.
    """
    some, left = list(entities), sorted(others, key=lambda each: len(each.begin))
    while left and some:
        if len(some) <= FEW or (len(some) <= ONE_BY_ONE and left[0].count(connection, LONG) == LONG):
            return fitting(connection, some, left, limit=limit)
        term = left.pop(0)
        most = -1 if left else limit
        some = fitting(connection, some, [term], limit=most) if not term.begin else _met(connection, some, term, most)
    return some[:limit]


def _met(connection: Connection, entities: Sequence[int], term: Range, most: int) -> list[int]:
    """Those who have a key of the term, each once."""
    among = dump(entities)
    read = term.listed(" AND +entity IN (SELECT value FROM json_each(?))")
    sql = f"SELECT DISTINCT entity FROM ({read}) LIMIT ?"  # noqa: S608
    return _column(connection, sql, (*term.values(among), most))


def met(connection: Connection, known: Sequence[tuple[int, Range]], *, limit: int) -> list[int]:
    """`limit` of those who fit all that were `counted`, all where there are fewer."""
    if known[0][0] > 2 * BEGUN:
        found = _met_in(connection, known, BEGUN, limit)
        if len(found) >= limit:
            return found
        if known[0][0] >= LONG:  # all of it is to be read: which is the shortest matters now
            known = counted(connection, [each for _, each in known], LONGER)
    return _met_in(connection, known, -1, limit)


def _met_in(connection: Connection, known: Sequence[tuple[int, Range]], most: int, limit: int) -> list[int]:
    """Of those with one of the first `most` keys of the rarest term."""
    (_, rarest), *others = known
    listed = _beginning(connection, rarest, [each for _, each in others if not each.begin], most)
    return narrowed(connection, listed, [each for _, each in others if each.begin], limit=limit)


def _beginning(connection: Connection, term: Range, others: Sequence[Range], most: int) -> list[int]:
    """Whoever has one of the first `most` keys of a term, and a whole key of each of the others."""
    tests = all_fit(others, "listed.entity")
    also = " AND ".join(["true", *(test for test, _ in tests)])
    sql = f"SELECT entity FROM ({term.listed()} LIMIT ?) listed WHERE {also}"  # noqa: S608
    return _column(connection, sql, (*term.values(), most, *(text for _, values in tests for text in values)))
