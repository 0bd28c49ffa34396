"""What happened to a request, read from the submissions of `request_update` and `told`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from forms.casework.states import Outcome

E = TypeVar("E", bound=StrEnum)

REQUEST_UPDATE = "request_update"
TOLD = "told"
FORMS = frozenset({REQUEST_UPDATE, TOLD})
"""Form ids whose submissions are events of a request."""


class Action(StrEnum):
    RECEIVE = "receive"
    ASSIGN = "assign"
    RETURN = "return"
    SUPPLEMENT = "supplement"
    FORWARD = "forward"
    BACK = "back"
    PROGRESS = "progress"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    TELL = "tell"  # a submission of told in which somebody was reached
    TRY = "try"  # a submission of told in which nobody was reached


class Way(StrEnum):
    FACE = "face"
    PHONE = "phone"
    WECHAT = "wechat"
    FAMILY = "family"
    BOARD = "board"
    NOTFOUND = "notfound"


class Reaction(StrEnum):
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One thing that happened to a request; blank where the form did not ask.

    `request` is the uuid of the request's entity, `on` the day that the author's submission names, `text` what is
    said to the village (return_text) or noted (note_text), `again` whether the resident wants it done again.
    """

    instance_id: str
    request: str
    action: Action
    on: date | None
    department: str = ""
    days: int | None = None
    text: str = ""
    note: str = ""
    forward_to: str = ""
    outcome: Outcome | None = None
    answer: str = ""
    next_step: str = ""
    merged_into: str = ""
    way: Way | None = None
    reaction: Reaction | None = None
    why_not: str = ""
    again: bool = False
    try_on: date | None = None


def read(form_id: str, instance_id: str, values: Mapping[str, str]) -> RequestEvent | None:
    """The event in a submission, from `values` by question name; None where the form is no event or names no request.

    A value outside its list counts as blank; an unknown action, or a telling without a way, is no event.
    """
    request = values.get("request", "")
    if form_id not in FORMS or not request:
        return None
    return _told(instance_id, request, values) if form_id == TOLD else _update(instance_id, request, values)


def _update(instance_id: str, request: str, values: Mapping[str, str]) -> RequestEvent | None:
    action = _one(Action, values.get("action", ""))
    if action is None or action in (Action.TELL, Action.TRY):
        return None
    return RequestEvent(
        instance_id=instance_id,
        request=request,
        action=action,
        on=_day(values.get("changed_on")) or _day(values.get("today_meta")),
        department=values.get("dept", ""),
        days=_whole(values.get("days")),
        text=values.get("return_text", ""),
        note=values.get("note_text", ""),
        forward_to=values.get("forward_to", ""),
        outcome=_one(Outcome, values.get("outcome", "")),
        answer=values.get("answer_text", ""),
        next_step=values.get("next_step", ""),
        merged_into=values.get("merged_into", ""),
    )


def _told(instance_id: str, request: str, values: Mapping[str, str]) -> RequestEvent | None:
    way = _one(Way, values.get("way", ""))
    if way is None:
        return None
    return RequestEvent(
        instance_id=instance_id,
        request=request,
        action=Action.TRY if way is Way.NOTFOUND else Action.TELL,
        on=_day(values.get("told_on")) or _day(values.get("today_meta")),
        way=way,
        reaction=_one(Reaction, values.get("reaction", "")),
        why_not=values.get("why_not", ""),
        again=values.get("again") == "yes",
        try_on=_day(values.get("try_on")),
    )


def _one(kind: type[E], value: str) -> E | None:
    return next((each for each in kind if each.value == value), None)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


def _whole(written: str | None) -> int | None:
    return int(written) if written and written.isascii() and written.isdigit() else None
