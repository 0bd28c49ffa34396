"""Ways back in where every passphrase is forgotten: a key that two officials share, and the township's slot.

Shared: each official keeps half as a code on paper; neither half says anything by itself.

Township: the data key is sealed to the public recovery key of the township's hub. The laptop asks with a file that
carries this slot and a public key which a new passphrase makes; the township's answer is sealed to that key. So
neither file opens anything in other hands, nothing secret waits on the laptop meanwhile, and it works over a stick.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cbor2

from forms.errors import Fault, Kind
from sync import crypto
from sync.enrolment import ALPHABET
from sync.vault import passphrase
from sync.vault.keys import DataKey
from sync.vault.slots import Slot, SlotKind, Slots

Entropy = Callable[[int], bytes]

HALF_SIZE = 16  # bytes
_SIGNS, _CHECK = 26, 2  # 130 bits, then two signs that catch a slip of the pen
_PURPOSE = "township recovery"
_FORMAT = 1


# ---- shared by two officials


def halves(entropy: Entropy) -> tuple[str, str]:
    """Two codes of 28 signs, in groups of four."""
    return _code(entropy(HALF_SIZE)), _code(entropy(HALF_SIZE))


def joined(one: str, other: str) -> str:
    """The secret that two halves make, in whichever order. Fault vault.half_wrong names the one that has a slip."""
    parts = sorted((_half(one, 1), _half(other, 2)))
    if parts[0] == parts[1]:
        raise Fault("vault.half_twice", Kind.USAGE)
    return crypto.digest(b"hamlet/shared\0" + b"".join(parts)).hex()


def _code(half: bytes) -> str:
    number = int.from_bytes(half, "big")
    signs = ""
    for _ in range(_SIGNS):
        number, digit = divmod(number, len(ALPHABET))
        signs = ALPHABET[digit] + signs
    whole = signs + _check(signs)
    return "-".join(whole[place : place + 4] for place in range(0, len(whole), 4))


def _half(code: str, which: int) -> bytes:
    signs = re.sub(r"[\s\-]", "", passphrase.spelling(code)).upper()
    body = signs[:_SIGNS]
    known = len(signs) == _SIGNS + _CHECK and all(sign in ALPHABET for sign in signs)
    if not known or signs[_SIGNS:] != _check(body):
        raise Fault("vault.half_wrong", Kind.DENIED, which=which)
    number = 0
    for sign in body:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    if number >> (8 * HALF_SIZE):
        raise Fault("vault.half_wrong", Kind.DENIED, which=which)
    return number.to_bytes(HALF_SIZE, "big")


def _check(signs: str) -> str:
    found = int.from_bytes(crypto.digest(b"hamlet/half\0" + signs.encode())[:4], "big")
    return ALPHABET[found % len(ALPHABET)] + ALPHABET[found // len(ALPHABET) % len(ALPHABET)]


# ---- the township's slot


@dataclass(frozen=True, slots=True)
class Request:
    """What a laptop asks its township. `answer_to` is the public key that the new passphrase makes with `salt`."""

    workspace: str
    township: bytes
    sender: bytes
    sealed: bytes
    salt: bytes
    answer_to: bytes


def township_slot(slots: Slots, key: DataKey, *, public: bytes, entropy: Entropy) -> Slot:
    """The data key sealed to the township's public recovery key, which stands in `user`."""
    sender = crypto.ExchangeKey.generate()
    agreed = sender.agree(public, _PURPOSE)
    sealed = crypto.seal(agreed, key.secret(), nonce=entropy(12), about=slots.id.encode())
    return Slot(
        user=public.hex(),
        kind=SlotKind.TOWNSHIP.value,
        salt=base64.b64encode(sender.public).decode(),
        memory_kib=0,
        passes=0,
        lanes=0,
        sealed=base64.b64encode(sealed).decode(),
    )


def ask(slots: Slots, new_passphrase: str, *, entropy: Entropy) -> bytes:
    """A request for the township. Faults: vault.no_township_slot, vault.weak_passphrase."""
    passphrase.check(new_passphrase)
    slot = slots.find(SlotKind.TOWNSHIP)
    if slot is None:
        raise Fault("vault.no_township_slot", Kind.DENIED)
    salt = entropy(crypto.SALT_SIZE)
    fields = (
        slots.id,
        bytes.fromhex(slot.user),
        base64.b64decode(slot.salt),
        base64.b64decode(slot.sealed),
        salt,
        _private(new_passphrase, salt).public,
    )
    return cbor2.dumps(["hamlet/recovery", _FORMAT, *fields], canonical=True)


def read_request(data: bytes) -> Request:
    """Fault vault.recovery_file for anything but a request of this program."""
    fields = _fields(data, "hamlet/recovery", (str, bytes, bytes, bytes, bytes, bytes))
    return Request(*fields)


def answer(request: Request, private: crypto.ExchangeKey, *, entropy: Entropy) -> bytes:
    """The township's answer. Fault vault.other_township where the slot is sealed to another key, or damaged."""
    key = None
    if request.township == private.public:
        agreed = private.agree(request.sender, _PURPOSE)
        key = crypto.unseal(agreed, request.sealed, about=request.workspace.encode())
    if key is None:
        raise Fault("vault.other_township", Kind.DENIED)
    sender = crypto.ExchangeKey.generate()
    sealed = crypto.seal(
        sender.agree(request.answer_to, _PURPOSE), key, nonce=entropy(12), about=request.workspace.encode()
    )
    return cbor2.dumps(
        ["hamlet/recovered", _FORMAT, request.workspace, request.salt, sender.public, sealed], canonical=True
    )


def accept(data: bytes, slots: Slots, new_passphrase: str) -> DataKey:
    """The data key out of the township's answer. Faults: vault.recovery_file, vault.wrong_passphrase."""
    workspace, salt, sender, sealed = _fields(data, "hamlet/recovered", (str, bytes, bytes, bytes))
    if workspace != slots.id:
        raise Fault("vault.recovery_other", Kind.USAGE)
    agreed = _private(new_passphrase, salt).agree(sender, _PURPOSE)
    key = crypto.unseal(agreed, sealed, about=workspace.encode())
    if key is None:
        raise Fault("vault.recovery_passphrase", Kind.DENIED)
    return DataKey(key)


def _private(new_passphrase: str, salt: bytes) -> crypto.ExchangeKey:
    return crypto.ExchangeKey.load(crypto.stretch(passphrase.spelling(new_passphrase), salt))


def _fields(data: bytes, kind: str, types: tuple[type, ...]) -> tuple[Any, ...]:
    try:
        found = cbor2.loads(data) if len(data) < 4096 else None
    except (ValueError, EOFError, cbor2.CBORError):
        found = None
    if not isinstance(found, list) or cbor2.dumps(found, canonical=True) != data:
        raise Fault("vault.recovery_file", Kind.USAGE)
    if found[:1] != [kind] or len(found) != len(types) + 2:
        raise Fault("vault.recovery_file", Kind.USAGE)
    if found[1] != _FORMAT or not all(isinstance(each, wanted) for each, wanted in zip(found[2:], types, strict=True)):
        raise Fault("vault.recovery_file", Kind.USAGE)
    if any(len(each) not in (crypto.SALT_SIZE, 32, 60) for each in found[3:]):
        raise Fault("vault.recovery_file", Kind.USAGE)
    return tuple(found[2:])
