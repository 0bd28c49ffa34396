"""Finding people, households and requests by what somebody types, and keeping the index they are found by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import code
from sync.store import arriving, finding, search_keys
from sync.store.api import ArrivingPerson, PersonHit
from sync.store.context import Context, dump
from sync.store.finding import Range
from sync.store.search_keys import Subject
from sync.vault.database import fetch, run_many

MANY = 2000  # keys from which on it takes longer to gather a list than to walk it
_AT_ONCE = 500
_KNOWN = ", ".join(f"'$.{name}'" for name in search_keys.SEARCHED)
_ROWS = (
    "SELECT e.id, e.dataset, e.uuid, e.label, e.area, e.deleted, k.keys,"  # noqa: S608 - names of ours
    f" json_extract(e.properties, {_KNOWN}) AS known, CASE e.dataset"
    " WHEN 'residents' THEN (SELECT h.properties ->> 'house_no' FROM entity h WHERE h.uuid = e.parent)"
    " WHEN 'requests' THEN coalesce("
    "(SELECT p.properties ->> 'full_name' FROM entity p WHERE p.uuid = e.properties ->> 'resident'),"
    " CASE WHEN e.opened <> '' THEN e.opened ->> '$.asked.name' END) END AS other"  # as the hub tells a department
    " FROM entity e LEFT JOIN entity_key k ON k.entity = e.id"
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
            return tuple(map(_hit, _rows(connection, standing_for(connection, found))))

    def arriving(self, text: str, *, near: str = "", limit: int = 20) -> tuple[ArrivingPerson, ...]:
        """See `api.People.arriving`."""
        home = near or self._context.identity().area
        with self._context.database.read() as connection:
            return arriving.find(self._context, connection, text, near=home, limit=limit)


def _rows(connection: Connection, entities: Sequence[int]) -> Sequence[Any]:
    return fetch(
        connection,
        "SELECT e.dataset, e.uuid, e.label, e.area, e.village, e.properties, e.last_contact, e.requests"
        " FROM json_each(?) j CROSS JOIN entity e ON e.id = j.value",
        (dump(entities),),
    )


def _hit(row: Any) -> PersonHit:
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
    rows = fetch(
        connection,
        "SELECT e.id, s.id AS other FROM json_each(?) j JOIN entity e ON e.id = j.value AND e.merged_into <> ''"
        " JOIN entity s ON s.uuid = e.merged_into AND s.dataset = e.dataset",
        (dump(found),),
    )
    heads = {row.id: row.other for row in rows}
    return tuple(dict.fromkeys(heads.get(id, id) for id in found))


def matches(connection: Connection, text: str, *, datasets: Sequence[str], near: str, limit: int) -> tuple[int, ...]:
    """Ids of the entities that fit all terms of the text, best first; for blank text those lately seen.

    Of what very many fit, those lately seen in the own village come first, then those lately seen anywhere, then some.
    """
    if not text.strip():
        return _recent(connection, datasets, near=near, limit=limit)
    best, found = _Best(text.strip(), tuple(datasets), near), tuple[int, ...]()
    for asked in search_keys.readings(text):
        if asked and len(found) < limit:
            ranges = [Range.of(term, datasets) for term in asked]
            found = _joined(found, _found(connection, ranges, best, limit=limit), limit)
    return found


@dataclass(frozen=True, slots=True)
class _Best:
    """What decides the order."""

    whole: str
    datasets: tuple[str, ...]
    near: str


def _found(connection: Connection, ranges: Sequence[Range], best: _Best, *, limit: int) -> tuple[int, ...]:
    known = finding.counted(connection, ranges)
    (keys, rarest), others = known[0], [each for _, each in known[1:]]
    if keys < finding.FEW:
        fitting = finding.fitting(connection, rarest.entities(connection), others, limit=-1)
        return tuple(_sorted(connection, fitting, best)[:limit])
    if keys < finding.LISTED:
        return _of_list(connection, rarest.entities(connection), others, best, limit=limit)
    return _of_many(connection, known, best, limit=limit)


def _of_list(
    connection: Connection, listed: list[int], others: Sequence[Range], best: _Best, *, limit: int
) -> tuple[int, ...]:
    """Of these, who are not very many, those who fit the others: those lately seen, then those exactly so named."""
    among = set(listed)
    lately = [id for id in _lately(connection, best, finding.SEEN) if id in among]
    found = finding.fitting(connection, lately[: finding.FEW], others, limit=limit)
    if len(found) >= limit:
        return tuple(found)
    known = set(found)
    left = [id for id in listed if id not in known]
    most = limit if others else max(limit, finding.FEW)
    return _joined(found, _sorted(connection, finding.narrowed(connection, left, others, limit=most), best), limit)


def _of_many(connection: Connection, known: Sequence[tuple[int, Range]], best: _Best, *, limit: int) -> tuple[int, ...]:
    """Where the list of each term is long: those lately seen who fit, then some of the others."""
    ranges = [each for _, each in known]
    found = finding.fitting(connection, _lately(connection, best, finding.LOOKED), ranges, limit=limit)
    if len(found) >= limit:
        return tuple(found)
    if len(ranges) == 1:
        more = ranges[0].entities(connection, max(limit, finding.FEW))
    else:
        more = finding.met(connection, known, limit=limit)
    return _joined(found, _sorted(connection, more, best), limit)


def _lately(connection: Connection, best: _Best, most: int) -> list[int]:
    found = [id for each in best.datasets for id in finding.seen(connection, each, near=best.near, most=most)]
    return list(dict.fromkeys(found))


def _joined(found: Sequence[int], more: Sequence[int], limit: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys((*found, *more)))[:limit]


def _sorted(connection: Connection, entities: Sequence[int], best: _Best) -> list[int]:
    """The best before the rest."""
    rows = fetch(
        connection,
        "SELECT e.id FROM json_each(?) j CROSS JOIN entity e ON e.id = j.value"
        " WHERE e.dataset IN (SELECT value FROM json_each(?)) AND e.deleted = 0"
        " ORDER BY e.village = ? DESC, e.label = ? DESC, e.last_contact DESC, e.id",
        (dump(entities), dump(best.datasets), best.near, best.whole),
    )
    return [row.id for row in rows]


def frequent(connection: Connection, text: str, dataset: str, entity: str) -> tuple[str, tuple[str, ...]] | None:
    """SQL and values for "`entity` has the key" where the text asks for what very many have; None where it does not.

    Such a list is better walked in its own order until enough fit than gathered and sorted.
    """
    asked = search_keys.terms(text)
    if len(asked) != 1:
        return None
    found = Range.of(asked[0], (dataset,))
    return (found.fits(entity), found.asked) if found.count(connection, MANY) == MANY else None


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
