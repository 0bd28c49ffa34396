"""Names of residents before their rows: a first pull on a slow link can be searched long before it is through."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from sync import first_pull
from sync.first_pull import RESIDENTS, Name
from sync.hub import feed, sql
from sync.hub.accounts import Device
from sync.wire import cbor

LEAST = 200  # fewer names come soon enough with their rows
AT_ONCE = 10_000
_KEYS = f"key > '{RESIDENTS}/' AND key < '{RESIDENTS}0'"  # "0" follows "/"


def page(connection: Connection, device: Device, *, after: int) -> tuple[tuple[Name, ...], int, bool]:
    """Names of the rows after a position, never a position half; where they end, and whether more are to come.

    None at all where a device may see so few that they are not worth a page of their own.
    """
    head: int = sql.scalar(connection, "SELECT n FROM log_head")
    found = list(itertools.islice(_names(connection, device, after=after), AT_ONCE + 1))
    if not after and len(found) < LEAST:
        return (), head, False
    whole = len(found) <= AT_ONCE
    end = head if whole else found[AT_ONCE - 1][0] - 1
    rows = found if whole else [each for each in found if each[0] <= end]
    if not rows:  # one position with more names than a page takes: they come with their rows
        return (), head, False
    return tuple(_marked(rows)), end, not whole


def _names(connection: Connection, device: Device, *, after: int) -> Iterator[tuple[int, str, str, str]]:
    """Position, key, name and area of each row that `first_pull.nameless` takes the name out of."""
    condition, values = feed.visible(device)
    query = (
        f"SELECT n, key, area, body FROM feed WHERE n > :after AND kind = 'entity' AND {_KEYS} AND {condition}"  # noqa: S608
        " ORDER BY n, key"
    )
    for row in sql.stream(connection, query, after=after, **values):
        body = cbor.stored(row.body)
        if first_pull.has_name(body):
            yield row.n, row.key, body["label"], row.area


def _marked(rows: Iterable[tuple[int, str, str, str]]) -> Iterator[Name]:
    for n, group in itertools.groupby(rows, key=lambda row: row[0]):
        together = list(group)
        marks = first_pull.marked([key for _, key, _, _ in together])
        yield from (Name(n, mark, label, area) for mark, (_, _, label, area) in zip(marks, together, strict=True))
