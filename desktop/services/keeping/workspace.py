"""The workspace folder: made, enrolled, opened with a passphrase, locked, re-opened with a PIN."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import platformdirs

from desktop.services.clock import Clock
from desktop.services.context import Context, labelled
from desktop.services.desk import TheDesk, make_desk
from desktop.services.exchange.enrolment import Enrolling, ask_hub, remember
from desktop.services.filling.kept_forms import FOLDER as COMPILED
from desktop.services.filling.kept_forms import KeptForms
from desktop.services.filling.library import AREAS, DEPARTMENTS, Library, list_bytes, shipped
from desktop.services.filling.pack import install
from desktop.services.keeping.interrupted import Interrupted
from desktop.services.rights import REVOKED, Actor
from desktop.services.values import Me
from forms.casework.areas import Areas, code
from forms.errors import Fault, Kind
from forms.text import Text
from sync.client.enrol import Pending
from sync.protocol import Role
from sync.store.access import give_township
from sync.store.api import Identity, Store
from sync.store.countersigned import TOWNSHIP
from sync.store.opening import create as lay_out
from sync.store.opening import is_workspace, open_store, unlock
from sync.store.opening import users as slots
from sync.store.platform_values import Platform
from sync.store.store import Store as TheStore
from sync.vault.files import require_free
from sync.vault.keys import DataKey
from sync.vault.passphrase import check as check_passphrase
from sync.vault.pin import TRIES, PinLock
from sync.vault.platform import boot
from sync.vault.throttle import Now

Entropy = Callable[[int], bytes]
TIDIED = "tidied"


@dataclass(slots=True)
class OpenWorkspace:
    """An unlocked workspace: holds the data key until it is locked. See `api.Workspace`.

    Locked, it may be re-opened: with the PIN that was set in this session (`set_pin`), or with the passphrase.
    `users.Users(workspace)` has who else can open it, `Backups` (backup.py) the second copy.
    """

    folder: Path
    user: str
    clock: Clock
    entropy: Entropy
    library: Library = field(default_factory=Library)
    _key: DataKey | None = field(default=None, repr=False)
    _pin: PinLock | None = field(default=None, repr=False)
    _interrupted: list[Interrupted] = field(default_factory=list, repr=False)
    _desks: list[TheDesk] = field(default_factory=list, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self.library.kept = KeptForms(self.folder / COMPILED, self.key, self.entropy)

    def desk(self, *, writer: bool = False, language: str = "zh") -> TheDesk:
        """The use cases on a connection of their own, for the thread that calls."""
        store = self.store(writer=writer)
        try:
            identity = store.identity()
            me = me_of(identity, self.user, store, language)
            context = Context(
                store=store,
                actor=Actor(
                    self.user,
                    identity.role,
                    identity.area,
                    identity.departments,
                    shut_out=bool(store.settings.get(REVOKED)),
                ),
                me=me,
                clock=self.clock,
                text=Text(language),
                library=self.library,
                open_writer=lambda: self.store(writer=True),
            )
        except BaseException:
            store.close()
            raise
        if writer:
            _tidy(store, self.clock.utc()[:10])
            self._seal_to_township(store)
        made = make_desk(context, forget=self._forget)
        with self._lock:
            self._desks.append(made)
        return made

    # ---- locked and re-opened

    @property
    def locked(self) -> bool:
        return self._key is None

    @property
    def pin_tries(self) -> int:
        """How many tries the PIN of this session has left; 0 where none was set, or it was dropped."""
        return self._pin.left if self._pin is not None else 0

    def set_pin(self, pin: str) -> None:
        """Let six digits re-open this session while the program runs. Fault vault.pin_form."""
        self._pin = PinLock(self.key(), pin, entropy=self.entropy)

    def drop_pin(self) -> None:
        """Only the passphrase opens from now on."""
        if self._pin is not None:
            self._pin.drop()
            self._pin = None

    def lock(self) -> None:
        """Let the data key go; with a PIN its wrapped copy stays. Desks are closed by the threads that opened them."""
        self._key = None

    def close(self) -> None:
        """Lock for good: the PIN is dropped too. For another user's turn, and at exit."""
        self.drop_pin()
        self.lock()

    def reopen(self, pin: str) -> None:
        """Go on after `lock`. Faults: vault.pin_form, vault.pin_wrong (`left`), vault.pin_dropped."""
        if self._pin is None:
            raise Fault("vault.pin_dropped", Kind.DENIED, tries=TRIES)
        try:
            self._key = self._pin.open(pin)
        finally:
            if not self._pin.left:
                self._pin = None

    def reopen_with(self, passphrase: str) -> None:
        """Go on after `lock` with the passphrase. Faults as `open_workspace`."""
        self._key = unlock(self.folder, user=self.user, secret=passphrase, now=moments(self.clock))

    def key(self) -> DataKey:
        """The data key, for what changes who can open. Fault services.locked."""
        if self._key is None:
            raise Fault("services.locked", Kind.DENIED)
        return self._key

    def interrupted(self, work: Interrupted) -> None:
        """Remember what the lock cut short; it was stopped after the transaction that ran. No passphrase is kept."""
        order = work.order and replace(work.order, approver_passphrase="")
        with self._lock:
            self._interrupted.append(replace(work, order=order))

    def to_resume(self) -> tuple[Interrupted, ...]:
        """What the lock cut short, once: to be begun again now that the workspace is open."""
        with self._lock:
            found, self._interrupted = tuple(self._interrupted), []
        return found

    # ----

    def audit(self, action: str, *, subject: str = "", **detail: str) -> None:
        """A line in the audit log, on a connection of its own."""
        store = self.store(writer=True)
        try:
            store.audit.add(action, actor=self.user, subject=subject, **detail)
        finally:
            store.close()

    def store(self, *, writer: bool) -> TheStore:
        """The store itself on a connection of its own, for what is no use case of a desk. Fault services.locked."""
        return open_store(self.folder, self.key(), writer=writer, clock=self.clock.instant, entropy=self.entropy)

    def _seal_to_township(self, store: Store) -> None:
        """Let the township recover the workspace, once its hub has told its recovery key; nobody is kept by it."""
        with suppress(Fault, OSError, ValueError):
            public = bytes.fromhex(store.settings.get(TOWNSHIP))
            if public and give_township(self.folder, self.key(), public, entropy=self.entropy):
                store.audit.add("recovery.township", actor=self.user, subject=public.hex()[:16])

    def _forget(self, desk: TheDesk) -> None:
        with self._lock:
            if desk in self._desks:
                self._desks.remove(desk)


def _tidy(store: Store, today: str) -> None:
    """Sweep once a day what broken-off writes left beside the database; nobody is kept from working by it."""
    with suppress(Fault, OSError):
        if store.settings.get(TIDIED) != today:
            store.tidy()
            store.settings.put(TIDIED, today)


def default_folder() -> Path:
    """The platform's folder for a person's data."""
    return Path(platformdirs.user_data_dir("hamlet", appauthor=False))


def exists(folder: Path) -> bool:
    """Whether a workspace lies there, sound or not."""
    return is_workspace(folder)


def users(folder: Path) -> tuple[str, ...]:
    """Who can open the workspace: names before anything is unlocked."""
    return slots(folder)


def create(
    folder: Path,
    *,
    user: str,
    passphrase: str,
    role: Role,
    area: str,
    clock: Clock,
    entropy: Entropy = os.urandom,
    platform: Platform | None = None,
) -> OpenWorkspace:
    """A workspace without a hub, with the pack; `area` is a code of the areas list.

    One of a `platform` begins with the pack's lists alone: its forms are those that the platform offers.
    """
    areas = Areas.read(shipped(AREAS) or b"name\n")
    known = areas.get(area)
    if known is None:
        raise Fault("services.unknown_area", Kind.USAGE, area=area)
    identity = Identity(
        device=clock.uuid(),
        role=role,
        area=areas.path(area),
        letters=(known.initials.upper()[:2] or "XX") + "A",
        key=entropy(32),
    )
    return _make(
        folder,
        user=user,
        passphrase=passphrase,
        identity=identity,
        clock=clock,
        entropy=entropy,
        platform=platform,
    )


def enrol(
    folder: Path,
    *,
    url: str,
    code: str,
    user: str,
    passphrase: str,
    clock: Clock,
    file: Path | None = None,
    entropy: Entropy = os.urandom,
) -> OpenWorkspace:
    """A new workspace that belongs to a hub; role and area come from the invitation behind `code`.

    Nothing is written before the hub at `url` has proven that it knows the code; with an enrolment `file` it does so
    at the first hand-over.
    """
    require_free(folder)  # before the code is used up
    check_passphrase(passphrase)
    asked = Enrolling(url=url, code=code, user=user, file=file)
    identity, pending = ask_hub(asked, clock=clock, entropy=entropy)
    return _make(
        folder, user=user, passphrase=passphrase, identity=identity, clock=clock, entropy=entropy, pending=pending
    )


def enrol_existing(workspace: OpenWorkspace, *, url: str, code: str) -> Me:
    """Let a workspace that had no hub belong to one; records not handed over yet carry the new identity."""
    desk = workspace.desk(writer=True)
    try:
        store = desk.context.store
        known = store.identity()
        if known.enrolled:
            raise Fault("services.enrolled", Kind.USAGE, hub=known.hub_name)
        asked = Enrolling(url=url, code=code, user=workspace.user)
        store.enrol(ask_hub(asked, clock=workspace.clock, entropy=workspace.entropy)[0])
        return me_of(store.identity(), workspace.user, store, desk.context.language)
    finally:
        desk.close()


def open_workspace(
    folder: Path, *, passphrase: str, clock: Clock, user: str = "", entropy: Entropy = os.urandom
) -> OpenWorkspace:
    """Unlock with a person's passphrase; `user` may be left out where there is only one."""
    names = slots(folder)
    if not user:
        if len(names) != 1:
            raise Fault("services.which_user", Kind.USAGE, users=", ".join(names))
        user = names[0]
    key = unlock(folder, user=user, secret=passphrase, now=moments(clock))
    return OpenWorkspace(folder, user, clock, entropy, _key=key)


def moments(clock: Clock) -> Callable[[], Now]:
    """What waits after wrong tries are measured by."""
    return lambda: Now(clock.instant().timestamp(), clock.steady(), boot())


def _departments(identity: Identity, store: Store, language: str) -> list[str]:
    """What the departments of whoever works here are called."""
    if not identity.departments:
        return []
    text = (list_bytes(store.lists, DEPARTMENTS) or b"").decode("utf-8-sig")
    table = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    return [labelled(table, each, language) for each in identity.departments]


def me_of(identity: Identity, user: str, store: Store, language: str) -> Me:
    areas = Areas.read(list_bytes(store.lists, AREAS) or b"name\n")
    return Me(
        user=user,
        role=identity.role,
        area=code(identity.area),
        area_label=" · ".join((areas.label(code(identity.area), language), *_departments(identity, store, language))),
        device=identity.device,
        letters=identity.letters,
        departments=identity.departments,
        hub_name=identity.hub_name,
        enrolled=identity.enrolled,
    )


def _make(
    folder: Path,
    *,
    user: str,
    passphrase: str,
    identity: Identity,
    clock: Clock,
    entropy: Entropy,
    pending: Pending | None = None,
    platform: Platform | None = None,
) -> OpenWorkspace:
    """With the pack, and what the first contact needs: a kill leaves the workspace with both, or none."""

    def furnish(store: Store) -> None:
        install(store, forms=platform is None)
        if platform is not None:
            store.platforms.belong(platform)
        if pending is not None:
            remember(store.settings, pending)

    key = lay_out(
        folder, user=user, secret=passphrase, identity=identity, clock=clock.instant, entropy=entropy, furnish=furnish
    )
    return OpenWorkspace(folder, user, clock, entropy, _key=key)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the whole workspace found; `problems` are empty where all is sound."""

    ok: bool
    records: int
    problems: tuple[str, ...]
    audit_ok: bool
    audit_entries: int


def check_workspace(workspace: OpenWorkspace) -> Checked:
    """Every page of the database, every encrypted file, the audit log's chain."""
    desk = workspace.desk()
    try:
        store, audit = desk.context.store, desk.audit()
        problems = list(store.check())
        if not audit.ok:
            problems.append(f"audit {audit.broken}")
        return Checked(not problems, store.status().records, tuple(problems), audit.ok, audit.entries)
    finally:
        desk.close()
