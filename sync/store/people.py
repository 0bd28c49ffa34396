"""Finding people, households and requests by what somebody types, and keeping the index they are found by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import code
from sync.store import arriving, search_keys
from sync.store.api import ArrivingPerson, PersonHit
from sync.store.context import Context, dump
from sync.store.search_keys import Subject

MANY = 2000  # keys from which on it takes longer to gather a list than to walk it
FEW = 800  # so many rows are read and sorted while somebody types
SEEN = 1000  # so many are looked at one by one while somebody types
_LAST = "\U0010ffff"
_AT_ONCE = 500
_ROWS = (
    "SELECT id, dataset, uuid, label, area, parent, properties, deleted,"
    " json_extract(properties, '$.resident') AS person FROM entity"
)


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
    ranges = [_ranges(term, datasets) for term in asked]
    counted = sorted(((_count(connection, each, FEW), place) for place, each in enumerate(ranges)))
    first, *others = (ranges[place] for _, place in counted)
    best = _Best(text.strip(), tuple(datasets), near)
    if counted[0][0] < FEW:
        return tuple(_gathered(connection, first, others, best, limit=limit))
    found = [id for each in datasets for id in _walked(connection, ranges, each, near=near, limit=limit)]
    if len(found) < limit:
        found += _gathered(connection, first, others, best, limit=limit, most=max(FEW, limit))
    return tuple(dict.fromkeys(found))[:limit]


@dataclass(frozen=True, slots=True)
class _Range:
    """A term as SQL on a column `key`, with its values."""

    sql: str
    values: tuple[str, ...]

    def fits(self, entity: str) -> str:
        return f"EXISTS (SELECT 1 FROM search_key WHERE entity = {entity} AND ({self.sql}))"  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Best:
    """What decides the order."""

    whole: str
    datasets: tuple[str, ...]
    near: str


def _gathered(
    connection: Connection, first: _Range, others: Sequence[_Range], best: _Best, *, limit: int, most: int = -1
) -> list[int]:
    """Whoever has a key of `first` and of the others, at most the first `most` of them, the best before the rest."""
    also = "".join(f" AND {each.fits('k.entity')}" for each in others)
    marks = ", ".join("?" for _ in best.datasets)
    rows = connection.exec_driver_sql(
        f"SELECT e.id FROM (SELECT DISTINCT k.entity FROM search_key k WHERE ({first.sql}){also} LIMIT ?) found"  # noqa: S608
        f" CROSS JOIN entity e ON e.id = found.entity WHERE +e.dataset IN ({marks}) AND e.deleted = 0"
        " ORDER BY e.village = ? DESC, e.label = ? DESC, e.last_contact DESC, e.id LIMIT ?",
        (
            *first.values,
            *(value for each in others for value in each.values),
            most,
            *best.datasets,
            best.near,
            best.whole,
            limit,
        ),
    )
    return list(rows.scalars())


def _walked(
    connection: Connection, ranges: Sequence[_Range], dataset: str, *, near: str, limit: int
) -> tuple[int, ...]:
    """Who of the `SEEN` last seen fits: first in the own village, then anywhere."""
    fits = " AND ".join(each.fits("seen.id") for each in ranges)
    bounds = tuple(value for each in ranges for value in each.values)
    found: list[int] = []
    for index, place, where in (
        ("entity_village_contact", " AND village = ?", (near,)),
        ("entity_contact", "", ()),
    ):
        found += connection.exec_driver_sql(
            f"SELECT id FROM (SELECT id FROM entity INDEXED BY {index} WHERE dataset = ?{place}"  # noqa: S608
            f" AND deleted = 0 ORDER BY last_contact DESC, id DESC LIMIT ?) seen WHERE {fits} LIMIT ?",
            (dataset, *where, SEEN, *bounds, limit),
        ).scalars()
    return tuple(found)


def frequent(connection: Connection, text: str, dataset: str, entity: str) -> tuple[str, tuple[str, ...]] | None:
    """SQL and values for "`entity` has the key" where the text asks for what very many have; None where it does not.

    Such a list is better walked in its own order until enough fit than gathered and sorted.
    """
    asked = search_keys.terms(text)
    if len(asked) != 1:
        return None
    found = _ranges(asked[0], (dataset,))
    return (found.fits(entity), found.values) if _count(connection, found, MANY) == MANY else None


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
    parts, values = [], []
    for letter in dict.fromkeys(map(search_keys.letter, datasets)):
        for key in term.keys:
            if key[0] in search_keys.EXACT:
                parts.append("key = ?")
                values.append(letter + key)
            else:
                parts.append("(key >= ? AND key < ?)")
                values += [letter + key, letter + key + _LAST]
    return _Range(" OR ".join(parts), tuple(values))


class PeopleIndex:
    """Keeps the keys of entities inside the caller's transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def index(self, connection: Connection, entities: Iterable[int]) -> None:
        """Write the keys of these entities anew; a household's door number reaches its residents."""
        asked = sorted(set(entities))
        for start in range(0, len(asked), _AT_ONCE):
            among = dump(asked[start : start + _AT_ONCE])
            rows = connection.exec_driver_sql(
                f"{_ROWS} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (among,),
            ).all()
            changed = self._index(connection, rows)
            households = [row.uuid for row in rows if row.dataset == "households" and row.id in changed]
            if households:
                members = connection.exec_driver_sql(
                    f"{_ROWS} WHERE parent IN (SELECT value FROM json_each(?)) AND parent <> ''"  # noqa: S608
                    " AND dataset = 'residents'",
                    (dump(households),),
                ).all()
                self._index(connection, members)

    def _index(self, connection: Connection, rows: Sequence[Any]) -> frozenset[int]:
        """Write what differs, in the order of the keys, and give the entities that it differed for."""
        names, known = self._context.names(), self._known(connection, rows)
        present: dict[int, set[str]] = {}
        for entity, key in connection.exec_driver_sql(
            "SELECT entity, key FROM search_key WHERE entity IN (SELECT value FROM json_each(?))",
            (dump([row.id for row in rows]),),
        ):
            present.setdefault(entity, set()).add(key)
        gone: list[tuple[str, int]] = []
        new: list[tuple[str, int]] = []
        for row in rows:
            wanted = frozenset() if row.deleted else search_keys.keys(self._subject(row, known), names)
            before = present.get(row.id, set())
            gone += [(key, row.id) for key in before - wanted]
            new += [(key, row.id) for key in wanted - before]
        if gone:
            connection.exec_driver_sql("DELETE FROM search_key WHERE key = ? AND entity = ?", sorted(gone))
        if new:
            connection.exec_driver_sql("INSERT INTO search_key (key, entity) VALUES (?, ?)", sorted(new))
        return frozenset(entity for _, entity in (*gone, *new))

    def _known(self, connection: Connection, rows: Sequence[Any]) -> Mapping[str, Mapping[str, str]]:
        """Properties of the households and residents that these entities name, by uuid."""
        named = {row.parent for row in rows} | {row.person for row in rows if row.dataset == "requests"}
        found = connection.exec_driver_sql(
            "SELECT e.uuid, e.properties FROM json_each(?) j JOIN entity e ON e.uuid = j.value",
            (dump(sorted(filter(None, named))),),
        )
        return {uuid: json.loads(properties) for uuid, properties in found}

    def _subject(self, row: Any, others: Mapping[str, Mapping[str, str]]) -> Subject:
        known: dict[str, str] = json.loads(row.properties)
        door = known.get("house_no", "") or others.get(row.parent, {}).get("house_no", "")
        who = ""
        if row.dataset == "requests":
            who = known.get("visitor_name") or others.get(known.get("resident", ""), {}).get("full_name", "")
        return Subject(row.dataset, row.label, known, self._context.areas().label(code(row.area)), door, who)
