"""Facts: entities as their changes and people's decisions make them, with what is left to be decided beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from forms import entities
from forms.casework import merging
from forms.casework.areas import Areas
from forms.casework.calendar import Calendar
from forms.casework.merging import Act, Decided
from forms.entities import Decision, EntityChange, EntityRow
from forms.entities.apply import REQUESTS
from sync.hub.book import ASKING, RESIDENTS, Book, Entity, HeldChange, Made, Name
from sync.protocol import Envelope, RowKind

_ON_IDENTITY = frozenset({Act.MERGE, Act.DIFFERENT, Act.PROPOSE, Act.UNDO})  # who is whom, which entities share


@dataclass(frozen=True, slots=True)
class Context:
    """The lists as they stand, and the moment at which the hub takes a record."""

    areas: Areas
    calendar: Calendar
    now: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A record at position `n` of the log; `area` (a path) is that of its subject."""

    envelope: Envelope
    n: int
    area: str
    context: Context


def change(book: Book, asked: EntityChange, taken: Taken, *, place: int) -> tuple[Name, ...]:
    """Apply one change, and after it those that waited for it; returns entities that came into being."""
    name = (asked.dataset, asked.uuid)
    alone = asked.instance_id in _decided(book, Act.TAKE, name)
    if not alone and asked.instance_id in _decided(book, Act.DROP, name):
        return ()
    before = book.entity(*name)
    done = entities.apply(asked, None if before is None else before.row, alone=alone)
    if done.decision is Decision.HELD:
        book.put_held(*name, (*book.held(*name), HeldChange(asked.instance_id, place, taken.area, asked)))
        if before is None:
            _show_awaited(book, name, {held.area for held in book.held(*name)}, n=taken.n)
        else:
            show(book, before, n=taken.n)
        return ()
    if done.row is None or done.decision not in (Decision.CREATED, Decision.UPDATED):
        return ()
    _put(book, entities.settle(done.row, _decided(book, Act.CONFLICT, name)), before, taken)
    return (() if before is not None else (name,)) + _retry(book, name, taken)


def decide(book: Book, decided: Decided, taken: Taken) -> tuple[Name, ...]:
    """Take in what a person decided: shown where those live whom it is about, and what it settles is settled."""
    body = {
        "form": merging.DECISION,
        "values": _values(decided),
        "author": taken.envelope.author,
        "wall_time": taken.envelope.wall_time,
        "n": taken.n,
    }
    before = [_tied(book, name) for name in _names(decided)]
    made = Made(decided.instance_id, taken.n, decided, body)
    book.put_decision(made)
    _tell(book, made, before, taken)
    name = _names(decided)[0]
    waited = {held.area for held in book.held(*name)}
    born = _retry(book, name, taken) if decided.act in (Act.TAKE, Act.DROP) else ()
    known = book.entity(*name)
    if known is None and waited:
        _show_awaited(book, name, waited, n=taken.n)
    if known is not None and decided.act in (Act.CONFLICT, Act.TAKE, Act.DROP):
        settled = replace(known, row=entities.settle(known.row, _decided(book, Act.CONFLICT, name)))
        book.put_entity(settled)
        show(book, settled, n=taken.n)
    return born


@dataclass(frozen=True, slots=True)
class _Tied:
    """Who may be one with an entity, by whatever merges: where they live, and what was decided on any of them."""

    areas: frozenset[str]
    made: tuple[Made, ...]


def _tied(book: Book, name: Name) -> _Tied:
    """Who sees some of these decisions needs all of them: who stands for a group follows from the whole group."""
    names, found, waiting = {name}, {}, [name]
    while waiting:
        for made in book.decisions(*waiting.pop()):
            if made.decided.act not in _ON_IDENTITY:
                continue
            found[made.instance_id] = made
            fresh = set(_names(made.decided)) - names if made.decided.act is Act.MERGE else set()
            names |= fresh
            waiting += sorted(fresh)
    areas = frozenset(book.area(*each) for each in names) - {""}
    return _Tied(areas, tuple(found[id] for id in sorted(found)))


def _tell(book: Book, made: Made, before: Iterable[_Tied], taken: Taken) -> None:
    """Show a decision wherever one of those whom it concerns lives, and there what others of them were tied by."""
    if made.decided.act not in _ON_IDENTITY:
        areas = {book.area(*name) for name in _names(made.decided)} - {""}
        _show_made(book, made, areas or {taken.area}, n=taken.n)
        return
    groups = tuple(before)
    areas = set().union(*(group.areas for group in groups))
    _show_made(book, made, areas or {taken.area}, n=taken.n)
    if made.decided.act is Act.MERGE:
        for group in groups:
            for known in group.made:
                _show_made(book, known, areas - group.areas, n=taken.n)


def _show_made(book: Book, made: Made, areas: Iterable[str], *, n: int) -> None:
    for area in sorted(areas):
        book.show(RowKind.EVENT, made.instance_id, n=n, body=made.body, area=area)


def show(book: Book, entity: Entity, *, n: int) -> None:
    """Put an entity into the feed as it stands."""
    row = entity.row
    body: dict[str, Any] = {
        "dataset": row.dataset,
        "uuid": row.uuid,
        "label": row.label,
        "version": row.version,
        "properties": dict(row.properties),
        "area": entity.area,
        "conflict": str(row.conflict),
        "deleted": row.deleted,
    }
    review = _review(book, (row.dataset, row.uuid), row)
    if review:
        body["review"] = review
    departments = ""
    if row.dataset == REQUESTS:
        body["opened"] = dict(entity.opened)
        departments = book.departments(row.uuid)
    book.show(RowKind.ENTITY, _key(row), n=n, body=body, area=entity.area, departments=departments)


def _show_awaited(book: Book, name: Name, areas: Iterable[str], *, n: int) -> None:
    """Let people see what is held of an entity whose first record has not come: a row without it, and in no list."""
    gone = {"dataset": name[0], "uuid": name[1], "deleted": True}
    review = _review(book, name, None)
    body = {**gone, "label": "", "version": 0, "properties": {}, "review": review} if review else gone
    for area in sorted(areas):
        book.show(RowKind.ENTITY, "/".join(name), n=n, body=body, area=area)


def _put(book: Book, row: EntityRow, before: Entity | None, taken: Taken) -> None:
    old = "" if before is None else before.area
    known = _opened(taken.envelope, taken.context.now) if before is None else before.opened
    entity = Entity(row, known, taken.context.areas.path(row.area) or old or taken.area)
    book.put_entity(entity)
    left = {old} if old else {held.area for held in book.held(row.dataset, row.uuid)}
    for area in sorted(left - {entity.area}):
        gone = {"dataset": row.dataset, "uuid": row.uuid, "deleted": True}
        book.show(RowKind.ENTITY, _key(row), n=taken.n, body=gone, area=area, moved_to=entity.area)
    show(book, entity, n=taken.n)
    if row.dataset in ASKING and row.properties.get("state") != "erased" and _says(before) != _says(entity):
        _show_asked(book, entity, n=taken.n)
    if old != entity.area:  # decisions may be known before whom they are about, or before they moved here
        about = {made.instance_id: made for made in book.decisions(row.dataset, row.uuid)}
        about |= {made.instance_id: made for made in _tied(book, (row.dataset, row.uuid)).made}
        for made in about.values():
            _show_made(book, made, [entity.area], n=taken.n)


def _says(entity: Entity | None) -> tuple[str, ...]:
    """What a department is told of who asked, or of their household."""
    if entity is None:
        return ()
    told = ("full_name", "phone", "household") if entity.row.dataset == RESIDENTS else ("phone", "house_no")
    return tuple(entity.row.properties.get(name) or "" for name in told)


def _show_asked(book: Book, subject: Entity, *, n: int) -> None:
    """Departments that have a request of this person or household hear what is another now."""
    dataset, uuid = subject.row.dataset, subject.row.uuid
    for request in sorted(book.asked(dataset, uuid)):
        known = book.entity(REQUESTS, request)
        if known is not None:
            book.put_asker(known.row.properties.get("resident", ""), request)  # they may live elsewhere now
            show(book, known, n=n)


def _retry(book: Book, name: Name, taken: Taken) -> tuple[Name, ...]:
    """Try again what is held."""
    waiting = book.held(*name)
    if not waiting:
        return ()
    book.put_held(*name, ())
    born: tuple[Name, ...] = ()
    for held in waiting:
        born += change(book, held.change, replace(taken, area=held.area), place=held.place)
    return born


def _decided(book: Book, act: Act, name: Name) -> frozenset[str]:
    return merging.settled((made.decided for made in book.decisions(*name)), act, *name)


def _names(decided: Decided) -> tuple[Name, ...]:
    return tuple((decided.dataset, uuid) for uuid in (decided.kept, decided.other) if uuid)


def _values(decided: Decided) -> dict[str, str]:
    """What others need of a decision to fold it: no explanation, and nothing of a person but uuids."""
    target = next(name for name, dataset in merging.DATASETS.items() if dataset == decided.dataset)
    found = {
        "act": str(decided.act),
        "target": target,
        "kept": decided.kept,
        "other": decided.other,
        "undone": " ".join(decided.undone),
        "about": " ".join(decided.about),
        "decided_on": "" if decided.on is None else decided.on.isoformat(),
    }
    return {name: value for name, value in found.items() if value}


def _review(book: Book, name: Name, row: EntityRow | None) -> dict[str, Any]:
    """What a person has to decide about an entity, with who said it and when; empty where there is nothing."""
    disputed = () if row is None else entities.disputed(row, _decided(book, Act.CONFLICT, name))
    taken = _decided(book, Act.TAKE, name)  # counts as soon as there is anything that it can count for
    held = tuple(each for each in book.held(*name) if each.instance_id not in taken)
    if not disputed and not held:
        return {}
    who = book.writers([*(said.instance_id for each in disputed for said in each.sides), *_ids(held)])
    return {
        "disputed": [
            {
                "name": each.name,
                "before": each.before,
                "now": each.now,
                "sides": [[said.instance_id, said.value, *who[said.instance_id]] for said in each.sides],
            }
            for each in disputed
        ],
        "held": [[each.instance_id, dict(each.change.received), *who[each.instance_id]] for each in held],
    }


def _ids(held: Iterable[HeldChange]) -> list[str]:
    return [each.instance_id for each in held]


def _key(row: EntityRow) -> str:
    return f"{row.dataset}/{row.uuid}"


def _opened(envelope: Envelope, now: str) -> dict[str, Any]:
    """What is told of the record that an entity began with."""
    return {
        "instance_id": envelope.instance_id,
        "form_id": envelope.form_id,
        "author": envelope.author,
        "wall_time": envelope.wall_time,
        "at": now,
    }
