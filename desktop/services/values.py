"""The frozen values that use cases give and take; words in them (titles, labels) are in the desk's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from desktop.services.requests.proposed import Proposal, SameRequest
from forms.casework.disclosure import Level
from forms.casework.states import State as RequestState
from sync.protocol import Role
from sync.store.api import RecordState

__all__ = [
    "Action",
    "Board",
    "BoardFilter",
    "EntityRow",
    "Fact",
    "HouseholdRow",
    "Level",
    "Me",
    "Person",
    "PersonRow",
    "Progress",
    "Proposal",
    "RecordState",
    "RequestDetail",
    "RequestRow",
    "RequestState",
    "Role",
    "SameRequest",
    "Tab",
    "TimelineEntry",
    "TimelineKind",
]


class Tab(StrEnum):
    """Saved filters of the request board; a village sees those of its own page."""

    OPEN = "open"
    TO_ASSIGN = "to_assign"
    IN_PROGRESS = "in_progress"
    OVERDUE = "overdue"
    RETURNED = "returned"  # a village's "to complete"
    TO_TELL = "to_tell"
    HANDED_OVER = "handed_over"
    WAITING = "waiting"
    ENDED = "ended"
    ALL = "all"


class TimelineKind(StrEnum):
    REGISTERED = "registered"
    CHANGED = "changed"
    VISITED = "visited"
    REQUEST = "request"
    TAKEN_UP = "taken_up"
    ASSIGNED = "assigned"
    RETURNED = "returned"
    SUPPLEMENTED = "supplemented"
    FORWARDED = "forwarded"
    PROGRESS = "progress"
    ANSWERED = "answered"
    TOLD = "told"
    CLOSED = "closed"
    REOPENED = "reopened"
    LATE = "late"  # came too late and changed nothing
    MERGED = "merged"  # was found to be somebody who is registered already
    PARTED = "parted"  # and that was undone


@dataclass(frozen=True, slots=True)
class Me:
    """Who works here and what they may see; `area` is the code, `letters` begin the short numbers."""

    user: str
    role: Role
    area: str
    area_label: str
    device: str
    letters: str
    departments: tuple[str, ...]
    hub_name: str  # "" before enrolment
    enrolled: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of a list of people. Telephone and identity number are masked; `pending`: not yet handed over."""

    uuid: str
    name: str
    sex: str  # m, f or ""
    age: int | None
    area: str
    area_label: str
    house_no: str
    household: str
    relation: str
    phone: str
    id_tail: str
    tags: tuple[str, ...]
    tag_labels: tuple[str, ...] = ()
    presence: str = ""
    last_contact: date | None = None
    pending: bool = False
    left: str = ""  # in words, for who has died or moved away
    arriving: bool = False  # a first hand-over has brought name and area so far, and no uuid


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    uuid: str
    head_name: str
    house_no: str
    area: str
    area_label: str
    phone: str
    living: int | None
    aid_type: str
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A known fact for people to read: the question's label and the choice's label, masked where it must be.

    `noted`: the day it was last written down, as far as a record here says it.
    """

    name: str
    label: str
    value: str
    masked: bool = False
    noted: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    row: PersonRow
    household: HouseholdRow | None
    members: tuple[PersonRow, ...]
    facts: tuple[Fact, ...]
    to_tell: int


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """What happened with a person or a request; `when` in local time. `pending`: still on this computer only."""

    when: datetime
    kind: TimelineKind
    title: str
    detail: str
    by: str
    ref: str = ""
    request: str = ""  # uuid of the request that it belongs to
    instance_id: str = ""
    state: RequestState | None = None
    pending: bool = False
    undo_until: date | None = None  # last day on which a merge can be undone


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request with its computed course. `days_left` < 0 is overdue by so many working days.

    `provisional`: the calendar of that year is not official yet ("about"). `paused`: the clock stands still.
    """

    ref: str
    uuid: str
    instance_id: str
    area: str
    area_label: str
    village_label: str
    matter: str
    matter_label: str
    category: str
    category_label: str
    who: str
    resident: str
    description: str
    urgency: str
    asked_on: date | None
    state: RequestState
    outcome: str
    department: str
    department_label: str
    due: date | None
    provisional: bool
    overdue: bool
    days: int | None
    days_left: int | None
    paused: bool
    answer: str
    next_step: str
    returned_text: str
    told_on: date | None
    told_way: str
    reaction: str
    tell_by: str
    phone: str
    pending: bool = False
    quiet: int = 0  # working days without an entry, while somebody is to act on it; 0 below QUIET
    kind_label: str = ""  # what else than a request it is: a hazard, an opinion; "" for a plain request
    sealed_for: str = ""  # the department (code) for which what was said is sealed; "" where it is open


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board. `total`: all that fit, None where nobody has counted them; `next` where the page after
    begins, "" for the last. `villages`, `departments` and `categories` are (code, label), for the filters.
    """

    rows: tuple[RequestRow, ...]
    total: int | None
    counts: Mapping[Tab, int]
    villages: tuple[tuple[str, str], ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """`after` is the `next` of the page before. `newest`: the newest first in the place of what is due first.

    `stuck`: only those that somebody is to act on and of which nothing was written for QUIET working days.
    """

    tab: Tab = Tab.OPEN
    state: RequestState | None = None
    village: str = ""
    category: str = ""
    department: str = ""
    query: str = ""
    overdue: bool = False
    limit: int = 200
    after: str = ""
    newest: bool = False
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A step of handling that the present state allows: `name` is the choice of the form request_update."""

    name: str
    label: str


class Unnamed(StrEnum):
    """Why it is not said who asked."""

    PUBLIC = "public"  # a matter of the whole village or group
    OPINION = "opinion"  # whose it is does not leave those who wrote it down
    SEALED = "sealed"  # for another department alone
    UNKNOWN = "unknown"  # whoever has the register can tell


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, as whoever handles the request needs it. Telephones are masked where `covered`."""

    name: str
    phone: str  # for this request
    noted: date | None  # when that was written down
    now: str = ""  # the register's, where it is another one by now
    house_no: str = ""
    covered: bool = False
    unnamed: Unnamed | None = None


@dataclass(frozen=True, slots=True)
class RequestDetail:
    row: RequestRow
    course: tuple[TimelineEntry, ...]  # oldest first
    facts: tuple[Fact, ...]
    person: PersonRow | None
    actions: tuple[Action, ...]
    attachments: tuple[str, ...]
    receipt: datetime | None  # arrived at the township
    proposal: Proposal | None = None
    lost: tuple[str, ...] = ()  # attachments that are nowhere
    asker: Asker | None = None


@dataclass(frozen=True, slots=True)
class EntityRow:
    uuid: str
    label: str
    area: str
    version: int
    dataset: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` records in this phase; total 0 where nobody knows. words are in `services.phase_PHASE`."""

    phase: str
    done: int
    total: int
