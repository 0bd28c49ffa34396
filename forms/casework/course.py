"""The course of a request: a fold of its events through the table of transitions.

Events come in the order of the hub's log, own ones that are still pending last. An event that does not fit is late:
it stays visible and changes nothing, so every node that knows the same events shows the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from forms.casework.calendar import Calendar, Due
from forms.casework.events import Action, Reaction, RequestEvent, Way
from forms.casework.states import HANDED_OVER, LOOKS, SETTLED, Outcome, State
from forms.casework.transitions import TRANSITIONS

SHORTEST_AGAIN = 3
"""Working days that a reopened request has at least; else half its limit."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How a request began. `state`: draft, ready, sent or arrived, from the record's hand-over and its receipt.

    `arrived_on` is the day of the hub's receipt, day 0 of the limit; None while there is none.
    `days` is the matter's limit in working days, `department` the matter's, a suggestion.
    """

    request: str
    state: State = State.READY
    arrived_on: date | None = None
    days: int | None = None
    department: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a request stands after its events.

    `department` is the assigned one ("" before). `due` is None while no limit runs; `paused` says that the clock
    stands still since `paused_since` (`due` is then what it was on that day) and `paused_days` how many working days
    of earlier pauses were not counted. `late` are the instanceIDs of events that did not fit, in order.
    """

    state: State
    outcome: Outcome | None = None
    department: str = ""
    days: int | None = None
    start: date | None = None
    due: Due | None = None
    paused: bool = False
    paused_since: date | None = None
    paused_days: int = 0
    answer: str = ""
    answered_on: date | None = None
    next_step: str = ""
    merged_into: str = ""
    forward_to: str = ""
    told_on: date | None = None
    told_way: Way | None = None
    reaction: Reaction | None = None
    why_not: str = ""
    tries: int = 0
    try_on: date | None = None
    reopened: bool = False
    returned_text: str = ""
    changed_on: date | None = None
    late: tuple[str, ...] = ()


def fold(opened: Opened, events: Sequence[RequestEvent], calendar: Calendar) -> Course:
    """Where the request of `opened` stands after `events`, in the order given."""
    course = Course(state=opened.state, days=opened.days, start=opened.arrived_on, changed_on=opened.arrived_on)
    for event in events:
        course = step(course, event, calendar)
    return replace(course, due=_due(course, calendar))


def step(course: Course, event: RequestEvent, calendar: Calendar) -> Course:
    """`course` after one more event, `due` left as it was."""
    transition = TRANSITIONS[event.action]
    if course.state not in transition.sources or not _fits(course, event):
        return replace(course, late=(*course.late, event.instance_id))
    on = _not_before(event.on, course.changed_on)
    after = _CHANGES[event.action](course, event, on)
    after = _clock(course, after, on, calendar)
    return replace(after, changed_on=on)


def days_left(course: Course, today: date, calendar: Calendar) -> int | None:
    """Working days until it is due, negative once over; None where no limit runs or the clock stands still."""
    if course.due is None or course.paused or course.state in SETTLED:
        return None
    return calendar.days_left(today, course.due.day)


def overdue(course: Course, today: date, calendar: Calendar) -> bool:
    """Whether the township is late with it."""
    left = days_left(course, today, calendar)
    return left is not None and left < 0


def properties(course: Course) -> dict[str, str]:
    """The course as properties of the request's entity: what only the fold writes (`entities.PROJECTED`).

    `days` is left as the assignment wrote it: it is where a later fold begins.
    """
    return {
        "status": course.state,
        "outcome": course.outcome or "",
        **({"dept": course.department} if course.department else {}),
        **({"due": course.due.day.isoformat()} if course.due else {}),
        **({"received_on": course.start.isoformat()} if course.start else {}),
        "changed_on": _iso(course.changed_on),
        "answer": course.answer,
        "answered_on": _iso(course.answered_on),
        "paused_days": str(course.paused_days or ""),
        "next_step": course.next_step,
        "merged_into": course.merged_into,
        "forward_to": course.forward_to,
        "return_text": course.returned_text,
        "told_way": course.told_way or "",
        "told_on": _iso(course.told_on),
        "reaction": course.reaction or "",
        "why_not": course.why_not,
        "try_on": _iso(course.try_on),
        "reopened": "1" if course.reopened else "",
    }


def _fits(course: Course, event: RequestEvent) -> bool:
    """What the table cannot say: a request is reopened once, and told once for each answer."""
    if event.action is Action.REOPEN:
        return not course.reopened
    if event.action in (Action.TELL, Action.TRY):
        return course.told_on is None
    return True


def _plain(course: Course, event: RequestEvent, _on: date | None) -> Course:
    return replace(course, state=TRANSITIONS[event.action].target or course.state)


def _assign(course: Course, event: RequestEvent, on: date | None) -> Course:
    return replace(
        _plain(course, event, on),
        department=event.department or course.department,
        days=course.days if event.days is None else event.days,
        returned_text="",
    )


def _return(course: Course, event: RequestEvent, on: date | None) -> Course:
    return replace(_plain(course, event, on), returned_text=event.text)


def _supplement(course: Course, event: RequestEvent, on: date | None) -> Course:
    return replace(_plain(course, event, on), returned_text="")


def _forward(course: Course, event: RequestEvent, on: date | None) -> Course:
    return replace(_plain(course, event, on), forward_to=event.forward_to)


def _answer(course: Course, event: RequestEvent, on: date | None) -> Course:
    return replace(
        _plain(course, event, on),
        outcome=event.outcome,
        answer=event.answer,
        answered_on=on,
        next_step=event.next_step,
        merged_into=event.merged_into,
        told_on=None,
        told_way=None,
        reaction=None,
        why_not="",
        tries=0,
        try_on=None,
    )


def _close(course: Course, event: RequestEvent, on: date | None) -> Course:
    """Closing keeps what was answered, unless it brings an answer of its own."""
    closed = _plain(course, event, on)
    if not event.answer or event.answer == course.answer:
        return replace(closed, outcome=event.outcome or course.outcome)
    return replace(
        closed,
        outcome=event.outcome or course.outcome,
        answer=event.answer,
        answered_on=course.answered_on or on,
        next_step=event.next_step,
        merged_into=event.merged_into,
    )


def _reopen(course: Course, _event: RequestEvent, on: date | None) -> Course:
    """Begin anew with half the limit; who had it and what the resident said of the answer stays visible."""
    days = None if course.days is None else max(SHORTEST_AGAIN, (course.days + 1) // 2)
    return replace(
        course,
        state=State.REOPENED,
        reopened=True,
        days=days,
        start=on,
        paused_days=0,
        outcome=None,
        answer="",
        answered_on=None,
        next_step="",
        merged_into="",
    )


def _tell(course: Course, event: RequestEvent, on: date | None) -> Course:
    told = replace(
        course, told_on=event.on or on, told_way=event.way, reaction=event.reaction, why_not=event.why_not, try_on=None
    )
    if event.again and not course.reopened:
        return _reopen(told, event, on)
    return replace(told, state=State.CLOSED if course.state is State.CLOSED else State.TOLD)


def _try(course: Course, event: RequestEvent, _on: date | None) -> Course:
    return replace(course, tries=course.tries + 1, try_on=event.try_on)


_CHANGES: Mapping[Action, Callable[[Course, RequestEvent, date | None], Course]] = {
    Action.RECEIVE: _plain,
    Action.ASSIGN: _assign,
    Action.RETURN: _return,
    Action.SUPPLEMENT: _supplement,
    Action.FORWARD: _forward,
    Action.BACK: _plain,
    Action.PROGRESS: _plain,
    Action.ANSWER: _answer,
    Action.CLOSE: _close,
    Action.REOPEN: _reopen,
    Action.TELL: _tell,
    Action.TRY: _try,
}


def _clock(before: Course, after: Course, on: date | None, calendar: Calendar) -> Course:
    """Start the limit where no receipt has, and stop or restart it with the pause of the state."""
    if after.start is None and before.state in HANDED_OVER:
        after = replace(after, start=on)
    stopped = LOOKS[after.state].paused
    if stopped and not before.paused:
        return replace(after, paused=True, paused_since=on)
    if before.paused and not stopped:
        lost = calendar.between(before.paused_since, on) if before.paused_since and on else 0
        return replace(after, paused=False, paused_since=None, paused_days=before.paused_days + lost)
    return after


def _due(course: Course, calendar: Calendar) -> Due | None:
    if course.start is None or course.days is None:
        return None
    return calendar.due(course.start, course.days, course.paused_days)


def _not_before(on: date | None, earlier: date | None) -> date | None:
    """A device's clock may be wrong: no event counts as earlier than the one before it in the hub's order."""
    if on is None or earlier is None:
        return on or earlier
    return max(on, earlier)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
