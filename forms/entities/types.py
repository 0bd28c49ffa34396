"""Entities as ODK's specification 2024.1 and 2025.1 knows them: what a submission asks for, and what there is.

Source: getodk.github.io/xforms-spec/entities and ODK Central's `lib/model/query/entities.js`, whose decisions
`forms.entities.apply` repeats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Conflict(StrEnum):
    """An update met values that its author had not seen: soft, other properties changed; hard, the same to another."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


class Decision(StrEnum):
    """What became of an entity change."""

    CREATED = "created"
    UPDATED = "updated"
    HELD = "held"  # its branch lacks an earlier edit, which may still arrive: try again after each change of the row
    REFUSED = "refused"
    NOTHING = "nothing"  # neither create nor update is asked for


class Refusal(StrEnum):
    """Why a change was refused; words under `casework.entity.NAME`."""

    EXISTS = "exists"  # create of a uuid that exists
    DELETED = "deleted"
    UNKNOWN = "unknown"  # update of an entity that does not exist
    BASE_MISSING = "base_missing"  # update without baseVersion
    BASE_UNKNOWN = "base_unknown"  # update of a version that never was
    LABEL_MISSING = "label_missing"
    ID_INVALID = "id_invalid"  # not a version 4 uuid


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What one entity block of a submission asks for.

    `uuid` is lower case without prefix. `label` is None where the block has none or an empty one. `properties`
    holds only those whose question is in the submission (irrelevant ones keep their value). `base_version`,
    `trunk_version` and `branch_id` are as written by the device; None and "" where blank.
    """

    dataset: str
    uuid: str
    create: bool
    update: bool
    label: str | None
    properties: Mapping[str, str]
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str = ""
    instance_id: str = ""

    @property
    def received(self) -> dict[str, str]:
        """Everything the change writes: properties, and `label` where it has one."""
        return {**self.properties, **({} if self.label is None else {"label": self.label})}


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """One version of an entity in its history; `properties` are complete, `received` is what the change wrote."""

    version: int
    label: str
    properties: Mapping[str, str]
    received: Mapping[str, str]
    instance_id: str = ""
    base_version: int | None = None  # this entity's version that the change was built on
    trunk_version: int | None = None
    branch_id: str = ""
    branch_base_version: int | None = None  # baseVersion as the device counted it
    conflicting: tuple[str, ...] = ()
    conflict: Conflict = Conflict.NONE  # what its change met


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as it stands.

    `version` counts from 1. `history` holds its versions, oldest first, the present one last; a device that keeps
    none leaves it empty, and then only the present version is known as a base.
    `trunk_version` and `branch_id` are a device's: the last hub version that it saw, and its own branch from there
    (columns `__trunkVersion`, `__branchId` of the list); a hub leaves them blank.
    """

    dataset: str
    uuid: str
    label: str
    version: int
    properties: Mapping[str, str]
    conflict: Conflict = Conflict.NONE
    deleted: bool = False
    trunk_version: int | None = None
    branch_id: str = ""
    history: tuple[EntityVersion, ...] = field(default=(), repr=False)

    @property
    def area(self) -> str:
        """Code of the entity's area, "" where it has none; `casework.areas` makes a path of it."""
        return self.properties.get("area", "")


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` decided.

    `row` is the row afterwards (the one before where held or refused; None where there is none). `added` is the
    version that came into being, for the history. `conflict` and `conflicting` are those of *this* change, while
    `row.conflict` keeps the gravest that nobody has settled yet.
    """

    decision: Decision
    row: EntityRow | None
    added: EntityVersion | None = None
    conflict: Conflict = Conflict.NONE
    conflicting: tuple[str, ...] = ()
    refusal: Refusal | None = None
