"""A platform of others (ODK Central, Ona, KoboToolbox) as the store and the exchange with it both know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Platform:
    """`base` is the address under which formList and submission stand; it may hold a token, so it is never shown.

    `login` and `password` answer the server's challenge; `token` goes as `Authorization: Token`. `authority` is a
    file of certificates for a server of one's own.
    """

    base: str = field(repr=False)
    login: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    authority: str = ""

    @property
    def shown(self) -> str:
        """The address without anything secret: scheme and host."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"


class Verdict(StrEnum):
    """What becomes of a record after an answer."""

    DELIVERED = "delivered"
    STOP = "stop"  # this server takes nothing more from us now: the queue waits
    PARKED = "parked"  # this record alone is refused; a person looks
    AGAIN = "again"  # a conflict, which may be a race: once more later before it is believed
    LATER = "later"  # keep, back off, send the identical bytes again


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and what the server said in its own words, as plain text."""

    verdict: Verdict
    status: int
    said: str = ""

    @property
    def may_be_its_own(self) -> bool:
        """Whether the trouble may be with this record alone: servers fail on some, again and again."""
        return self.verdict is Verdict.LATER and (self.status >= 500 or self.status == 423)

    @property
    def reason(self) -> str:
        """The words beside a record that was not taken."""
        return f"{self.status}: {self.said}".strip(": ") if self.status else self.said


class Kept(StrEnum):
    """What a version tag is of."""

    FORM = "form"
    MANIFEST = "manifest"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record to be posted: its size, its files by name and size, those that the platform has already, and how often
    it met a conflict."""

    instance_id: str
    size: int
    files: tuple[tuple[str, int], ...]
    posted: frozenset[str]
    conflicts: int


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """A row of an entity list; `version` is 1 where the server does not say."""

    uuid: str
    label: str
    version: int
    properties: dict[str, str]


class Form(Protocol):
    """A form's version as it is published (`sync.store.api.FormSource`)."""

    @property
    def form_id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def xform(self) -> bytes: ...
    @property
    def media(self) -> Mapping[str, bytes]: ...


class PlatformStore(Protocol):
    """The part of the store that speaks of a platform (`sync.store.platforms.Platforms` says how)."""

    def platform(self) -> Platform | None: ...
    def belong(self, platform: Platform) -> None: ...
    def again(self) -> int: ...
    def retired(self) -> frozenset[str]: ...
    def tag(self, kind: Kept, key: str) -> str: ...
    def keep_tag(self, kind: Kept, key: str, tag: str) -> None: ...
    def waiting(self, *, after: Sequence[str] = ()) -> Waiting | None: ...
    def xml(self, instance_id: str) -> bytes: ...
    def file(self, instance_id: str, name: str) -> bytes: ...
    def file_posted(self, instance_id: str, names: Iterable[str]) -> None: ...
    def settle(self, instance_id: str, answer: Answer) -> None: ...
    def put_form(self, form: Form) -> None: ...
    def put_media(self, form_id: str, version: str, name: str, content: bytes) -> None: ...
    def retire(self, offered: frozenset[str]) -> None: ...
    def known_entities(self, dataset: str) -> frozenset[str]: ...
    def take_entities(self, dataset: str, rows: Sequence[ListedEntity], gone: Iterable[str]) -> int: ...
    def contact(self) -> None: ...
