"""What is asked and told about the list of residents; no SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.store.rows import EntityItem


@dataclass(frozen=True, slots=True)
class ResidentQuery:
    """Residents in `area` (a path, "" for all), of the group `tag`, in whose home nobody was since `unseen_since`.

    `unseen_since` is an ISO date; those never visited are among them, those who died or moved away are not.
    """

    area: str = ""
    tag: str = ""
    unseen_since: str = ""


@dataclass(frozen=True, slots=True)
class ListedResident:
    """`last_contact`: when they last asked for something (ISO 8601), "" for never."""

    item: EntityItem
    last_contact: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Who stands before and after somebody in a list ("" for nobody), and that they are the `at`th of `count`.

    `at` counts from 1; 0 where they are not in the list, or it is too long to be counted.
    """

    at: int = 0
    count: int = 0
    before: str = ""
    after: str = ""


class Residents(Protocol):
    """Reads only; pages of many thousand residents cost the same wherever one is."""

    def list(self, query: ResidentQuery, *, after: str = "", limit: int = 200) -> tuple[ListedResident, ...]:
        """By village, in it in the order of arrival, from the one after the uuid `after` on."""
        ...

    def count(self, query: ResidentQuery) -> int: ...
    def beside(self, query: ResidentQuery, uuid: str) -> Beside:
        """Where a resident stands in `list`; counted within a village, above it only the neighbours are told."""
        ...

    def fitting(self, query: ResidentQuery, uuids: Sequence[str]) -> frozenset[str]:
        """Those of these residents that the query fits."""
        ...
