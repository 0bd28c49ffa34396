"""Slots: each person's passphrase wraps the one random data key, so that a passphrase changes without re-encryption.

Beside the persons' slots there are those of `SlotKind`, opened with a random secret that somebody keeps. A slot of a
kind that is unknown here stays in the file and opens nothing.
Two JSON copies, written one after the other and repaired from each other:
`{format, suite, id, generation, slots: [{user, kind, salt, memory_kib, passes, lanes, sealed}], check}`, where
`check` is the hash of all the rest. A slot's parameters are authenticated with the wrapped key.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from forms.errors import Fault, Kind
from sync import crypto
from sync.protocol import Suite
from sync.vault import files, passphrase
from sync.vault.keys import DataKey

FORMAT = 1
COPIES = ("slots.json", "slots.copy.json")
MOST_MEMORY_KIB = 4 * 1024 * 1024  # a slot file from elsewhere may not exhaust the machine

Entropy = Callable[[int], bytes]


class SlotKind(StrEnum):
    """Who keeps what opens it."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a person
    SHARED = "shared"  # two officials, half each
    TOWNSHIP = "township"  # the township's hub: sealed to its public key, which stands in `user`
    KEYRING = "keyring"  # the operating system, for the person `user`


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in. `salt` and `sealed` are base64; `sealed` is the data key under what `kind` says."""

    user: str
    kind: str
    salt: str
    memory_kib: int
    passes: int
    lanes: int
    sealed: str

    def open(self, secret: str, *, id: str) -> DataKey | None:
        """The data key, or None where the secret is another."""
        if self.memory_kib > MOST_MEMORY_KIB or not 1 <= self.passes <= 64 or not 1 <= self.lanes <= 64:
            return None
        stretched = crypto.stretch(
            passphrase.spelling(secret),
            base64.b64decode(self.salt),
            memory_kib=self.memory_kib,
            passes=self.passes,
            lanes=self.lanes,
        )
        found = crypto.unseal(stretched, base64.b64decode(self.sealed), about=_about(self, id))
        return DataKey(found) if found is not None else None


@dataclass(frozen=True, slots=True)
class Slots:
    """The content of a slot file; `id` names the workspace or hub that it belongs to."""

    id: str
    generation: int
    slots: tuple[Slot, ...]

    @property
    def users(self) -> tuple[str, ...]:
        """The persons, in the order in which they were added."""
        return tuple(slot.user for slot in self.slots if slot.kind == SlotKind.PASSPHRASE)

    def find(self, kind: SlotKind, user: str | None = None) -> Slot | None:
        """The slot of a kind, that of `user` where there is one for each person."""
        return next((slot for slot in self.slots if slot.kind == kind and user in (None, slot.user)), None)

    def unlock(self, user: str, secret: str, *, kind: SlotKind = SlotKind.PASSPHRASE) -> DataKey:
        """The data key. Faults: vault.no_user, vault.wrong_passphrase."""
        slot = self.find(kind, user)
        if slot is None:
            raise Fault("vault.no_user", Kind.DENIED, user=user)
        key = slot.open(secret, id=self.id)
        if key is None:
            raise Fault("vault.wrong_passphrase", Kind.DENIED, user=user)
        return key

    def with_user(self, user: str, secret: str, key: DataKey, *, entropy: Entropy) -> Slots:
        """With a person's slot added, or replaced. Fault vault.weak_passphrase.

        A new passphrase also ends what the operating system keeps for them.
        """
        passphrase.check(secret)
        return self._without(user, SlotKind.KEYRING).with_secret(
            SlotKind.PASSPHRASE, user, passphrase.spelling(secret), key, entropy=entropy
        )

    def with_secret(self, kind: SlotKind, user: str, secret: str, key: DataKey, *, entropy: Entropy) -> Slots:
        """With a slot that opens with `secret`, in place of one of this kind and user."""
        return self.with_slot(wrap(kind, user, secret, key, id=self.id, entropy=entropy))

    def with_slot(self, slot: Slot) -> Slots:
        """With `slot`, in the place of the one it replaces."""
        known = [(each.kind, each.user) for each in self.slots]
        if (slot.kind, slot.user) in known:
            place = known.index((slot.kind, slot.user))
            return self._changed((*self.slots[:place], slot, *self.slots[place + 1 :]))
        return self._changed((*self.slots, slot))

    def without(self, kind: SlotKind, user: str | None = None) -> Slots:
        """Without slots of a kind, or `user`'s alone; there need not be any."""
        return self._without(user, kind)

    def without_user(self, user: str) -> Slots:
        """Without all that opens for a person. Faults: vault.no_user, vault.last_user."""
        if user not in self.users:
            raise Fault("vault.no_user", Kind.USAGE, user=user)
        if self.users == (user,):
            raise Fault("vault.last_user", Kind.USAGE, user=user)
        return self._without(user, SlotKind.PASSPHRASE, SlotKind.KEYRING)

    def _without(self, user: str | None, *kinds: SlotKind) -> Slots:
        gone = [slot for slot in self.slots if slot.kind in kinds and user in (None, slot.user)]
        return self._changed(tuple(slot for slot in self.slots if slot not in gone)) if gone else self

    def _changed(self, slots: tuple[Slot, ...]) -> Slots:
        return Slots(self.id, self.generation + 1, slots)


def new(id: str, user: str, secret: str, *, entropy: Entropy) -> tuple[Slots, DataKey]:
    """Slots around a fresh data key."""
    key = DataKey(entropy(crypto.KEY_SIZE))
    return Slots(id, 0, ()).with_user(user, secret, key, entropy=entropy), key


def wrap(kind: SlotKind, user: str, secret: str, key: DataKey, *, id: str, entropy: Entropy) -> Slot:
    """A slot that opens with `secret`."""
    salt = entropy(crypto.SALT_SIZE)
    bare = Slot(
        user=user,
        kind=kind.value,
        salt=base64.b64encode(salt).decode(),
        memory_kib=crypto.ARGON2_MEMORY_KIB,
        passes=crypto.ARGON2_PASSES,
        lanes=crypto.ARGON2_LANES,
        sealed="",
    )
    stretched = crypto.stretch(secret, salt, memory_kib=bare.memory_kib, passes=bare.passes, lanes=bare.lanes)
    sealed = crypto.seal(stretched, key.secret(), nonce=entropy(12), about=_about(bare, id))
    return replace(bare, sealed=base64.b64encode(sealed).decode())


def _about(slot: Slot, id: str) -> bytes:
    fields = [id, slot.user, slot.kind, slot.salt, slot.memory_kib, slot.passes, slot.lanes]
    return json.dumps(fields, ensure_ascii=False).encode()


# ---- the two copies


def save(folder: Path, slots: Slots) -> None:
    """Write both copies, one after the other: a kill between leaves one old and one new, both sound."""
    data = _encode(slots)
    for name in COPIES:
        files.write(folder / name, data)


def write_copy(folder: Path, slots: Slots) -> None:
    """One copy, in a folder that is being made."""
    files.write(folder / COPIES[0], _encode(slots))


def copies(folder: Path) -> tuple[Slots, ...]:
    """Every sound copy, the newest first; nothing is repaired."""
    found = [slots for name in COPIES if (slots := _read(folder / name)) is not None]
    return tuple(sorted(found, key=lambda slots: -slots.generation))


def load(folder: Path) -> Slots:
    """The newest sound copy; the other is repaired from it, unless it belongs to another folder.

    Faults: vault.no_slots, vault.slots_damaged, vault.slots_mixed, vault.newer.
    """
    found = [_read(folder / name) for name in COPIES]
    sound = [slots for slots in found if slots is not None]
    if len({slots.id for slots in sound}) > 1:
        raise Fault("vault.slots_mixed", Kind.DAMAGED, path=str(folder))
    if not sound:
        if not any((folder / name).exists() for name in COPIES):
            raise Fault("vault.no_slots", Kind.USAGE, path=str(folder))
        raise Fault("vault.slots_damaged", Kind.DAMAGED, path=str(folder / COPIES[0]))
    newest = max(sound, key=lambda slots: slots.generation)
    for name, slots in zip(COPIES, found, strict=True):
        if slots != newest:
            with contextlib.suppress(Fault):  # on read-only media the sound copy still opens
                files.write(folder / name, _encode(newest))
    return newest


def _encode(slots: Slots) -> bytes:
    body = {
        "format": FORMAT,
        "suite": int(Suite.STANDARD),
        "id": slots.id,
        "generation": slots.generation,
        "slots": [asdict(slot) for slot in slots.slots],
    }
    return json.dumps({**body, "check": _check(body)}, ensure_ascii=False, indent=1).encode()


def _check(body: dict[str, Any]) -> str:
    return crypto.digest(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hex()


def decode(data: bytes, path: Path) -> Slots | None:
    """Slots out of a file's content, None where it is not sound. Faults: vault.newer, vault.suite."""
    try:
        body: Any = json.loads(data)
        check = body.pop("check")
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return None
    if check != _check(body):
        return None
    if body.get("format") != FORMAT:
        raise Fault("vault.newer", Kind.DAMAGED, path=str(path), found=body.get("format"), known=FORMAT)
    try:
        suite, made = (
            body["suite"],
            Slots(body["id"], body["generation"], tuple(Slot(**each) for each in body["slots"])),
        )
    except (KeyError, TypeError):
        return None
    crypto.known(suite)
    return made if _well_formed(made) else None


def _well_formed(made: Slots) -> bool:
    """Whether everything is of its kind: `check` is no proof of who wrote it."""
    texts = [made.id] + [text for slot in made.slots for text in (slot.user, slot.kind, slot.salt, slot.sealed)]
    counts = [made.generation] + [each for slot in made.slots for each in (slot.memory_kib, slot.passes, slot.lanes)]
    if not all(type(text) is str for text in texts) or not all(type(count) is int for count in counts):
        return False
    try:
        for slot in made.slots:
            base64.b64decode(slot.salt)
            base64.b64decode(slot.sealed)
    except ValueError:
        return False
    return True


def _read(path: Path) -> Slots | None:
    """The copy, or None where it is missing or not sound."""
    try:
        return decode(path.read_bytes(), path)
    except OSError:
        return None
