"""A workspace's store on one connection: its parts, constructed once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync.store import copies, countersigned, restored, settings, status, succession
from sync.store.api import AuditEntry, Identity, StoreStatus, Succession, Verified
from sync.store.arrivals import Arrivals
from sync.store.bulk import Bulk
from sync.store.bundles import Bundles
from sync.store.context import Context
from sync.store.decisions import Decisions
from sync.store.drafts import Drafts
from sync.store.entities import Entities
from sync.store.erasure import Erasure
from sync.store.finalise import Derived, Finaliser
from sync.store.forms import Forms, Lists
from sync.store.imports import Imports
from sync.store.inbox import Inbox
from sync.store.outbox import Outbox
from sync.store.people import People
from sync.store.platforms import Platforms
from sync.store.receipts import Receipts
from sync.store.records import Records
from sync.store.releases import Releases
from sync.store.requests import Requests
from sync.store.residents import Residents
from sync.store.status import LastSeen
from sync.store.tallies import Tallies
from sync.store.visits import Visits
from sync.succession import Given
from sync.vault import audit
from sync.vault.keys import DataKey
from sync.vault.manifest import Manifest


class Audit:
    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, action: str, *, actor: str, subject: str = "", **detail: str) -> None:
        self._context.audit(action, actor=actor, subject=subject, detail=detail)

    def list(self, *, after: int = 0, limit: int = 100) -> tuple[AuditEntry, ...]:
        with self._context.database.read() as connection:
            found = audit.entries(connection, after=after, limit=limit)
        return tuple(AuditEntry(each.n, each.at, each.actor, each.action, each.subject, each.detail) for each in found)

    def verify(self) -> Verified:
        """The chain itself, and every end of it that the hub has signed."""
        with self._context.database.read() as connection:
            found = audit.verify(connection)
        proven = countersigned.prove(self._context)
        broken = found.broken if proven.broken is None else min(proven.broken, found.broken or proven.broken)
        return Verified(broken is None, found.entries, broken, found.head, proven.entries, proven.restored)

    def to_show(self) -> dict[str, Any]:
        """See `countersigned.to_show`."""
        return countersigned.to_show(self._context)

    def keep(self, extra: Mapping[str, Any]) -> None:
        """See `countersigned.keep`."""
        countersigned.keep(self._context, extra)


class Store:
    """See `api.Store`. Made by `opening.open_store`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        derived = Derived(context)
        self.forms = Forms(context)
        self.lists = Lists(context)
        finaliser = Finaliser(context, derived)
        self.records = Records(context, finaliser)
        self.bulk = Bulk(context, finaliser)
        self.drafts = Drafts(context)
        self.entities = Entities(context)
        self.decisions = Decisions(context)
        self.requests = Requests(context)
        self.people = People(context)
        self.residents = Residents(context)
        self.outbox = Outbox(context, derived)
        self.inbox = Inbox(context, derived, self.forms, self.lists)
        self.arrivals = Arrivals(context)
        self.bundles = Bundles(context, self.outbox)
        self.receipts = Receipts(context)
        self.releases = Releases(context)
        self.tallies = Tallies(context)
        self.visits = Visits(context)
        self.erasure = Erasure(context)
        self.imports = Imports(context)
        self.platforms = Platforms(context, derived, self.forms)
        self.audit = Audit(context)
        self.settings = settings.Settings(context)

    @property
    def folder(self) -> Path:
        return self._context.folder

    @property
    def writer(self) -> bool:
        return self._context.database.writer

    def identity(self) -> Identity:
        return self._context.identity()

    def enrol(self, identity: Identity) -> None:
        succession.enrol(self._context, identity)

    def succession(self, *, again: bool = False) -> Succession | None:
        """See `api.Store.succession`."""
        return succession.wanted(self._context, again=again)

    def succeed(self, agreed: Succession, given: Given) -> None:
        """See `api.Store.succeed`."""
        succession.succeed(self._context, agreed, given)

    def begin_chain(self, *, actor: str, made_at: str) -> None:
        """This store was restored from a copy: it is another device from now on."""
        restored.begin_chain(self._context, actor=actor, made_at=made_at)

    def copy_to_file(self, key: DataKey, target: Path, *, step: copies.Step = copies.quiet) -> copies.Made:
        """See `copies.to_file`."""
        return copies.to_file(self._context, key, target, step=step)

    def copy_to_place(self, key: DataKey, place: Path, *, today: str, step: copies.Step = copies.quiet) -> copies.Made:
        """See `copies.to_place`."""
        return copies.to_place(self._context, key, place, today=today, step=step)

    def copies_in(self, place: Path) -> Path:
        """See `copies.home_of`."""
        return copies.home_of(self._context, place)

    def newer_than(self, found: Manifest) -> int | None:
        """How many records of this workspace a copy lacks; None where it is of another one."""
        return restored.newer_than(self._context, found)

    def status(self) -> StoreStatus:
        return status.status(self._context)

    def last_seen(self) -> LastSeen:
        """See `status.LastSeen`."""
        return status.last_seen(self._context)

    def check(self) -> tuple[str, ...]:
        """What is wrong with the database file and the encrypted files beside it; empty when all is sound."""
        found = list(self._context.database.check())
        if not found:
            found += [f"blob {name}" for name in self.records.unsound_files()]
        return tuple(found)

    def tidy(self) -> int:
        """Remove what a broken-off write left beside the database; returns how many files."""
        return self.records.sweep_files()

    def close(self) -> None:
        self._context.database.close()
