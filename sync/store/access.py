"""Who can open a workspace: persons with passphrases, two officials with a shared key, the township, the keyring.

Every change of the slot file goes through `change`, one at a time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault import files, passphrase, platform, recovery, slots
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.slots import SlotKind, Slots
from sync.vault.throttle import Now, Throttle

DATABASE = "store.db"
SHARED = "shared"  # whose tries those with the two halves are counted as

Entropy = Callable[[int], bytes]
Moment = Callable[[], Now]


def is_workspace(folder: Path) -> bool:
    """Whether a workspace lies here, sound or not."""
    return any((folder / name).exists() for name in (DATABASE, *slots.COPIES))


def machine_now() -> Now:
    """This moment by the machine's own clocks."""
    return Now(time.time(), time.monotonic(), platform.boot())


def unlock(folder: Path, *, user: str, secret: str, now: Moment = machine_now) -> DataKey:
    """The data key. Wrong tries are counted and waited for.

    Faults: store.no_workspace, vault.wrong_passphrase, vault.no_user, vault.wait, vault.slots_damaged,
    vault.slots_mixed, vault.unwritable.
    """
    known = [each for each in _candidates(folder) if user in each.users]
    if not known:
        raise Fault("vault.no_user", Kind.DENIED, user=user)
    with Throttle(folder, now).attempt(user):
        opened = _opened(known, user, secret)
    for slots_of, key in opened:
        if fits(folder, slots_of, key):
            return key
    raise Fault("vault.slots_mixed", Kind.DAMAGED, path=str(folder))


def _opened(known: Sequence[Slots], user: str, secret: str) -> list[tuple[Slots, DataKey]]:
    """What the passphrase opens, of copies that belong to two folders perhaps both. Fault vault.wrong_passphrase."""
    found = []
    for each in known:
        try:
            found.append((each, each.unlock(user, secret)))
        except Fault:
            if not found and each is known[-1]:
                raise
    return found


def minutes_to_wait(folder: Path, user: str, *, now: Moment = machine_now) -> int:
    """How long `user` has to wait before the next try; 0 where there is nothing to wait for."""
    return int(-(-Throttle(folder, now).left(user) // 60))


def users(folder: Path) -> tuple[str, ...]:
    """Who can open the workspace, in the order in which they were added."""
    return tuple(dict.fromkeys(user for known in _candidates(folder) for user in known.users))


def fits(folder: Path, known: Slots, key: DataKey) -> bool:
    """Whether these slots are this folder's: asked only where its two copies belong to two folders."""
    if len({each.id for each in slots.copies(folder)} | {known.id}) == 1:
        return True
    try:
        Database.open(folder / DATABASE, key.database(), writer=False).close()
    except Fault:
        return False
    return True


def change(folder: Path, work: Callable[[Slots], Slots]) -> Slots:
    """Write what `work` makes of the slots, both copies. Faults: vault.busy, vault.unwritable, vault.disk_full."""
    lock = folder / "slots.lock"
    with files.world(lock), platform.locked(lock):
        known = read(folder)
        made = work(known)
        if made != known:
            slots.save(folder, made)
        return made


def read(folder: Path) -> Slots:
    """The slots of a workspace. Faults: store.no_workspace, vault.slots_damaged, vault.slots_mixed."""
    _require(folder)
    return slots.load(folder)


def add_user(folder: Path, key: DataKey, *, user: str, secret: str, entropy: Entropy = os.urandom) -> None:
    """Give somebody a slot, or a new passphrase. Faults: vault.weak_passphrase, vault.busy."""
    change(folder, lambda known: known.with_user(user, secret, key, entropy=entropy))


def remove_user(folder: Path, *, user: str) -> None:
    """Take somebody's slot away; nothing is encrypted anew. Faults: vault.no_user, vault.last_user, vault.busy."""
    change(folder, lambda known: known.without_user(user))


def check_passphrase(secret: str) -> None:
    """Fault vault.weak_passphrase."""
    passphrase.check(secret)


# ---- the key that two officials share


def share(folder: Path, key: DataKey, *, entropy: Entropy = os.urandom) -> tuple[str, str]:
    """Two codes to be written down by two officials; an earlier pair opens nothing any more."""
    halves = recovery.halves(entropy)
    secret = recovery.joined(*halves)
    change(folder, lambda known: known.with_secret(SlotKind.SHARED, "", secret, key, entropy=entropy))
    return halves


def unlock_shared(folder: Path, one: str, other: str, *, now: Moment = machine_now) -> DataKey:
    """The data key by two halves. Faults: vault.half_wrong, vault.half_twice, vault.no_shared, vault.wait."""
    known = read(folder)
    if known.find(SlotKind.SHARED) is None:
        raise Fault("vault.no_shared", Kind.DENIED)
    secret = recovery.joined(one, other)
    with Throttle(folder, now).attempt(SHARED):
        return known.unlock("", secret, kind=SlotKind.SHARED)


# ---- the township's slot


def give_township(folder: Path, key: DataKey, public: bytes, *, entropy: Entropy = os.urandom) -> bool:
    """Seal the data key to the township's recovery key, in place of an earlier one; False where it is so already."""
    known = read(folder)
    if known.find(SlotKind.TOWNSHIP, public.hex()) is not None:
        return False
    slot = recovery.township_slot(known, key, public=public, entropy=entropy)
    change(folder, lambda known: known.without(SlotKind.TOWNSHIP).with_slot(slot))
    return True


def ask_township(folder: Path, new_passphrase: str, *, entropy: Entropy = os.urandom) -> bytes:
    """A request file for the township. Faults: vault.no_township_slot, vault.weak_passphrase."""
    return recovery.ask(read(folder), new_passphrase, entropy=entropy)


def unlock_answered(folder: Path, answer: bytes, new_passphrase: str) -> DataKey:
    """The data key out of the township's answer. Faults: vault.recovery_file, vault.recovery_passphrase."""
    return recovery.accept(answer, read(folder), new_passphrase)


# ---- the operating system's keyring


def give_keyring(folder: Path, key: DataKey, *, user: str, entropy: Entropy = os.urandom) -> str:
    """A random secret that opens for `user`, to be kept by the operating system."""
    secret = entropy(crypto.KEY_SIZE).hex()
    change(folder, lambda known: known.with_secret(SlotKind.KEYRING, user, secret, key, entropy=entropy))
    return secret


def take_keyring(folder: Path, *, user: str | None = None) -> None:
    """What the operating system keeps opens nothing any more."""
    change(folder, lambda known: known.without(SlotKind.KEYRING, user))


def unlock_keyring(folder: Path, secret: str, *, user: str) -> DataKey:
    """The data key by what the operating system kept. Faults: vault.no_user, vault.wrong_passphrase."""
    return read(folder).unlock(user, secret, kind=SlotKind.KEYRING)


def _candidates(folder: Path) -> tuple[Slots, ...]:
    """The slots of the folder; where its copies belong to two folders, both, and the database decides."""
    _require(folder)
    try:
        return (slots.load(folder),)
    except Fault as fault:
        if fault.code != "vault.slots_mixed":
            raise
        return slots.copies(folder)


def _require(folder: Path) -> None:
    if not is_workspace(folder):
        raise Fault("store.no_workspace", Kind.USAGE, path=str(folder))
