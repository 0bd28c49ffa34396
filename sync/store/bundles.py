"""What the store gives to a bundle, and what it remembers of those that were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sync.protocol import Anchor, HelloReply
from sync.store import receipts, settings
from sync.store.api import StoredFile
from sync.store.carried import ToCarry
from sync.store.context import Context
from sync.store.outbox import Outbox, put_anchor, read_anchor
from sync.store.pruning import BACKED_UP_ABOVE, backed_up_above, file_sent
from sync.store.receipts import HEARD
from sync.store.record_rows import stored_file

KEPT = 200  # bundles whose answers are still known as such


class Bundles:
    def __init__(self, context: Context, outbox: Outbox) -> None:
        self._context = context
        self._outbox = outbox

    def carry(self, max_bytes: int) -> ToCarry:
        """Everything without an end-to-end receipt, in runs of about `max_bytes` of XML, as of one moment."""
        device = self._context.identity().device
        with self._context.database.write() as connection:
            lowest = receipts.settled_from(connection, device)
            runs = self._outbox.to_carry(lowest, max_bytes)
            inside = {envelope.instance_id for run in runs for envelope in run.envelopes}
            cursor: bytes = connection.exec_driver_sql("SELECT cursor FROM peer").scalar_one()
            return ToCarry(
                runs=runs,
                lowest=lowest,
                anchor=read_anchor(connection),
                cursor=cursor,
                files=tuple(file for file in self._files() if file.instance_id in inside or not file.complete),
                above=receipts.Receipts(self._context).above(),
                written_at=self.corrected(),
            )

    def _files(self) -> tuple[StoredFile, ...]:
        """Files of records of the chain that the hub lacks, small ones first; those just chained too."""
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT attachment.*, instance_id FROM attachment JOIN record ON record.id = record"
                " WHERE complete = 0 AND blob <> '' AND state IN ('sent', 'acknowledged', 'held') ORDER BY size, record"
            ).all()
        return tuple(stored_file(row) for row in rows)

    def corrected(self) -> str:
        """The time as the hub has it: the laptop's clock may be years off."""
        with self._context.database.read() as connection:
            offset = connection.exec_driver_sql("SELECT clock_offset FROM peer").scalar_one()
            heard = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (HEARD,)).scalar()
        now = datetime.fromisoformat(self._context.now()) + timedelta(seconds=offset)
        if heard and datetime.fromisoformat(heard) > now:
            now = datetime.fromisoformat(heard)
        return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def written(self, id: bytes, carried: ToCarry, *, path: str) -> None:
        """Remember a bundle that lies whole on its stick; the latest `KEPT` are enough."""
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO bundle (id, written_at, records, cursor, answered_at) VALUES (?, ?, ?, ?, '')",
                (id, carried.written_at, carried.records, carried.cursor),
            )
            connection.exec_driver_sql(
                "DELETE FROM bundle WHERE id NOT IN (SELECT id FROM bundle ORDER BY rowid DESC LIMIT ?)", (KEPT,)
            )
            self._context.audit(
                "stick.written",
                actor=self._context.identity().device,
                subject=path,
                detail={"records": str(carried.records)},
            )

    def asked(self, id: bytes) -> bool:
        """Whether this laptop wrote that bundle, as far as it knows: a restored one has forgotten its last ones."""
        with self._context.database.read() as connection:
            return connection.exec_driver_sql("SELECT 1 FROM bundle WHERE id = ?", (id,)).scalar() is not None

    def answered(self, id: bytes) -> None:
        with self._context.database.write() as connection:
            connection.exec_driver_sql("UPDATE bundle SET answered_at = ? WHERE id = ?", (self._context.now(), id))
            self._context.audit("stick.read", actor=self._context.identity().device)

    def newer(self, told: Anchor) -> bool:
        """Whether an answer knows at least as much of the hub's log as this laptop does."""
        with self._context.database.read() as connection:
            known = read_anchor(connection)
        return known.epoch != told.epoch or told.n > known.n or (told.n, told.head) == (known.n, known.head)

    def heard(self, reply: HelloReply) -> None:
        """Which hubs there are above the own one: what they have signed is read by it."""
        with self._context.database.write() as connection:
            receipts.heard(connection, reply)

    def contact(self, reply: HelloReply, *, same_log: bool) -> None:
        """What else the hub's greeting says. How late a stick is nobody knows: the clock is not set by it.

        Where its log may be another than the one that is known, what is known stays: the next question shows it.
        Nor do places of its backups count then, by which records are let go of.
        """
        with self._context.database.write() as connection:
            connection.exec_driver_sql("UPDATE peer SET last_contact = max(last_contact, ?)", (self._context.now(),))
            if same_log:
                connection.exec_driver_sql("UPDATE peer SET backed_up_n = max(backed_up_n, ?)", (reply.backed_up_n,))
                put_anchor(connection, reply.anchor)
                settings.put(connection, BACKED_UP_ABOVE, str(backed_up_above(reply)))

    def files_arrived(self, files: Sequence[tuple[str, str]]) -> None:
        """Files, by instanceID and name, that the hub has whole."""
        with self._context.database.write() as connection:
            for instance_id, name in files:
                records = connection.exec_driver_sql(
                    "UPDATE attachment SET complete = 1, received = size WHERE name = ? AND complete = 0"
                    " AND record = (SELECT id FROM record WHERE instance_id = ?) RETURNING record",
                    (name, instance_id),
                )
                for record in records.scalars().all():
                    file_sent(connection, record)

    def stale(self, epoch: str) -> bool:
        """Whether an epoch of the hub is over, as far as this laptop knows."""
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql("SELECT 1 FROM left_epoch WHERE epoch = ?", (epoch,)).scalar()
        return found is not None

    def last(self) -> str:
        """When the last bundle was written, ISO 8601, "" before the first."""
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql("SELECT written_at FROM bundle ORDER BY rowid DESC LIMIT 1").scalar()
        return str(found or "")

    def carried(self, instance_id: str) -> str:
        """When a record that has no receipt yet was last put on a stick, "" for never."""
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT written_at FROM bundle WHERE (SELECT acknowledged_at FROM record WHERE instance_id = ?) = ''"
                " AND written_at >= (SELECT wall_time FROM record WHERE instance_id = ?) ORDER BY rowid DESC LIMIT 1",
                (instance_id, instance_id),
            ).scalar()
        return str(found or "")
