"""Requests and their events as the store shows them. Types only; areas, times and days as in `rows`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.store.rows import RecordState


@dataclass(frozen=True, slots=True)
class RequestItem:
    """A line of the request list: opened by `instance_id`, moved on by events; `state` as interface words have it.

    `village` is its code. `due` is "" where there is no limit yet; a paused clock is never overdue. `hand_over` is
    the state of the record that opened it, `pending` the number of own events that no hub has acknowledged.
    """

    uuid: str
    ref: str
    instance_id: str
    form_id: str
    label: str
    area: str
    village: str
    person: str
    who: str
    category: str
    matter: str
    urgency: str
    department: str  # that it was assigned to
    suggested: str  # the matter's
    state: str
    outcome: str
    recorded_on: str
    changed_at: str
    due: str
    provisional: bool  # that year's holidays are not known yet
    days: int | None
    paused: bool
    open: bool
    hand_over: RecordState
    pending: int
    answer: str = ""
    next_step: str = ""
    returned_text: str = ""
    told_on: str = ""
    told_way: str = ""
    reaction: str = ""
    reopened: bool = False
    late: int = 0
    received_on: str = ""
    answered_on: str = ""
    paused_days: int = 0
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class EventItem:
    """One event of a request's course, in order: `n` is its position at the hub, None while only here."""

    instance_id: str
    request: str
    form_id: str
    author: str
    wall_time: str
    n: int | None
    late: bool
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RequestDetail:
    item: RequestItem
    properties: Mapping[str, str]
    events: tuple[EventItem, ...]
    asked: Mapping[str, str] = field(default_factory=dict)
    """Who asked, as the hub tells a department that has no register: name, phone, house_no; blank ones left out."""
    begun_at: str = ""  # when it was written down, as the hub says; "" where it has not
    begun_by: str = ""


@dataclass(frozen=True, slots=True)
class RequestQuery:
    """Which requests; empty means any. `area` is a path prefix; `overdue_on` keeps those whose due day is before it,
    `still_before` those to which nothing happened on that day or later.
    """

    states: tuple[str, ...] = ()
    outcome: str = ""
    department: str = ""
    area: str = ""
    matter: str = ""
    category: str = ""
    person: str = ""
    query: str = ""
    overdue_on: str = ""
    open_only: bool = False
    since: str = ""  # recorded on or after
    until: str = ""  # recorded on or before
    still_before: str = ""  # ISO 8601
    order: str = "recent"  # or "due"
