"""Counts for the office's overview, read from tables that triggers keep; no request is read, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sync.store.context import Context, dump, within
from sync.store.office_values import DueCount, MonthCount, Tally, ToldCount, VisitCount, WaitCount

_IN = "month IN (SELECT value FROM json_each(?))"


class Tallies:
    """`area` (a path) narrows each; "" is all."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def version(self) -> int:
        """Another number after every change that somebody committed."""
        with self._context.database.read() as connection:
            own = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one()) + int(own)

    def changed(self) -> Mapping[tuple[Tally, str], int]:
        """(Tally, month) -> a number that is another after every change of that month's counts."""
        rows = self._rows("SELECT tally, month, n FROM tally_changed", ())
        return {(Tally(tally), month): n for tally, month, n in rows}

    def months(self, months: Collection[str], *, area: str = "") -> tuple[MonthCount, ...]:
        """Requests that were recorded in `months`."""
        sql, values = within("village", area)
        rows = self._rows(
            f"SELECT village, category, matter, department, month, n FROM tally_month WHERE {_IN}{sql}",  # noqa: S608
            (_json(months), *values),
        )
        return tuple(map(MonthCount._make, rows))

    def due(self, *, area: str = "") -> tuple[DueCount, ...]:
        """Open requests by due day, all places together."""
        sql, values = within("village", area)
        rows = self._rows(
            f"SELECT department, state, due, sum(n) FROM tally_due WHERE true{sql} GROUP BY 1, 2, 3",  # noqa: S608
            values,
        )
        return tuple(map(DueCount._make, rows))

    def waits(self, months: Collection[str], *, area: str = "") -> tuple[WaitCount, ...]:
        """Requests that were answered in `months`, all places together."""
        sql, values = within("village", area)
        rows = self._rows(
            f"SELECT department, month, days, sum(n) FROM tally_wait WHERE {_IN}{sql} GROUP BY 2, 1, 3",  # noqa: S608
            (_json(months), *values),
        )
        return tuple(map(WaitCount._make, rows))

    def told(self, months: Collection[str], *, area: str = "") -> tuple[ToldCount, ...]:
        """Requests that were answered in `months`, all places together."""
        sql, values = within("village", area)
        rows = self._rows(
            f"SELECT department, month, told, reaction, sum(n) FROM tally_told WHERE {_IN}{sql}"  # noqa: S608
            " GROUP BY 2, 1, 3, 4",
            (_json(months), *values),
        )
        return tuple(map(ToldCount._make, rows))

    def visits(self, *, area: str = "") -> tuple[VisitCount, ...]:
        sql, values = within("village", area)
        rows = self._rows(f"SELECT village, month, n FROM tally_visit WHERE true{sql}", values)  # noqa: S608
        return tuple(map(VisitCount._make, rows))

    def newest(self) -> Mapping[str, str]:
        """Area (path) -> when its newest record was made, UTC."""
        return {row[0]: row[1] for row in self._rows("SELECT area, at FROM area_last", ())}

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple]:  # type: ignore[type-arg]
        with self._context.database.read() as connection:
            return list(connection.exec_driver_sql(sql, values).all())


def _json(months: Collection[str]) -> str:
    return dump(sorted(months))
