"""Finding people, households and requests by what somebody types, and keeping the index they are found by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import code
from sync.store import arriving, search_keys
from sync.store.api import ArrivingPerson, PersonHit
from sync.store.context import Context, dump
from sync.store.search_keys import Subject
from sync.vault.database import fetch, run_many

MANY = 2000  # keys from which on it takes longer to gather a list than to walk it
FEW = 400  # so many rows are read and sorted while somebody types
SEEN = 1000  # so many are looked at one by one while somebody types
SOME = 4  # of very many, so many for each one that is shown are sorted
BOTH = 8000  # keys of a list that are gathered to be met in another
SHORT, EACH = 1000, 40  # keys of a list, and how many of another take as long as to look at one of it by itself
_LAST = "\U0010ffff"
_AT_ONCE = 500
_KNOWN = ", ".join(f"'$.{name}'" for name in search_keys.SEARCHED)
_ROWS = (
    "SELECT e.id, e.dataset, e.uuid, e.label, e.area, e.deleted, k.keys,"  # noqa: S608 - names of ours
    f" json_extract(e.properties, {_KNOWN}) AS known, CASE e.dataset"
    " WHEN 'residents' THEN (SELECT h.properties ->> 'house_no' FROM entity h WHERE h.uuid = e.parent)"
    " WHEN 'requests'"
    " THEN (SELECT p.properties ->> 'full_name' FROM entity p WHERE p.uuid = e.properties ->> 'resident') END AS other"
    " FROM entity e LEFT JOIN entity_key k ON k.entity = e.id"
)

Test = tuple[str, tuple[str, ...]]
"""A condition in SQL and its values."""


class People:
    def __init__(self, context: Context) -> None:
        self._context = context

    def search(
        self, text: str, *, datasets: Sequence[str] = ("residents",), near: str = "", limit: int = 20
    ) -> tuple[PersonHit, ...]:
        """See `api.People.search`; own village first, then the exactly named, then those lately seen."""
        home = near or self._context.identity().area
        with self._context.database.read() as connection:
            found = matches(connection, text, datasets=datasets, near=home, limit=limit)
            return tuple(self._hit(connection, entity) for entity in standing_for(connection, found))

    def arriving(self, text: str, *, near: str = "", limit: int = 20) -> tuple[ArrivingPerson, ...]:
        """See `api.People.arriving`."""
        home = near or self._context.identity().area
        with self._context.database.read() as connection:
            return arriving.find(self._context, connection, text, near=home, limit=limit)

    def _hit(self, connection: Connection, entity: int) -> PersonHit:
        row = connection.exec_driver_sql("SELECT * FROM entity WHERE id = ?", (entity,)).one()
        return PersonHit(
            dataset=row.dataset,
            uuid=row.uuid,
            label=row.label,
            area=row.area,
            village=code(row.village),
            properties=json.loads(row.properties),
            last_contact=row.last_contact,
            requests=row.requests,
        )


def standing_for(connection: Connection, found: Sequence[int]) -> tuple[int, ...]:
    """The same ids with those who were merged into somebody replaced by that somebody, each once."""
    rows = connection.exec_driver_sql(
        "SELECT e.id, s.id AS other FROM json_each(?) j JOIN entity e ON e.id = j.value AND e.merged_into <> ''"
        " JOIN entity s ON s.uuid = e.merged_into AND s.dataset = e.dataset",
        (dump(list(found)),),
    ).all()
    heads = {row.id: row.other for row in rows}
    return tuple(dict.fromkeys(heads.get(id, id) for id in found))


def matches(connection: Connection, text: str, *, datasets: Sequence[str], near: str, limit: int) -> tuple[int, ...]:
    """Ids of the entities that fit all terms of the text, best first; for blank text those lately seen.

    Of what very many fit, those of the own village and those lately seen come first, then some of the others.
    """
    asked = search_keys.terms(text)
    if text.strip() and not asked:
        return ()
    if not asked:
        return _recent(connection, datasets, near=near, limit=limit)
    ranges = sorted((_ranges(term, datasets) for term in asked), key=lambda each: len(each.begin))  # quick tests first
    counts = [_count(connection, each, FEW) for each in ranges]
    best = _Best(text.strip(), tuple(datasets), near)
    fewest = counts.index(min(counts))
    if counts[fewest] < FEW:
        first = ranges.pop(fewest)
        return tuple(_gathered(connection, first, _all_fit(ranges, "k.entity"), best, limit=limit))
    found = [id for each in datasets for id in _walked(connection, ranges, each, near=near, limit=limit)]
    if len(found) < limit and len(ranges) > 1:
        found += _met(connection, ranges, best, limit=limit)
    elif len(found) < limit:
        found += _gathered(connection, ranges[0], (), best, limit=limit, most=max(limit, min(FEW, SOME * limit)))
    return tuple(dict.fromkeys(found))[:limit]


@dataclass(frozen=True, slots=True)
class _Range:
    """A term as SQL on a column `key`, with its values; `whole` and `begin` are the keys that it is found by.

    A whole key is looked up in the tree of keys, where those of one key lie together. Whether any key of an entity
    begins so is read in the row that holds them all, which is somewhere else for each entity.
    """

    sql: str
    values: tuple[str, ...]
    whole: tuple[str, ...]
    begin: tuple[str, ...]

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

    def among(self, entity: str, most: int) -> Test:
        """SQL and values for "`entity` is one of the first `most` that fit", who are gathered once for all."""
        return f"+{entity} IN (SELECT entity FROM search_key WHERE {self.sql} LIMIT {most})", self.values  # noqa: S608


def _all_fit(ranges: Sequence[_Range], entity: str) -> list[Test]:
    """`entity` fits all of these: what is read in the row of all its keys is read there once."""
    whole = [each for each in ranges if each.whole]
    begin = [each.begin for each in ranges if not each.whole]
    tests = [(each.fits(entity), each.asked) for each in whole]
    if begin:
        held = " AND ".join(f"({' OR '.join(['instr(keys, ?) > 0'] * len(keys))})" for keys in begin)
        sql = f"EXISTS (SELECT 1 FROM entity_key WHERE entity = {entity} AND {held})"  # noqa: S608
        tests.append((sql, tuple(search_keys.END + key for keys in begin for key in keys)))
    return tests


@dataclass(frozen=True, slots=True)
class _Best:
    """What decides the order."""

    whole: str
    datasets: tuple[str, ...]
    near: str


def _gathered(
    connection: Connection,
    first: _Range,
    tests: Sequence[Test],
    best: _Best,
    *,
    limit: int,
    most: int = -1,
) -> list[int]:
    """Whoever has a key of `first` and passes the tests, at most the first `most` of them, the best before the rest."""
    also = "".join(f" AND {test}" for test, _ in tests)
    marks = ", ".join("?" for _ in best.datasets)
    rows = connection.exec_driver_sql(
        f"SELECT e.id FROM (SELECT DISTINCT k.entity FROM search_key k WHERE ({first.sql}){also} LIMIT ?) found"  # noqa: S608
        f" CROSS JOIN entity e ON e.id = found.entity WHERE +e.dataset IN ({marks}) AND e.deleted = 0"
        " ORDER BY e.village = ? DESC, e.label = ? DESC, e.last_contact DESC, e.id LIMIT ?",
        (
            *first.values,
            *(text for _, asked in tests for text in asked),
            most,
            *best.datasets,
            best.near,
            best.whole,
            limit,
        ),
    )
    return list(rows.scalars())


def _met(connection: Connection, ranges: Sequence[_Range], best: _Best, *, limit: int) -> list[int]:
    """Some who fit several terms that many fit each: a list is walked until there are enough.

    Where the shorter list is short and the longer one long, most of the shorter one is looked at, in the row of each.
    Else the beginning of the shorter one is gathered and met in the longer one, whose keys lie together.
    """
    sized = sorted((_count(connection, each, BOTH), number) for number, each in enumerate(ranges))
    first, *between, longest = (ranges[number] for _, number in sized)
    few = sized[0][0]
    if few < SHORT and _count(connection, longest, few * EACH) == few * EACH:
        return _gathered(connection, first, _all_fit([*between, longest], "k.entity"), best, limit=limit, most=limit)
    found: list[int] = []
    for most in (BOTH, -1):  # all of it only where its beginning was too little
        if len(found) < limit and (most > 0 or few == BOTH):
            tests = [first.among("k.entity", most), *_all_fit(between, "k.entity")]
            found = _gathered(connection, longest, tests, best, limit=limit, most=limit)
    return found


def _walked(
    connection: Connection, ranges: Sequence[_Range], dataset: str, *, near: str, limit: int
) -> tuple[int, ...]:
    """Who of the `SEEN` last seen fits: first in the own village, then anywhere."""
    tests = _all_fit(ranges, "seen.id")
    seen = SEEN if len(ranges) == 1 else SEEN // 3  # what several have in common is rarer
    fits = " AND ".join(test for test, _ in tests)
    asked = tuple(text for _, values in tests for text in values)
    found: list[int] = []
    for index, place, where in (
        ("entity_village_contact", " AND village = ?", (near,)),
        ("entity_contact", "", ()),
    ):
        found += connection.exec_driver_sql(
            f"SELECT id FROM (SELECT id FROM entity INDEXED BY {index} WHERE dataset = ?{place}"  # noqa: S608
            f" AND deleted = 0 ORDER BY last_contact DESC, id DESC LIMIT ?) seen WHERE {fits} LIMIT ?",
            (dataset, *where, seen, *asked, limit),
        ).scalars()
    return tuple(dict.fromkeys(found))


def frequent(connection: Connection, text: str, dataset: str, entity: str) -> tuple[str, tuple[str, ...]] | None:
    """SQL and values for "`entity` has the key" where the text asks for what very many have; None where it does not.

    Such a list is better walked in its own order until enough fit than gathered and sorted.
    """
    asked = search_keys.terms(text)
    if len(asked) != 1:
        return None
    found = _ranges(asked[0], (dataset,))
    return (found.fits(entity), found.asked) if _count(connection, found, MANY) == MANY else None


def _count(connection: Connection, term: _Range, most: int) -> int:
    """How many keys a term has; what has more than `most` counts as that."""
    found = connection.exec_driver_sql(
        f"SELECT count(*) FROM (SELECT 1 FROM search_key WHERE {term.sql} LIMIT ?)",  # noqa: S608
        (*term.values, most),
    ).scalar_one()
    return int(found)


def _recent(connection: Connection, datasets: Sequence[str], *, near: str, limit: int) -> tuple[int, ...]:
    found: list[Any] = []
    for dataset in datasets:
        found += connection.exec_driver_sql(
            "SELECT id, last_contact FROM entity WHERE dataset = ? AND village = ? AND deleted = 0"
            " ORDER BY last_contact DESC, id DESC LIMIT ?",
            (dataset, near, limit),
        ).all()
        if len(found) < limit:
            found += connection.exec_driver_sql(
                "SELECT id, last_contact FROM entity WHERE dataset = ? AND village <> ? AND deleted = 0"
                " ORDER BY last_contact DESC, id DESC LIMIT ?",
                (dataset, near, limit),
            ).all()
    return tuple(row.id for row in found[:limit])


def _ranges(term: search_keys.Term, datasets: Sequence[str]) -> _Range:
    parts, values, whole, begin = [], [], [], []
    for letter in dict.fromkeys(map(search_keys.letter, datasets)):
        for key in term.keys:
            if key[0] in search_keys.EXACT:
                parts.append("key = ?")
                values.append(letter + key)
                whole.append(letter + key)
            else:
                parts.append("(key >= ? AND key < ?)")
                values += [letter + key, letter + key + _LAST]
                begin.append(letter + key)
    return _Range(" OR ".join(parts), tuple(values), tuple(whole), tuple(begin))


class PeopleIndex:
    """Keeps the keys of entities inside the caller's transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def index(self, connection: Connection, entities: Iterable[int]) -> None:
        """Write the keys of these entities anew; a household's door number reaches its residents."""
        asked = sorted(set(entities))
        for start in range(0, len(asked), _AT_ONCE):
            among = dump(asked[start : start + _AT_ONCE])
            found = fetch(connection, f"{_ROWS} WHERE e.id IN (SELECT value FROM json_each(?))", (among,))  # noqa: S608
            changed = self._index(connection, found)
            households = [row.uuid for row in found if row.dataset == "households" and row.id in changed]
            if households:
                members = fetch(
                    connection,
                    f"{_ROWS} WHERE e.parent IN (SELECT value FROM json_each(?)) AND e.parent <> ''"  # noqa: S608
                    " AND e.dataset = 'residents'",
                    (dump(households),),
                )
                self._index(connection, members)

    def _index(self, connection: Connection, found: Sequence[Any]) -> frozenset[int]:
        """Write what differs, in the order of the keys, and give the entities that it differed for."""
        names = self._context.names()
        gone: list[tuple[str, int]] = []
        new: list[tuple[str, int]] = []
        changed: list[tuple[int, str]] = []
        for row in found:
            wanted = frozenset() if row.deleted else search_keys.keys(self._subject(row), names)
            before = frozenset(filter(None, (row.keys or "").split(search_keys.END)))
            if wanted != before:
                gone += [(key, row.id) for key in before - wanted]
                new += [(key, row.id) for key in wanted - before]
                changed.append((row.id, search_keys.held(wanted)))
        if gone:
            run_many(connection, "DELETE FROM search_key WHERE key = ? AND entity = ?", sorted(gone))
        run_many(connection, "INSERT OR IGNORE INTO search_key (key, entity) VALUES (?, ?)", sorted(new))
        run_many(connection, "INSERT OR REPLACE INTO entity_key (entity, keys) VALUES (?, ?)", changed)
        return frozenset(entity for entity, _ in changed)

    def _subject(self, row: Any) -> Subject:
        known = {name: value or "" for name, value in zip(search_keys.SEARCHED, json.loads(row.known), strict=True)}
        door, who = known["house_no"], ""
        if row.dataset == "residents":
            door = door or row.other or ""
        elif row.dataset == "requests":
            who = known["visitor_name"] or row.other or ""
        return Subject(row.dataset, row.label, known, self._context.areas().label(code(row.area)), door, who)
