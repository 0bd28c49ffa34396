"""The hub's routes: one table of what may be asked, by whom, and how it is carried. The tests' matrix reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sync import protocol as p
from sync.protocol import Role
from sync.wire import PACKED_LIMIT

EVERYBODY = frozenset(Role)
WRITERS = frozenset({Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT})
PUBLISHERS = frozenset({Role.VILLAGE, Role.TOWNSHIP})
READERS = frozenset(Role) - {Role.DEPARTMENT}


class Call(StrEnum):
    """A method of SyncProtocol; `/v1/NAME` over HTTP."""

    ENROL = "enrol"
    HELLO = "hello"
    PUSH = "push"
    PULL = "pull"
    ATTACH = "attach"
    FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class Route:
    """`roles` is None for the one route that needs no device yet. `limit` is the greatest body in bytes."""

    question: type[Any]
    answer: type[Any]
    roles: frozenset[Role] | None
    limit: int


SMALL = 64 * 1024

ROUTES: Mapping[Call, Route] = {
    Call.ENROL: Route(p.Enrol, p.Enrolled, None, SMALL),
    Call.HELLO: Route(p.Hello, p.HelloReply, EVERYBODY, SMALL),
    Call.PUSH: Route(p.Push, p.PushReply, EVERYBODY, PACKED_LIMIT),  # what each may write: derive.refusal
    Call.PULL: Route(p.Pull, p.Page, EVERYBODY, SMALL),
    Call.ATTACH: Route(p.AttachmentPart, p.AttachmentReply, WRITERS, 512 * 1024),
    Call.FETCH: Route(p.AttachmentPart, p.AttachmentPart, READERS, SMALL),
}


class Page(StrEnum):
    """What anybody may ask for with a browser, without a device; the value is its path."""

    ASK = "/ask"
    PUBLIC = "/public"
    OPEN_DATA = "/public/{id}.csv"


@dataclass(frozen=True, slots=True)
class PageRoute:
    """`limit` is the greatest body in bytes."""

    methods: tuple[str, ...]
    limit: int


PAGES: Mapping[Page, PageRoute] = {
    Page.ASK: PageRoute(("GET", "POST"), 2_048),
    Page.PUBLIC: PageRoute(("GET",), 0),
    Page.OPEN_DATA: PageRoute(("GET",), 0),
}
