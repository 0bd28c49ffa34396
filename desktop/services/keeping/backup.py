"""The second copy, backups in one file, and bringing them back; for the pages today and settings, and the command line.

With an open workspace: `Backups(workspace)`, in the LONG lane's thread or any other, since it opens connections of its
own and others go on writing meanwhile. Before anything is open: `preview` and `restore`.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.values import Progress
from forms.errors import Fault
from sync.store import restoring, salvaging
from sync.store.api import Settings
from sync.store.copies import Made, newest
from sync.store.copy_reading import read_copy
from sync.store.migrating import PLACE
from sync.store.salvaging import Salvaged
from sync.store.status import BACKUP
from sync.store.store import Store
from sync.vault import files, platform
from sync.vault.manifest import Manifest

FAILED = "backup.failed"  # setting: code of the last attempt's Fault, "" after one that went well
TRIED = "backup.tried"  # setting: day of the last attempt
OVERDUE_DAYS = 3
DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")

Entropy = Callable[[int], bytes]


class Stopped(Exception):
    """The person pressed stop; nothing half-made is left."""


class Place(StrEnum):
    """Where the second copy lies."""

    SAME_DISK = "same_disk"  # lost together with the workspace
    OTHER_DISK = "other_disk"
    AWAY = "away"  # the chosen disk or stick is not plugged in


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """`failed` is the code of what went wrong at the last attempt (words as of any Fault), "" where nothing did."""

    last: datetime | None
    folder: Path
    place: Place
    failed: str
    due: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a copy holds. `newer` are records of this workspace that it lacks; None where it is of another one."""

    made_at: datetime
    records: int
    waiting: int
    drafts: int
    attachments: int
    lost: int
    newer: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The second copy of a day."""

    path: Path
    day: date


@dataclass(frozen=True, slots=True)
class Backups:
    workspace: OpenWorkspace

    def status(self) -> BackupStatus:
        store = self._store(writer=False)
        try:
            known = store.settings
            last, failed, tried = store.status().backup, known.get(FAILED), known.get(TRIED)
            folder = self._place(known)
        finally:
            store.close()
        return BackupStatus(
            last=_local(last, self.workspace.clock),
            folder=folder,
            place=self._kind(folder),
            failed=failed,
            due=tried != self._today() or bool(failed),
        )

    def choose(self, folder: Path | None) -> None:
        """Where the second copy lies from now on; None is beside the workspace."""
        store = self._store(writer=True)
        try:
            store.settings.put(PLACE, str(folder) if folder is not None else "")
            store.settings.put(TRIED, "")
        finally:
            store.close()

    def run(
        self,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Made:
        """Write the copy of the day, and another on every disk or stick that has one of this workspace already.

        A Fault is remembered too, for the page of the day.
        """
        store = self._store(writer=False)
        try:
            place, key = self._place(store.settings), self.workspace.key()
            step = _stepping(progress, cancelled)
            made = store.copy_to_place(key, place, today=self._today(), step=step)
            for other in self._sticks(store, place):
                store.copy_to_place(key, other, today=self._today(), step=step)
        except Fault as fault:
            self._note(fault.code)
            raise
        finally:
            store.close()
        self._note("", made.manifest.made_at)
        return made

    def run_if_due(self, *, cancelled: Callable[[], bool] | None = None) -> bool:
        """The daily copy, where today's is not made yet; whether there is one now. A Fault stops nobody's work."""
        if not self.status().due:
            return True
        try:
            self.run(cancelled=cancelled)
        except Fault:
            return False
        return True

    def to_file(
        self,
        target: Path,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Made:
        """Everything in one file, read again before it counts. Faults: vault.not_empty, vault.disk_full."""
        store = self._store(writer=False)
        try:
            made = store.copy_to_file(self.workspace.key(), target, step=_stepping(progress, cancelled))
        finally:
            store.close()
        self.workspace.audit("backup.file")
        self._note("", made.manifest.made_at)
        return made

    def preview(self, source: Path) -> Preview:
        """What a copy would bring back, and how many records of this workspace it lacks. Faults as `preview` below."""
        store = self._store(writer=False)
        try:
            with read_copy(source) as copy:
                claimed = copy.claimed
                found = copy.proven(self.workspace.key()) if store.newer_than(claimed) is not None else claimed
                return _preview(found, self.workspace.clock, newer=store.newer_than(found))
        finally:
            store.close()

    def copies(self) -> tuple[Copy, ...]:
        """The days of the second copy that lie where it is kept, the newest first."""
        return tuple(Copy(path, date.fromisoformat(path.name)) for path in self._known_copies() if DAY.match(path.name))

    def drill(self) -> Preview:
        """Bring the newest second copy back in a folder of its own, open it, and remove it again.

        Faults: vault.missing where there is no copy, else as `restore`.
        """
        store = self._store(writer=False)
        try:
            home = store.copies_in(self._place(store.settings))
        finally:
            store.close()
        source = newest(home)
        if source is None:
            raise files.missing(home)
        with tempfile.TemporaryDirectory(prefix="hamlet-drill-", dir=home) as scratch, read_copy(source) as copy:
            found = restoring.restore(
                copy,
                self.workspace.key(),
                Path(scratch) / "workspace",
                actor=self.workspace.user,
                clock=self.workspace.clock.instant,
                entropy=self.workspace.entropy,
            )
        self.workspace.audit("backup.drill")
        return _preview(found, self.workspace.clock)

    def salvage(self, target: Path) -> Salvaged:
        """Save what is sound of a damaged workspace into `target`, with the second copy's help.

        Faults: vault.not_empty, vault.disk_full.
        """
        workspace = self.workspace
        return salvaging.salvage(
            workspace.folder,
            workspace.key(),
            target,
            copies=self._known_copies(),
            actor=workspace.user,
            clock=workspace.clock.instant,
            entropy=workspace.entropy,
        )

    def _known_copies(self) -> tuple[Path, ...]:
        """Days of the second copy, the newest first; the settings that say where it lies may be damaged too."""
        try:
            store = self._store(writer=False)
            try:
                place = self._place(store.settings)
                homes = [store.copies_in(place)]
            finally:
                store.close()
        except Fault:
            folder = self.workspace.folder.absolute()
            homes = sorted(folder.with_name(f"{folder.name}-copy").glob("hamlet-*"))
        days = [day for home in homes if home.is_dir() for day in home.iterdir() if (day / "manifest.json").exists()]
        return tuple(sorted(days, key=lambda day: day.name, reverse=True))

    # ----

    def _store(self, *, writer: bool) -> Store:
        return self.workspace.store(writer=writer)

    def _today(self) -> str:
        return self.workspace.clock.now().date().isoformat()

    def _place(self, known: Settings) -> Path:
        chosen = known.get(PLACE)
        folder = self.workspace.folder.absolute()
        return Path(chosen) if chosen else folder.with_name(f"{folder.name}-copy")

    def _kind(self, folder: Path) -> Place:
        place = folder if folder.exists() else folder.parent
        if not place.exists():
            return Place.AWAY
        return Place.SAME_DISK if platform.same_disk(place, self.workspace.folder) else Place.OTHER_DISK

    def _sticks(self, store: Store, place: Path) -> tuple[Path, ...]:
        found = platform.other_disks(self.workspace.folder)
        return tuple(root for root in found if root != place and store.copies_in(root).is_dir())

    def _note(self, failed: str, made_at: str = "") -> None:
        store = self._store(writer=True)
        try:
            store.settings.put(FAILED, failed)
            store.settings.put(TRIED, self._today())
            if made_at:
                store.settings.put(BACKUP, made_at)
        finally:
            store.close()


def preview(source: Path, *, user: str, passphrase: str, clock: Clock) -> Preview:
    """What a copy holds, proven. Faults: vault.missing, vault.damaged, vault.newer, vault.no_user,
    vault.wrong_passphrase."""
    with read_copy(source) as copy:
        key = restoring.unlock(copy, user=user, secret=passphrase)
        return _preview(copy.proven(key), clock)


def users_of(source: Path) -> tuple[str, ...]:
    """Who can open a copy."""
    with read_copy(source) as copy:
        return copy.slots().users


def restore(
    source: Path,
    folder: Path,
    *,
    user: str,
    passphrase: str,
    clock: Clock,
    entropy: Entropy = os.urandom,
    progress: Callable[[Progress], None] | None = None,
    instead_of: Path | None = None,
) -> OpenWorkspace:
    """Bring a copy back in `folder`, which is new or empty: nothing is ever written over.

    What was erased since is erased again, as far as newer copies and the workspace `instead_of` know of it.
    The workspace is another device from then on: where it belongs to a hub, that hub is asked at the next hand-over.
    Faults: vault.not_empty, and as `preview`.
    """
    with read_copy(source) as copy:
        key = restoring.unlock(copy, user=user, secret=passphrase)
        restoring.restore(
            copy,
            key,
            folder,
            actor=user,
            clock=clock.instant,
            entropy=entropy,
            step=_stepping(progress, None),
            instead_of=instead_of,
        )
    return OpenWorkspace(folder, user, clock, entropy, _key=key)


def _preview(found: Manifest, clock: Clock, *, newer: int | None = None) -> Preview:
    made_at = _local(found.made_at, clock)
    return Preview(
        made_at=made_at or clock.now(),
        records=found.records,
        waiting=found.waiting,
        drafts=found.drafts,
        attachments=found.blobs,
        lost=len(found.lost),
        newer=newer,
    )


def _stepping(
    progress: Callable[[Progress], None] | None, cancelled: Callable[[], bool] | None
) -> Callable[[int, int], None]:
    def step(done: int, all: int) -> None:
        if cancelled is not None and cancelled():
            raise Stopped
        if progress is not None:
            progress(Progress("copy", done, all))

    return step


def _local(utc: str, clock: Clock) -> datetime | None:
    return datetime.fromisoformat(utc.replace("Z", "+00:00")).astimezone(clock.zone) if utc else None
