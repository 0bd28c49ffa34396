"""The way up: records get their place in the device's chain, runs are signed, replies are applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from sync import crypto
from sync.protocol import COMMITS, Anchor, Envelope, Outcome, PushReply, Result, Run
from sync.store import receipts, record_rows, settings
from sync.store.api import FORMS_AGAIN, Applied, Outgoing, Pruned, RecordState, StoredFile
from sync.store.context import Context
from sync.store.entity_log import Touched
from sync.store.finalise import Derived
from sync.store.pruning import BACKED_UP_ABOVE, file_sent, prune
from sync.store.record_rows import stored_file
from sync.vault.blobs import Blob
from sync.vault.database import fetch_one, run

RUN = "run"  # purpose of the signature over a run's last link
MOST_RECORDS = 500  # of one run
OVERHEAD = 400  # bytes of an envelope beside its XML, about

# A laptop that was restored goes on from an older place of its chain, and what it lost may be pulled back.
_OWN = " AND seq IS NOT NULL AND state <> 'pulled'"

# What an earlier device of this laptop had sent goes again on the chain of the present one.
_OFF_CHAIN = "state = 'waiting', device = NULL, seq = NULL, link = NULL"

_STATES = {
    Outcome.STORED: RecordState.ACKNOWLEDGED,
    Outcome.DUPLICATE: RecordState.ACKNOWLEDGED,
    Outcome.HELD: RecordState.HELD,
    Outcome.REJECTED: RecordState.REJECTED,
}


class Outbox:
    def __init__(self, context: Context, derived: Derived) -> None:
        self._context = context
        self._derived = derived

    def next_run(self, max_bytes: int) -> Outgoing | None:
        """See `api.Outbox.next_run`."""
        identity = self._context.identity()
        key = crypto.SigningKey.load(identity.key)
        with self._context.database.write() as connection:
            first = connection.exec_driver_sql(
                "SELECT min(seq) FROM record WHERE state = 'sent' AND device = ?", (identity.device,)
            ).scalar()
            envelopes: list[Envelope] = []
            if first is not None:
                envelopes = self._again(connection, identity.device, first, max_bytes)
            left = max_bytes - _size(envelopes)
            if first is None or self._reaches_head(connection, identity.device, envelopes):
                chained = self._chain(connection, identity.device, left, more=not envelopes)
                self._derived.follow(connection, self._moved(connection, chained))
                envelopes += chained
            if not envelopes:
                return None
            before = self._before(connection, identity.device, envelopes[0].seq)
            head = crypto.links(before, envelopes)[-1]
            anchor = read_anchor(connection)
        run = Run(identity.device, before, tuple(envelopes), key.sign(RUN, head))
        return Outgoing(run, anchor)

    def to_carry(self, lowest: int, max_bytes: int) -> tuple[Run, ...]:
        """All of the chain from place `lowest` on, waiting records put at its end, as signed runs of about `max_bytes`.

        To be called within a writing transaction.
        """
        identity = self._context.identity()
        key = crypto.SigningKey.load(identity.key)
        made: list[Run] = []
        with self._context.database.write() as connection:
            while chained := self._chain(connection, identity.device, max_bytes, more=True):
                self._derived.follow(connection, self._moved(connection, chained))
            end = connection.exec_driver_sql("SELECT seq FROM chain WHERE device = ?", (identity.device,)).scalar() or 0
            while lowest <= end:
                envelopes = self._again(connection, identity.device, lowest, max_bytes)
                if not envelopes:  # the hub has this one in a backup, and here its payload was let go of
                    lowest += 1
                    continue
                before = self._before(connection, identity.device, lowest)
                head = crypto.links(before, envelopes)[-1]
                made.append(Run(identity.device, before, tuple(envelopes), key.sign(RUN, head)))
                lowest = envelopes[-1].seq + 1
        return tuple(made)

    def _again(self, connection: Connection, device: str, first: int, max_bytes: int) -> list[Envelope]:
        """Consecutive envelopes from the first that has no acknowledgement; a run has no gaps."""
        ids = connection.exec_driver_sql(
            f"SELECT id FROM record WHERE device = ? AND seq >= ?{_OWN} ORDER BY seq LIMIT ?",  # noqa: S608
            (device, first, MOST_RECORDS),
        ).scalars()
        found: list[Envelope] = []
        size = 0
        for id in tuple(ids):
            envelope = _travelling(connection, id)
            if not envelope.xml:  # let go of: the hub has it in a backup
                break
            size += len(envelope.xml) + OVERHEAD
            if found and size > max_bytes:
                break
            found.append(envelope)
        return found

    def _reaches_head(self, connection: Connection, device: str, envelopes: Sequence[Envelope]) -> bool:
        seq = connection.exec_driver_sql("SELECT seq FROM chain WHERE device = ?", (device,)).scalar()
        return bool(envelopes) and envelopes[-1].seq == seq and len(envelopes) < MOST_RECORDS

    def _chain(self, connection: Connection, device: str, left: int, *, more: bool) -> list[Envelope]:
        """Give waiting records their place, urgent ones first; at least one where `more`."""
        rows = connection.exec_driver_sql(
            "SELECT id, (SELECT length(xml) FROM payload WHERE payload.record = id) AS size"
            " FROM record INDEXED BY record_unchained"
            " WHERE seq IS NULL AND state = 'waiting' ORDER BY urgent DESC, id LIMIT ?",
            (MOST_RECORDS,),
        ).all()
        found: list[Envelope] = []
        for row in rows:
            left -= row.size + OVERHEAD
            if left < 0 and (found or not more):
                break
            found.append(self._append(connection, device, row.id))
        return found

    def _moved(self, connection: Connection, chained: Sequence[Envelope]) -> Touched:
        """Requests whose state says now that they are on their way."""
        touched = Touched()
        for envelope in chained:
            id = connection.exec_driver_sql(
                "SELECT id FROM record WHERE instance_id = ?", (envelope.instance_id,)
            ).scalar_one()
            touched.requests |= requests_of(connection, id, envelope.instance_id)
        return touched

    def _append(self, connection: Connection, device: str, record: int) -> Envelope:
        head = connection.exec_driver_sql("SELECT seq, link FROM chain WHERE device = ?", (device,)).one_or_none()
        seq, before = (head.seq + 1, head.link) if head else (1, crypto.NO_LINK)
        connection.exec_driver_sql(
            "UPDATE record SET device = ?, seq = ?, state = 'sent' WHERE id = ?", (device, seq, record)
        )
        envelope = _travelling(connection, record)
        made = crypto.link(before, envelope)
        connection.exec_driver_sql("UPDATE record SET link = ? WHERE id = ?", (made, record))
        connection.exec_driver_sql(
            "INSERT INTO chain (device, seq, link) VALUES (?, ?, ?)"
            " ON CONFLICT (device) DO UPDATE SET seq = excluded.seq, link = excluded.link",
            (device, seq, made),
        )
        return envelope

    def _before(self, connection: Connection, device: str, seq: int) -> bytes:
        if seq == 1:
            return crypto.NO_LINK
        found: bytes = connection.exec_driver_sql(
            f"SELECT link FROM record WHERE device = ? AND seq = ?{_OWN}",  # noqa: S608
            (device, seq - 1),
        ).scalar_one()
        return found

    def apply_push_reply(self, reply: PushReply) -> Applied:
        """See `api.Outbox.apply_push_reply`. A record that was acknowledged is never un-acknowledged by a reply."""
        touched = Touched()
        changed = []
        with self._context.database.write() as connection:
            now = self._context.now()
            for result in _about_ours(connection, reply):
                if self._apply(connection, result, now, touched):
                    changed.append(result.instance_id)
            for receipt in reply.receipts:
                if not receipts.put(self._context, connection, receipt):
                    put_receipt(connection, receipt, now)
            put_anchor(connection, reply.anchor)
            connection.exec_driver_sql(
                "UPDATE peer SET last_contact = ?, backed_up_n = max(backed_up_n, ?)", (now, reply.backed_up_n)
            )
            requests = self._derived.follow(connection, touched)
        return Applied(len(changed), tuple(changed), requests)

    def _apply(self, connection: Connection, result: Result, now: str, touched: Touched) -> bool:
        row = connection.exec_driver_sql(
            "SELECT id, state FROM record WHERE instance_id = ?", (result.instance_id,)
        ).one_or_none()
        if row is None or row.state in (RecordState.PULLED, RecordState.ACKNOWLEDGED):
            return False
        state = _STATES[result.outcome]
        acknowledged = state is RecordState.ACKNOWLEDGED
        connection.exec_driver_sql(
            "UPDATE record SET state = ?, reason = ?, n = coalesce(?, n), acknowledged_at = ? WHERE id = ?",
            (state.value, result.reason, result.n or None, now if acknowledged else "", row.id),
        )
        if acknowledged and result.n:
            connection.exec_driver_sql(
                "UPDATE event SET n = ? WHERE instance_id = ? AND n IS NULL", (result.n, result.instance_id)
            )
            self._derived.entities.acknowledged(connection, row.id, result.n, touched)
        touched.requests |= requests_of(connection, row.id, result.instance_id)
        touched.decisions |= state is RecordState.REJECTED
        return True

    def prune(self, *, before: str) -> Pruned:
        """See `api.Outbox.prune`."""
        return prune(self._context, before=before)

    def waiting_files(self) -> tuple[StoredFile, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT attachment.*, instance_id FROM attachment JOIN record ON record.id = record"
                " WHERE complete = 0 AND blob <> '' AND state IN ('acknowledged', 'held') ORDER BY size, record"
            ).all()
        return tuple(map(stored_file, rows))

    def read_file(self, instance_id: str, name: str, *, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`. `LookupError` where the file is not here."""
        with self._context.database.read() as connection:
            row = _file(connection, instance_id, name)
        if row is None or not row.blob:
            raise LookupError(name)
        return self._context.blobs.read_part(Blob(row.blob, row.key, row.hash, row.size), offset=offset, size=size)

    def file_received(self, instance_id: str, name: str, *, received: int, complete: bool) -> None:
        """What the hub says that it holds of the file now."""
        with self._context.database.write() as connection:
            row = _file(connection, instance_id, name)
            if row is not None:
                connection.exec_driver_sql(
                    "UPDATE attachment SET received = ?, complete = ? WHERE record = ? AND name = ?",
                    (received, int(complete), row.record, name),
                )
                if complete and not row.complete:
                    file_sent(connection, row.record)

    def unacknowledge(self, anchor: Anchor, *, proven: frozenset[str] = frozenset()) -> int:
        """See `api.Outbox.unacknowledge`: what was acknowledged goes again from its place in the chain."""
        touched = Touched()
        with self._context.database.write() as connection:
            device = self._context.identity().device
            rows = connection.exec_driver_sql(
                "SELECT id, instance_id, device, seq FROM record WHERE state IN ('acknowledged', 'held')"
                " AND EXISTS (SELECT 1 FROM payload WHERE payload.record = record.id)"  # else it is in a backup there
            ).all()
            doubted = [row for row in rows if row.instance_id not in proven]
            for row in doubted:
                placed = row.device == device and row.seq is not None  # what a hub gave back has no place here
                again = "state = 'sent'" if placed else _OFF_CHAIN
                connection.exec_driver_sql(
                    f"UPDATE record SET {again}, reason = '', n = NULL, acknowledged_at = '' WHERE id = ?",  # noqa: S608
                    (row.id,),
                )
                connection.exec_driver_sql(
                    "UPDATE attachment SET received = 0, complete = 0 WHERE record = ?", (row.id,)
                )
                connection.exec_driver_sql("UPDATE event SET n = NULL WHERE instance_id = ?", (row.instance_id,))
                touched.requests |= requests_of(connection, row.id, row.instance_id)
            receipts.leave(connection, read_anchor(connection).epoch, to=anchor.epoch)
            # Positions of the lost log mean nothing in the new one: its rows must be taken, whatever their n.
            connection.exec_driver_sql("UPDATE entity SET n = 0 WHERE n IS NOT NULL")
            connection.exec_driver_sql("UPDATE peer SET cursor = x'', backed_up_n = 0")
            # What was asked by stick before is over: rows that answer it lack what goes again.
            connection.exec_driver_sql("UPDATE bundle SET id = CAST('over ' || hex(id) AS BLOB) WHERE length(id) = 16")
            put_anchor(connection, anchor)
            connection.exec_driver_sql("UPDATE attachment SET elsewhere = '' WHERE elsewhere <> ''")
            settings.put(connection, FORMS_AGAIN, "1")
            settings.put(connection, BACKED_UP_ABOVE, "0")
            self._derived.follow(connection, touched)
            self._context.audit(
                "hub.went_back", actor=self._context.identity().device, detail={"again": str(len(doubted))}
            )
        return len(doubted)


def _about_ours(connection: Connection, reply: PushReply) -> Iterator[Result]:
    """The results that are about what is here; one told without its commit is about what was sent."""
    commits = reply.extra.get(COMMITS)
    if not isinstance(commits, list) or len(commits) != len(reply.results):
        yield from reply.results
        return
    query = "SELECT commit_hash FROM record WHERE instance_id = ?"
    for result, commit in zip(reply.results, commits, strict=True):
        if connection.exec_driver_sql(query, (result.instance_id,)).scalar() in (None, commit):
            yield result


def _size(envelopes: Sequence[Envelope]) -> int:
    return sum(len(envelope.xml) + OVERHEAD for envelope in envelopes)


def _travelling(connection: Connection, record: int) -> Envelope:
    envelope = record_rows.envelope(connection, record)
    if envelope is None:
        raise RuntimeError("a record in the chain has no place in it")
    return envelope


def _file(connection: Connection, instance_id: str, name: str) -> Any:
    return connection.exec_driver_sql(
        "SELECT attachment.* FROM attachment JOIN record ON record.id = record WHERE instance_id = ? AND name = ?",
        (instance_id, name),
    ).one_or_none()


def requests_of(connection: Connection, record: int, instance_id: str) -> set[str]:
    """Requests that the record opened or moved on."""
    found = connection.exec_driver_sql(
        "SELECT uuid FROM entity JOIN record_entity ON entity.id = entity WHERE record = ? AND dataset = 'requests'"
        " UNION SELECT request FROM event WHERE instance_id = ?",
        (record, instance_id),
    )
    return set(found.scalars())


def read_anchor(connection: Connection) -> Anchor:
    row = fetch_one(connection, "SELECT epoch, n, head FROM peer")
    return Anchor(row.epoch, row.n, row.head)


def put_anchor(connection: Connection, anchor: Anchor) -> None:
    run(connection, "UPDATE peer SET epoch = ?, n = ?, head = ?", (anchor.epoch, anchor.n, anchor.head))


def put_receipt(connection: Connection, receipt: Any, now: str) -> None:
    """A receipt of a hub: `{instance_id, level, n, state}`."""
    connection.exec_driver_sql(
        "INSERT INTO receipt (instance_id, level, n, state, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (instance_id, level) DO UPDATE SET n = excluded.n, state = excluded.state",
        (
            str(receipt.get("instance_id", "")),
            str(receipt.get("level", "")),
            int(receipt.get("n", 0)),
            str(receipt.get("state", "received")),
            now,
        ),
    )
