"""States and outcomes of a request: one table for code, words and colours.

Words are under `casework.state_KEY` (village), `casework.state_KEY_township` where the township says it otherwise,
and `casework.outcome_KEY`. Overdue is no state: it is computed from the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"
    ARRIVED = "arrived"
    TAKEN_UP = "taken_up"
    RETURNED = "returned"
    ASSIGNED = "assigned"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    TOLD = "told"
    CLOSED = "closed"
    REOPENED = "reopened"


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Actor(StrEnum):
    """Who has to do something next."""

    NOBODY = "nobody"
    VILLAGE = "village"
    TOWNSHIP = "township"
    DEPARTMENT = "department"
    COUNTY = "county"


class Tone(StrEnum):
    """How a state is coloured; never the only sign of it."""

    WARN = "warn"
    MUTE = "mute"
    INFO = "info"
    TELL = "tell"
    OK = "ok"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Look:
    tone: Tone
    actor: Actor
    paused: bool = False  # the township's clock stands still
    open: bool = True  # still to be handled or told


LOOKS: dict[State, Look] = {
    State.DRAFT: Look(Tone.WARN, Actor.VILLAGE),
    State.READY: Look(Tone.WARN, Actor.VILLAGE),
    State.SENT: Look(Tone.MUTE, Actor.NOBODY),
    State.ARRIVED: Look(Tone.MUTE, Actor.TOWNSHIP),
    State.TAKEN_UP: Look(Tone.INFO, Actor.TOWNSHIP),
    State.RETURNED: Look(Tone.WARN, Actor.VILLAGE, paused=True),
    State.ASSIGNED: Look(Tone.INFO, Actor.DEPARTMENT),
    State.FORWARDED: Look(Tone.MUTE, Actor.COUNTY, paused=True),
    State.ANSWERED: Look(Tone.TELL, Actor.VILLAGE),
    State.TOLD: Look(Tone.OK, Actor.NOBODY, open=False),
    State.CLOSED: Look(Tone.OK, Actor.NOBODY, open=False),
    State.REOPENED: Look(Tone.BAD, Actor.TOWNSHIP),
}

HANDED_OVER = (State.READY, State.SENT, State.ARRIVED)
"""What a request is before anybody at the township has touched it."""

SETTLED = frozenset({State.ANSWERED, State.TOLD, State.CLOSED})
"""The township's time limit no longer runs: telling the resident is not part of it."""


def wording(state: State, *, township: bool = False) -> str:
    """Key of the words for `state`, as the village or the township says it."""
    if township and state in (State.TAKEN_UP, State.RETURNED):
        return f"casework.state_{state}_township"
    return f"casework.state_{state}"
