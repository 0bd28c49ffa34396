"""Decisions on facts: kept as they come, folded as a set, and what they mean for the entities that are here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from forms.casework import merging
from forms.casework.merging import Decided, Standing
from sync.store.context import Context, dump
from sync.store.entity_log import Touched
from sync.store.rows import DecisionItem, DisputedItem, HeldItem, ReviewItem, SaidItem
from sync.vault.database import fetch_value


class DecisionLog:
    """Writes decisions inside the caller's transaction."""

    def add(
        self,
        connection: Connection,
        *,
        instance_id: str,
        author: str,
        wall_time: str,
        n: int | None,
        answers: Mapping[str, str],
        touched: Touched,
    ) -> bool:
        """Keep a decision, or learn the hub's position of one that is here; False where the answers are none."""
        decided = merging.read(merging.DECISION, instance_id, answers)
        if decided is None:
            return False
        connection.exec_driver_sql(
            "INSERT INTO decision (instance_id, dataset, kept, other, author, wall_time, n, answers)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance_id) DO UPDATE SET n = coalesce(excluded.n, n)",
            (
                instance_id,
                decided.dataset,
                decided.kept,
                decided.other,
                author,
                wall_time,
                n,
                dump(_told(answers)),
            ),
        )
        touched.decisions = True
        return True

    def refold(self, connection: Connection, touched: Touched) -> None:
        """Let entities say whom they are merged into, where decisions came or entities did."""
        if not touched.decisions and not (touched.subjects and _decided_on(connection, touched.subjects)):
            return
        wanted = {f"{dataset}/{uuid}": to for (dataset, uuid), to in standing(connection).survivors.items()}
        changed = [
            (wanted.get(f"{row.dataset}/{row.uuid}", ""), row.id)
            for row in _concerned(connection, wanted)
            if row.merged_into != wanted.get(f"{row.dataset}/{row.uuid}", "")
        ]
        if changed:
            connection.exec_driver_sql("UPDATE entity SET merged_into = ? WHERE id = ?", changed)
            touched.entities.update(id for _, id in changed)


class Decisions:
    """See `api.Decisions`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def standing(self) -> Standing:
        with self._context.database.read() as connection:
            return standing(connection)

    def of(self, dataset: str, uuid: str) -> tuple[DecisionItem, ...]:
        return tuple(item for item in self.all() if item.decided.dataset == dataset and uuid in _both(item.decided))

    def all(self) -> tuple[DecisionItem, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM decision ORDER BY n IS NULL, n, id").all()
        found = ((row, _read(row)) for row in rows)
        return tuple(
            DecisionItem(decided, row.author, row.wall_time, row.n) for row, decided in found if decided is not None
        )

    def review(self, dataset: str, uuid: str) -> ReviewItem | None:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT dataset, uuid, label, area, review FROM entity WHERE dataset = ? AND uuid = ? AND review <> ''",
                (dataset, uuid),
            ).one_or_none()
        return None if row is None else _review(row)

    def reviews(self, dataset: str = "") -> tuple[ReviewItem, ...]:
        which, values = (" AND dataset = ?", (dataset,)) if dataset else ("", ())
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT dataset, uuid, label, area, review FROM entity"  # noqa: S608
                f" WHERE review <> '' AND (deleted = 0 OR version = 0){which} ORDER BY id",
                values,
            ).all()
        return tuple(map(_review, rows))


def standing(connection: Connection) -> Standing:
    """What all decisions here come to; own ones that the hub refused do not count."""
    rows = connection.exec_driver_sql(
        "SELECT instance_id, answers FROM decision WHERE NOT EXISTS (SELECT 1 FROM record"
        " WHERE record.instance_id = decision.instance_id AND record.state = 'rejected')"
    ).all()
    return merging.fold(decided for decided in map(_read, rows) if decided is not None)


def _decided_on(connection: Connection, entities: Iterable[int]) -> bool:
    """Whether a decision names one of these entities."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM json_each(?) j JOIN entity e ON e.id = j.value"
        " WHERE EXISTS (SELECT 1 FROM decision WHERE kept = e.uuid)"
        " OR EXISTS (SELECT 1 FROM decision WHERE other = e.uuid AND other <> ''))"
    )
    return bool(fetch_value(connection, query, (dump(sorted(entities)),)))


def _concerned(connection: Connection, wanted: Iterable[str]) -> Iterable[Any]:
    """Entities that are merged, or shall be."""
    pairs = dump([name.split("/") for name in sorted(wanted)])
    return connection.exec_driver_sql(
        "SELECT id, dataset, uuid, merged_into FROM entity WHERE merged_into <> ''"
        " UNION SELECT e.id, e.dataset, e.uuid, e.merged_into FROM json_each(?) j"
        " JOIN entity e ON e.uuid = j.value ->> 1 AND e.dataset = j.value ->> 0",
        (pairs,),
    ).all()


def _read(row: Any) -> Decided | None:
    return merging.read(merging.DECISION, row.instance_id, json.loads(row.answers))


def _both(decided: Decided) -> tuple[str, str]:
    return decided.kept, decided.other


_ASKED = ("act", "target", "kept", "other", "undone", "about", "decided_on", "today_meta")


def _told(answers: Mapping[str, str]) -> dict[str, str]:
    """What is folded; explanations stay in the record."""
    return {name: answers[name] for name in _ASKED if answers.get(name)}


def _review(row: Any) -> ReviewItem:
    body = json.loads(row.review)
    return ReviewItem(
        dataset=row.dataset,
        uuid=row.uuid,
        label=row.label,
        area=row.area,
        disputed=tuple(
            DisputedItem(each["name"], each["before"], each["now"], tuple(SaidItem(*said) for said in each["sides"]))
            for each in body.get("disputed", ())
        ),
        held=tuple(HeldItem(*each) for each in body.get("held", ())),
    )
