"""What left the office: tables of counts with what they gave away, proposals and what a second person said to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from forms.errors import Fault, Kind
from forms.export.releases import Release
from sync.store.context import Context, dump
from sync.store.office_values import ReleaseItem, Reviewed


class Releases:
    def __init__(self, context: Context) -> None:
        self._context = context

    def propose(self, item: ReleaseItem) -> None:
        """Keep it in the state that it has; of one id once."""
        body = packed(item)
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO release (id, kind, title, state, made_by, made_at, decided_by, decided_at, reason, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    item.id,
                    item.kind,
                    item.title,
                    item.state,
                    item.made_by,
                    item.made_at or self._context.now(),
                    item.decided_by,
                    item.decided_at,
                    item.reason,
                    body,
                ),
            )
            self._log(connection, f"release.{item.state}", item.made_by, item)

    def decide(self, id: str, *, state: str, by: str, reason: str = "") -> ReleaseItem:
        """Approved or refused, once; Fault publication.decided where somebody was quicker."""
        with self._context.database.write() as connection:
            changed = connection.exec_driver_sql(
                "UPDATE release SET state = ?, decided_by = ?, decided_at = ?, reason = ?"
                " WHERE id = ? AND state = 'proposed'",
                (state, by, self._context.now(), reason, id),
            ).rowcount
            if not changed:
                raise Fault("publication.decided", Kind.USAGE)
            row = connection.exec_driver_sql("SELECT * FROM release WHERE id = ?", (id,)).one()
            item = _item(row)
            self._log(connection, f"release.{state}", by, item)
        return item

    def get(self, id: str) -> ReleaseItem | None:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql("SELECT * FROM release WHERE id = ?", (id,)).one_or_none()
        return None if row is None else _item(row)

    def list(self, *, kinds: Sequence[str] = (), limit: int = 200) -> tuple[ReleaseItem, ...]:
        """Newest first; all kinds where none is named."""
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT * FROM release WHERE ? = '[]' OR kind IN (SELECT value FROM json_each(?))"
                " ORDER BY made_at DESC LIMIT ?",
                (dump(list(kinds)), dump(list(kinds)), limit),
            ).all()
        return tuple(map(_item, rows))

    def review(self, reviewed: Reviewed) -> None:
        """Keep what was decided about an opinion; a later decision takes the place of an earlier one."""
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO opinion_review (instance_id, decision, text, answer, decided_by, decided_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    reviewed.instance_id,
                    reviewed.decision,
                    reviewed.text,
                    reviewed.answer,
                    reviewed.decided_by,
                    self._context.now(),
                ),
            )
            self._context.audit(
                "opinion.decided",
                actor=reviewed.decided_by,
                subject=reviewed.instance_id,
                detail={"decision": reviewed.decision},
            )

    def reviews(self) -> Mapping[str, Reviewed]:
        """By the opinion's instanceID."""
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM opinion_review").all()
        return {row.instance_id: Reviewed(*row) for row in rows}

    def _log(self, connection: Connection, action: str, actor: str, item: ReleaseItem) -> None:
        del connection  # the line stands in the transaction that runs
        self._context.audit(action, actor=actor, subject=item.id, detail={"kind": item.kind, "title": item.title})


def packed(item: ReleaseItem) -> str:
    """What people see of it and what it counts, as JSON."""
    return dump({"shown": dict(item.shown), "release": _packed(item.release)})


def unpacked(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Release | None]:
    """What people see, and what it counts."""
    known = body["release"]
    if known is None:
        return body["shown"], None
    keys = known["keys"]
    sums = tuple(frozenset(keys[at] for at in each) for each in known["sums"])
    return body["shown"], Release(dict(zip(keys, known["counts"], strict=True)), sums)


def _packed(release: Release | None) -> Any:
    if release is None:
        return None
    keys = sorted(release.counts)
    number = {key: at for at, key in enumerate(keys)}
    return {
        "keys": keys,
        "counts": [release.counts[key] for key in keys],
        "sums": [sorted(number[key] for key in each) for each in release.sums],
    }


def _item(row: Any) -> ReleaseItem:
    shown, release = unpacked(json.loads(row.body))
    return ReleaseItem(
        id=row.id,
        kind=row.kind,
        title=row.title,
        state=row.state,
        made_by=row.made_by,
        made_at=row.made_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        shown=shown,
        release=release,
    )
