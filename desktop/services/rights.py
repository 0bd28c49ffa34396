"""Who may do what, where: one table of use case and role, and one check of areas, asked by every use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from forms.casework.areas import code, contains
from forms.errors import Fault, Kind
from sync.protocol import Role

V, T, D, S = Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT, Role.SUPERVISOR


class Use(StrEnum):
    """A function that a role has or has not. Those of handling carry the action of the form request_update."""

    SEE_PEOPLE = "see_people"
    REVEAL = "reveal"
    REVEAL_ASKER = "reveal_asker"  # the telephone of who asked, one request at a time
    ERASE = "erase"
    SEE_REQUESTS = "see_requests"
    SEE_RECORDS = "see_records"
    EXPORT_RECORD = "export_record"
    SEE_FORMS = "see_forms"
    ADD_FORM = "add_form"
    FILL = "fill"
    TELL = "tell"
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
    HAND_OVER = "hand_over"
    EXPORT_STATISTICS = "export_statistics"
    EXPORT_HANDLING = "export_handling"
    EXPORT_FULL = "export_full"
    APPROVE_EXPORT = "approve_export"
    CHECK = "check"  # what villages handed over
    PROPOSE = "propose"  # that two are one
    DECIDE = "decide"
    OFFICE = "office"  # the computer that receives the villages, who belongs to it, lists and forms
    SEE_OVERVIEW = "see_overview"
    SEE_OPINIONS = "see_opinions"
    DECIDE_OPINION = "decide_opinion"
    PUBLISH = "publish"
    APPROVE_PUBLICATION = "approve_publication"
    SEAL_KEY = "seal_key"
    SEAL_LIST = "seal_list"
    AUDIT = "audit"
    SETTINGS = "settings"


RIGHTS: Mapping[Use, frozenset[Role]] = {
    Use.SEE_PEOPLE: frozenset({V, T, S}),
    Use.REVEAL: frozenset({V, T}),
    Use.REVEAL_ASKER: frozenset({V, T, D}),
    Use.ERASE: frozenset({V, T}),
    Use.SEE_REQUESTS: frozenset({V, T, D, S}),
    Use.SEE_RECORDS: frozenset({V, T, D, S}),
    Use.EXPORT_RECORD: frozenset({V, T, S}),
    Use.SEE_FORMS: frozenset({V, T, D, S}),
    Use.ADD_FORM: frozenset({V, T}),
    Use.FILL: frozenset({V, T}),
    Use.TELL: frozenset({V, T}),
    Use.RECEIVE: frozenset({T}),
    Use.ASSIGN: frozenset({T}),
    Use.RETURN: frozenset({T, D}),
    Use.SUPPLEMENT: frozenset({V, T}),
    Use.FORWARD: frozenset({T, D}),
    Use.BACK: frozenset({T, D}),
    Use.PROGRESS: frozenset({T, D}),
    Use.ANSWER: frozenset({T, D}),
    Use.CLOSE: frozenset({T}),
    Use.REOPEN: frozenset({T}),
    Use.HAND_OVER: frozenset({V, T, D, S}),
    Use.EXPORT_STATISTICS: frozenset({V, T, D, S}),
    Use.EXPORT_HANDLING: frozenset({V, T, D, S}),
    Use.EXPORT_FULL: frozenset({V, T, S}),
    Use.APPROVE_EXPORT: frozenset({V, T, S}),
    Use.CHECK: frozenset({T}),
    Use.PROPOSE: frozenset({V, T}),
    Use.DECIDE: frozenset({T}),
    Use.OFFICE: frozenset({T}),
    Use.SEE_OVERVIEW: frozenset({V, T, D, S}),
    Use.SEE_OPINIONS: frozenset({T, S}),
    Use.DECIDE_OPINION: frozenset({T}),
    Use.PUBLISH: frozenset({T, S}),
    Use.APPROVE_PUBLICATION: frozenset({T, S}),
    Use.SEAL_KEY: frozenset({T, D}),
    Use.SEAL_LIST: frozenset({T}),
    Use.AUDIT: frozenset({V, T, D, S}),
    Use.SETTINGS: frozenset({V, T, D, S}),
}


REVOKED = "device.revoked"  # setting: when this computer learnt that the township has shut it out, ISO 8601
STILL = frozenset({Use.HAND_OVER, Use.AUDIT, Use.SETTINGS})
"""What is left on a computer that was shut out: nothing that shows or changes anybody's data."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `area` is the path of codes; nothing outside it is shown or changed."""

    user: str
    role: Role
    area: str
    departments: tuple[str, ...] = ()
    shut_out: bool = False

    def __post_init__(self) -> None:
        if not self.area:
            raise ValueError("everybody works in some area: an empty one would filter nothing")

    def may(self, use: Use) -> bool:
        return self.role in RIGHTS[use] and (not self.shut_out or use in STILL)

    def sees(self, area: str, department: str | None = None) -> bool:
        """Whether something in `area` (a path) is this actor's.

        `department` is the one that a request is assigned to, "" while it is not, None for what is no request:
        a department sees only the requests that are assigned to it.
        """
        if self.role is Role.DEPARTMENT and department is not None and department not in self.departments:
            return False
        return contains(self.area, area)

    def require(self, use: Use) -> None:
        if self.shut_out and use not in STILL:
            raise Fault("services.shut_out", Kind.DENIED)
        if not self.may(use):
            raise Fault("services.no_right", Kind.DENIED, use=use.value, role=self.role.value)

    def require_area(self, area: str, department: str | None = None) -> None:
        if not self.sees(area, department):
            raise Fault("services.other_area", Kind.DENIED, area=code(area))


class Acting(Protocol):
    """A set of use cases of one desk."""

    @property
    def actor(self) -> Actor: ...


P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound=Acting)


def needs(use: Use) -> Callable[[Callable[Concatenate[A, P], R]], Callable[Concatenate[A, P], R]]:
    """Let a use case begin only for roles that have `use`; the matrix of tests reads `needs` off the method."""

    def guard(method: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
        @wraps(method)
        def guarded(self: A, /, *args: P.args, **kwargs: P.kwargs) -> R:
            self.actor.require(use)
            return method(self, *args, **kwargs)

        guarded.needs = use  # type: ignore[attr-defined]
        return guarded

    return guard
