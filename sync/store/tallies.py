"""Counts for the office's overview, read from tables that triggers keep; no request is read, however many there are."""

from __future__ import annotations

from collections.abc import Mapping

from sync.store.context import Context, within
from sync.store.office_values import DueCount, MonthCount, ToldCount, VisitCount, WaitCount


class Tallies:
    """`area` (a path) narrows each; "" is all."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def version(self) -> int:
        """Another number after every change that somebody committed."""
        with self._context.database.read() as connection:
            own = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one()) + int(own)

    def months(self, *, area: str = "", since: str = "") -> tuple[MonthCount, ...]:
        """Recorded requests from the month `since` on."""
        sql, values = within("village", area)
        rows = self._rows(
            f"SELECT village, category, matter, department, month, n FROM tally_month WHERE month >= ?{sql}",  # noqa: S608
            (since, *values),
        )
        return tuple(MonthCount(*row) for row in rows)

    def due(self, *, area: str = "") -> tuple[DueCount, ...]:
        """Open requests by due day."""
        sql, values = within("village", area)
        rows = self._rows(f"SELECT village, department, state, due, n FROM tally_due WHERE true{sql}", values)  # noqa: S608
        return tuple(DueCount(*row) for row in rows)

    def waits(self, *, area: str = "", since: str = "") -> tuple[WaitCount, ...]:
        """Answered requests from the month `since` on, all places together."""
        sql, values = within("village", area)
        rows = self._rows(
            f"SELECT department, month, days, sum(n) FROM tally_wait WHERE month >= ?{sql} GROUP BY 1, 2, 3",  # noqa: S608
            (since, *values),
        )
        return tuple(WaitCount(*row) for row in rows)

    def told(self, *, area: str = "", since: str = "") -> tuple[ToldCount, ...]:
        """Answered requests from the month `since` on, all places together."""
        sql, values = within("village", area)
        rows = self._rows(
            f"SELECT department, month, told, reaction, sum(n) FROM tally_told WHERE month >= ?{sql}"  # noqa: S608
            " GROUP BY 1, 2, 3, 4",
            (since, *values),
        )
        return tuple(ToldCount(*row) for row in rows)

    def visits(self, *, area: str = "") -> tuple[VisitCount, ...]:
        sql, values = within("village", area)
        rows = self._rows(f"SELECT village, month, n FROM tally_visit WHERE true{sql}", values)  # noqa: S608
        return tuple(VisitCount(*row) for row in rows)

    def newest(self) -> Mapping[str, str]:
        """Area (path) -> when its newest record was made, UTC."""
        return {row[0]: row[1] for row in self._rows("SELECT area, at FROM area_last", ())}

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple]:  # type: ignore[type-arg]
        with self._context.database.read() as connection:
            return list(connection.exec_driver_sql(sql, values).all())
