"""What the store knows of a platform: where it is, what was fetched from it, what waits for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from sync.store.api import FormSource, RecordState
from sync.store.context import Context
from sync.store.entity_log import Touched
from sync.store.finalise import Derived
from sync.store.forms import Forms
from sync.store.outbox import requests_of
from sync.store.platform_values import Answer, Form, Kept, ListedEntity, Platform, Verdict, Waiting
from sync.vault.blobs import Blob

_STATES = {
    Verdict.DELIVERED: RecordState.ACKNOWLEDGED,
    Verdict.PARKED: RecordState.REJECTED,
    Verdict.AGAIN: RecordState.SENT,
}

# Records that are not there yet, for a refusal that may be a race or for trouble of the platform's, and others that
# change the same entity: those come later.
_SAME_ENTITY = (
    "SELECT 1 FROM platform_conflict t JOIN record o ON o.id = t.record AND o.state IN ('waiting', 'sent')"
    " JOIN record_entity a ON a.record = o.id JOIN record_entity b ON b.entity = a.entity WHERE TRUE"
)


class Platforms:
    def __init__(self, context: Context, derived: Derived, forms: Forms) -> None:
        self._context, self._derived, self._forms = context, derived, forms

    def platform(self) -> Platform | None:
        """The platform of this workspace; None where it belongs to a hub, or to nobody."""
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT base, login, password, token, authority FROM platform"
            ).one_or_none()
        return None if row is None else Platform(row.base, row.login, row.password, row.token, row.authority)

    def belong(self, platform: Platform) -> None:
        """From now on records go there. What was fetched from another is asked for anew."""
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO platform (one, base, login, password, token, authority, round)"
                " VALUES (1, ?, ?, ?, ?, ?, coalesce((SELECT round FROM platform), 0))",
                (platform.base, platform.login, platform.password, platform.token, platform.authority),
            )
            connection.exec_driver_sql("DELETE FROM platform_tag")
            self._context.audit("platform.joined", actor=self._context.identity().device)

    def tag(self, kind: Kept, key: str) -> str:
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT tag FROM platform_tag WHERE kind = ? AND key = ?", (kind.value, key)
            ).scalar()
        return str(found or "")

    def keep_tag(self, kind: Kept, key: str, tag: str) -> None:
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO platform_tag (kind, key, tag) VALUES (?, ?, ?)", (kind.value, key, tag)
            )

    def waiting(self, *, after: Sequence[str] = ()) -> Waiting | None:
        """The next record to be posted, urgent ones first, none of `after`; an edit only once its original is there.

        One that the platform had trouble with comes after the others, but before what changes the same entity.
        """
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT r.id, r.instance_id, length(p.xml) AS size, coalesce(c.conflicts, 0) AS conflicts"  # noqa: S608  ours
                " FROM record r JOIN payload p ON p.record = r.id LEFT JOIN platform_conflict c ON c.record = r.id"
                " WHERE r.state IN ('waiting', 'sent') AND NOT EXISTS (SELECT 1 FROM record o WHERE"
                " o.instance_id = r.deprecated_id AND r.deprecated_id <> '' AND o.state IN ('waiting', 'sent'))"
                f" AND NOT EXISTS ({_SAME_ENTITY} AND b.record = r.id AND o.id < r.id)"
                " ORDER BY coalesce(c.conflicts = 0, 0), r.urgent DESC, r.id LIMIT ?",
                (len(after) + 1,),
            ).all()
            row = next((each for each in rows if each.instance_id not in set(after)), None)
            if row is None:
                return None
            files = connection.exec_driver_sql(
                "SELECT name, size, complete FROM attachment WHERE record = ? AND blob <> '' ORDER BY position",
                (row.id,),
            ).all()
        return Waiting(
            row.instance_id,
            row.size,
            tuple((file.name, file.size) for file in files),
            frozenset(file.name for file in files if file.complete),
            row.conflicts,
        )

    def xml(self, instance_id: str) -> bytes:
        """The exact bytes of a record."""
        with self._context.database.read() as connection:
            found: bytes = connection.exec_driver_sql(
                "SELECT xml FROM payload JOIN record ON record.id = record WHERE instance_id = ?", (instance_id,)
            ).scalar_one()
        return found

    def file(self, instance_id: str, name: str) -> bytes:
        """The bytes of a record's file."""
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT attachment.* FROM attachment JOIN record ON record.id = record"
                " WHERE instance_id = ? AND name = ?",
                (instance_id, name),
            ).one()
        blob = Blob(row.blob, row.key, row.hash, row.size)
        return self._context.blobs.read_part(blob, offset=0, size=row.size)

    def file_posted(self, instance_id: str, names: Iterable[str]) -> None:
        """The platform took these files; a later try need not bring them again."""
        with self._context.database.write() as connection:
            for name in names:
                connection.exec_driver_sql(
                    "UPDATE attachment SET received = size, complete = 1 WHERE name = ?"
                    " AND record = (SELECT id FROM record WHERE instance_id = ?)",
                    (name, instance_id),
                )

    def settle(self, instance_id: str, answer: Answer) -> None:
        """Note what became of a record. What was signed for stays so whatever is answered later."""
        state = _STATES.get(answer.verdict)
        if state is None:
            if answer.may_be_its_own:
                self._troubled(instance_id)
            return
        touched = Touched()
        with self._context.database.write() as connection:
            row = connection.exec_driver_sql(
                "SELECT id, state FROM record WHERE instance_id = ?", (instance_id,)
            ).one_or_none()
            if row is None or row.state == RecordState.ACKNOWLEDGED:
                return
            delivered = answer.verdict is Verdict.DELIVERED
            connection.exec_driver_sql(
                "UPDATE record SET state = ?, reason = ?, acknowledged_at = ? WHERE id = ?",
                (state.value, "" if delivered else answer.reason, self._context.now() if delivered else "", row.id),
            )
            if answer.verdict is Verdict.AGAIN:
                connection.exec_driver_sql(
                    "INSERT INTO platform_conflict (record, conflicts) VALUES (?, 1)"
                    " ON CONFLICT (record) DO UPDATE SET conflicts = conflicts + 1",
                    (row.id,),
                )
            touched.requests |= requests_of(connection, row.id, instance_id)
            self._derived.follow(connection, touched)

    def _troubled(self, instance_id: str) -> None:
        """The platform had trouble with a record, and perhaps with that one alone: others go before it."""
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO platform_conflict (record, conflicts)"
                " SELECT id, 0 FROM record WHERE instance_id = ?",
                (instance_id,),
            )

    def again(self) -> int:
        """Let what was parked wait once more, after somebody put right what the platform refused; how many."""
        with self._context.database.write() as connection:
            done = connection.exec_driver_sql(
                "UPDATE record SET state = 'waiting', reason = '' WHERE state = 'rejected'"
                " AND EXISTS (SELECT 1 FROM platform)"
            )
            connection.exec_driver_sql("DELETE FROM platform_conflict")
        return int(done.rowcount)

    def put_form(self, form: Form) -> None:
        """What the platform publishes counts, also over other bytes of the same version."""
        with self._context.database.write() as connection:
            self._forms.replace(connection, FormSource(form.form_id, form.version, form.title, form.xform, form.media))
            connection.exec_driver_sql("DELETE FROM platform_retired WHERE form_id = ?", (form.form_id,))

    def put_media(self, form_id: str, version: str, name: str, content: bytes) -> None:
        """A file of the version listed; of the current one where the list and the form call it differently."""
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO form_media (form_id, version, name, content) SELECT f.form_id, f.version, ?, ?"
                " FROM form f WHERE f.form_id = ? ORDER BY f.version = ? DESC, f.current DESC LIMIT 1",
                (name, content, form_id, version),
            )

    def retire(self, offered: frozenset[str]) -> None:
        """Forms that the platform lists no more are not begun any more; they stay for what was begun."""
        with self._context.database.write() as connection:
            known = connection.exec_driver_sql("SELECT DISTINCT form_id FROM form").scalars().all()
            connection.exec_driver_sql("DELETE FROM platform_retired")
            for form_id in set(known) - offered:
                connection.exec_driver_sql("INSERT INTO platform_retired (form_id) VALUES (?)", (form_id,))

    def retired(self) -> frozenset[str]:
        with self._context.database.read() as connection:
            return frozenset(connection.exec_driver_sql("SELECT form_id FROM platform_retired").scalars())

    def known_entities(self, dataset: str) -> frozenset[str]:
        """Entities of a list that came from the platform and were not deleted."""
        with self._context.database.read() as connection:
            return frozenset(
                connection.exec_driver_sql(
                    "SELECT uuid FROM entity WHERE dataset = ? AND n IS NOT NULL AND deleted = 0", (dataset,)
                ).scalars()
            )

    def take_entities(self, dataset: str, rows: Sequence[ListedEntity], gone: Iterable[str]) -> int:
        """Lay a list beneath own edits, which stay on top until a row has them in its version; how many changed."""
        touched, taken = Touched(), 0
        with self._context.database.write() as connection:
            n = int(connection.exec_driver_sql("UPDATE platform SET round = round + 1 RETURNING round").scalar_one())
            known = self._versions(connection, dataset)
            for row in rows:
                if known.get(row.uuid) != (row.version, row.label, row.properties):
                    taken += self._take(connection, dataset, row, n, touched)
            for uuid in gone:
                body = {"dataset": dataset, "uuid": uuid, "deleted": True}
                area = self._context.identity().area
                self._derived.entities.pulled(connection, n=n, area=area, body=body, touched=touched)
            self._derived.follow(connection, touched)
        return taken

    def _versions(self, connection: Connection, dataset: str) -> dict[str, tuple[int, str, dict[str, str]]]:
        """What is known of each entity of which nothing of our own lies on top."""
        rows = connection.exec_driver_sql(
            "SELECT uuid, version, label, properties FROM entity"
            " WHERE dataset = ? AND pending = 0 AND n IS NOT NULL AND deleted = 0",
            (dataset,),
        )
        return {row.uuid: (row.version, row.label, json.loads(row.properties)) for row in rows}

    def _take(self, connection: Connection, dataset: str, row: ListedEntity, n: int, touched: Touched) -> int:
        body: dict[str, Any] = {
            "dataset": dataset,
            "uuid": row.uuid,
            "label": row.label,
            "version": row.version,
            "properties": row.properties,
        }
        self._enter(connection, dataset, row, n)
        code = row.properties.get("area", "")
        area = self._context.areas().path(code) if code else self._context.identity().area
        return int(self._derived.entities.pulled(connection, n=n, area=area, body=body, touched=touched))

    def _enter(self, connection: Connection, dataset: str, row: ListedEntity, n: int) -> None:
        """Own edits that were signed for and that this version has: each was built on a lower one."""
        connection.exec_driver_sql(
            "UPDATE record SET n = ? WHERE state = 'acknowledged' AND id IN ("
            " SELECT p.record FROM entity_pending p JOIN entity e ON e.id = p.entity"
            " WHERE e.uuid = ? AND e.dataset = ?"
            " AND coalesce(json_extract(p.change, '$.base_version'), 0) < ?)",
            (n, row.uuid, dataset, row.version),
        )

    def contact(self) -> None:
        """The platform answered just now."""
        with self._context.database.write() as connection:
            connection.exec_driver_sql("UPDATE peer SET last_contact = ?", (self._context.now(),))
