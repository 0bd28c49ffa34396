"""The invariants of the hand-over, checked in the simulated world after every step and at its end."""

from __future__ import annotations

import contextlib
from functools import cache
from importlib.resources import files
from typing import Any

import simulation_county
from simulation_disk import Disk
from simulation_faults import Violation
from simulation_rebuild import differences
from simulation_template import template
from simulation_world import Laptop, World, Written, short

from forms.casework import course, events, merging
from forms.casework.areas import contains
from forms.casework.calendar import Calendar
from forms.casework.states import State
from sync.hub import accounts, feed, sql
from sync.hub import log as hub_log
from sync.protocol import Anchor, Outcome, Role, RowKind
from sync.store.api import RecordState
from sync.vault import audit
from sync.wire import cbor, envelope_fields

_PENDING = (RecordState.WAITING, RecordState.SENT, RecordState.HELD)
_KINDS = {
    Role.VILLAGE: {RowKind.ENTITY, RowKind.EVENT},
    Role.TOWNSHIP: {RowKind.ENTITY, RowKind.EVENT, RowKind.RECORD},
}
_DAMAGE = (
    "DELETE FROM audit WHERE n = (SELECT max(n) / 2 FROM audit)",
    "UPDATE audit SET actor = actor || 'x' WHERE n = (SELECT max(n) FROM audit)",
)
_DECISIONS = "SELECT instance_id, body FROM decision"
_FOR_ALL = {RowKind.FORM, RowKind.LIST, RowKind.NOTICE, RowKind.RECEIPT}


class Checks:
    """What must hold in `world`; `commits`, `heads`, `refused` and `taken` remember what was seen before."""

    def __init__(self) -> None:
        self.world: World
        self.commits: dict[str, bytes] = {}
        self.heads: dict[tuple[str, int], bytes] = {}
        self.refused: dict[tuple[str, str], bytes] = {}
        self.twins: set[tuple[str, bytes]] = set()
        self.taken: set[str] = set()
        self._looked_at: dict[str, Any] = {}

    # ---- at the hub's door

    def before(self, site: Any) -> Any:
        """What is to be compared after a hub has answered."""
        return site.disk.ask("SELECT n, head FROM log_head")[0]

    def replied(self, site: Any, call: str, message: Any, reply: Any, before: tuple[int, bytes]) -> None:
        """An answer leaves a hub: what it says is so, durably."""
        if call == "push":
            self._acknowledged(site, message, reply)
            self.grown(site, before)
        if call == "pull" and site is self.world.site:
            self._in_scope(message, reply)
        if call in ("push", "hello"):
            self._one_content(reply.anchor)

    def grown(self, site: Any, before: tuple[int, bytes]) -> None:
        """A hub's log only grows."""
        n = self.before(site)[0]
        if n < before[0]:
            raise Violation("S7", f"the log of the {site.name} went from {before[0]} back to {n}")

    def _acknowledged(self, site: Any, message: Any, reply: Any) -> None:
        disk = site.disk
        sent = {envelope.instance_id: envelope for envelope in message.run.envelopes}
        for result in reply.results:
            envelope = sent.pop(result.instance_id)
            if result.outcome is Outcome.REJECTED and site is not self.world.site:
                continue
            if result.outcome is Outcome.REJECTED:
                self.refused[envelope.instance_id, str(result.reason)] = envelope.commit
                body = cbor.dumps(envelope_fields(envelope))
                found = disk.ask("SELECT 1 FROM quarantine WHERE body = ?", body)
                if not found:
                    raise Violation("S15", f"{short(envelope.instance_id)} was refused and is not to be seen")
                continue
            stored = disk.ask("SELECT hash, n FROM record WHERE instance_id = ?", envelope.instance_id)
            if not stored:
                raise Violation("S1", f"{short(envelope.instance_id)} is {result.outcome} and not in the hub")
            if stored[0][0] != envelope.commit:
                raise Violation("S4", f"{short(envelope.instance_id)} is {result.outcome} with other content")
        if sent:
            raise Violation("S1", "a record was pushed and has no result")

    def _one_content(self, anchor: Anchor) -> None:
        known = self.heads.setdefault((anchor.epoch, anchor.n), anchor.head)
        if known != anchor.head:
            raise Violation("S7", f"position {anchor.n} has two contents")

    def _in_scope(self, message: Any, page: Any) -> None:
        laptop = self._who(message.device)
        area = self.world.area_path(laptop.area)
        for row in page.rows:
            by = self.world.ledger.get(row.key)
            if row.kind in _FOR_ALL:
                if row.kind is RowKind.RECEIPT and by is not None and by.by != laptop.name:
                    raise Violation("S8", f"{laptop.name} gets a receipt of {by.by}")
            elif row.kind is RowKind.RECORD and by is not None and by.by == laptop.name:
                continue  # its own, given back
            elif row.kind not in _KINDS[laptop.identity.role] or not contains(area, row.area):
                raise Violation("S8", f"{laptop.name} gets a {row.kind} of {row.area}")

    def _who(self, device: str) -> Laptop:
        """The laptop that is or was a device."""
        rows = self.world.site.disk.ask("SELECT continues FROM device WHERE id = ?", device)
        known = {device, *rows[0][0].split("|")}
        return next(each for each in self.world.laptops.values() if known & set(each.devices))

    # ---- when somebody has gone back in time

    def went_back(self, site: Any) -> None:
        """Positions after the image will have another content, and what only that hub had is gone."""
        log = dict(site.disk.ask("SELECT n, head FROM log"))
        epoch = site.hub.identity.epoch
        self.heads = {key: value for key, value in self.heads.items() if key[0] != epoch or log.get(key[1]) == value}
        self._excuse_what_is_nowhere(f"the {site.name} was put back after its laptop")

    def laptop_went_back(self, laptop: Laptop) -> None:
        self._excuse_what_is_nowhere(f"{laptop.name} was put back to a time before it")
        here = {row[0] for row in laptop.disk.ask("SELECT instance_id FROM record")}
        for record in self.world.ledger.values():
            if record.by == laptop.name:
                record.forgotten |= record.instance_id not in here  # an image may be from after it came back

    def _excuse_what_is_nowhere(self, why: str) -> None:
        for record in self.world.ledger.values():
            if record.excused or not record.saved:
                continue
            record.photo_lost = bool(record.photo) and not self._photo_somewhere(record)
            if not self._somewhere(record):
                record.excused = why

    def _somewhere(self, record: Written) -> bool:
        query = (
            "SELECT 1 FROM record LEFT JOIN payload ON payload.record = id WHERE instance_id = ? AND xml IS NOT NULL"
            " AND state <> 'pulled'"  # a device that it does not know that it was: it is not handed in again
        )
        if self.world.laptops[record.by].disk.ask(query, record.instance_id):
            return True
        query = "SELECT 1 FROM record WHERE instance_id = ?"
        return any(site.disk.ask(query, record.instance_id) for site in self.world.hubs)

    def _photo_somewhere(self, record: Written) -> bool:
        """Whether the laptop or the township's hub has it: the county's comes down only with more that was lost."""
        query = "SELECT 1 FROM attachment JOIN record ON id = record WHERE instance_id = ? AND blob <> ''"
        if self.world.laptops[record.by].disk.ask(query, record.instance_id):
            return True
        query = "SELECT 1 FROM attachment WHERE instance_id = ? AND complete = 1"
        return bool(self.world.site.disk.ask(query, record.instance_id))

    # ---- after every step

    def sound(self, laptop: Laptop) -> None:
        """After a kill: the database is whole, and what was said to be saved is there."""
        found = laptop.disk.ask("PRAGMA quick_check(3)")
        if found != [("ok",)]:
            raise Violation("S14", f"the database of {laptop.name} is damaged: {found}")
        if not _audited(laptop):
            raise Violation("S13", f"the audit log of {laptop.name} does not hold")
        self.laptop(laptop, after="a kill")

    def laptop(self, laptop: Laptop, *, after: str = "") -> None:
        rows = laptop.disk.ask(
            "SELECT instance_id, state, record.n, xml FROM record LEFT JOIN payload ON payload.record = record.id"
        )
        held = {id: (RecordState(state), n, xml) for id, state, n, xml in rows}
        self._kept(laptop, held, after)
        self._flags(laptop, held)
        self._covered(laptop)
        self._in_view(laptop, held)

    def _kept(self, laptop: Laptop, held: dict[str, Any], after: str) -> None:
        for record in self.world.ledger.values():
            if record.by != laptop.name or not record.saved:
                continue
            here = held.get(record.instance_id)
            if here is None:
                if not record.excused and not self._somewhere(record):
                    raise Violation("S14" if after else "S3", f"{short(record.instance_id)} is nowhere")
            elif here[2] is None:
                if self._backed_up(record):
                    continue
                raise Violation("S6", f"{short(record.instance_id)} was pruned and no backup of the hub has it")
            elif here[2] != record.xml:
                raise Violation("S2", f"{short(record.instance_id)} has other bytes at {laptop.name}")

    def _backed_up(self, record: Written) -> bool:
        """Its text, and its photograph where it has one: in the newest backup of the highest hub."""
        query = (
            "SELECT xml, coalesce(min(complete), 1) FROM record LEFT JOIN attachment USING (instance_id)"
            " WHERE instance_id = ? GROUP BY instance_id"
        )
        newest = self.world.images[-1:] if self.world.county is None else self.world.bags.images[-1:]
        found = [image.content.execute(query, (record.instance_id,)).fetchone() for image in newest]
        return (record.xml, 1) in found

    def _flags(self, laptop: Laptop, held: dict[str, Any]) -> None:
        """Where the hub's log holds what the laptop knows of it, it has all that the laptop thinks it has.

        What the laptop has let go of, the county's backup has: a hub that was put back gets it from there.
        """
        epoch, n, head = laptop.disk.ask("SELECT epoch, n, head FROM peer")[0]
        hub = self.world.site.hub
        anchor = Anchor(epoch, n, head)
        if not hub.read(lambda connection: hub_log.proven(connection, hub.identity.epoch, anchor)):
            return
        there = {row[0] for row in self.world.site.disk.ask("SELECT instance_id FROM record")}
        for id, (state, _, xml) in held.items():
            if xml is None and self.world.county is not None:
                continue
            if state in (RecordState.ACKNOWLEDGED, RecordState.HELD) and id not in there:
                raise Violation(
                    "S5", f"{short(id)} is acknowledged at {laptop.name}, whose anchor holds; not at the hub"
                )

    def _covered(self, laptop: Laptop) -> None:
        """Rows up to the cursor are here."""
        hub = self.world.site.hub
        sealed = laptop.store.inbox.cursor()
        device = laptop.identity.device

        def passed(connection: Any) -> list[Any]:
            who = accounts.find_device(connection, device)
            if who is None:  # the hub was put back to a time before it
                return []
            condition, values = feed.visible(who)
            query = f"SELECT kind, key, n, body FROM feed WHERE n > :start AND n <= :after AND {condition}"  # noqa: S608
            after = self.position(connection, sealed, who)
            return list(sql.run(connection, query, start=template().n, after=after, **values))

        here = _Here(laptop)
        for row in hub.read(passed):
            if not here.has(row):
                raise Violation("S5", f"the cursor of {laptop.name} is past {row.kind} {row.n}, which is not here")

    def position(self, connection: Any, sealed: bytes, device: Any) -> int:
        """Where the hub takes a cursor to be; 0 where it would begin anew."""
        identity = self.world.site.hub.identity
        read_to = feed.read_cursor(identity.cursors, sealed, scope=device.scope)
        return read_to.n if hub_log.proven(connection, identity.epoch, read_to) else 0

    def _in_view(self, laptop: Laptop, held: dict[str, Any]) -> None:
        """What its person wrote is to be seen at the laptop, whatever was pulled since.

        What it had forgotten comes back from the hub: the record as it was, and of what that says what the hub could
        read of it. Of one that the hub holds for want of its form nobody knows more, but who has the form.
        """
        last: dict[tuple[str, str], tuple[str, str]] = {}
        hiding: dict[tuple[str, str], set[str]] = {}
        for record in self.world.ledger.values():
            here = held.get(record.instance_id)
            if record.by != laptop.name or record.forgotten or here is None or here[0] not in _PENDING:
                self._hides(record, hiding)
                continue
            if record.creates is not None:
                dataset, uuid = record.creates
                if not laptop.disk.ask("SELECT 1 FROM entity WHERE uuid = ? AND dataset = ?", uuid, dataset):
                    raise Violation("S12", f"{dataset} of {short(record.instance_id)} is out of sight")
            if record.edits is not None:
                uuid, question, answer = record.edits
                last[uuid, question] = (record.instance_id, answer)
            if record.event_of and not laptop.disk.ask("SELECT 1 FROM event WHERE instance_id = ?", record.instance_id):
                raise Violation("S12", f"the event {short(record.instance_id)} is out of sight")
        for (uuid, question), (instance_id, answer) in last.items():
            item = laptop.store.entities.get(uuid, "households")
            others = hiding.get((uuid, question), set()) if instance_id in self.taken else set()
            if item is None or item.properties.get(question) not in {answer, *others}:
                raise Violation("S12", f"the edit {short(instance_id)} is out of sight")

    def _hides(self, record: Written, hiding: dict[tuple[str, str], set[str]]) -> None:
        """What the hub had taken and lost again may be hidden by what it took later, whenever that was written."""
        if record.edits is not None:
            hiding.setdefault(record.edits[:2], set()).add(record.edits[2])

    def hub(self) -> None:
        """Records at the hub have one content, the one that was finalised."""
        for site in self.world.hubs:
            stamp = (site.disk.stamp, len(self.world.ledger))
            if self._looked_at.get(site.name) == stamp:
                continue
            self._looked_at[site.name] = stamp
            for id, n, xml, hash in site.disk.ask("SELECT instance_id, n, xml, hash FROM record"):
                self.taken.add(id)
                if self.commits.setdefault(id, hash) != hash:
                    raise Violation("S4", f"{short(id)} was overwritten at the {site.name}")
                record = self.world.ledger.get(id)
                if record is not None and xml != record.xml:
                    invariant = "S2" if site is self.world.site else "S9"
                    raise Violation(invariant, f"{short(id)} has other bytes at the {site.name}, position {n}")

    # ---- at the end

    def everything_arrived(self, invariant: str) -> None:
        """Every finalised record is at the hub once; refused ones are where they were written and at the hub."""
        there = {row[0] for row in self.world.site.disk.ask("SELECT instance_id FROM record")}
        for record in self.world.ledger.values():
            missing = record.saved and not record.excused and record.instance_id not in there
            if missing and not simulation_county.alone_has(self.world, record):
                query = "SELECT state, reason FROM record WHERE instance_id = ?"
                found = self.world.laptops[record.by].disk.ask(query, record.instance_id)
                raise Violation(invariant, f"{short(record.instance_id)} is not at the hub; here {found}")

    def settled(self) -> None:
        """Nothing waits any more, and all devices of an area show what the hub shows."""
        self.everything_arrived("L1")
        simulation_county.arrived(self.world)
        for laptop in self.world.laptops.values():
            self._nothing_waits(laptop)
            self._same_requests(laptop)
            self._same_entities(laptop)
            self._same_people(laptop)
        self._refused_are_seen()
        self._photos()

    def is_settled(self) -> bool:
        """Whether there is nothing left to do."""
        try:
            self.settled()
        except Violation:
            return False
        return True

    def rebuilt(self) -> None:
        """What the hub derived follows from its log, and nobody changes what laptops have noted unseen."""
        for laptop in self.world.laptops.values():
            self._audit(laptop)
        found = differences(self.world)
        if found:
            raise Violation("S11", f"rebuilt from its log the hub differs in {found}")

    def _nothing_waits(self, laptop: Laptop) -> None:
        query = "SELECT instance_id, state, reason, form_id, form_version FROM record"
        for id, state, reason, *form in laptop.disk.ask(query):
            record = self.world.ledger.get(id)
            if state == "held" and simulation_county.form_is_lost(self.world, *form):
                continue
            if state in ("waiting", "sent", "held"):
                raise Violation("L1", f"{short(id)} is still {state} at {laptop.name} ({reason})")
            if state == "rejected" and (record is None or not record.excused):
                raise Violation("L1", f"{short(id)} was refused at {laptop.name}: {reason}")

    def _same_requests(self, laptop: Laptop) -> None:
        disk = self.world.site.disk
        area = self.world.area_path(laptop.area)
        lost = {record.event_of for record in self.world.ledger.values() if record.excused}
        for uuid, place in disk.ask("SELECT uuid, area FROM entity WHERE dataset = 'requests'"):
            if not contains(area, place) or uuid in lost:  # who had read what is lost goes on showing it
                continue
            expected = _folded(disk, uuid)
            detail = laptop.store.requests.get(uuid)
            if detail is None:
                raise Violation("L3", f"{laptop.name} does not show request {uuid[:6]}")
            item = detail.item
            shown = (item.state, item.outcome, item.answer, item.reopened, item.late)
            if shown != expected:
                raise Violation("L3", f"{laptop.name} shows {shown} for request {uuid[:6]}, the hub {expected}")

    def _same_entities(self, laptop: Laptop) -> None:
        area = self.world.area_path(laptop.area)
        query = "SELECT uuid, area, body FROM entity WHERE dataset = 'households'"
        for uuid, place, body in self.world.site.disk.ask(query):
            if not contains(area, place):
                continue
            row = cbor.loads(body)["row"]
            item = laptop.store.entities.get(uuid, "households")
            if item is None:
                raise Violation("L3", f"{laptop.name} does not show household {uuid[:6]}")
            shown = (dict(item.properties), item.label, item.version, item.pending)
            if shown != (row["properties"], row["label"], row["version"], 0):
                raise Violation("L3", f"{laptop.name} shows {shown} for household {uuid[:6]}, the hub {row}")

    def _same_people(self, laptop: Laptop) -> None:
        """Who is one with whom, and what is to be decided, is the same at the hub and at all who see them."""
        disk = self.world.site.disk
        area = self.world.area_path(laptop.area)
        made = [merging.read("decision", id, cbor.loads(body)["values"]) for id, body in disk.ask(_DECISIONS)]
        whole = merging.fold(each for each in made if each is not None)
        lost = {id for id, record in self.world.ledger.items() if record.form == "decision" and record.excused}
        if lost & {item.decided.instance_id for item in laptop.store.decisions.all()}:
            return  # who had read what is lost goes on showing it
        query = "SELECT uuid, area, body FROM entity WHERE dataset = 'households'"
        for uuid, place, body in disk.ask(query):
            if not contains(area, place):
                continue
            item = laptop.store.entities.get(uuid, "households")
            expected = whole.survivor("households", uuid)
            shown = "" if item is None else item.merged_into or uuid
            if shown != expected:
                raise Violation("L3", f"{laptop.name} has {uuid[:6]} as {shown[:6]}, the hub as {expected[:6]}")
            conflict = "" if item is None else item.conflict or "none"
            if conflict != cbor.loads(body)["row"]["conflict"]:
                raise Violation("L3", f"{laptop.name} shows {conflict} for household {uuid[:6]}")
            contradicts = conflict == "hard" and laptop.store.decisions.review("households", uuid) is None
            if contradicts:
                raise Violation("L3", f"{laptop.name} does not show what contradicts itself in {uuid[:6]}")

    def _audit(self, laptop: Laptop) -> None:
        if not _audited(laptop):
            raise Violation("S13", f"the audit log of {laptop.name} does not hold")
        for damage in _DAMAGE:
            if _unseen(laptop, damage):
                raise Violation("S13", f"damage to the audit log of {laptop.name} is not seen")

    def _refused_are_seen(self) -> None:
        for (id, reason), commit in self.refused.items():
            record = self.world.ledger.get(id)
            if record is None or (id, commit) in self.twins:
                continue
            here = self.world.laptops[record.by].store.records.get(id)
            if here is None and not record.excused:
                raise Violation("S15", f"{short(id)} was refused ({reason}) and cannot be seen")

    def _photos(self) -> None:
        there = {row[0] for row in self.world.site.disk.ask("SELECT instance_id FROM attachment WHERE complete = 1")}
        for record in self.world.ledger.values():
            expected = record.photo and record.saved and not record.excused and not record.photo_lost
            if expected and record.instance_id not in there:
                raise Violation("L1", f"the photograph of {short(record.instance_id)} is not at the hub")


def _folded(disk: Disk, uuid: str) -> tuple[Any, ...]:
    happened = []
    for id, body in disk.ask("SELECT instance_id, body FROM event WHERE request = ? ORDER BY n", uuid):
        fields = cbor.loads(body)
        event = events.read(fields["form"], id, fields["values"])
        if event is not None:
            happened.append(event)
    found = course.fold(course.Opened(uuid, State.ARRIVED), happened, _calendar())
    return (
        found.state.value,
        found.outcome.value if found.outcome else "",
        found.answer,
        found.reopened,
        len(found.late),
    )


@cache
def _calendar() -> Calendar:
    return Calendar.read((files("resources") / "pack" / "calendar.csv").read_bytes())


class _Here:
    """What of the hub's rows a laptop has."""

    def __init__(self, laptop: Laptop) -> None:
        ask = laptop.disk.ask
        self._entities = {(dataset, uuid): n or 0 for dataset, uuid, n in ask("SELECT dataset, uuid, n FROM entity")}
        self._ids = {
            table: {row[0] for row in ask(f"SELECT instance_id FROM {table}")}  # noqa: S608
            for table in ("decision", "event", "record")
        }

    def has(self, row: Any) -> bool:
        match row.kind:
            case RowKind.ENTITY:
                dataset, uuid = row.key.split("/")
                known = self._entities.get((dataset, uuid))
                return (known is not None and known >= row.n) or bool(cbor.stored(row.body).get("deleted"))
            case RowKind.EVENT:
                if row.key in self._ids["event"]:
                    return True
                return row.key in self._ids["decision"] and cbor.stored(row.body).get("form") == merging.DECISION
            case RowKind.RECORD:
                return row.key in self._ids["record"]
        return True


class _Undone(Exception):
    """Ends a transaction that was a trial."""


def _audited(laptop: Laptop) -> bool:
    """Whether the audit log holds. One put back lacks ends that the hub has signed, which is seen as it should be."""
    if not laptop.put_back:
        return bool(laptop.store.audit.verify().ok)
    with laptop.database.read() as connection:
        return audit.verify(connection).ok


def _unseen(laptop: Laptop, damage: str) -> bool:
    """Whether the audit log still holds after `damage`, which is undone."""
    found = False
    with contextlib.suppress(_Undone), laptop.database.write() as connection:
        connection.exec_driver_sql(damage)
        found = audit.verify(connection).ok
        raise _Undone
    return found
