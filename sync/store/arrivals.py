"""What villages handed over, in the order in which it came: for the office that takes it in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forms.casework.publishing import OFFICE
from sync.store.arrival_values import Arrival
from sync.store.context import Context, dump, within


class Arrivals:
    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, *, area: str = "", since: str = "", limit: int = 20_000) -> tuple[Arrival, ...]:
        """From the moment `since` on, the newest first; of a request's course only what a village added,
        and nothing that only an office writes."""
        sql, values = within("r.area", area)
        query = (
            "SELECT r.instance_id, r.form_id, r.form_version, r.area, r.ref, r.author, r.wall_time,"  # noqa: S608
            " coalesce(r.device, ''), coalesce(r.seq, 0), a.at FROM arrival a JOIN record r ON r.id = a.record"
            " LEFT JOIN event e ON e.instance_id = r.instance_id"
            f" WHERE a.at >= ?{sql} AND r.superseded_by = ''"
            " AND (r.form_id <> 'request_update' OR e.answers ->> 'action' = 'supplement')"
            " AND r.form_id NOT IN (SELECT value FROM json_each(?))"
            " ORDER BY a.at DESC, a.record DESC LIMIT ?"
        )
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(query, (since, *values, dump(sorted(OFFICE)), limit)).all()
        return tuple(Arrival(*row) for row in rows)

    def subjects(self, instance_ids: Iterable[str]) -> Mapping[str, str]:
        """What the records are about, by the label of the household or resident that they name; others are left out."""
        query = (
            "SELECT r.instance_id, e.label FROM json_each(?) j JOIN record r ON r.instance_id = j.value"
            " JOIN record_entity l ON l.record = r.id JOIN entity e ON e.id = l.entity"
            " WHERE e.dataset IN ('households', 'residents') AND e.deleted = 0 AND e.label <> ''"
            " ORDER BY e.dataset DESC, e.id DESC"
        )
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(query, (dump(list(instance_ids)),)).all()
        return {row.instance_id: row.label for row in rows}  # the household before its people, the first of these

    def last(self, *, area: str = "") -> Mapping[str, str]:
        """When something came last, by area (a path)."""
        sql, values = within("area", area)
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT area, at FROM arrival_area WHERE true{sql}",  # noqa: S608
                values,
            ).all()
        return {row.area: row.at for row in rows}
