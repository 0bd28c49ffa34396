"""Slots: each person's passphrase wraps the one random data key, so that a passphrase changes without re-encryption.

Two JSON copies, written one after the other and repaired from each other:
`{format, suite, id, generation, slots: [{user, kind, salt, memory_kib, passes, lanes, sealed}], check}`, where
`check` is the hash of all the rest. A slot's parameters are authenticated with the wrapped key.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True, slots=True)
class Slot:
    """One person's way in. `salt` and `sealed` are base64; `sealed` is the data key under the stretched passphrase."""

    user: str
    kind: str
    salt: str
    memory_kib: int
    passes: int
    lanes: int
    sealed: str

    def open(self, secret: str, *, id: str) -> DataKey | None:
        """The data key, or None where the passphrase is another."""
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
        return tuple(slot.user for slot in self.slots)

    def unlock(self, user: str, secret: str) -> DataKey:
        """The data key. Faults: vault.no_user, vault.wrong_passphrase."""
        for slot in self.slots:
            if slot.user == user:
                key = slot.open(secret, id=self.id)
                if key is None:
                    raise Fault("vault.wrong_passphrase", Kind.DENIED, user=user)
                return key
        raise Fault("vault.no_user", Kind.DENIED, user=user)

    def with_user(self, user: str, secret: str, key: DataKey, *, entropy: Entropy) -> Slots:
        """With a slot added, or replaced, for `user`. Fault vault.weak_passphrase."""
        passphrase.check(secret)
        kept = tuple(slot for slot in self.slots if slot.user != user)
        return Slots(self.id, self.generation + 1, (*kept, _wrap(user, secret, key, id=self.id, entropy=entropy)))

    def without_user(self, user: str) -> Slots:
        """Without the user's slot. Faults: vault.no_user, vault.last_user."""
        kept = tuple(slot for slot in self.slots if slot.user != user)
        if len(kept) == len(self.slots):
            raise Fault("vault.no_user", Kind.USAGE, user=user)
        if not kept:
            raise Fault("vault.last_user", Kind.USAGE, user=user)
        return Slots(self.id, self.generation + 1, kept)


def new(id: str, user: str, secret: str, *, entropy: Entropy) -> tuple[Slots, DataKey]:
    """Slots around a fresh data key."""
    key = DataKey(entropy(crypto.KEY_SIZE))
    return Slots(id, 0, ()).with_user(user, secret, key, entropy=entropy), key


def _wrap(user: str, secret: str, key: DataKey, *, id: str, entropy: Entropy) -> Slot:
    salt = entropy(crypto.SALT_SIZE)
    bare = Slot(
        user=user,
        kind="passphrase",
        salt=base64.b64encode(salt).decode(),
        memory_kib=crypto.ARGON2_MEMORY_KIB,
        passes=crypto.ARGON2_PASSES,
        lanes=crypto.ARGON2_LANES,
        sealed="",
    )
    stretched = crypto.stretch(passphrase.spelling(secret), salt)
    sealed = crypto.seal(stretched, key.secret(), nonce=entropy(12), about=_about(bare, id))
    return Slot(**{**asdict(bare), "sealed": base64.b64encode(sealed).decode()})


def _about(slot: Slot, id: str) -> bytes:
    fields = [id, slot.user, slot.kind, slot.salt, slot.memory_kib, slot.passes, slot.lanes]
    return json.dumps(fields, ensure_ascii=False).encode()


# ---- the two copies


def save(folder: Path, slots: Slots) -> None:
    """Write both copies, one after the other: a kill between leaves one old and one new, both sound."""
    data = _encode(slots)
    for name in COPIES:
        files.write(folder / name, data)


def load(folder: Path) -> Slots:
    """The newest sound copy; the other is repaired from it.

    Faults: vault.no_slots, vault.slots_damaged, vault.newer.
    """
    found = [_read(folder / name) for name in COPIES]
    sound = [slots for slots in found if slots is not None]
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


def _read(path: Path) -> Slots | None:
    """The copy, or None where it is missing or not sound."""
    try:
        body: Any = json.loads(path.read_bytes())
        check = body.pop("check")
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None
    if check != _check(body):
        return None
    if body.get("format") != FORMAT:
        raise Fault("vault.newer", Kind.DAMAGED, path=str(path), found=body.get("format"), known=FORMAT)
    crypto.known(body["suite"])
    return Slots(body["id"], body["generation"], tuple(Slot(**slot) for slot in body["slots"]))
