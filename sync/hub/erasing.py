"""Erasing a person at the hub: bytes, salts and files' keys of what names them, and every row derived from it.

Rows of the log, commits and links of chains stay, so that every signature still proves. Records that the hub above
has not signed for yet keep their bytes until it has: they could not be handed on without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, CursorResult

from forms.casework.erasing import ERASURE, without
from forms.casework.publishing import OPINION, OPINION_CHECK
from sync.hub import askers, sql
from sync.protocol import Envelope, RowKind
from sync.vault.database import overwrite
from sync.wire import cbor, envelope_fields, read_envelope

RESIDENTS, _HOUSEHOLDS, _REQUESTS = "residents", "households", "requests"


def order(connection: Connection, uuid: str, known: Mapping[str, str]) -> None:
    """Erase the person `uuid`, of whom `known` was on record; their household loses name and telephone."""
    household = known.get("household", "")
    sql.put(connection, "erasing", ["uuid"], uuid=uuid, household=household, bytes_gone=0)
    if household:
        _blank_household(connection, household, known)
    _carry_out(connection, uuid)


def arrived(connection: Connection, stored: Sequence[Envelope]) -> None:
    """Erase what has come of persons who were erased before it came, as from a laptop that was away."""
    _forget_decided(connection, stored)
    for uuid in sql.run(connection, "SELECT uuid FROM erasing").scalars().all():
        if any(uuid.encode() in each.xml for each in stored if each.form_id != ERASURE):
            sql.run(connection, "UPDATE erasing SET bytes_gone = 0 WHERE uuid = :uuid", uuid=uuid)
            _carry_out(connection, uuid)


def carry_on(connection: Connection) -> None:
    """Erase the bytes that waited for the hub above."""
    for uuid in sql.run(connection, "SELECT uuid FROM erasing WHERE bytes_gone = 0").scalars().all():
        _forget_bytes(connection, uuid, _requests_of(connection, uuid))


def _carry_out(connection: Connection, uuid: str) -> None:
    requests = _requests_of(connection, uuid)
    overwrite(connection)
    _blank(connection, RESIDENTS, uuid, {"state": "erased"}, deleted=False)
    for request in requests:
        _blank(connection, _REQUESTS, request, {"resident": uuid}, deleted=True)
        for event in sql.run(connection, "SELECT instance_id FROM event WHERE request = :uuid", uuid=request).scalars():
            kind = str(RowKind.EVENT)
            sql.run(connection, "DELETE FROM feed WHERE kind = :kind AND key = :key", kind=kind, key=event)
        sql.run(connection, "DELETE FROM event WHERE request = :uuid", uuid=request)
    askers.told(connection, uuid, requests)
    for one in (uuid, *requests):
        sql.run(connection, "DELETE FROM held_change WHERE uuid = :uuid", uuid=one)
        _naming(connection, one, "DELETE FROM feed WHERE kind = :kind", "body", kind=str(RowKind.NOTICE))
    _forget_bytes(connection, uuid, requests)


def _forget_bytes(connection: Connection, uuid: str, requests: Iterable[str]) -> None:
    if _is_to_hand_on(connection):
        return
    overwrite(connection)
    for one in (uuid, *requests):
        records = "SELECT instance_id, form_id FROM record WHERE form_id <> :form"
        for row in _naming(connection, one, records, "xml", form=ERASURE).all():
            _forget_record(connection, row.instance_id)
            if row.form_id == OPINION:
                _forget_published(connection, row.instance_id)
        for row in _naming(connection, one, "SELECT id, body FROM quarantine WHERE TRUE", "body").all():
            bare = replace(read_envelope(cbor.loads(row.body)), xml=b"", salt=b"")
            body = cbor.dumps(envelope_fields(bare))
            sql.run(connection, "UPDATE quarantine SET body = :body WHERE id = :id", body=body, id=row.id)
    sql.run(connection, "UPDATE erasing SET bytes_gone = 1 WHERE uuid = :uuid", uuid=uuid)


def _forget_published(connection: Connection, opinion: str) -> None:
    """What was made public of an opinion is still what its author said: it goes with the opinion."""
    decided = "SELECT instance_id FROM record WHERE form_id = :form"
    for id in _naming(connection, opinion, decided, "xml", form=OPINION_CHECK).scalars().all():
        _forget_record(connection, id)


def _forget_decided(connection: Connection, stored: Sequence[Envelope]) -> None:
    """An office that had not heard yet may have decided about an opinion that is gone."""
    if all(each.form_id != OPINION_CHECK for each in stored):
        return
    gone = "SELECT instance_id FROM record WHERE form_id = :form AND length(xml) = 0"
    for opinion in sql.run(connection, gone, form=OPINION).scalars().all():
        if any(opinion.encode() in each.xml for each in stored if each.form_id == OPINION_CHECK):
            overwrite(connection)
            _forget_published(connection, opinion)


def _forget_record(connection: Connection, id: str) -> None:
    """A record that waited for its form has nothing more to be read."""
    empty = b""
    sql.run(
        connection,
        "UPDATE record SET xml = :empty, salt = :empty, state = 'applied', reason = '' WHERE instance_id = :id",
        empty=empty,
        id=id,
    )
    sql.run(connection, "DELETE FROM attachment_part WHERE instance_id = :id", id=id)
    files = "UPDATE attachment SET blob_name = '', blob_key = :empty, received = size, complete = 1"
    sql.run(connection, f"{files} WHERE instance_id = :id", empty=empty, id=id)


def _blank(connection: Connection, dataset: str, uuid: str, kept: Mapping[str, str], *, deleted: bool) -> None:
    """An entity as a tombstone: version and place, nothing that was said."""

    def change(row: dict[str, Any]) -> None:
        row.update(label="", properties={**dict.fromkeys(row["properties"], ""), **kept}, deleted=deleted)
        for version in row["history"]:
            version.update(label="", properties={}, received={}, conflicting=[])

    _rewrite(connection, dataset, uuid, change)


def _blank_household(connection: Connection, uuid: str, person: Mapping[str, str]) -> None:
    def change(row: dict[str, Any]) -> None:
        for each in (row, *row["history"]):
            each["label"], each["properties"] = without(each["label"], each["properties"], person)
        for version in row["history"]:
            label, facts = without(version["received"].get("label"), version["received"], person)
            version["received"] = facts if label is None else {**facts, "label": label}

    _rewrite(connection, _HOUSEHOLDS, uuid, change)


def _rewrite(connection: Connection, dataset: str, uuid: str, change: Any) -> None:
    """Change an entity, and its rows of the feed where they stand: who has them keeps them, who comes gets these."""
    query = "SELECT body FROM entity WHERE dataset = :dataset AND uuid = :uuid"
    found = sql.scalar(connection, query, dataset=dataset, uuid=uuid)
    if found is None:
        return
    body = cbor.loads(found)
    change(body["row"])
    if body["row"]["deleted"]:
        body["opened"] = {}
    sql.run(
        connection,
        "UPDATE entity SET body = :body WHERE dataset = :dataset AND uuid = :uuid",
        body=cbor.dumps(body),
        dataset=dataset,
        uuid=uuid,
    )
    _show_again(connection, f"{dataset}/{uuid}", body["row"])


def _show_again(connection: Connection, key: str, row: Mapping[str, Any]) -> None:
    """The rows of the feed that hold something of the entity, as it is now."""
    same = "kind = :kind AND key = :key"
    kind = str(RowKind.ENTITY)
    rows = sql.run(connection, f"SELECT area, device, body FROM feed WHERE {same}", kind=kind, key=key).all()  # noqa: S608
    for each in rows:
        shown = cbor.loads(each.body)
        if shown.get("properties") is None:
            continue
        shown.update(label=row["label"], properties=row["properties"], deleted=row["deleted"])
        shown.pop("review", None)
        shown.pop("opened", None)
        sql.run(
            connection,
            f"UPDATE feed SET body = :body WHERE {same} AND area = :area AND device = :device",  # noqa: S608
            body=cbor.dumps(shown),
            kind=kind,
            key=key,
            area=each.area,
            device=each.device,
        )


def _requests_of(connection: Connection, uuid: str) -> list[str]:
    """Requests that the person made; one that was erased before still says whose it was."""
    query = "SELECT uuid, body FROM entity WHERE dataset = :dataset"
    found = _naming(connection, uuid, query, "body", dataset=_REQUESTS).all()
    return [row.uuid for row in found if cbor.loads(row.body)["row"]["properties"].get("resident") == uuid]


def _is_to_hand_on(connection: Connection) -> bool:
    """Whether there is a hub above that has not signed for every run."""
    if sql.one(connection, "SELECT 1 FROM hub_above") is None:
        return False
    return sql.one(connection, "SELECT 1 FROM run WHERE length(above) = 0") is not None


def _naming(connection: Connection, named: str, query: str, column: str, **values: str) -> CursorResult[Any]:
    """Of the rows that `query` means those whose bytes in `column` hold `named`: each database has its word for it."""
    holds = f"instr({column}, :named)" if sql.is_sqlite(connection) else f"position(:named in {column})"
    return sql.run(connection, f"{query} AND {holds} > 0", named=named.encode(), **values)
