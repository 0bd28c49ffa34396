"""What a hand-over says of itself, and what it needs of the store and of the world around it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sync.protocol import Result
from sync.store.api import Applied, Audit, Identity, Inbox, Outbox, Settings, StoreStatus, Succession
from sync.succession import Given

T = TypeVar("T")


class Step(StrEnum):
    """What a hand-over is doing; words under `sync.step_NAME`."""

    HELLO = "hello"
    PUSH = "push"
    ATTACH = "attach"
    PULL = "pull"
    FETCH = "fetch"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` in this step; `total` is 0 where nobody knows."""

    step: Step
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class HandOver:
    """What one hand-over did. `bytes_*` count bodies; `cancelled` and `deferred` say that something still waits."""

    pushed: int = 0
    duplicate: int = 0
    held: int = 0
    rejected: int = 0
    pulled: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    requests: int = 0
    seconds: float = 0.0
    files_up: int = 0
    files_down: int = 0
    resent: int = 0
    cancelled: bool = False
    deferred: bool = False
    refused: tuple[Result, ...] = ()
    published: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()
    changed: Applied = field(default_factory=Applied)


class OutboxStore(Protocol):
    """What a hand-over needs of the store (`sync.store.api.Store`)."""

    @property
    def outbox(self) -> Outbox: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def audit(self) -> Audit: ...
    def identity(self) -> Identity: ...
    def succession(self, *, again: bool = False) -> Succession | None: ...
    def succeed(self, agreed: Succession, given: Given) -> None: ...
    def status(self) -> StoreStatus: ...


class OnStore(Protocol):
    """Runs a piece of work where the store may be written, and returns its result."""

    def __call__(self, work: Callable[[OutboxStore], T], /) -> T: ...


class Cancelled(Exception):
    """The person stopped the hand-over; everything up to here is done and stays."""


@dataclass(frozen=True, slots=True)
class World:
    """Time, chance and the person: `wait(seconds)` is true where the person stopped it meanwhile."""

    seconds: Callable[[], float]  # monotonic
    wait: Callable[[float], bool]
    chance: Callable[[], float]  # in [0, 1)
    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] = lambda _progress: None
    shut_out: Callable[[], None] = lambda: None  # the hub has said so under its signature
    entropy: Callable[[int], bytes] = os.urandom
    alongside: Callable[[Callable[[], Any]], Callable[[], Any]] = lambda work: work
    """Begins what needs no store and gives what waits for its result; by itself it is only begun when waited for."""
