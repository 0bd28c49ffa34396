"""The one table of what may happen to a request in which state, and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.casework.events import Action
from forms.casework.states import HANDED_OVER, State


@dataclass(frozen=True, slots=True)
class Transition:
    """An action is possible in the states of `sources` and leads to `target`; None keeps the state."""

    sources: frozenset[State]
    target: State | None


def _from(*sources: State, to: State | None) -> Transition:
    return Transition(frozenset(sources), to)


TRANSITIONS: Mapping[Action, Transition] = {
    Action.RECEIVE: _from(*HANDED_OVER, to=State.TAKEN_UP),
    Action.ASSIGN: _from(
        *HANDED_OVER, State.TAKEN_UP, State.REOPENED, State.ASSIGNED, State.RETURNED, to=State.ASSIGNED
    ),
    Action.RETURN: _from(*HANDED_OVER, State.TAKEN_UP, State.ASSIGNED, State.REOPENED, to=State.RETURNED),
    Action.SUPPLEMENT: _from(State.RETURNED, to=State.TAKEN_UP),
    Action.FORWARD: _from(State.TAKEN_UP, State.ASSIGNED, State.REOPENED, to=State.FORWARDED),
    Action.BACK: _from(State.FORWARDED, to=State.ASSIGNED),
    Action.PROGRESS: _from(State.ASSIGNED, State.FORWARDED, to=None),
    Action.ANSWER: _from(State.TAKEN_UP, State.ASSIGNED, State.FORWARDED, State.REOPENED, to=State.ANSWERED),
    Action.CLOSE: _from(State.TOLD, State.ANSWERED, State.TAKEN_UP, State.ASSIGNED, to=State.CLOSED),
    Action.REOPEN: _from(State.TOLD, State.CLOSED, to=State.REOPENED),
    # A township may close what the village is just telling: whichever comes first, both count.
    Action.TELL: _from(State.ANSWERED, State.CLOSED, to=State.TOLD),
    Action.TRY: _from(State.ANSWERED, State.CLOSED, to=None),
}


def allowed(state: State, *, reopened: bool = False) -> tuple[Action, ...]:
    """Actions that are possible in `state`; a second reopening is not."""
    return tuple(
        action
        for action, transition in TRANSITIONS.items()
        if state in transition.sources and not (reopened and action is Action.REOPEN)
    )
