"""The derived rows that one transaction reads and changes: read together at its start, written together at its end.

What one record changed can be taken back without touching what the others did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from forms.casework import merging
from forms.casework.merging import Decided
from forms.entities import Conflict, EntityChange, EntityRow, EntityVersion
from sync.hub import sql
from sync.protocol import Envelope, RowKind
from sync.wire import cbor

K = TypeVar("K")
V = TypeVar("V")

Name = tuple[str, str]  # dataset, uuid
RESIDENTS, HOUSEHOLDS = "residents", "households"
ASKING = frozenset({RESIDENTS, HOUSEHOLDS})
"""Lists of whose facts departments are told some, with what they were given."""
Place = tuple[str, str, str, str]  # kind, key, area, device


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity with its area (a path) and, for requests, how it was opened."""

    row: EntityRow
    opened: Mapping[str, Any]
    area: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a request, as the feed has it."""

    instance_id: str
    n: int
    request: str
    area: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A change whose branch lacks an earlier edit."""

    instance_id: str
    place: int
    area: str
    change: EntityChange


@dataclass(frozen=True, slots=True)
class Made:
    """A decision of a person on facts, and its row of the feed."""

    instance_id: str
    n: int
    decided: Decided
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the feed; None in its place takes one away."""

    n: int
    moved_to: str
    departments: str
    body: bytes


class _Sheet(Generic[K, V]):
    """Rows by key: as loaded, and as changed since."""

    def __init__(self) -> None:
        self.loaded: dict[K, V] = {}
        self.changed: dict[K, V] = {}
        self._undo: list[tuple[K, bool, V | None]] = []

    def __contains__(self, key: K) -> bool:
        return key in self.changed or key in self.loaded

    def get(self, key: K) -> V:
        return self.changed[key] if key in self.changed else self.loaded[key]

    def put(self, key: K, value: V) -> None:
        self._undo.append((key, key in self.changed, self.changed.get(key)))
        self.changed[key] = value

    def mark(self) -> None:
        self._undo.clear()

    def revert(self) -> None:
        for key, had, old in reversed(self._undo):
            if had and old is not None:
                self.changed[key] = old
            else:
                del self.changed[key]
        self._undo.clear()


class Book:
    """Reads before it is asked where `read` was told what will be needed, and one by one otherwise."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entities: _Sheet[Name, tuple[Entity | None]] = _Sheet()
        self._held: _Sheet[Name, tuple[HeldChange, ...]] = _Sheet()
        self._decisions: _Sheet[Name, tuple[Made, ...]] = _Sheet()
        self._departments: _Sheet[str, str] = _Sheet()
        self._events: _Sheet[str, tuple[Event, ...]] = _Sheet()
        self._feed: _Sheet[Place, tuple[Shown | None]] = _Sheet()
        self._askers: _Sheet[str, frozenset[str]] = _Sheet()
        self._writers: dict[str, tuple[str, str]] = {}

    @property
    def _sheets(self) -> tuple[_Sheet[Any, Any], ...]:
        return (
            *(self._entities, self._held, self._decisions, self._departments, self._events, self._feed),
            self._askers,
        )

    def mark(self) -> None:
        """What was done until now stays."""
        for sheet in self._sheets:
            sheet.mark()

    def revert(self) -> None:
        """Take back what was done since the last mark."""
        for sheet in self._sheets:
            sheet.revert()

    # ---- reading

    def read(self, names: Iterable[Name], requests: Iterable[str]) -> None:
        """Load what is known of these entities and requests."""
        wanted = {name for name in names if name not in self._entities}
        about = {request for request in requests if request not in self._events}
        for name in wanted:
            self._entities.loaded[name] = (None,)
            self._held.loaded[name] = ()
            self._decisions.loaded[name] = ()
        for request in about:
            self._departments.loaded[request] = ""
            self._events.loaded[request] = ()
        uuids = sorted({uuid for _, uuid in wanted})
        for row in sql.among(
            self._connection, "SELECT dataset, uuid, area, body FROM entity WHERE uuid IN :wanted", uuids
        ):
            if (row.dataset, row.uuid) in wanted:
                self._entities.loaded[row.dataset, row.uuid] = (_read_entity(row.area, row.body),)
        query = "SELECT * FROM held_change WHERE uuid IN :wanted ORDER BY instance_id, place"
        for row in sql.among(self._connection, query, uuids):
            if (row.dataset, row.uuid) in wanted:
                held = HeldChange(row.instance_id, row.place, row.area, EntityChange(**cbor.loads(row.body)))
                self._held.loaded[row.dataset, row.uuid] += (held,)
        self._read_decisions(wanted, uuids)
        self._read_askers([uuid for dataset, uuid in wanted if dataset in ASKING])
        for row in sql.among(
            self._connection, "SELECT uuid, departments FROM request WHERE uuid IN :wanted", sorted(about)
        ):
            self._departments.loaded[row.uuid] = row.departments
        query = "SELECT instance_id, n, request, area, body FROM event WHERE request IN :wanted ORDER BY n"
        for row in sql.among(self._connection, query, sorted(about)):
            event = Event(row.instance_id, row.n, row.request, row.area, cbor.loads(row.body))
            self._events.loaded[row.request] += (event,)

    def _read_askers(self, subjects: Iterable[str]) -> None:
        found: dict[str, set[str]] = {uuid: set() for uuid in sorted(subjects)}
        for row in sql.among(self._connection, "SELECT * FROM asker WHERE subject IN :wanted", list(found)):
            found[row.subject].add(row.request)
        self._askers.loaded.update({uuid: frozenset(requests) for uuid, requests in found.items()})

    def _read_decisions(self, wanted: set[Name], uuids: list[str]) -> None:
        found: dict[Name, dict[str, Made]] = {}
        for column in ("kept", "other"):
            query = f"SELECT * FROM decision WHERE {column} IN :wanted"  # noqa: S608  one of two
            for row in sql.among(self._connection, query, uuids):
                name = (row.dataset, getattr(row, column))
                if name in wanted:
                    found.setdefault(name, {})[row.instance_id] = _read_made(row)
        for name, made in found.items():
            self._decisions.loaded[name] = tuple(made[id] for id in sorted(made))

    def entity(self, dataset: str, uuid: str) -> Entity | None:
        self.read([(dataset, uuid)], ())
        return self._entities.get((dataset, uuid))[0]

    def area(self, dataset: str, uuid: str) -> str:
        found = self.entity(dataset, uuid)
        return "" if found is None else found.area

    def held(self, dataset: str, uuid: str) -> tuple[HeldChange, ...]:
        self.read([(dataset, uuid)], ())
        return self._held.get((dataset, uuid))

    def decisions(self, dataset: str, uuid: str) -> tuple[Made, ...]:
        """What people decided about an entity."""
        self.read([(dataset, uuid)], ())
        return self._decisions.get((dataset, uuid))

    def writers(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Author and moment of records by instanceID; blank where the record is not here."""
        missing = sorted(set(ids) - self._writers.keys())
        query = "SELECT instance_id, author, wall_time FROM record WHERE instance_id IN :wanted"
        for row in sql.among(self._connection, query, missing):
            self._writers[row.instance_id] = (row.author, row.wall_time)
        return {id: self._writers.get(id, ("", "")) for id in ids}

    def departments(self, request: str) -> str:
        """Departments that a request was ever assigned to, as |A|B|; "" for none."""
        self.read((), [request])
        return self._departments.get(request)

    def asked(self, dataset: str, subject: str) -> frozenset[str]:
        """Requests of a resident, or of somebody of a household, that a department was given."""
        self.read([(dataset, subject)], ())
        return self._askers.get(subject)

    def events(self, request: str) -> tuple[Event, ...]:
        """Events of a request in order of n."""
        self.read((), [request])
        return self._events.get(request)

    # ---- changing

    def put_entity(self, entity: Entity) -> None:
        self._entities.put((entity.row.dataset, entity.row.uuid), (entity,))

    def put_held(self, dataset: str, uuid: str, held: tuple[HeldChange, ...]) -> None:
        self._held.put((dataset, uuid), held)

    def put_decision(self, made: Made) -> None:
        decided = made.decided
        for uuid in filter(None, (decided.kept, decided.other)):
            known = self.decisions(decided.dataset, uuid)
            self._decisions.put((decided.dataset, uuid), (*known, made))

    def note_writer(self, envelope: Envelope) -> None:
        """Who wrote a record that is not stored yet."""
        self._writers[envelope.instance_id] = (envelope.author, envelope.wall_time)

    def put_departments(self, request: str, departments: str) -> None:
        self._departments.put(request, departments)

    def put_asker(self, resident: str, request: str) -> None:
        """A department has what this resident asked for; "" where nobody of the register did."""
        person = self.entity(RESIDENTS, resident) if resident else None
        home = "" if person is None else person.row.properties.get("household", "")
        for dataset, subject in ((RESIDENTS, resident), (HOUSEHOLDS, home)):
            if subject and request not in (known := self.asked(dataset, subject)):
                self._askers.put(subject, known | {request})

    def put_events(self, request: str, events: tuple[Event, ...]) -> None:
        self._events.put(request, events)

    def show(
        self,
        kind: RowKind,
        key: str,
        *,
        n: int,
        body: Mapping[str, Any] | None,
        area: str = "",
        device: str = "",
        moved_to: str = "",
        departments: str = "",
    ) -> None:
        """The newest row of a key in the feed. `area` "" is for everyone; `body` None is read from elsewhere."""
        packed = b"" if body is None else cbor.dumps(dict(body))
        self._feed.put((str(kind), key, area, device), (Shown(n, moved_to, departments, packed),))

    def hide(self, kind: RowKind, key: str, *, area: str) -> None:
        self._feed.put((str(kind), key, area, ""), (None,))

    # ---- writing

    def write(self) -> None:
        """Write all changes; once, before the transaction ends."""
        self._write_entities()
        self._write_held()
        self._write_decisions()
        rows = [{"uuid": uuid, "departments": found} for uuid, found in self._departments.changed.items()]
        sql.put_many(self._connection, "request", ["uuid"], rows)
        events = [
            {
                "instance_id": event.instance_id,
                "n": event.n,
                "request": event.request,
                "area": event.area,
                "body": cbor.dumps(dict(event.body)),
            }
            for request, found in self._events.changed.items()
            for event in found
            if event not in self._events.loaded.get(request, ())
        ]
        sql.put_many(self._connection, "event", ["instance_id"], events)
        rows = [
            {"subject": subject, "request": request}
            for subject, found in self._askers.changed.items()
            for request in sorted(found - self._askers.loaded[subject])
        ]
        sql.put_many(self._connection, "asker", ["subject", "request"], rows, keep=True)
        self._write_feed()

    def _write_entities(self) -> None:
        rows = [
            {"dataset": dataset, "uuid": uuid, "area": entity.area, "body": _entity_body(entity)}
            for (dataset, uuid), (entity,) in self._entities.changed.items()
            if entity is not None
        ]
        sql.put_many(self._connection, "entity", ["dataset", "uuid"], rows)

    def _write_held(self) -> None:
        gone = [{"dataset": dataset, "uuid": uuid} for dataset, uuid in self._held.changed]
        query = "DELETE FROM held_change WHERE dataset = :dataset AND uuid = :uuid"
        sql.run_many(self._connection, query, gone)
        rows = [
            {
                "instance_id": held.instance_id,
                "place": held.place,
                "dataset": dataset,
                "uuid": uuid,
                "area": held.area,
                "body": cbor.dumps(asdict(held.change)),
            }
            for (dataset, uuid), found in self._held.changed.items()
            for held in found
        ]
        sql.put_many(self._connection, "held_change", ["instance_id", "place"], rows)

    def _write_decisions(self) -> None:
        made = {each.instance_id: each for found in self._decisions.changed.values() for each in found}
        rows = [
            {
                "instance_id": each.instance_id,
                "n": each.n,
                "dataset": each.decided.dataset,
                "kept": each.decided.kept,
                "other": each.decided.other,
                "body": cbor.dumps(dict(each.body)),
            }
            for each in made.values()
        ]
        sql.put_many(self._connection, "decision", ["instance_id"], rows, keep=True)

    def _write_feed(self) -> None:
        gone = [
            {"kind": kind, "key": key, "area": area, "device": device}
            for (kind, key, area, device), (shown,) in self._feed.changed.items()
            if shown is None
        ]
        query = "DELETE FROM feed WHERE kind = :kind AND key = :key AND area = :area AND device = :device"
        sql.run_many(self._connection, query, gone)
        rows = [
            {
                "kind": kind,
                "key": key,
                "area": area,
                "device": device,
                "n": shown.n,
                "moved_to": shown.moved_to,
                "departments": shown.departments,
                "body": shown.body,
            }
            for (kind, key, area, device), (shown,) in self._feed.changed.items()
            if shown is not None
        ]
        sql.put_many(self._connection, "feed", ["kind", "key", "area", "device"], rows)


def _entity_body(entity: Entity) -> bytes:
    row = entity.row
    return cbor.dumps(
        {
            "opened": dict(entity.opened),
            "row": {
                "dataset": row.dataset,
                "uuid": row.uuid,
                "label": row.label,
                "version": row.version,
                "properties": dict(row.properties),
                "conflict": str(row.conflict),
                "deleted": row.deleted,
                "trunk_version": row.trunk_version,
                "branch_id": row.branch_id,
                "history": [_version(each) for each in row.history],
            },
        }
    )


def _version(version: EntityVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "label": version.label,
        "properties": dict(version.properties),
        "received": dict(version.received),
        "instance_id": version.instance_id,
        "base_version": version.base_version,
        "trunk_version": version.trunk_version,
        "branch_id": version.branch_id,
        "branch_base_version": version.branch_base_version,
        "conflicting": list(version.conflicting),
        "conflict": str(version.conflict),
    }


def _read_entity(area: str, packed: bytes) -> Entity:
    body = cbor.loads(packed)
    fields = body["row"]
    history = tuple(map(_read_version, fields["history"]))
    row = EntityRow(**{**fields, "conflict": Conflict(fields["conflict"]), "history": history})
    return Entity(row, body["opened"], area)


def _read_version(plain: Mapping[str, Any]) -> EntityVersion:
    conflict = Conflict(plain.get("conflict", Conflict.NONE))
    return EntityVersion(**{**plain, "conflicting": tuple(plain["conflicting"]), "conflict": conflict})


def _read_made(row: Any) -> Made:
    body = cbor.loads(row.body)
    decided = merging.read(body["form"], row.instance_id, body["values"])
    if decided is None:
        raise LookupError(row.instance_id)
    return Made(row.instance_id, row.n, decided, body)
