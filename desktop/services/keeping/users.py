"""Who can open a workspace, for the pages lock, first run and settings.

Before anything is open: `workspace.users(folder)` has the names, `minutes_to_wait(folder, user, clock=)` how long
after wrong tries, `open_from_keyring` opens where the person chose so, `open_shared` and `open_answered` are the ways
back in. With an open workspace: `Users(workspace)`. Every change of who can open stands in the audit log.
Slow on purpose: whatever takes a passphrase or code derives a key for 0.2 s, so not in the GUI thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.keeping import secret_store
from desktop.services.keeping.workspace import OpenWorkspace, moments
from forms.errors import Fault, Kind
from sync.store import access
from sync.vault import words
from sync.vault.slots import SlotKind
from sync.vault.words import Offered

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person who can open the workspace. `remembered`: the operating system opens it for them without asking."""

    name: str
    me: bool
    remembered: bool


@dataclass(frozen=True, slots=True)
class WaysBack:
    """What helps when every passphrase is forgotten: the code that two officials share, the township."""

    shared: bool
    township: bool


@dataclass(frozen=True, slots=True)
class Users:
    """The people of an open workspace."""

    workspace: OpenWorkspace

    def list(self) -> tuple[UserRow, ...]:
        known = access.read(self.workspace.folder)
        return tuple(
            UserRow(name, name == self.workspace.user, known.find(SlotKind.KEYRING, name) is not None)
            for name in known.users
        )

    def ways_back(self) -> WaysBack:
        known = access.read(self.workspace.folder)
        return WaysBack(known.find(SlotKind.SHARED) is not None, known.find(SlotKind.TOWNSHIP) is not None)

    def offer(self) -> Offered:
        """Four words as a passphrase: `typed` is it, `shown` how it is remembered."""
        return words.offer(self.workspace.entropy)

    def add(self, name: str, passphrase: str) -> None:
        """Let somebody else open the workspace; from then on the operating system, which cannot tell them apart,
        opens it for nobody. Faults: services.user_name, services.user_known, vault.weak_passphrase.
        """
        name = name.strip()
        if not name or len(name) > 60 or not name.isprintable():
            raise Fault("services.user_name", Kind.USAGE)
        if name in access.users(self.workspace.folder):
            raise Fault("services.user_known", Kind.USAGE, user=name)
        self._write(name, passphrase, "user.added")
        self.forget_here(everybody=True)

    def change_passphrase(self, old: str, new: str) -> None:
        """One's own passphrase, which is asked first.

        Faults: vault.wrong_passphrase, vault.wait, vault.weak_passphrase.
        """
        workspace = self.workspace
        access.unlock(workspace.folder, user=workspace.user, secret=old, now=moments(workspace.clock))
        self._write(workspace.user, new, "user.passphrase")

    def remove(self, name: str) -> None:
        """Take somebody's way in; what they recorded stays. Faults: vault.no_user, services.self_removed."""
        if name == self.workspace.user:
            raise Fault("services.self_removed", Kind.USAGE)
        self.workspace.audit("user.removed", subject=name)
        access.remove_user(self.workspace.folder, user=name)

    def share(self) -> tuple[str, str]:
        """Two codes, for two officials to write down: both together open. An earlier pair opens nothing any more."""
        self.workspace.audit("recovery.shared")
        return access.share(self.workspace.folder, self.workspace.key(), entropy=self.workspace.entropy)

    def can_remember(self) -> bool:
        """Whether the operating system could open it: it keeps secrets, and nobody else uses this workspace."""
        return len(access.users(self.workspace.folder)) == 1 and secret_store.available()

    def remember_here(self) -> bool:
        """Let the operating system open it for this person; False, and nothing changed, where it cannot."""
        workspace = self.workspace
        if not self.can_remember():
            return False
        workspace.audit("user.remembered", subject=workspace.user)
        secret = access.give_keyring(workspace.folder, workspace.key(), user=workspace.user, entropy=workspace.entropy)
        if secret_store.keep(_kept_as(workspace.folder, workspace.user), secret):
            return True
        access.take_keyring(workspace.folder, user=workspace.user)
        return False

    def forget_here(self, *, everybody: bool = False) -> None:
        """The operating system opens it no longer, for this person or for anybody."""
        user = None if everybody else self.workspace.user
        access.take_keyring(self.workspace.folder, user=user)
        secret_store.forget(_kept_as(self.workspace.folder, self.workspace.user))

    def _write(self, name: str, passphrase: str, action: str) -> None:
        workspace = self.workspace
        access.check_passphrase(passphrase)
        workspace.audit(action, subject=name)
        access.add_user(workspace.folder, workspace.key(), user=name, secret=passphrase, entropy=workspace.entropy)


# ---- before anything is open


def minutes_to_wait(folder: Path, user: str, *, clock: Clock) -> int:
    """How long `user` waits before the next try; 0 where nothing is to be waited for."""
    return access.minutes_to_wait(folder, user, now=moments(clock))


def open_from_keyring(folder: Path, *, user: str, clock: Clock, entropy: Entropy = os.urandom) -> OpenWorkspace | None:
    """Open with what the operating system keeps for this person; None where it keeps nothing that opens."""
    secret = secret_store.recall(_kept_as(folder, user))
    if secret is None:
        return None
    try:
        key = access.unlock_keyring(folder, secret, user=user)
    except Fault:
        return None
    return OpenWorkspace(folder, user, clock, entropy, _key=key)


def open_shared(
    folder: Path,
    *,
    codes: tuple[str, str],
    user: str,
    passphrase: str,
    clock: Clock,
    entropy: Entropy = os.urandom,
) -> OpenWorkspace:
    """Open with the two officials' codes and give `user` (known or new) a new passphrase.

    Faults: vault.half_wrong, vault.half_twice, vault.no_shared, vault.wait, vault.weak_passphrase.
    """
    access.check_passphrase(passphrase)
    key = access.unlock_shared(folder, *codes, now=moments(clock))
    opened = OpenWorkspace(folder, user, clock, entropy, _key=key)
    opened.audit("recovery.by_shared", subject=user)
    access.add_user(folder, key, user=user, secret=passphrase, entropy=entropy)
    return opened


def ask_township(folder: Path, *, passphrase: str, entropy: Entropy = os.urandom) -> bytes:
    """A file for the township, which answers it with one; `passphrase` is the new one.

    Faults: vault.no_township_slot, vault.weak_passphrase.
    """
    return access.ask_township(folder, passphrase, entropy=entropy)


def open_answered(
    folder: Path, *, answer: bytes, user: str, passphrase: str, clock: Clock, entropy: Entropy = os.urandom
) -> OpenWorkspace:
    """Open with the township's answer; `passphrase` is the one chosen when asking, and now that of `user`.

    Faults: vault.recovery_file, vault.recovery_other, vault.recovery_passphrase.
    """
    key = access.unlock_answered(folder, answer, passphrase)
    opened = OpenWorkspace(folder, user, clock, entropy, _key=key)
    opened.audit("recovery.by_township", subject=user)
    access.add_user(folder, key, user=user, secret=passphrase, entropy=entropy)
    return opened


def _kept_as(folder: Path, user: str) -> str:
    return f"{access.read(folder).id}/{user}"
